import { expect } from "vitest";
import { type TradingCalendar, krx } from "../../src/calendar/index.js";
import { kstInstant, silentLogger } from "../../src/core/index.js";
import {
  type BackfillStep,
  type BackfillSummary,
  HantooKlineLogger,
  type HantooKlineLoggerOptions,
} from "../../src/kline/index.js";
import { createKlineStore } from "../../src/archive/kline-store.js";
import { MemoryStore, type ObjectStore } from "../../src/storage/index.js";
import { type ManualClock, createManualClock } from "../../src/testing/index.js";
import {
  type SampleSource,
  type SampleSourceOptions,
  createSampleSource,
  expectedCells,
} from "./sample-market.js";

export const DAY = "2026-11-20";
export const at = (time: string, day: string = DAY): number => kstInstant(day, time);

export interface Setup {
  readonly clock: ManualClock;
  readonly store: ObjectStore;
  readonly source: SampleSource;
  readonly logger: HantooKlineLogger;
  readonly symbols: readonly string[];
  readonly another: (options?: Partial<HantooKlineLoggerOptions>) => HantooKlineLogger;
}

/** A logger on a manual clock, a market of three symbols (liquid, thin, halted) and a store in memory. */
export function setUp(
  now: number,
  options: Partial<HantooKlineLoggerOptions> = {},
  source: Partial<SampleSourceOptions> = {},
): Setup {
  const clock = createManualClock(now);
  const { store = new MemoryStore(), symbols = ["0001A0", "T00020", "H00030"] } = options;
  const client = createSampleSource({ clock, ...source });
  const another = (more: Partial<HantooKlineLoggerOptions> = {}): HantooKlineLogger =>
    new HantooKlineLogger({
      client,
      store,
      clock,
      symbols,
      random: () => 0.5,
      zstdLevel: 1,
      logger: silentLogger,
      ...options,
      ...more,
    });
  return { clock, store, source: client, symbols: [...symbols], logger: another(), another };
}

/** What is stored of a day as rows by symbol: open, high, low, close, volume, acc_vol; `undefined` where absent. */
export async function storedRows(
  store: ObjectStore,
  tradingDay: string = DAY,
  calendar: TradingCalendar = krx,
): Promise<Record<string, unknown[]>> {
  const { table } = await createKlineStore({ store, calendar }).readDay({
    tradingDay,
    venue: "KRX",
    hours: "regular",
  });
  const rows: Record<string, unknown[]> = {};
  for (const symbol of table.symbols()) {
    rows[symbol] = table.minutes.map((_, index) => {
      const cell = table.get(symbol, index);
      return cell && [cell.open, cell.high, cell.low, cell.close, cell.volume, cell.accVolume];
    });
  }
  return rows;
}

/** The whole day of each symbol as it must be stored. */
export function wholeDay(
  symbols: readonly string[],
  {
    tradingDay = DAY,
    seed = 1,
    calendar = krx,
  }: { tradingDay?: string; seed?: number; calendar?: TradingCalendar } = {},
): Record<string, unknown[]> {
  return Object.fromEntries(
    [...symbols].sort().map((symbol) => [symbol, expectedCells(seed, symbol, tradingDay, { calendar })]),
  );
}

export type Rows = Readonly<Record<string, readonly unknown[]>>;

/** As `toEqual`, but names the first difference: a printed difference of two days takes minutes. */
export function expectRows(actual: Rows, expected: Rows): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [symbol, cells] of Object.entries(expected)) {
    for (const [index, cell] of cells.entries()) {
      const [found, wanted] = [JSON.stringify(actual[symbol]?.[index]), JSON.stringify(cell)];
      if (found !== wanted) expect(found, `${symbol} minute ${index}`).toBe(wanted);
    }
    expect(actual[symbol]?.length).toBe(cells.length);
  }
}

/** The first `count` minutes of each day, the rest absent. */
export function leading(rows: Rows, count: number): Rows {
  return Object.fromEntries(
    Object.entries(rows).map(([symbol, cells]) => [
      symbol,
      cells.map((cell, index) => (index < count ? cell : undefined)),
    ]),
  );
}

export async function keysOf(store: ObjectStore, prefix = ""): Promise<string[]> {
  const keys: string[] = [];
  // What a prefix agrees on, and the columns, are no objects of bars.
  for await (const key of store.list(prefix)) if (key.endsWith(".zstd")) keys.push(key);
  return keys;
}

/** Every stored minute is one that truly was so, was final when it was stored, and follows the one before it. */
export function expectInvariants(
  rows: Rows,
  truth: Rows,
  minutes: readonly number[],
  now: number,
  settleMs = 10_000,
): void {
  const final = minutes.filter((minute) => minute + 60_000 + settleMs <= now).length;
  for (const [symbol, cells] of Object.entries(rows)) {
    const gap = cells.indexOf(undefined);
    const length = gap < 0 ? cells.length : gap;
    if (length > final) expect(length, `${symbol}: only final minutes`).toBeLessThanOrEqual(final);
    expect(
      cells.slice(length).every((cell) => cell === undefined),
      `${symbol}: no gap`,
    ).toBe(true);
    for (const [index, cell] of cells.slice(0, length).entries()) {
      const [found, wanted] = [JSON.stringify(cell), JSON.stringify(truth[symbol]?.[index])];
      if (found !== wanted) expect(found, `${symbol} minute ${index}`).toBe(wanted);
    }
  }
}

/** A store that tells of each call before and after it is made; throw or wait in either to interfere. */
export function watched(
  store: ObjectStore,
  watch: (call: { operation: string; key: string; stage: "before" | "after" }) => Promise<void> | void,
): ObjectStore {
  const around = async <T>(operation: string, key: string, work: () => Promise<T>): Promise<T> => {
    await watch({ operation, key, stage: "before" });
    const result = await work();
    await watch({ operation, key, stage: "after" });
    return result;
  };
  return {
    get: (key) => around("get", key, () => store.get(key)),
    put: (key, bytes, options) => around("put", key, () => store.put(key, bytes, options)),
    delete: (key) => around("delete", key, () => store.delete(key)),
    async *list(prefix) {
      await watch({ operation: "list", key: prefix, stage: "before" });
      yield* store.list(prefix);
    },
    conditionalWrites: async () => true,
  };
}

/** Runs a backfill to its end. @returns its steps, and what it says at last. */
export async function told(
  run: AsyncGenerator<BackfillStep, BackfillSummary, void>,
): Promise<{ steps: BackfillStep[]; summary: BackfillSummary }> {
  const steps: BackfillStep[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { steps, summary: next.value };
    steps.push(next.value);
  }
}
