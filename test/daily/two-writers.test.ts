import * as fc from "fast-check";
import { MemoryStore, type ObjectStore } from "hantoo";
import { createManualClock } from "hantoo/testing";
import { expect, test } from "vitest";
import { kstInstant, silentLogger as logger } from "../../src/core/index.js";
import { HantooDailyLogger, readDaily, readFactors } from "../../src/daily/index.js";
import { createDailyStore } from "../../src/daily/rows/index.js";
import { barrier, withoutConditions } from "../support/unguarded-store.js";
import { createDailyMarket } from "./daily-market.js";

const MONDAY = kstInstant("2026-11-23", "06:30");
const SYMBOLS = ["005930", "000660"] as const;
/** Two writers that always draw the same second. */
const random = (): number => 0.5;

test("two loggers whose objects cross on their keys: rows and factors of both are there in the end", async () => {
  const inner = new MemoryStore();
  const clock = createManualClock(MONDAY);
  const client = createDailyMarket({
    now: () => clock.now(),
    actions: SYMBOLS.map((symbol) => ({ symbol, effectiveDate: "2026-11-10", priceFactor: 1 / 5 })),
  });
  const keys = new Map<string, Record<"looked" | "readBack" | "arrived", ReturnType<typeof barrier>>>();
  const at = (key: string) => {
    const known = keys.get(key) ?? { looked: barrier(2), readBack: barrier(1), arrived: barrier(1) };
    keys.set(key, known);
    return known;
  };
  const readBack = new Set<string>();
  let isSecondLook = false;
  // Both have looked before either puts; the late put arrives once the early one was read back.
  const early: ObjectStore = {
    ...withoutConditions(inner, async (key) => isSecondLook || at(key).looked.arrive()),
    async get(key, options) {
      if (readBack.has(key)) {
        isSecondLook = true;
        await at(key).arrived.reached;
      }
      const bytes = await inner.get(key, options);
      if (bytes !== undefined && keys.has(key) && !readBack.has(key)) {
        readBack.add(key);
        void at(key).readBack.arrive();
      }
      return bytes;
    },
  };
  const lateStore = withoutConditions(inner, async (key) => {
    await at(key).looked.arrive();
    await at(key).readBack.reached;
  });
  const late: ObjectStore = {
    ...lateStore,
    async put(key, bytes, how) {
      await lateStore.put(key, bytes, how);
      if (keys.has(key)) void at(key).arrived.arrive();
    },
  };
  const sync = (symbol: string, store: ObjectStore) =>
    new HantooDailyLogger({ client, store, symbols: [symbol], days: 60, clock, random, logger }).sync();
  await Promise.all([sync(SYMBOLS[0], early), sync(SYMBOLS[1], late)]);
  expect(readBack.size).toBe(2); // factors and rows, both of which were replaced
  for (const symbol of SYMBOLS) {
    const bars = [];
    for await (const bar of readDaily({ store: inner, symbol, from: "2026-10-01", to: "2026-11-20" }))
      bars.push(bar.tradingDay);
    expect(bars.at(-1)).toBe("2026-11-20");
    expect(bars.length).toBeGreaterThan(30);
    expect(await readFactors({ store: inner, symbol })).toMatchObject([{ effectiveDate: "2026-11-10" }]);
  }
});

test("whatever the puts take, no row of either writer is lost, and the later one wins", async () => {
  const days = ["2026-11-19", "2026-11-20"];
  const arrivals = fc.integer({ min: 0, max: 1900 });
  const property = fc.asyncProperty(
    fc.array(fc.tuple(arrivals, arrivals), { minLength: 1, maxLength: 4 }),
    async (rounds) => {
      const inner = new MemoryStore();
      const clock = createManualClock(MONDAY);
      const writers = SYMBOLS.map((symbol, at) => async (): Promise<void> => {
        let round = 0;
        const store = withoutConditions(inner, () => clock.sleep(rounds[round]?.[at] ?? 0));
        const daily = createDailyStore({ store, clock, random, zstdLevel: 1 });
        const rows = new Map([[symbol, [0, 0, 0, 0, 10, 1000, 1]]]);
        for (; round < rounds.length; round++) {
          rows.get(symbol)!.fill(100 + round, 0, 4);
          await daily.write(
            { venue: "KRX", from: days[0]!, to: days[1]! },
            days.map((day) => ({ day, rows })),
          );
        }
        await clock.sleep(2000);
        await daily.lookAgain();
      });
      await clock.runUntil(Promise.all(writers.map((write) => write())));
      const { table } = await createDailyStore({ store: inner }).readSpan({ venue: "KRX", days });
      for (const symbol of SYMBOLS)
        for (const at of days.keys()) expect(table.get(symbol, at)?.close).toBe(100 + rounds.length - 1);
    },
  );
  await fc.assert(property, { numRuns: 40 });
});

test("what somebody deletes stays deleted", async () => {
  const inner = new MemoryStore();
  const daily = createDailyStore({
    store: withoutConditions(inner, async () => undefined),
    clock: createManualClock(MONDAY),
  });
  const day = "2026-11-20";
  const rows = new Map([["005930", [100, 100, 100, 100, 10, 1000, 1]]]);
  const key = await daily.write({ venue: "KRX", from: day, to: day }, [{ day, rows }]);
  await inner.delete(key!);
  await daily.lookAgain();
  for await (const left of inner.list("")) expect(left).toBe("nothing");
});
