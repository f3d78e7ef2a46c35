import * as fc from "fast-check";
import { KisSchemaError, MINUTE_MS, krx, kstInstant, kstTime } from "hantoo";
import { describe, expect, test } from "vitest";
import { DayRows } from "../../../src/kis/reads/minutes/day-rows.js";
import { readMinutePage } from "../../../src/kis/wire/minute-rows.js";
import { page, row } from "./wire-rows.js";

const day = "2026-11-20";
const minutes = krx.minutes(day);
const at = (time: string): number => kstInstant(day, time);
const collect = (...pages: (readonly [rows: readonly object[], asked: string])[]) => {
  const all = new DayRows({ day, first: minutes[0]!, hasBase: false });
  const outcomes = pages.map(([rows, asked]) => all.add(page(rows), { label: at(asked), echoes: false }));
  return { all, outcomes };
};

describe("proof of completeness", () => {
  test("is the first minute, or a row of an earlier day; an empty or a short page proves nothing", () => {
    const early = row("152900", 1, 100, { stck_bsop_date: "20261119" });
    const kinds = (rows: readonly object[], asked = "10:00") => collect([rows, asked]).outcomes[0]!.kind;
    expect(kinds([row("100000", 1, 200), row("090000", 1, 100)])).toBe("covered");
    expect(kinds([row("100000", 1, 200), early])).toBe("covered");
    expect(kinds([early])).toBe("covered");
    expect(kinds([])).toBe("stuck");
    expect(kinds([{}, { stck_bsop_date: "" }])).toBe("stuck");
    expect(collect([[row("100000", 1, 200), row("093000", 1, 100)], "10:00"]).outcomes[0]).toEqual({
      kind: "more",
      next: at("09:29"),
    });
  });

  test("a page that leads nowhere is not asked for again", () => {
    const rows = [row("100000", 1, 100)];
    expect(collect([rows, "10:00"], [rows, "09:59"]).outcomes[1]).toEqual({ kind: "stuck" });
  });

  test("a row of an earlier day above the day's own is no end of the day", () => {
    // The 153200 row of 2026-08-13 stood in answers for 2026-08-14 as well.
    const stray = row("153200", 11, 9900, { stck_bsop_date: "20261119" });
    const { all, outcomes } = collect([[stray, row("100000", 1, 200), row("095900", 1, 100)], "10:00"]);
    expect(outcomes[0]).toEqual({ kind: "more", next: at("09:58") });
    expect(all.size).toBe(2);
  });

  test("rows that run on into the day before under today's date are not taken", () => {
    const { all, outcomes } = collect([
      [row("090200", 5, 1000), row("090100", 5, 500), row("153000", 9, 9900), row("151900", 9, 9000)],
      "09:02",
    ]);
    expect(outcomes[0]!.kind).toBe("more");
    expect(all.rows.map(({ minute }) => kstTime(minute))).toEqual(["090100", "090200"]);
  });
});

test("the row under the label asked for is not taken where the endpoint echoes; labels that rise end the page", () => {
  const echoing = new DayRows({ day, first: minutes[0]!, hasBase: false });
  const rows = [
    row("090300", 999, 99_900),
    row("090200", 2, 300),
    row("090100", 1, 100),
    row("090230", 5, 800),
    row("090000", 5, 800),
  ];
  const asking = { label: at("09:03"), echoes: true };
  expect(echoing.add(page(rows), asking)).toEqual({ kind: "more", next: at("09:01") });
  expect(echoing.rows.map(({ minute, bar }) => [kstTime(minute), bar?.volume])).toEqual([
    ["090100", 1],
    ["090200", 2],
  ]);
});

test("a second look replaces what the first had, and never takes a readable row away", () => {
  const { all } = collect([[row("090100", 0, 100), row("090000", "-9223372036854775808", 100)], "09:01"]);
  expect(all.rows.map(({ bar }) => bar)).toEqual([undefined]);
  all.add(page([row("090000", 1, 100)]), { label: at("09:01"), echoes: false, again: true });
  expect(all.rows.map(({ bar }) => bar?.volume)).toEqual([1]);
  all.add(page([row("090000", "", 100)]), { label: at("09:01"), echoes: false, again: true });
  expect(all.rows.map(({ bar }) => bar?.volume)).toEqual([1]);
  all.add(page([row("090000", 2, 200)]), { label: at("09:01"), echoes: false, again: true });
  expect(all.rows.map(({ bar }) => bar?.volume)).toEqual([2]);
});

test.each([
  ["a price of zero", { stck_oprc: "0" }],
  ["a blank price", { stck_prpr: " " }],
  ["a volume that is no number", { cntg_vol: "many" }],
  ["a blank volume", { cntg_vol: "" }],
  ["half a share", { cntg_vol: "1.5" }],
  ["a negative volume", { cntg_vol: "-3" }],
  ["KIS's no data", { cntg_vol: "-9223372036854775808" }],
])("%s makes a row that cannot be read", (_, broken) => {
  const { all } = collect([[row("090000", 1, 100, broken)], "09:00"]);
  expect(all.rows).toEqual([{ minute: at("09:00"), bar: undefined, possible: undefined, total: 100 }]);
});

test("a row with its open outside its range is a row, and worth what all four prices allow", () => {
  // 036220, opening auction: the open as it was recorded.
  const prices = { stck_oprc: "6880", stck_hgpr: "6810", stck_lwpr: "6810", stck_prpr: "6810" };
  const { all } = collect([[row("090000", 63, 430_000, prices)], "09:00"]);
  expect(all.rows[0]?.possible).toEqual({ least: 63 * 6810, most: 63 * 6880.5, atHigh: 63 * 6880 });
});

test("a label off the minute beside its minute is an echo; alone it is a row that cannot be read", () => {
  const beside = collect([[row("090011", 9, 900), row("090000", 1, 100)], "09:00"]).all;
  expect(beside.rows.map(({ bar }) => bar?.volume)).toEqual([1]);
  const alone = collect([[row("090111", 9, 1000), row("090000", 1, 100)], "09:01"]).all;
  expect(alone.rows.map(({ minute, bar }) => [kstTime(minute), bar?.volume])).toEqual([
    ["090000", 1],
    ["090100", undefined],
  ]);
});

test("padding, signs and commas are read, unknown fields are not minded, one row may come as an object", () => {
  const odd = { ...row(" 090000 ", " 1,000 ", 100_000, { stck_prpr: "+100 " }), new_field: { deep: [1] } };
  const read = readMinutePage({ rt_cd: "0", output1: [], output2: odd, extra: 1 });
  expect(read.rows).toEqual([expect.objectContaining({ time: at("09:00"), volume: 1000, close: 100 })]);
  expect(read.price).toBeUndefined();
  expect(readMinutePage({ rt_cd: "0", output2: "" }).rows).toEqual([]);
});

test("a body without its rows is no empty answer", () => {
  const read = (): unknown => readMinutePage({ rt_cd: "0", output1: {} });
  expect(read).toThrow(KisSchemaError);
  expect(read).toThrow(expect.objectContaining({ path: "output2", retryable: true }));
});

test("any day, cut into any pages by either endpoint's rules, comes out as it was traded", () => {
  const session = minutes.slice(0, 90);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 90, maxLength: 90 }),
      fc.constantFrom(true, false),
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 0, max: 89 }),
      (volumes, echoes, size, firstAt) => {
        let total = 0;
        const traded = session.flatMap((time, index) => {
          total += volumes[index]! * 100;
          return [{ time, volume: volumes[index]!, total }];
        });
        // Beyond the open lies the day before: dated so on 0230, under today's date on 0200.
        const before = Array.from({ length: size }, (_, index) =>
          row(
            kstTime(at("15:30") - index * MINUTE_MS),
            77,
            77_700,
            echoes ? {} : { stck_bsop_date: "20261119" },
          ),
        );
        const rowsAt = (asked: number): object[] => {
          const own = traded
            .filter(({ time, volume }) => time <= asked && (echoes || volume > 0))
            .map(({ time, volume, total }) => row(kstTime(time), volume, total))
            .reverse();
          const rows = [...own, ...before].slice(0, size);
          return echoes
            ? [
                row(kstTime(asked), 999, 99_900),
                ...rows.filter((one) => "stck_cntg_hour" in one && one.stck_cntg_hour !== kstTime(asked)),
              ].slice(0, size)
            : rows;
        };
        const first = session[firstAt]!;
        const pages = new DayRows({ day, first, hasBase: false });
        let label = session.at(-1)! + (echoes ? MINUTE_MS : 0);
        for (let calls = 0; ; calls++) {
          expect(calls).toBeLessThan(100);
          const outcome = pages.add(page(rowsAt(label)), { label, echoes });
          if (outcome.kind !== "more") {
            expect(outcome.kind).toBe("covered");
            break;
          }
          label = outcome.next;
        }
        const expected = traded
          .filter(({ time, volume }) => time >= first && volume > 0)
          .map(({ time, volume, total }) => ({ minute: time, volume, total }));
        const found = pages.rows.filter(({ minute }) => minute >= first);
        expect(found.map(({ minute, bar, total }) => ({ minute, volume: bar?.volume, total }))).toEqual(
          expected,
        );
      },
    ),
  );
});
