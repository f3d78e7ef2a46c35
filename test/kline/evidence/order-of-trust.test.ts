import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import { MINUTE_MS, type MinuteBar, type MinuteHole } from "../../../src/core/index.js";
import type { Cell } from "../../../src/archive/day-table.js";
import type { SourceBars } from "../../../src/kline/evidence/bar-source.js";
import { mergeAnswer } from "../../../src/kline/evidence/merge-answer.js";
import { readAnswer } from "../../../src/kline/evidence/read-answer.js";
import { HOLE } from "../day-samples.js";
import { filledCells, truthOf } from "../sample-market.js";

const tradingDay = "2026-11-20";
const minutes = krx.minutes(tradingDay);
const symbol = "0001A0";
const base = { symbol, venue: "KRX", tradingDay, complete: true, calls: 4 } as const;
const facts = { symbol, venue: "KRX", tradingDay, minutes } as const;
const indexOf = (bar: MinuteBar): number => minutes.indexOf(bar.time);

/** Bars whose turnover is what the rows can have cost, some with room between low and high, some without. */
function marketOf(seed: number): readonly MinuteBar[] {
  return truthOf(seed, symbol, tradingDay).map((bar) => ({ ...bar, turnover: bar.volume * bar.close }));
}

interface Answered {
  readonly answer: SourceBars;
  /** Lost rows that the totals do not betray: the next row's own trades leave room for them. */
  readonly unseen: ReadonlySet<number>;
}

/**
 * A source that reads running totals: rows are lost on the way, the total over them is not. Written against the
 * contract and apart from the client: a step larger than the row's own trades can be makes the minutes before it a hole.
 */
function answerOf(
  truth: readonly MinuteBar[],
  lost: ReadonlySet<number>,
  through = minutes.length,
): Answered {
  const bars: MinuteBar[] = [];
  const holes: MinuteHole[] = [];
  const unseen = new Set<number>();
  let step = 0;
  let gap: number[] = [];
  let last = -1;
  let accVolume = 0;
  for (const bar of truth) {
    const index = indexOf(bar);
    if (index >= through) break;
    step += bar.turnover ?? 0;
    if (lost.has(index)) {
      gap.push(index);
      continue;
    }
    accVolume += bar.volume;
    const isTold = step <= (bar.high + 0.5) * bar.volume;
    const { turnover: _, ...rest } = bar;
    bars.push({ ...rest, accVolume, ...(isTold ? { turnover: step } : {}) });
    if (isTold) for (const at of gap) unseen.add(at);
    else {
      const [from = 0, to = 0] = [minutes[last + 1], minutes[index - 1]];
      holes.push({ from, to, kind: "lost", turnover: step - (bar.high + 0.5) * bar.volume });
    }
    [step, gap, last] = [0, [], index];
  }
  // The day's own total vouches for the end.
  if (gap.length > 0) {
    const [from = 0, to = 0] = [minutes[last + 1], minutes[through - 1]];
    holes.push({ from, to, kind: "closing", turnover: step });
  }
  const evidence = { holes, odd: [], outside: undefined, basis: "traded" } as const;
  const end = minutes[through - 1] ?? (minutes[0] ?? 0) - MINUTE_MS;
  return { answer: { ...base, bars, through: end, ...evidence }, unseen };
}

/** A store of one symbol's day that is read again and again. */
class Store {
  readonly cells: (Cell | undefined)[] = [];
  readonly #turnover: boolean;
  constructor(turnover: boolean) {
    this.#turnover = turnover;
  }
  read(answer: SourceBars, keep = 0): ReturnType<typeof mergeAnswer> {
    const stored = (index: number): Cell | undefined => this.cells[index];
    const day = readAnswer(answer, facts);
    const sound = this.cells.length;
    const common = { final: minutes.length, turnover: this.#turnover, stored, keep, sound };
    const fill = mergeAnswer({ ...common, answer: day });
    for (const { index, cell } of fill.cells) this.cells[index] = cell;
    return fill;
  }
  rows(): unknown[] {
    return this.cells.map(
      (cell) => cell && [cell.open, cell.high, cell.low, cell.close, cell.volume, cell.accVolume],
    );
  }
}

/** Invariants 3 and 4, and that the prefix has no gap. */
function expectSound(cells: readonly (Cell | undefined)[]): void {
  let accVolume = 0;
  let price: number | null = null;
  for (const cell of cells) {
    accVolume += cell?.volume ?? 0;
    expect(cell?.accVolume).toBe(accVolume);
    if (cell?.volume === 0)
      expect([cell.open, cell.high, cell.low, cell.close]).toEqual([price, price, price, price]);
    if ((cell?.volume ?? 0) > 0) price = cell?.close ?? null;
  }
}

const losses = fc.array(
  fc.record({
    rate: fc.constantFrom(0, 0.02, 0.3),
    seed: fc.nat(9999),
    through: fc.constantFrom(minutes.length, minutes.length, 200),
    tells: fc.constantFrom(true, true, false),
  }),
  { minLength: 1, maxLength: 5 },
);
const lostOf = (rate: number, seed: number): ReadonlySet<number> =>
  new Set(minutes.flatMap((_, index) => (hash(seed, index) < rate ? [index] : [])));
const hash = (seed: number, index: number): number =>
  (Math.imul(seed * 7919 + index, 2654435761) >>> 8) / 2 ** 24;

test("whatever rows are lost and read again: the truth, or a hole, or a loss that no total betrays; and then the truth", () => {
  let [healed, holes] = [0, 0];
  fc.assert(
    fc.property(fc.nat(9999), losses, fc.boolean(), (seed, reads, turnover) => {
      const truth = marketOf(seed);
      const byIndex = new Map(truth.map((bar) => [indexOf(bar), bar]));
      const store = new Store(turnover);
      const unseen = new Set<number>();
      for (const { rate, seed: draw, through, tells } of reads) {
        const { answer, unseen: missed } = answerOf(truth, lostOf(rate, draw), through);
        const had = [...store.cells];
        if (!tells) {
          // A source that says nothing of holes loses rows unseen.
          for (const bar of truth) if (lostOf(rate, draw).has(indexOf(bar))) unseen.add(indexOf(bar));
          const { holes: _holes, odd: _odd, outside: _outside, basis: _basis, ...silent } = answer;
          store.read({ ...silent, bars: silent.bars.map(({ turnover: _t, ...bar }) => bar) });
        } else store.read(answer);
        for (const index of missed) unseen.add(index);
        for (const [index, cell] of store.cells.entries()) {
          const bar = byIndex.get(index);
          const before = had[index];
          if (cell?.volume === null) holes++;
          else if ((cell?.volume ?? 0) > 0)
            expect(cell).toMatchObject({ close: bar?.close, volume: bar?.volume });
          else if (bar !== undefined) expect(unseen).toContain(index);
          // Presence is never lost.
          if ((before?.volume ?? 0) > 0) expect(cell?.volume).toBe(before?.volume);
        }
        expectSound(store.cells);
      }
      store.read(answerOf(truth, new Set()).answer);
      healed++;
      expect(store.rows()).toEqual(filledCells(truth, minutes));
      expect(store.read(answerOf(truth, new Set()).answer).cells).toEqual([]);
    }),
    { numRuns: 60 },
  );
  expect(healed).toBeGreaterThan(50);
  expect(holes).toBeGreaterThan(1000);
});

describe("a minute stored as traded, of which an answer has no row", () => {
  // Prices without room: high and low are the close, so each total tells exactly.
  const flat = (index: number, price: number, volume: number): MinuteBar => ({
    time: minutes[index] ?? 0,
    open: price,
    high: price,
    low: price,
    close: price,
    volume,
    accVolume: volume,
    turnover: price * volume,
  });
  const truth = [flat(3, 100, 5), flat(5, 110, 7), flat(9, 105, 2)];
  const wrong = flat(4, 500, 50); // stored by whoever was wrong
  const answer = answerOf(truth, new Set()).answer;
  const storedWith = (...bars: MinuteBar[]): Store => {
    const store = new Store(false);
    store.read(
      answerOf(
        bars.sort((a, b) => a.time - b.time),
        new Set(),
      ).answer,
    );
    return store;
  };

  test("stays where the answer says nothing of holes, and is reported", () => {
    const store = storedWith(...truth, wrong);
    const { holes: _, ...silent } = answer;
    const fill = store.read(silent);
    expect(fill.unconfirmed).toEqual([4]);
    expect(fill.cells).toEqual([]);
  });

  test("goes where the next row's total leaves no room for it", () => {
    const store = storedWith(...truth, wrong);
    const fill = store.read(answer);
    expect(fill.unconfirmed).toEqual([]);
    expect(store.cells[4]).toMatchObject({ open: 100, close: 100, volume: 0, accVolume: 5 });
    expectSound(store.cells);
    expect(store.rows()).toEqual(storedWith(...truth).rows());
  });

  test("stays where there is room for it beside the next row's own trades", () => {
    const small = flat(4, 100, 1);
    const store = storedWith(...truth, small);
    const next = { ...(truth[1] as MinuteBar), high: 130, turnover: 110 * 7 + 100 };
    const fill = store.read({ ...answer, bars: [truth[0] as MinuteBar, next, truth[2] as MinuteBar] });
    expect(fill.unconfirmed).toEqual([4]);
    expect(store.cells[4]?.volume).toBe(1);
  });

  test("stays at the day's end: a closing print that KIS withdraws days later (cases/02)", () => {
    const closing = flat(380, 239_500, 2_698_728);
    const store = storedWith(...truth, closing);
    const through = minutes[380] ?? 0;
    const hole = { from: through, to: through, kind: "closing", turnover: closing.turnover ?? 0 } as const;
    for (const holes of [[], [hole]]) {
      expect(store.read({ ...answer, holes }).unconfirmed).toEqual([380]);
      expect(store.cells[380]).toMatchObject({ close: 239_500, volume: 2_698_728 });
    }
  });

  test("a volume that wanders between two rows is what the later read says (cases/02: 349 shares)", () => {
    const store = storedWith(...truth);
    const wandered = truth.map((bar, at) => ({ ...bar, volume: bar.volume + [1, -1, 0][at]! }));
    store.read({ ...answer, bars: wandered.map(({ turnover: _turnover, ...bar }) => bar) });
    expect(truth.map((bar) => store.cells[indexOf(bar)]?.volume)).toEqual([6, 6, 2]);
    expectSound(store.cells);
  });

  test("fills a hole whose turnover it explains, and else the rest of the hole stays open", () => {
    const hole = (turnover: number): SourceBars => ({
      ...answer,
      bars: [truth[0] as MinuteBar, truth[2] as MinuteBar],
      holes: [{ from: minutes[4] ?? 0, to: minutes[8] ?? 0, kind: "lost", turnover }],
    });
    const explained = storedWith(...truth);
    expect(explained.read(hole(770)).cells).toEqual([]);
    const more = storedWith(...truth);
    more.read(hole(5000));
    expect(more.cells.slice(4, 9).map((cell) => cell?.volume)).toEqual([null, 7, null, null, null]);
    expectSound(more.cells);
  });

  test("says nothing of minutes that nobody has answered for, where the totals do not say how much is missing", () => {
    const store = new Store(false);
    store.read(answerOf(truth, new Set(), 10).answer);
    const before = store.rows().slice(0, 10);
    const [from, to] = [minutes[0] ?? 0, minutes[20] ?? 0];
    store.read({ ...base, bars: [], through: to, complete: false, holes: [{ from, to, kind: "lost" }] });
    expect(store.rows().slice(0, 10)).toEqual(before);
    expect(store.cells.slice(10, 21).every((cell) => cell?.volume === null)).toBe(true);
    expectSound(store.cells);
  });
});

describe("a stored hole", () => {
  const at = (index: number): number => minutes[index] ?? 0;
  const truth = marketOf(7);
  const lost = indexOf(truth[20] as MinuteBar);
  const { answer: lossy, unseen } = answerOf(truth, new Set([lost]));
  const holed = (turnover = false): Store => {
    const store = new Store(turnover);
    store.read(lossy);
    return store;
  };
  test("is one, with what the totals tell", () => {
    expect(unseen.size).toBe(0);
    const [hole] = lossy.holes ?? [];
    const cell = holed(true).cells[lost];
    expect(cell).toMatchObject(HOLE);
    expect(cell?.turnover).toBe(hole?.from === hole?.to ? hole?.turnover : undefined);
    expect(holed().cells[lost]).not.toHaveProperty("turnover");
  });
  test("is not made untraded by a source that says nothing of holes", () => {
    const store = holed();
    const { holes: _, ...silent } = lossy;
    expect(store.read(silent).cells).toEqual([]);
  });
  test("is untraded where a source that looks for holes finds none", () => {
    const store = holed();
    const without = truth.filter((bar) => indexOf(bar) !== lost);
    store.read(answerOf(without, new Set()).answer);
    expect(store.cells[lost]?.volume).toBe(0);
    expectSound(store.cells);
  });
  test("stays while only what follows is asked for, and its shares are not counted", () => {
    const store = new Store(false);
    store.read(answerOf(truth, new Set([lost]), 200).answer);
    const from = at(200);
    const rest = lossy.bars.filter(({ time }) => time >= from);
    store.read({ ...lossy, bars: rest, holes: [] }, 200);
    expect(store.rows()).toEqual(holed().rows());
    expectSound(store.cells);
  });
  test("takes the place of a minute that was stored as untraded: its totals say that it was not", () => {
    const store = new Store(false);
    const { holes: _, ...silent } = lossy;
    store.read(silent);
    expect(store.cells[lost]?.volume).toBe(0);
    store.read(lossy);
    expect(store.cells[lost]).toMatchObject(HOLE);
  });
});
