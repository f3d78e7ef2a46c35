import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";

/** Which rooms a room may enter. `kis`, `master` and `kline` never meet: the caller joins them. */
const may: Readonly<Record<string, readonly string[]>> = {
  core: [],
  storage: ["core"],
  calendar: ["core"],
  master: ["core", "storage", "calendar"],
  kis: ["core", "storage", "calendar"],
  kline: ["core", "calendar", "storage"],
  postgres: ["core", "calendar", "storage", "kline"],
  testing: ["core", "calendar", "master", "storage"],
};

/** The doors to the outside world: everything else takes time, files and randomness as options. */
const doors: readonly RegExp[] = [
  /^core\/clock\.ts$/,
  /^storage\//,
  /^kis\/token-store[^/]*\.ts$/,
  /^testing\//,
];

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"));
const read = (file: string): string => readFileSync(join("src", file), "utf8");
const code = (file: string): string => read(file).replaceAll(/\/\*[\s\S]*?\*\/|(?<![:"'`])\/\/.*$/gm, "");

describe.each(files.filter((file) => file.includes("/")))("%s", (file) => {
  const room = file.split("/")[0] as string;

  test("enters only the rooms its own may, by their index", () => {
    expect(may, `${room} is a room of the house`).toHaveProperty(room);
    for (const [, spec = ""] of read(file).matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
      const target = posix.join(posix.dirname(file), spec);
      const to = target.split("/")[0] as string;
      if (to === room) continue;
      expect(may[room], `${file} -> ${target}`).toContain(to);
      expect(target, `${file} must enter ${to} by its index`).toBe(`${to}/index.js`);
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
    if (!file.endsWith(".data.ts")) expect(read(file).split("\n").length).toBeLessThanOrEqual(400);
  });
});
