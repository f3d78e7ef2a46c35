import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/core/index.js";
import { checkKeyPrefix, formatKey, parseKey } from "../../src/archive/objects/object-key.js";
import { byRetrieval } from "../../src/archive/objects/named-object.js";

const PREFIX = "hantoo-stock-kline-1m";
const at = (time: string): number => Date.parse(`${time}+09:00`);

describe("object keys", () => {
  test("are written as the format says", () => {
    const facts = {
      venue: "KRX",
      start: at("2026-11-20T09:00"),
      end: at("2026-11-20T15:30"),
      retrieval: at("2026-11-21T00:00:07"),
    } as const;
    expect(formatKey(PREFIX, facts)).toBe(
      `${PREFIX}/20261120090000_20261120153000_J_20261121000007.jsonl.zstd`,
    );
    expect(formatKey(PREFIX, { ...facts, venue: "NXT" })).toContain("_NX_");
    expect(formatKey(PREFIX, { ...facts, venue: "UN" })).toContain("_UN_");
  });

  test("come back as they were, for any minute of any day", () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    const property = fc.property(
      fc.date({ min: new Date("1990-01-01"), max: new Date("2099-12-30"), noInvalidDate: true }),
      minute,
      minute,
      fc.constantFrom("KRX", "NXT", "UN"),
      fc.integer({ min: 0, max: 4_000_000_000 }),
      (date, a, b, venue, retrieved) => {
        const tradingDay = date.toISOString().slice(0, 10);
        const midnight = at(`${tradingDay}T00:00`);
        const facts = {
          venue,
          start: midnight + Math.min(a, b) * 60_000,
          end: midnight + Math.max(a, b) * 60_000,
          retrieval: retrieved * 1000,
        } as const;
        const key = formatKey("a/b", facts);
        expect(parseKey("a/b", key)).toEqual({ key, tradingDay, ...facts });
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  test("without a venue code are an older logger's, of KRX", () => {
    const parsed = parseKey(PREFIX, `${PREFIX}/20250102100000_20250102153000_20250102160001.jsonl.zstd`);
    expect(parsed).toMatchObject({
      venue: "KRX",
      tradingDay: "2025-01-02",
      retrieval: at("2025-01-02T16:00:01"),
    });
  });

  test.each([
    "20261120090000_20261120153000_J_20261121000007.jsonl",
    "20261120090000_20261120153000_J_20261121000007.jsonl.zst",
    "20261120090000_20261120153000_N_20261121000007.jsonl.zstd",
    "20261120090000_20261120153000_j_20261121000007.jsonl.zstd",
    "20261120090000_20261121153000_J_20261121000007.jsonl.zstd", // two days
    "20261120153000_20261120090000_J_20261121000007.jsonl.zstd", // backwards
    "20261131090000_20261131153000_J_20261121000007.jsonl.zstd", // November has 30 days
    "20261120096000_20261120153000_J_20261121000007.jsonl.zstd", // minute 60
    "20261120090000_20261120153000_J_20261121240000.jsonl.zstd", // hour 24
    "deep/20261120090000_20261120153000_J_20261121000007.jsonl.zstd",
    "20261120090000_20261120153000_J_20261121000007.jsonl.zstd.tmp",
    "20261120-manifest.json",
    "",
  ])("%s is foreign", (name) => {
    expect(parseKey(PREFIX, `${PREFIX}/${name}`)).toBeUndefined();
  });

  test("of another prefix are foreign", () => {
    expect(parseKey("b", "a/20261120090000_20261120153000_J_20261121000007.jsonl.zstd")).toBeUndefined();
    expect(parseKey("a", "ab/20261120090000_20261120153000_J_20261121000007.jsonl.zstd")).toBeUndefined();
  });

  test("are merged by Retrieval, then by code unit", () => {
    const names = [
      "20261120090000_20261120090000_J_20261121000002",
      "20261120090100_20261120090100_J_20261121000001",
      "20261120090000_20261120090000_J_20261121000001",
      "20261120090000_20261120090000_20261121000001",
    ];
    const keys = names.map((name) => parseKey("p", `p/${name}.jsonl.zstd`)).flatMap((key) => key ?? []);
    expect(keys.toSorted(byRetrieval).map(({ key }) => names.indexOf(key.slice(2, -11)))).toEqual([
      3, 2, 1, 0,
    ]);
  });

  test("have a prefix that every store can hold", () => {
    expect(checkKeyPrefix("a/b/")).toBe("a/b");
    for (const prefix of ["", "/", "/a", "a//b", 7, undefined, null])
      expect(() => checkKeyPrefix(prefix)).toThrow(ConfigError);
  });
});
