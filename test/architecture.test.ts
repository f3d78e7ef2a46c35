import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";

/**
 * Which rooms a room may use: what stands left may use what stands right of it and, where it is a sub-room, the loose
 * files of the rooms around it if they are named. `kis`, `master`, `kline` and `daily` never meet: the caller joins them.
 */
const may: Readonly<Record<string, readonly string[]>> = {
  core: ["core/folders"],
  "core/folders": [],
  calendar: ["core"],

  storage: ["core", "storage/files", "storage/s3"],
  "storage/files": ["core", "storage"],
  "storage/s3": ["core", "storage"],

  archive: ["core", "storage", "calendar", "archive/objects", "archive/lines", "archive/columns"],
  "archive/columns": ["core", "storage", "calendar", "archive"],
  "archive/objects": ["core", "storage", "archive/objects/sealed"],
  "archive/objects/sealed": ["core"],
  "archive/lines": ["core", "archive"],

  engine: ["core"],

  master: [
    "core",
    "master/layouts",
    "master/rows",
    "master/read",
    "master/write",
    "master/cache",
    "master/pick",
  ],
  "master/cells": ["core"],
  "master/rows": ["master/cells"],
  "master/layouts": ["core"],
  "master/read": ["core", "master", "master/cells", "master/layouts", "master/rows"],
  "master/write": ["core", "master", "master/cells", "master/layouts", "master/read"],
  "master/cache": ["core", "storage", "calendar", "master", "master/read", "master/write"],
  "master/pick": ["core", "calendar", "master"],

  kis: [
    "core",
    "calendar",
    "storage",
    "kis/wire",
    "kis/pace",
    "kis/token",
    "kis/calls",
    "kis/reads",
    "kis/stream",
  ],
  "kis/wire": ["core", "kis/wire/feeds", "kis/wire/indices", "kis/wire/quotes"],
  "kis/wire/indices": ["core", "kis/wire"],
  "kis/wire/quotes": ["core", "kis/wire"],
  "kis/wire/feeds": ["core", "kis/wire"],
  "kis/stream": ["core", "calendar", "kis", "kis/wire", "kis/stream/session", "kis/stream/socket"],
  "kis/stream/session": ["core", "kis/stream", "kis/stream/socket", "kis/wire"],
  "kis/stream/socket": ["core"],
  "kis/pace": ["core", "kis/wire"],
  "kis/token": ["core", "storage", "kis/wire"],
  "kis/calls": ["core", "kis/wire", "kis/pace", "kis/token"],
  "kis/reads": ["core", "calendar", "kis/wire", "kis/calls", "kis/reads/minutes"],
  "kis/reads/minutes": ["core", "calendar", "kis/wire", "kis/calls", "kis/reads"],

  kline: [
    "core",
    "calendar",
    "archive",
    "engine",
    "kline/evidence",
    "kline/guard",
    "kline/indices",
    "kline/collect",
    "kline/backfill",
    "kline/read",
    "kline/live",
  ],
  "kline/evidence": ["core", "calendar", "archive"],
  "kline/revisit": ["core", "calendar", "storage", "archive", "kline/evidence"],
  "kline/guard": ["core", "storage", "archive", "engine", "kline/evidence"],
  "kline/indices": ["core", "calendar", "archive", "kline/evidence"],
  "kline/collect": [
    "core",
    "calendar",
    "storage",
    "archive",
    "engine",
    "kline",
    "kline/evidence",
    "kline/indices",
    "kline/guard",
    "kline/revisit",
    "kline/collect/follow",
    "kline/collect/status",
  ],
  "kline/collect/follow": ["core", "engine", "kline/evidence", "kline/revisit", "kline/collect"],
  "kline/collect/status": ["core", "calendar", "archive", "kline/evidence", "kline/guard", "kline/collect"],
  "kline/backfill": [
    "core",
    "calendar",
    "storage",
    "archive",
    "engine",
    "kline",
    "kline/evidence",
    "kline/guard",
    "kline/revisit",
    "kline/backfill/targets",
  ],
  "kline/backfill/targets": ["core", "storage"],
  "kline/live": ["core", "calendar", "kline/evidence"],
  "kline/read": ["core", "calendar", "storage", "archive", "factors", "kline/evidence"],

  factors: ["core", "storage", "archive"],
  daily: ["core", "calendar", "storage", "archive", "engine", "factors", "daily/logs", "daily/rows"],
  "daily/logs": ["core", "calendar", "storage", "engine", "factors", "daily/rows"],
  "daily/rows": ["core", "storage", "archive"],

  postgres: ["core", "calendar", "storage", "kline", "daily"],

  // It imports neither kis nor kline: written against the facts alone, it can disagree with them, and so prove them.
  testing: [
    "core",
    "testing/wire",
    "testing/market",
    "testing/settings",
    "testing/server",
    "testing/stream",
    "testing/faults",
    "testing/recording",
  ],
  "testing/wire": [],
  "testing/market": ["core", "calendar", "testing"],
  "testing/faults": ["core", "calendar", "testing", "testing/wire"],
  "testing/rows": ["core", "calendar", "testing", "testing/market", "testing/faults", "testing/wire"],
  "testing/settings": ["core", "calendar", "testing", "testing/market", "testing/faults"],
  "testing/endpoints": [
    "core",
    "calendar",
    "testing",
    "testing/market",
    "testing/faults",
    "testing/rows",
    "testing/settings",
    "testing/wire",
    "testing/endpoints/indices",
  ],
  "testing/endpoints/indices": [
    "core",
    "testing/market",
    "testing/rows",
    "testing/wire",
    "testing/endpoints",
  ],
  "testing/stream": [
    "core",
    "testing",
    "testing/market",
    "testing/settings",
    "testing/server",
    "testing/endpoints",
  ],
  "testing/server": [
    "core",
    "calendar",
    "master",
    "testing",
    "testing/market",
    "testing/faults",
    "testing/settings",
    "testing/endpoints",
    "testing/wire",
  ],
  "testing/recording": ["core", "testing"],

  // The command uses the package as anyone does, by `hantoo` and its entries, and joins there what never meets here.
  cli: ["cli/shell", "cli/setup", "cli/commands", "cli/doctor", "cli/init"],
  "cli/shell": [],
  "cli/setup": ["cli/shell"],
  "cli/commands": ["cli/shell", "cli/setup", "cli/page", "cli/watch"],
  "cli/look": [],
  "cli/page": ["cli/shell", "cli/look"],
  "cli/init": ["cli/shell", "cli/setup", "cli/doctor"],
  "cli/watch": ["cli/shell", "cli/setup", "cli/watch/page"],
  "cli/watch/page": ["cli/look"],
  "cli/doctor": ["cli/shell", "cli/setup", "cli/doctor/probe"],
  "cli/doctor/probe": ["cli/doctor"],
};

/** The doors to the outside world: everything else takes time, files and randomness as options. */
const doors: readonly RegExp[] = [
  /^core\/clock\.ts$/,
  /^core\/logger\.ts$/,
  /^storage\//,
  /^kis\/token\/token-store[^/]*\.ts$/,
  /^kis\/stream\/socket\/stream-lock\.ts$/, // the host's, by its name
  /^testing\//,
  /^cli\/(?:bin|host(?:-\w+)?)\.ts$/,
  /^cli\/watch\/page\/[a-z]+-script\.ts$/, // texts that run in the browser
];

const MOST_FILES = 16; // about fifteen of its own, and its index

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"));
const read = (file: string): string => readFileSync(posix.join("src", file), "utf8");
const code = (file: string): string => read(file).replaceAll(/\/\*[\s\S]*?\*\/|(?<![:"'`])\/\/.*$/gm, "");
const roomOf = (file: string): string => posix.dirname(file);
const isWithin = (room: string, around: string): boolean => room === around || room.startsWith(`${around}/`);

/** What a file imports or passes on, types included. */
function importsOf(file: string): readonly string[] {
  return [...code(file).matchAll(/(?:\bfrom|\bimport\(|^import)\s*"(\.[^"]+)"/gm)].map(([, spec = ""]) =>
    posix.join(posix.dirname(file), spec).replace(/\.js$/, ".ts"),
  );
}
const imports = new Map(files.map((file) => [file, importsOf(file)]));

/** The outermost room that has `target` in it and `file` not; `undefined` where they share all of target's rooms. */
function roomEntered(file: string, target: string): string | undefined {
  const parts = roomOf(target).split("/");
  return parts.map((_, at) => parts.slice(0, at + 1).join("/")).find((room) => !isWithin(roomOf(file), room));
}

describe.each(files.filter((file) => file.includes("/")))("%s", (file) => {
  const room = roomOf(file);

  test("uses only the rooms its own may, by their index", () => {
    expect(may, `${room} is a room of the house`).toHaveProperty([room]);
    for (const target of imports.get(file) ?? []) {
      const entered = roomEntered(file, target);
      const used = entered ?? roomOf(target);
      if (used !== room) expect(may[room], `${file} -> ${target}`).toContain(used);
      if (entered !== undefined)
        expect(target, `${file} must enter ${entered} by its index`).toBe(`${entered}/index.ts`);
      else expect(target, `${file} must not go out by an index of its own`).not.toMatch(/(^|\/)index\.ts$/);
    }
  });

  test.runIf(!doors.some((door) => door.test(file)))("has no ambient effect", () => {
    const ambient =
      /Date\.now\(|new Date\(\s*\)|\b(?:setTimeout|setInterval|setImmediate)\(|\bconsole\.|\bprocess\.|performance\.now|"node:(?:fs|os|child_process)/g;
    expect([...code(file).matchAll(ambient)].map(([found]) => found)).toEqual([]);
  });

  test("asks neither the host's time zone nor its locale", () => {
    const ofTheHost =
      /\.toLocale\w*\(|\.localeCompare\(|\bIntl\.|\.(?:get|set)(?:Hours|Date|Day|Month|FullYear|Minutes|TimezoneOffset)\(|\.to(?:Date|Time)String\(|\bnew Date\([^()]*,/g;
    expect([...code(file).matchAll(ofTheHost)].map(([found]) => found)).toEqual([]);
  });

  test("is short and has a name of its own", () => {
    expect(file).not.toMatch(/(^|\/)(utils?|helpers?|common|misc|types)(\.ts|\/)/);
    if (!/\.(data|generated)\.ts$/.test(file)) expect(read(file).split("\n").length).toBeLessThanOrEqual(400);
  });
});

test("the command alone names the package, and enters it nowhere else", () => {
  for (const file of files) {
    const isCli = file.startsWith("cli/");
    expect(/\bfrom "hantoo|import\("hantoo/.test(code(file)) && !isCli, `${file} names the package`).toBe(
      false,
    );
    for (const target of isCli ? (imports.get(file) ?? []) : [])
      expect(target, `${file} must enter the package by its name`).toMatch(/^cli\//);
  }
});

test("no import leads back to where it came from, types counted", () => {
  const circles: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) return void circles.push([...path.slice(at), file].join(" -> "));
    if (done.has(file)) return;
    for (const target of imports.get(file) ?? []) walk(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  expect(circles).toEqual([]);
});

test("every import names a file that is there", () => {
  const known = new Set(files);
  for (const [file, targets] of imports)
    for (const target of targets) expect(known, `${file} -> ${target}`).toContain(target);
});

test("every room has an index, few files, and a place in the house", () => {
  const rooms = [...new Set(files.filter((file) => file.includes("/")).map(roomOf))].sort();
  for (const room of rooms) {
    const own = files.filter((file) => roomOf(file) === room);
    expect(own, `${room} is entered by its index`).toContain(`${room}/index.ts`);
    expect(own.length, `${room} wants rooms of its own`).toBeLessThanOrEqual(MOST_FILES);
  }
  expect(rooms, "the house has no room that is not there").toEqual(Object.keys(may).sort());
});
