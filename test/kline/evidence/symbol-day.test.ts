import { describe, expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import {
  IncompleteDataError,
  KisApiError,
  MINUTE_MS,
  type MinuteBar,
  type MinuteBarsRequest,
  kstInstant,
} from "../../../src/core/index.js";
import { type DayTable, createDayTable } from "../../../src/archive/day-table.js";
import type { SourceBars } from "../../../src/kline/evidence/bar-source.js";
import { type SymbolDay, fetchSymbolDay } from "../../../src/kline/evidence/symbol-day.js";
import { filledCells, truthOf } from "../sample-market.js";

const tradingDay = "2025-10-02";
const minutes = krx.minutes(tradingDay);
const symbol = "348080";
const EVENING = kstInstant("2025-10-10", "18:00");
const base = { symbol, venue: "KRX", tradingDay, complete: true, calls: 4 } as const;
const close = minutes.at(-1) ?? 0;
const evidence = { holes: [], odd: [], outside: undefined, basis: "traded" } as const;

/** A day at KIS, and what is stored of it. */
function setUp(answers: readonly (Partial<SourceBars> | Error)[], stored?: DayTable) {
  const asked: MinuteBarsRequest[] = [];
  const table = stored ?? createDayTable({ tradingDay, venue: "KRX", minutes });
  const read = async (more: { reread?: boolean; rescaled?: "store" } = {}): Promise<SymbolDay> => {
    const day = await fetchSymbolDay({
      source: {
        async minuteBars(request) {
          const answer = answers[Math.min(asked.length, answers.length - 1)];
          asked.push(request);
          if (answer instanceof Error) throw answer;
          return { ...base, bars: [], through: close, ...answer };
        },
      },
      stored: table,
      symbol,
      tradingDay,
      venue: "KRX",
      hours: "regular",
      now: EVENING,
      settleMs: 10_000,
      ...more,
    });
    for (const { index, cell } of day.cells) table.set(symbol, index, cell);
    return day;
  };
  const rows = (): unknown[] =>
    minutes.map((_, index) => {
      const cell = table.get(symbol, index);
      return cell && [cell.open, cell.high, cell.low, cell.close, cell.volume, cell.accVolume];
    });
  return { asked, table, read, rows };
}

const truth = truthOf(3, symbol, tradingDay);
const good = truth[30] as MinuteBar;
const withRow = (change: Partial<MinuteBar>): MinuteBar[] =>
  truth.map((bar) => (bar === good ? { ...bar, ...change } : bar));

describe("what surprises and is not named by its source is asked for once more", () => {
  const odd = withRow({ high: good.low - 1 });

  test("and the same again is stored as it is, named, and costs no neighbour", async () => {
    const { read, asked, rows } = setUp([{ bars: odd }]);
    const day = await read();
    expect(day).toMatchObject({ calls: 8, complete: true, verified: true, holes: [] });
    expect(day.error).toBeUndefined();
    expect(day.odd).toEqual([{ time: good.time, rule: "low-above-high" }]);
    expect(asked).toHaveLength(2);
    expect(rows()).toEqual(filledCells(odd, minutes));
    // Stored as it is, it is neither asked for on every pass nor out of the coverage.
    expect(await read()).toMatchObject({ calls: 0, cells: [], complete: true, odd: day.odd });
  });

  test("and a sound second answer is taken", async () => {
    const { read, rows } = setUp([{ bars: odd }, { bars: truth }]);
    expect(await read()).toMatchObject({ odd: [], holes: [], complete: true });
    expect(rows()).toEqual(filledCells(truth, minutes));
  });

  test("and where the second has no row there, the first one's stands", async () => {
    const { read, rows } = setUp([{ bars: odd }, { bars: truth.filter((bar) => bar !== good) }]);
    expect((await read()).odd).toEqual([{ time: good.time, rule: "low-above-high" }]);
    expect(rows()).toEqual(filledCells(odd, minutes));
  });

  test("and where the second look fails, the first stands", async () => {
    const error = new KisApiError("busy", { status: 500, trId: "FHKST03010230", rtCd: "1", msgCd: "X" });
    const { read } = setUp([{ bars: odd }, error]);
    expect(await read()).toMatchObject({ complete: true, odd: [{ time: good.time }] });
  });

  test("but not what the source names itself", async () => {
    const named = [{ time: good.time, rule: "low-above-high" }];
    const { read, asked } = setUp([{ ...evidence, bars: odd, odd: named }]);
    expect((await read()).odd).toEqual(named);
    expect(asked).toHaveLength(1);
  });

  test("what cannot be a bar is a hole then, and heals when it is read again", async () => {
    const bad = withRow({ volume: -9223372036854775808 });
    const { read, rows } = setUp([{ bars: bad }, { bars: bad }, { ...evidence, bars: truth }]);
    const day = await read();
    expect(day).toMatchObject({ complete: true, holes: [good.time] });
    expect(day.error).toBeUndefined();
    expect(await read()).toMatchObject({ calls: 0, holes: [good.time] });
    const healed = await read({ reread: true });
    expect(healed).toMatchObject({ holes: [], verified: true });
    expect(rows()).toEqual(filledCells(truth, minutes));
  });
});

test("trades at hours that the calendar does not know: the day is not whole, and the error says what to do", async () => {
  const outside = { from: close + 31 * MINUTE_MS, to: close + 60 * MINUTE_MS, shares: 1234 };
  const { read } = setUp([{ ...evidence, bars: truth, outside, complete: true }]);
  const day = await read();
  expect(day).toMatchObject({ known: 380, complete: false, verified: false, outside });
  expect(day.error).toBeInstanceOf(IncompleteDataError);
  expect((day.error as IncompleteDataError).message).toMatch(
    /1234 shares .* 2025-10-02_16:01 to 2025-10-02_16:30.*createCalendar/,
  );
});

describe("a past day on the scale of a later corporate action", () => {
  // cases/17-adjusted-minutes-348080.json: raw close 953, shown 8327
  const factor = 8327 / 953;
  const show = (bar: MinuteBar): MinuteBar => ({
    ...bar,
    open: Math.round(bar.open * factor),
    high: Math.round(bar.high * factor),
    low: Math.round(bar.low * factor),
    close: Math.round(bar.close * factor),
  });
  let acc = 0;
  const traded = [950, 961, 940, 945, 953].map((price, at): MinuteBar => ({
    time: minutes[[0, 5, 17, 300, 380][at] as number] as number,
    open: price,
    high: price + 2,
    low: price - 1,
    close: price,
    volume: 10 + at,
    accVolume: (acc += 10 + at),
  }));
  const shown = traded.map(show);
  const tradedDay = { open: 950, high: 963, low: 939, close: 953 };
  const rescaled = { ...evidence, basis: "rescaled", bars: shown } as const;

  test("is restored where the raw daily bar and the ticks leave one price each", async () => {
    const { read, rows } = setUp([{ ...rescaled, tradedDay }]);
    expect(await read()).toMatchObject({ rescaled: "restored", complete: true });
    expect(rows()).toEqual(filledCells(traded, minutes));
  });

  test("is not stored without a proof, and the reason has a name", async () => {
    const { read, table } = setUp([rescaled]);
    const day = await read();
    expect(day).toMatchObject({
      rescaled: "left",
      cells: [],
      known: 0,
      calls: 4,
      error: { reason: "rescaled" },
    });
    expect(table.cellCount()).toBe(0);
  });

  test("is stored as shown where that is asked for, and read again it is the same", async () => {
    const { read, rows } = setUp([rescaled]);
    expect(await read({ rescaled: "store" })).toMatchObject({ rescaled: "stored", complete: true });
    expect(rows()).toEqual(filledCells(shown, minutes));
    expect((await read({ rescaled: "store", reread: true })).cells).toEqual([]);
  });

  test("heals a hole of a day stored as traded, by what is stored around it; what is there stays", async () => {
    const { read, table, rows } = setUp([{ ...evidence, bars: traded }, rescaled]);
    await read();
    table.set(symbol, 17, { open: null, high: null, low: null, close: null, volume: null, accVolume: 21 });
    const day = await read({ reread: true });
    expect(day).toMatchObject({ rescaled: "restored", holes: [] });
    expect(rows()).toEqual(filledCells(traded, minutes));
  });

  test("replaces nothing that is stored: its prices are worked out, the stored ones were read", async () => {
    const otherwise = shown.map((bar, at) => (at === 1 ? { ...bar, volume: bar.volume + 1 } : bar));
    const { read, rows } = setUp([
      { ...evidence, bars: traded },
      { ...rescaled, bars: otherwise },
    ]);
    await read();
    expect(await read({ reread: true })).toMatchObject({ rescaled: "restored", cells: [] });
    expect(rows()).toEqual(filledCells(traded, minutes));
  });

  test("two scales never stand in one day: nor two scales of volume", async () => {
    const { read, table } = setUp([
      { ...evidence, bars: traded },
      { ...rescaled, bars: shown.map((bar) => ({ ...bar, volume: bar.volume * 9 })) },
    ]);
    await read();
    table.set(symbol, 17, { open: null, high: null, low: null, close: null, volume: null, accVolume: 21 });
    for (const more of [{}, { rescaled: "store" }] as const)
      expect(await read({ reread: true, ...more })).toMatchObject({ rescaled: "left", cells: [] });
  });
});
