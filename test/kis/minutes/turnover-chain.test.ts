import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { MINUTE_MS, krx, kstInstant, kstTime } from "hantoo";
import { describe, expect, test } from "vitest";
import { DayRows } from "../../../src/kis/reads/minutes/day-rows.js";
import { followTurnover } from "../../../src/kis/reads/minutes/turnover-chain.js";
import { type WireRow, page, row } from "./wire-rows.js";

const day = "2026-11-20";
const minutes = krx.minutes(day);
const at = (time: string): number => kstInstant(day, time);
const start = { minute: minutes[0]! - MINUTE_MS, total: 0, isDayStart: true };
const NONE = "-9223372036854775808";

/** @param sent - ascending. */
const verdictOf = (...sent: WireRow[]) => {
  const rows = new DayRows({ day, first: minutes[0]!, hasBase: false });
  rows.add(page(sent.toReversed()), { label: at("20:00"), echoes: false });
  const { holes, refuted, turnover, end } = followTurnover(rows.rows, minutes, start, at("15:30"));
  return {
    holes: holes.map(({ from, to, kind, turnover: known }) => [kstTime(from), kstTime(to), kind, known]),
    refuted: [...refuted].map(kstTime),
    turnover: [...turnover].map(([minute, won]) => [kstTime(minute), won]),
    unreadable: end.unreadable.map(kstTime),
  };
};
const wide = { stck_hgpr: "110", stck_lwpr: "90" };

describe("a step of the turnover", () => {
  test("that the later row's own shares explain is its turnover", () => {
    const { holes, refuted, turnover } = verdictOf(
      row("090000", 3, 300),
      row("090300", 2, 495, wide),
      row("153000", 1, 595),
    );
    expect({ holes, refuted }).toEqual({ holes: [], refuted: [] });
    expect(turnover).toEqual([
      ["090000", 300],
      ["090300", 195],
      ["153000", 100],
    ]);
  });

  test("that is larger has lost a row, in any of the minutes between", () => {
    const { holes, turnover } = verdictOf(row("090000", 3, 300), row("090400", 2, 1000, wide));
    expect(holes).toEqual([["090100", "090300", "lost", 700 - 220]]);
    expect(turnover).toEqual([["090000", 300]]);
    expect(verdictOf(row("090200", 1, 500)).holes).toEqual([["090000", "090100", "lost", 400]]);
    expect(verdictOf(row("151900", 1, 100), row("160000", 1, 900)).holes).toEqual([
      ["153000", "153000", "closing", 700],
    ]);
    expect(verdictOf(row("151700", 1, 100), row("160000", 1, 900)).holes).toEqual([
      ["151800", "153000", "closing", 700],
    ]);
  });

  test("is no larger for half a won a share: KRX cuts it from a mid-price", () => {
    expect(verdictOf(row("090000", 4, 400), row("090400", 4, 802)).holes).toEqual([]);
    expect(verdictOf(row("090000", 4, 400), row("090400", 4, 803)).holes).toHaveLength(1);
    // 240,750 between ticks of 500 (2026-08-03, 13:21) is a whole won: nothing is cut, nothing to allow for.
    const middle = { stck_oprc: "240750", stck_hgpr: "242000", stck_lwpr: "240750", stck_prpr: "241750" };
    const first = row("132000", 1, 240_750, { ...middle, stck_hgpr: "240750", stck_prpr: "240750" });
    const { holes } = verdictOf(first, row("132100", 111_989, 240_750 + 111_989 * 240_750, middle));
    expect(holes).toEqual([]);
  });

  test("that is smaller refutes the row: 0200's doubled close is a hole with what its turnover says", () => {
    const close = verdictOf(row("151900", 10, 1000), row("153000", 2_730_280, 1000 + 136_514_000));
    expect(close.holes).toEqual([["153000", "153000", "closing", 136_514_000]]);
    expect(close.refuted).toEqual(["153000"]);
    const inside = verdictOf(row("090000", 1, 100), row("090100", 4, 300), row("090200", 1, 400));
    expect(inside.holes).toEqual([["090100", "090100", "unreadable", 200]]);
    expect(inside.turnover.map(([minute]) => minute)).toEqual(["090000", "090200"]);
  });

  test("that is smaller leaves no proof for the minutes before the row, unless half its shares are the close's", () => {
    // Of the 4 shares shown 2 are explained: they are this row's, or one of a minute whose row was lost.
    const thin = verdictOf(row("090000", 1, 100), row("090300", 4, 300), row("090400", 1, 400));
    expect(thin.holes).toEqual([
      ["090100", "090200", "lost", undefined],
      ["090300", "090300", "unreadable", 200],
    ]);
    const unread = verdictOf(row("090000", 1, 100), row("090100", NONE, ""), row("090200", 4, 300));
    expect(unread.holes.map(([from]) => from)).toEqual(["090100", "090200"]);
    const doubled = verdictOf(row("151700", 10, 1000), row("153000", 20, 2000));
    expect(doubled.holes).toEqual([["153000", "153000", "closing", 1000]]);
    const lost = verdictOf(row("151700", 10, 1000), row("153000", 20, 2100));
    expect(lost.holes.map(([from]) => from)).toEqual(["151800", "153000"]);
  });

  test("that a neighbour makes good tells of a wrong total, or of shares that stand in the minute before", () => {
    // 349 shares moved between 14:42 and 14:43 (2026-08-13): both bars stay, neither's turnover is told.
    const moved = verdictOf(row("144100", 9, 900), row("144200", 12, 1900), row("144300", 8, 2900));
    expect(moved).toMatchObject({ holes: [], refuted: [] });
    expect(moved.turnover.map(([minute]) => minute)).toEqual(["144100"]);
    const liar = verdictOf(row("144100", 9, 900), row("144200", 12, 99_999), row("144300", 8, 2900));
    expect(liar).toMatchObject({ holes: [], refuted: [] });
  });

  test("before the session's first minute is off-hours trades", () => {
    expect(verdictOf(row("090000", 1, 900), row("090100", 1, 1000))).toMatchObject({
      holes: [],
      refuted: [],
    });
  });
});

describe("a row that cannot be read", () => {
  test("was untraded where the totals go on as if it were not there", () => {
    expect(verdictOf(row("090000", 1, 100), row("090100", NONE, 100), row("090200", 1, 200)).holes).toEqual(
      [],
    );
    expect(verdictOf(row("090000", 1, 100), row("090100", NONE, 0), row("090200", 1, 200)).holes).toEqual([]);
    expect(verdictOf(row("090000", 1, 100), row("090100", NONE, ""), row("090200", 1, 200)).holes).toEqual(
      [],
    );
    // 035720 at UN: 30 void rows before the first trade, whose own shares explain the day so far.
    expect(verdictOf(row("090000", NONE, ""), row("090100", NONE, ""), row("090200", 1, 100)).holes).toEqual(
      [],
    );
  });

  test("is a hole where something was traded, with its turnover where its total is vouched for", () => {
    const sure = verdictOf(row("090000", 1, 100), row("090100", NONE, 800), row("090200", 1, 900));
    expect(sure.holes).toEqual([["090100", "090100", "unreadable", 700]]);
    const unsure = verdictOf(row("090000", 1, 100), row("090100", NONE, ""), row("090200", 1, 900));
    expect(unsure.holes).toEqual([["090100", "090100", "unreadable", 700]]);
    const shifted = verdictOf(row("090000", 1, 100), row("090111", 7, 800), row("090200", 1, 900));
    expect(shifted.holes).toEqual([["090100", "090100", "unreadable", 700]]);
  });

  test("does not hide a lost one beside it", () => {
    const { holes } = verdictOf(row("090000", 1, 100), row("090200", NONE, 1800), row("090300", 1, 1900));
    expect(holes).toEqual([
      ["090100", "090100", "lost", undefined],
      ["090200", "090200", "unreadable", undefined],
    ]);
  });

  test("at the end is open: the chain has nothing to say", () => {
    expect(verdictOf(row("090000", 1, 100), row("090100", NONE, 800)).unreadable).toEqual(["090100"]);
  });
});

test("any rows lost from any day: a hole where shares are missing, none where none are", () => {
  const session = minutes.slice(0, 40);
  const traded = fc.record({
    volume: fc.integer({ min: 0, max: 50 }),
    low: fc.integer({ min: 90, max: 110 }),
    spread: fc.constantFrom(0, 0, 1, 5),
    isLost: fc.boolean().chain((one) => fc.boolean().map((two) => one && two)),
    /** Where between low and high its shares were traded, in percent. */
    share: fc.integer({ min: 0, max: 100 }),
  });
  fc.assert(
    fc.property(fc.array(traded, { minLength: 40, maxLength: 40 }), (draws) => {
      let total = 0;
      const all = draws.map((draw, index) => {
        const turnover = Math.floor(draw.volume * (draw.low + (draw.spread * draw.share) / 100));
        total += turnover;
        return { ...draw, time: session[index]!, high: draw.low + draw.spread, turnover, total };
      });
      const rows = new DayRows({ day, first: session[0]!, hasBase: false });
      const shown = all.filter(({ volume, isLost }) => volume > 0 && !isLost);
      const sent = shown.map((one) =>
        row(kstTime(one.time), one.volume, one.total, {
          stck_oprc: String(one.low),
          stck_hgpr: String(one.high),
          stck_lwpr: String(one.low),
          stck_prpr: String(one.low),
        }),
      );
      rows.add(page(sent.toReversed()), { label: session.at(-1)!, echoes: false });
      const { holes, refuted } = followTurnover(rows.rows, session, start, undefined);
      expect([...refuted]).toEqual([]);
      let before = start.minute;
      for (const one of shown) {
        const lost = all.filter(({ time, volume, isLost }) => {
          return isLost && volume > 0 && time > before && time < one.time;
        });
        const missing = lost.reduce((sum, { turnover }) => sum + turnover, 0);
        // The one thing the chain cannot see: what the later row's own shares leave open.
        const isSeen = one.turnover + missing > (one.high + 0.5) * one.volume;
        const found = holes.filter(({ from, to }) => from > before && to < one.time);
        expect(found).toHaveLength(isSeen ? 1 : 0);
        for (const { from, to, turnover: least = 0 } of found) {
          expect(lost.every(({ time }) => from <= time && time <= to)).toBe(true);
          expect(least).toBeGreaterThan(0);
          expect(least).toBeLessThanOrEqual(missing);
        }
        before = one.time;
      }
    }),
    { numRuns: 500 },
  );
});

const recordings = process.env["HANTOO_RECORDINGS"];
test.runIf(recordings !== undefined)("all 215 recorded pairs of rows explain each other", () => {
  const file = "kis/01-dailychartprice-FHKST03010230-005930-20250916-1036KST-RECORDED.json";
  const { payload } = JSON.parse(readFileSync(join(recordings!, file), "utf8")) as {
    payload: { output2: WireRow[] };
  };
  let pairs = 0;
  for (const date of ["2025-09-15", "2025-09-16"]) {
    const own = payload.output2.filter((one) => one.stck_bsop_date === date.replaceAll("-", ""));
    const rows = new DayRows({ day: date, first: 0, hasBase: true });
    const newestFirst = own.toSorted((a, b) => (a.stck_cntg_hour < b.stck_cntg_hour ? 1 : -1));
    rows.add(page(newestFirst), { label: kstInstant(date, "20:00"), echoes: false });
    const [first, ...rest] = rows.rows;
    const known = { minute: first!.minute, total: first!.total!, isDayStart: false };
    const { holes, refuted, turnover } = followTurnover(rest, krx.minutes(date), known, undefined);
    expect(holes).toEqual([]);
    expect([...refuted]).toEqual([]);
    pairs += turnover.size;
    if (date === "2025-09-15") expect(turnover.get(kstInstant(date, "15:30"))).toBe(1_846_000 * 76_500);
  }
  expect(pairs).toBe(215);
});
