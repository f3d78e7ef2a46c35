import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import { KisSchemaError, MINUTE_MS, type MinuteBar } from "../../../src/core/index.js";
import type { Cell } from "../../../src/archive/day-table.js";
import type { SourceBars } from "../../../src/kline/evidence/bar-source.js";
import { checkAnswer, fillDay } from "../../../src/kline/evidence/fill.js";
import { soundPrefix } from "../../../src/kline/evidence/cell-kind.js";
import { HOLE } from "../day-samples.js";
import { expectedCells, truthOf } from "../sample-market.js";

const tradingDay = "2026-11-20";
const minutes = krx.minutes(tradingDay);
const symbol = "0001A0";

const answerOf = (bars: readonly MinuteBar[], count: number): SourceBars => ({
  symbol,
  venue: "KRX",
  tradingDay,
  bars,
  through: minutes[count - 1] ?? (minutes[0] as number) - MINUTE_MS,
  complete: count === minutes.length,
  calls: 4,
});
const rows = (cells: readonly (Cell | undefined)[]): unknown =>
  cells.map((cell) => cell && [cell.open, cell.high, cell.low, cell.close, cell.volume, cell.accVolume]);
const input = { minutes, final: minutes.length, turnover: false };

test("in whatever pieces the day is fetched, the stored cells are those of one quiet fetch", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9999 }),
      fc.array(fc.integer({ min: 0, max: minutes.length }), { maxLength: 6 }),
      (seed, cuts) => {
        const truth = truthOf(seed, symbol, tradingDay);
        const stored: Cell[] = [];
        for (const end of [...cuts.sort((a, b) => a - b), minutes.length]) {
          const from = minutes[stored.length] ?? Infinity;
          let accVolume = 0; // as a source counts that was asked from `from`
          const bars = truth
            .filter(({ time }) => time >= from && time <= (minutes[end - 1] ?? 0))
            .map((bar) => ({ ...bar, accVolume: (accVolume += bar.volume) }));
          const fill = fillDay({
            ...input,
            stored: (index) => stored[index],
            keep: stored.length,
            answer: answerOf(bars, end),
          });
          expect(fill.cells.map(({ index }) => index)).toEqual(
            Array.from({ length: end - stored.length }, (_, at) => stored.length + at),
          );
          for (const { index, cell } of fill.cells) stored[index] = cell;
          expect(fill.known).toBe(end);
        }
        expect(rows(stored)).toEqual(expectedCells(seed, symbol, tradingDay));
      },
    ),
    { numRuns: 60 },
  );
});

describe("a row that breaks what every bar must hold stops the symbol there", () => {
  const truth = truthOf(3, symbol, tradingDay);
  const at = 40;
  const good = truth[at] as MinuteBar;
  test.each<[string, Partial<MinuteBar>]>([
    ["high", { high: Math.max(good.open, good.close) - 1 }],
    ["low", { low: Math.min(good.open, good.close) + 1 }],
    ["low", { low: 0 }],
    ["open", { open: Number.NaN }],
    ["volume", { volume: 0 }],
    ["volume", { volume: 1.5 }],
    ["volume", { volume: -9223372036854775808 }],
  ])("%s %o", (field, change) => {
    const bars = truth.map((bar, index) => (index === at ? { ...bar, ...change } : bar));
    const fill = fillDay({
      ...input,
      stored: () => undefined,
      keep: 0,
      answer: answerOf(bars, minutes.length),
    });
    expect(fill.error).toBeInstanceOf(KisSchemaError);
    expect(fill.error?.path).toBe(`bars[${at}].${field}`);
    expect(fill.known).toBe(minutes.indexOf(good.time));
    expect(rows(fill.cells.map(({ cell }) => cell))).toEqual(
      expectedCells(3, symbol, tradingDay, { count: fill.known }),
    );
  });
});

test("a minute that the clock does not call final is not taken, whatever the source says", () => {
  const answer = answerOf(truthOf(1, symbol, tradingDay), minutes.length);
  const fill = fillDay({ ...input, final: 17, stored: () => undefined, keep: 0, answer });
  expect(fill.known).toBe(17);
  expect(rows(fill.cells.map(({ cell }) => cell))).toEqual(
    expectedCells(1, symbol, tradingDay, { count: 17 }),
  );
});

test("a re-read gives only what differs, and what follows from it", () => {
  const truth = truthOf(5, symbol, tradingDay);
  const first = fillDay({
    ...input,
    stored: () => undefined,
    keep: 0,
    answer: answerOf(truth, minutes.length),
  });
  const stored = first.cells.map(({ cell }) => cell);
  const again = { ...input, stored: (index: number) => stored[index], keep: 0 };
  expect(fillDay({ ...again, answer: answerOf(truth, minutes.length) }).cells).toEqual([]);

  const last = truth.at(-1) as MinuteBar;
  const corrected = [...truth.slice(0, -1), { ...last, volume: last.volume + 7 }];
  const changed = fillDay({ ...again, answer: answerOf(corrected, minutes.length) }).cells;
  expect(changed.map(({ index }) => index)).toEqual(
    minutes.flatMap((time, index) => (time >= last.time ? [index] : [])),
  );
});

describe("a re-read that ends before what is stored", () => {
  const truth = truthOf(5, symbol, tradingDay);
  const whole = { ...input, keep: 0, answer: answerOf(truth, minutes.length) };
  const stored = fillDay({ ...whole, stored: () => undefined }).cells.map(({ cell }) => cell);
  const [first, ...others] = truth as [MinuteBar, ...MinuteBar[]];
  const corrected = [{ ...first, volume: first.volume + 7 }, ...others];
  const cut = corrected.filter(({ time }) => time <= (minutes[99] ?? 0));
  const bad = corrected.map((bar) => (bar.time > (minutes[99] ?? 0) ? { ...bar, low: 0 } : bar));
  const fillOf = (answer: SourceBars) =>
    fillDay({ ...input, keep: 0, sound: stored.length, stored: (index) => stored[index], answer });

  test.each([
    ["because the answer does", answerOf(cut, 100)],
    ["at a row that is no bar", answerOf(bad, minutes.length)],
  ])("%s: accVolume goes on from its correction", (_, answer) => {
    const fill = fillOf(answer);
    const after = [...stored];
    for (const { index, cell } of fill.cells) after[index] = cell;
    const expected = fillDay({ ...whole, stored: () => undefined, answer: answerOf(corrected, 381) });
    expect(rows(after)).toEqual(rows(expected.cells.map(({ cell }) => cell)));
    expect(fill.known).toBeLessThan(381);
  });
});

test("accVolume and flat prices stored wrong are put in order without an answer", () => {
  const cells = fillDay({
    ...input,
    stored: () => undefined,
    keep: 0,
    answer: answerOf(truthOf(2, symbol, tradingDay), minutes.length),
  }).cells.map(({ cell }) => cell);
  const broken = cells.map((cell, index) =>
    index === 100 ? { ...cell, accVolume: cell.accVolume + 1 } : cell,
  );
  const healed = fillDay({ ...input, stored: (index) => broken[index], keep: broken.length });
  expect(healed.cells).toEqual([{ index: 100, cell: cells[100] }]);
});

test("turnover: of the minute, 0 where untraded, and its absence is refused where it is wanted", () => {
  const truth = truthOf(4, "T00001", tradingDay);
  const answer = answerOf(truth, minutes.length);
  const { cells } = fillDay({ ...input, turnover: true, stored: () => undefined, keep: 0, answer });
  expect(cells.reduce((sum, { cell }) => sum + (cell.turnover ?? Number.NaN), 0)).toBe(
    truth.reduce((sum, bar) => sum + (bar.turnover ?? 0), 0),
  );
  const without = answerOf(
    truth.map((bar): MinuteBar => {
      const { turnover: _turnover, ...rest } = bar;
      return rest;
    }),
    minutes.length,
  );
  expect(
    fillDay({ ...input, turnover: true, stored: () => undefined, keep: 0, answer: without }).error?.path,
  ).toBe("bars[0].turnover");
});

describe("an answer as a whole", () => {
  const truth = truthOf(1, symbol, tradingDay);
  const good = answerOf(truth, minutes.length);
  const facts = { symbol, venue: "KRX", tradingDay, minutes } as const;
  test("passes as the source gave it", () => expect(() => checkAnswer(good, facts)).not.toThrow());
  test.each<[string, Partial<SourceBars>]>([
    ["symbol", { symbol: "005930" }],
    ["venue", { venue: "NXT" }],
    ["tradingDay", { tradingDay: "2026-11-18" }],
    ["through", { through: Number.NaN }],
    ["bars[1].time", { bars: [truth[1], truth[0]] as MinuteBar[] }],
    ["bars[1].time", { bars: [truth[0], truth[0]] as MinuteBar[] }],
    ["bars[0].time", { bars: [{ ...(truth[0] as MinuteBar), time: (minutes[0] as number) + 1000 }] }],
    ["bars[0].time", { bars: [{ ...(truth[0] as MinuteBar), time: (minutes[0] as number) - MINUTE_MS }] }],
    [`bars[${truth.length - 1}].time`, { through: (truth.at(-1) as MinuteBar).time - 1 }],
  ])("is refused for its %s", (path, change) => {
    expect(() => checkAnswer({ ...good, ...change }, facts)).toThrow(expect.objectContaining({ path }));
  });
});

test("the sound prefix ends before the first minute that is absent or no bar", () => {
  const flat: Cell = { open: 5, high: 5, low: 5, close: 5, volume: 1, accVolume: 1 };
  expect(soundPrefix((index) => [flat, flat, undefined, flat][index], 4)).toBe(2);
  expect(soundPrefix((index) => [flat, { ...flat, low: 0 }][index], 2)).toBe(1);
  expect(soundPrefix((index) => [flat, { ...flat, volume: 1.5 }][index], 2)).toBe(1);
  expect(soundPrefix(() => ({ ...flat, high: 4 }), 2)).toBe(2); // odd, and as KIS has it
  expect(soundPrefix(() => ({ ...HOLE, accVolume: 1 }), 2)).toBe(2);
  expect(soundPrefix((index) => [flat, { ...flat, close: null }][index], 2)).toBe(1);
  expect(soundPrefix(() => ({ ...flat, volume: 0, open: null, high: null, low: null, close: null }), 3)).toBe(
    3,
  );
});
