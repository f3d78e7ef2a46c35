import { execFileSync } from "node:child_process";
import * as hantoo from "hantoo";
import { expect, test } from "vitest";

test.each([
  "HantooError",
  "ConfigError",
  "KisApiError",
  "KisAuthError",
  "KisRateLimitError",
  "KisUnsupportedError",
  "KisSchemaError",
  "TransportError",
  "TimeoutError",
  "IncompleteDataError",
  "MasterFormatError",
  "StorageError",
  "StorageConflictError",
  "CalendarRangeError",
  "isHantooError",
  "KisClient",
  "createLimiter",
  "createObjectTokenStore",
  "krx",
  "createCalendar",
  "downloadMaster",
  "parseMaster",
  "formatMaster",
  "unzipMaster",
  "diffMaster",
  "findByName",
  "FileStore",
  "S3Store",
  "MemoryStore",
  "HantooKlineLogger",
  "readKlines",
  "readBars",
  "coverage",
  "compact",
  "resample",
  "planBackfill",
  "backfill",
  "catchUp",
  "readTargets",
  "exportParquet",
])("the main entry exports %s", (name) => {
  expect((hantoo as Record<string, unknown>)[name]).toBeDefined();
});

const entries: readonly (readonly [string, readonly string[]])[] = [
  ["kis", ["KisClient", "createLimiter", "createObjectTokenStore"]],
  ["master", ["downloadMaster", "parseMaster", "formatMaster", "unzipMaster", "diffMaster", "findByName"]],
  [
    "kline",
    [
      "HantooKlineLogger",
      "readKlines",
      "readBars",
      "coverage",
      "compact",
      "resample",
      "planBackfill",
      "backfill",
      "catchUp",
      "readTargets",
    ],
  ],
  ["calendar", ["krx", "createCalendar"]],
  ["storage", ["FileStore", "S3Store", "MemoryStore"]],
  ["testing", ["startKisSimulator", "createRecorder", "replay"]],
];
test.each(entries)("hantoo/%s exports what the page puts there", async (entry, names) => {
  const room = (await import(`../../src/${entry}/index.ts`)) as Record<string, unknown>;
  expect(names.filter((name) => room[name] === undefined)).toEqual([]);
});

test("the base class is abstract for users but usable with instanceof", () => {
  const error = new hantoo.ConfigError("x", "a number", "y");
  expect(error).toBeInstanceOf(hantoo.HantooError);
  expect(error).toBeInstanceOf(Error);
  expect(error.message).toBe('`x` must be a number, received "y"');
  expect(hantoo.isHantooError(error)).toBe(true);
  expect(hantoo.isHantooError(new Error("x"))).toBe(false);
  expect(hantoo.isHantooError(undefined)).toBe(false);
  expect(hantoo.isHantooError(null)).toBe(false);
  expect(hantoo.isHantooError({ code: "config" })).toBe(false);
});

test("importing hantoo loads nothing heavy", () => {
  const script = `
    import Module from "node:module";
    const before = new Set(process.moduleLoadList);
    await import("hantoo");
    const loaded = Object.keys((await import("node:module")).createRequire(import.meta.url).cache ?? {});
    const bad = [...loaded, ...process.moduleLoadList].filter((name) =>
      /node_modules\\/(@aws-sdk|@mongodb-js\\/zstd|adm-zip|ioredis|ws|hyparquet)/.test(name));
    console.log(JSON.stringify(bad));`;
  const out = execFileSync("npx", ["tsx", "--input-type=module", "-e", script], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(out.trim()).toBe("[]");
});
