import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import { KisSchemaError, MINUTE_MS, type MinuteBar } from "../../../src/core/index.js";
import type { Cell } from "../../../src/archive/day-table.js";
import type { SourceBars } from "../../../src/kline/evidence/bar-source.js";
import { soundPrefix } from "../../../src/kline/evidence/cell-kind.js";
import { mergeAnswer } from "../../../src/kline/evidence/merge-answer.js";
import { type DayAnswer, readAnswer } from "../../../src/kline/evidence/read-answer.js";
import { HOLE } from "../day-samples.js";
import { expectedCells, filledCells, truthOf } from "../sample-market.js";

const tradingDay = "2026-11-20";
const minutes = krx.minutes(tradingDay);
const symbol = "0001A0";

const sourceBars = (
  bars: readonly MinuteBar[],
  count: number,
  more: Partial<SourceBars> = {},
): SourceBars => ({
  symbol,
  venue: "KRX",
  tradingDay,
  bars,
  through: minutes[count - 1] ?? (minutes[0] as number) - MINUTE_MS,
  complete: count === minutes.length,
  calls: 4,
  ...more,
});
const facts = { symbol, venue: "KRX", tradingDay, minutes } as const;
const answerOf = (bars: readonly MinuteBar[], count: number, more: Partial<SourceBars> = {}): DayAnswer =>
  readAnswer(sourceBars(bars, count, more), facts);
const rows = (cells: readonly (Cell | undefined)[]): unknown =>
  cells.map((cell) => cell && [cell.open, cell.high, cell.low, cell.close, cell.volume, cell.accVolume]);
const summed = (bars: readonly MinuteBar[]): MinuteBar[] => {
  let accVolume = 0;
  return bars.map((bar) => ({ ...bar, accVolume: (accVolume += bar.volume) }));
};
const input = { final: minutes.length, turnover: false };

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
          const fill = mergeAnswer({
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

describe("a row that is no bar at all costs its own minute, which is a hole, and no neighbour", () => {
  const truth = truthOf(3, symbol, tradingDay);
  const at = 40;
  const good = truth[at] as MinuteBar;
  test.each<Partial<MinuteBar>>([
    { low: 0 },
    { open: Number.NaN },
    { close: -1 },
    { volume: 0 },
    { volume: 1.5 },
    { volume: -9223372036854775808 },
    { time: good.time + 1000 },
  ])("%o", (change) => {
    const bars = truth.map((bar, index) => (index === at ? { ...bar, ...change } : bar));
    const answer = answerOf(bars, minutes.length);
    const fill = mergeAnswer({ ...input, stored: () => undefined, keep: 0, answer });
    expect(answer.doubtful).toEqual([good.time]);
    expect(fill.known).toBe(minutes.length);
    const rest = truth.filter((bar) => bar !== good);
    const expected = filledCells(summed(rest), minutes);
    const index = minutes.indexOf(good.time);
    expected[index] = [null, null, null, null, null, expected[index]?.[5] ?? null];
    expect(rows(fill.cells.map(({ cell }) => cell))).toEqual(expected);
  });
});

describe("a bar that breaks a rule is stored as the source has it", () => {
  // cases/01-minute-open-outside-range.json: 036220's first bar, the open of the opening auction
  const first = { time: minutes[0] as number, open: 6880, high: 6810, low: 6810, close: 6810, volume: 63 };
  const odd = { ...first, accVolume: 63, turnover: 429_030 };
  test("036220: its row, and the day around it", () => {
    const named = [{ time: odd.time, rule: "open-outside-range" }];
    const answer = answerOf([odd], minutes.length, { odd: named });
    expect([answer.odd, answer.doubtful]).toEqual([named, []]);
    const { cells, known } = mergeAnswer({ ...input, stored: () => undefined, keep: 0, answer });
    expect(known).toBe(381);
    expect(rows(cells.slice(0, 2).map(({ cell }) => cell))).toEqual([
      [6880, 6810, 6810, 6810, 63, 63],
      [6810, 6810, 6810, 6810, 0, 63],
    ]);
  });
  test("which the source does not name is doubtful until it is looked at again", () => {
    expect(answerOf([odd], 381).doubtful).toEqual([odd.time]);
    expect(answerOf([odd], 381).odd).toEqual([{ time: odd.time, rule: "open-outside-range" }]);
  });
});

test("a minute that the clock does not call final is not taken, whatever the source says", () => {
  const answer = answerOf(truthOf(1, symbol, tradingDay), minutes.length);
  const fill = mergeAnswer({ ...input, final: 17, stored: () => undefined, keep: 0, answer });
  expect(fill.known).toBe(17);
  expect(rows(fill.cells.map(({ cell }) => cell))).toEqual(
    expectedCells(1, symbol, tradingDay, { count: 17 }),
  );
});

test("a re-read gives only what differs, and what follows from it", () => {
  const truth = truthOf(5, symbol, tradingDay);
  const first = mergeAnswer({
    ...input,
    stored: () => undefined,
    keep: 0,
    answer: answerOf(truth, minutes.length),
  });
  const stored = first.cells.map(({ cell }) => cell);
  const again = { ...input, stored: (index: number) => stored[index], keep: 0 };
  expect(mergeAnswer({ ...again, answer: answerOf(truth, minutes.length) }).cells).toEqual([]);

  const last = truth.at(-1) as MinuteBar;
  const corrected = [...truth.slice(0, -1), { ...last, volume: last.volume + 7 }];
  const changed = mergeAnswer({ ...again, answer: answerOf(corrected, minutes.length) }).cells;
  expect(changed.map(({ index }) => index)).toEqual(
    minutes.flatMap((time, index) => (time >= last.time ? [index] : [])),
  );
});

describe("a re-read that ends before what is stored", () => {
  const truth = truthOf(5, symbol, tradingDay);
  const whole = { ...input, keep: 0, answer: answerOf(truth, minutes.length) };
  const stored = mergeAnswer({ ...whole, stored: () => undefined }).cells.map(({ cell }) => cell);
  const [first, ...others] = truth as [MinuteBar, ...MinuteBar[]];
  const corrected = [{ ...first, volume: first.volume + 7 }, ...others];
  const cut = corrected.filter(({ time }) => time <= (minutes[99] ?? 0));
  const fillOf = (answer: DayAnswer) =>
    mergeAnswer({ ...input, keep: 0, sound: stored.length, stored: (index) => stored[index], answer });

  test("accVolume goes on from its correction", () => {
    const fill = fillOf(answerOf(cut, 100));
    const after = [...stored];
    for (const { index, cell } of fill.cells) after[index] = cell;
    const expected = mergeAnswer({ ...whole, stored: () => undefined, answer: answerOf(corrected, 381) });
    expect(rows(after)).toEqual(rows(expected.cells.map(({ cell }) => cell)));
    expect(fill.known).toBeLessThan(381);
  });
});

test("accVolume and flat prices stored wrong are put in order without an answer", () => {
  const cells = mergeAnswer({
    ...input,
    stored: () => undefined,
    keep: 0,
    answer: answerOf(truthOf(2, symbol, tradingDay), minutes.length),
  }).cells.map(({ cell }) => cell);
  const broken = cells.map((cell, index) =>
    index === 100 ? { ...cell, accVolume: cell.accVolume + 1 } : cell,
  );
  const healed = mergeAnswer({ ...input, stored: (index) => broken[index], keep: broken.length });
  expect(healed.cells).toEqual([{ index: 100, cell: cells[100] }]);
});

test("turnover: of the minute, 0 where untraded, nothing where it is not told, and what was told stays", () => {
  const truth = truthOf(4, symbol, tradingDay);
  const answer = answerOf(truth, minutes.length);
  const whole = { ...input, turnover: true, keep: 0 };
  const { cells } = mergeAnswer({ ...whole, stored: () => undefined, answer });
  expect(cells.reduce((sum, { cell }) => sum + (cell.turnover ?? Number.NaN), 0)).toBe(
    truth.reduce((sum, bar) => sum + (bar.turnover ?? 0), 0),
  );
  const untold = truth.map(({ turnover: _turnover, ...rest }): MinuteBar => rest);
  const fresh = mergeAnswer({ ...whole, stored: () => undefined, answer: answerOf(untold, 381) }).cells;
  const traded = new Set(truth.map(({ time }) => minutes.indexOf(time)));
  expect(fresh.every(({ index, cell }) => cell.turnover === (traded.has(index) ? undefined : 0))).toBe(true);
  const stored = (index: number): Cell | undefined => cells[index]?.cell;
  expect(mergeAnswer({ ...whole, stored, answer: answerOf(untold, 381) }).cells).toEqual([]);
});

describe("an answer as a whole", () => {
  const truth = truthOf(1, symbol, tradingDay);
  const good = sourceBars(truth, minutes.length);
  const [one, two, ...others] = truth as [MinuteBar, MinuteBar, ...MinuteBar[]];
  test.each<[string, Partial<SourceBars>]>([
    ["symbol", { symbol: "005930" }],
    ["venue", { venue: "NXT" }],
    ["tradingDay", { tradingDay: "2026-11-18" }],
    ["through", { through: Number.NaN }],
    ["bars[1].time", { bars: [one, { ...two, time: Number.NaN }, ...others] }],
  ])("is refused for its %s", (path, change) => {
    expect(() => readAnswer({ ...good, ...change }, facts)).toThrow(expect.objectContaining({ path }));
    expect(() => readAnswer({ ...good, ...change }, facts)).toThrow(KisSchemaError);
  });
  test("out of order, or a row twice, it says the same", () => {
    const { bars } = readAnswer(good, facts);
    const shuffled = readAnswer({ ...good, bars: [two, one, ...others, one] }, facts);
    expect([...shuffled.bars].sort(([a], [b]) => a - b)).toEqual([...bars]);
    expect(shuffled.doubtful).toEqual([]);
  });
  test("two rows of one minute that differ are a hole", () => {
    const answer = readAnswer({ ...good, bars: [...truth, { ...one, volume: one.volume + 1 }] }, facts);
    const index = minutes.indexOf(one.time);
    expect([answer.bars.has(index), answer.holes, answer.doubtful]).toEqual([
      false,
      [{ first: index, last: index }],
      [one.time],
    ]);
  });
  test("a row past its own end is not spoken for", () => {
    const last = truth.at(-1) as MinuteBar;
    const answer = readAnswer({ ...good, through: last.time - 1 }, facts);
    expect(answer.bars.size).toBe(truth.length - 1);
  });
  test("trades at no minute of the session are outside, and the day is never called whole", () => {
    const [open = 0, close = 0] = [minutes[0], minutes.at(-1)];
    const strays = [
      { ...one, time: open - MINUTE_MS, volume: 5 },
      { ...one, time: close + MINUTE_MS, volume: 7 },
    ];
    const outside = { from: open - MINUTE_MS, to: close + MINUTE_MS, shares: 12 };
    const answer = readAnswer({ ...good, through: close + MINUTE_MS, bars: [...strays, ...truth] }, facts);
    expect([answer.outside, answer.spoken]).toEqual([outside, 380]);
    // A source that names them and calls the day complete all the same.
    expect(readAnswer({ ...good, outside, complete: true }, facts)).toMatchObject({ outside, spoken: 380 });
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
