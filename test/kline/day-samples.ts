import * as fc from "fast-check";
import type { Clock, Venue } from "../../src/core/index.js";
import { krx } from "hantoo/calendar";
import { type Cell, type DayTable, createDayTable } from "../../src/archive/day-table.js";

export const DAY = "2026-11-20";
export const MINUTES: readonly number[] = krx.minutes(DAY);
/** 2026-11-20 18:00:00 KST, after the close. */
export const EVENING: number = Date.parse("2026-11-20T18:00:00+09:00");

/** A clock that stands still until it is set. */
export function fixedClock(nowMs: number = EVENING): Clock & { nowMs: number } {
  return {
    nowMs,
    now() {
      return this.nowMs;
    },
    monotonic: () => 0,
    sleep: async () => undefined,
  };
}

/** Digits and letters as KRX prints them; some look like array indexes, which JavaScript objects reorder. */
export const SYMBOLS: readonly string[] = [
  "005930",
  "123456",
  "0001A0",
  "0037T0",
  "28513K",
  "Q530036",
  "F70101781",
];

export function emptyDay(tradingDay: string = DAY, venue: Venue = "KRX"): DayTable {
  return createDayTable({ tradingDay, venue, minutes: krx.minutes(tradingDay, { venue, hours: "regular" }) });
}

/** Everything an async iterable yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

export const bar = (price: number, volume: number = 10, accVolume: number = volume): Cell => ({
  open: price,
  high: price + 100,
  low: Math.max(1, price - 100),
  close: price + 50,
  volume,
  accVolume,
});

/** A table with the same prefix of minutes for each symbol. */
export function filledDay(symbols: readonly string[], count: number, tradingDay: string = DAY): DayTable {
  const table = emptyDay(tradingDay);
  for (const [at, symbol] of symbols.entries()) {
    for (let index = 0; index < count; index++)
      table.set(symbol, index, bar(10_000 + at * 1000 + index, 7, 7 * index + 7));
  }
  return table;
}

/** Everything a table holds, for comparing. */
export function contentOf(table: DayTable): Record<string, Record<number, Cell>> {
  const content: Record<string, Record<number, Cell>> = {};
  for (const symbol of table.symbols()) {
    const cells: Record<number, Cell> = {};
    for (const [index, minute] of table.minutes.entries()) {
      const cell = table.get(symbol, index);
      if (cell !== undefined) cells[minute] = cell;
    }
    content[symbol] = cells;
  }
  return content;
}

/** What every hole says. */
export const HOLE = { open: null, high: null, low: null, close: null, volume: null } as const;

const price = fc.integer({ min: 1, max: 2_000_000 });
const amount = fc.oneof(
  fc.integer({ min: 0, max: 5000 }),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
);

export const cells: fc.Arbitrary<Cell> = fc.oneof(
  fc.record({ open: price, high: price, low: price, close: price, volume: amount, accVolume: amount }),
  fc.record({
    open: price,
    high: price,
    low: price,
    close: price,
    volume: amount,
    accVolume: amount,
    turnover: amount,
  }),
  fc.constant({ open: null, high: null, low: null, close: null, volume: 0, accVolume: 0 }),
  fc.record({ accVolume: amount }).map((of) => ({ ...HOLE, ...of })),
  fc.record({ accVolume: amount, turnover: amount }).map((of) => ({ ...HOLE, ...of })),
);

/** Tables of a few symbols with cells anywhere in the day. */
export const tables: fc.Arbitrary<DayTable> = fc
  .array(fc.tuple(fc.constantFrom(...SYMBOLS), fc.integer({ min: 0, max: MINUTES.length - 1 }), cells), {
    maxLength: 30,
  })
  .map((entries) => {
    const table = emptyDay();
    for (const [symbol, index, cell] of entries) table.set(symbol, index, cell);
    return table;
  });
