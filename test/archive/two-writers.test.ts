import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { MemoryStore, type ObjectStore } from "hantoo";
import { createManualClock } from "hantoo/testing";
import { silentLogger, systemClock } from "../../src/core/index.js";
import { compact, createKlineStore } from "../../src/archive/index.js";
import { DAY, EVENING, bar, emptyDay } from "../kline/day-samples.js";
import { createSampleSource } from "../kline/sample-market.js";
import { setUp, storedRows, wholeDay } from "../kline/logger-setup.js";
import { barrier, withoutConditions } from "../support/unguarded-store.js";

/** Two writers that always draw the same second. */
const random = (): number => 0.5;

test("two loggers whose puts cross on one key: both writers' bars are stored at the end of the pass", async () => {
  vi.useFakeTimers({ now: EVENING, toFake: ["Date", "performance", "setTimeout", "clearTimeout"] });
  try {
    const inner = new MemoryStore();
    const { another } = setUp(EVENING, { store: inner });
    const haveLooked = barrier(2);
    const isReadBack = barrier(1);
    // Both have looked before either puts, and the late put arrives once the early one was read back.
    const early: ObjectStore = {
      ...withoutConditions(inner, () => haveLooked.arrive()),
      async get(key, options) {
        const bytes = await inner.get(key, options);
        if (bytes !== undefined && key.endsWith(".zstd")) void isReadBack.arrive();
        return bytes;
      },
    };
    const late = withoutConditions(inner, async () => {
      await haveLooked.arrive();
      await isReadBack.reached;
    });
    const syncOf = (symbols: readonly string[], store: ObjectStore) => {
      const client = createSampleSource({ clock: systemClock });
      return another({ symbols, store, client, clock: systemClock, columns: false }).sync();
    };
    const state = { isDone: false };
    const work = Promise.all([syncOf(["0001A0"], early), syncOf(["T00020"], late)]);
    void work.finally(() => (state.isDone = true));
    while (!state.isDone) {
      await new Promise(setImmediate);
      await vi.advanceTimersByTimeAsync(10);
    }
    const [first, second] = await work;
    expect(await storedRows(inner)).toEqual(wholeDay(["0001A0", "T00020"]));
    // The overwritten one says what it had to store anew.
    expect([first.uploaded.length, second.uploaded.length]).toEqual([2, 1]);
  } finally {
    vi.useRealTimers();
  }
});

test("whatever the puts take, no cell of either writer is lost, and the later correction wins", async () => {
  const arrivals = fc.integer({ min: 0, max: 1900 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(arrivals, arrivals), { minLength: 1, maxLength: 4 }),
      async (rounds) => {
        const inner = new MemoryStore();
        const clock = createManualClock(EVENING);
        const writers = ["0001A0", "005930"].map((symbol, at) => {
          let round = -1;
          const store = withoutConditions(inner, () => clock.sleep(rounds[round]?.[at] ?? 0));
          const klineStore = createKlineStore({ store, clock, random, zstdLevel: 1 });
          return async (): Promise<void> => {
            for (round = 0; round < rounds.length; round++) {
              const table = emptyDay();
              table.set(symbol, 0, bar(100 + round));
              table.set(symbol, 1 + round, bar(200 + round));
              // The same first and last minute in each round: only the second tells their keys apart.
              table.set(symbol, 9, bar(300 + round));
              await klineStore.write(table);
            }
            await clock.sleep(2000);
            await klineStore.lookAgain();
          };
        });
        await clock.runUntil(Promise.all(writers.map((write) => write())));
        const { table } = await createKlineStore({ store: inner }).readDay({
          tradingDay: DAY,
          venue: "KRX",
          hours: "regular",
        });
        for (const symbol of ["0001A0", "005930"]) {
          expect(table.get(symbol, 0)?.close).toBe(bar(100 + rounds.length - 1).close);
          expect(table.prefixLength(symbol)).toBe(1 + rounds.length);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test("an object that a compaction took away is stored anew only as far as nobody has its bars", async () => {
  for (const hasOurs of [true, false]) {
    const inner = new MemoryStore();
    const clock = createManualClock(EVENING);
    const store = withoutConditions(inner, async () => undefined);
    const klineStore = createKlineStore({ store, clock, random, zstdLevel: 1 });
    const [ours, theirs, corrected] = [emptyDay(), emptyDay(), emptyDay()];
    ours.set("005930", 0, bar(100));
    ours.set("005930", 1, bar(100));
    theirs.set("0001A0", 0, bar(7));
    theirs.set("0001A0", 1, bar(7));
    corrected.set("005930", 0, bar(300));
    const [object] = await klineStore.write(ours);
    const others = createKlineStore({
      store: inner,
      clock: createManualClock(EVENING + 120_000),
      zstdLevel: 1,
    });
    if (!hasOurs) {
      const [other] = await others.write(theirs);
      await inner.put(object!.key, (await inner.get(other!.key))!);
      await inner.delete(other!.key);
    }
    await others.write(corrected);
    await compact({ store: inner, tradingDay: DAY, deleteSources: true, columns: false });
    expect(await inner.get(object!.key)).toBeUndefined();
    const written = await klineStore.lookAgain();
    expect(written.map(({ bars }) => bars)).toEqual(hasOurs ? [] : [1]);
    const { table } = await others.readDay({ tradingDay: DAY, venue: "KRX", hours: "regular" });
    expect(table.get("005930", 0)).toMatchObject(bar(300));
    expect(table.get("005930", 1)).toMatchObject(bar(100));
    expect(await klineStore.lookAgain()).toEqual([]);
  }
});

test("a store that fails meanwhile is looked at again the next time", async () => {
  const inner = new MemoryStore();
  const clock = createManualClock(EVENING);
  const store = withoutConditions(inner, async () => undefined);
  const klineStore = createKlineStore({ store, clock, zstdLevel: 1 });
  const table = emptyDay();
  table.set("005930", 0, bar(100));
  const [object] = await klineStore.write(table);
  expect(await klineStore.lookAgain()).toEqual([]); // too young to tell
  await inner.delete(object!.key);
  let isOut = true;
  const get = inner.get.bind(inner);
  inner.get = async (key, options) => {
    if (isOut) throw new Error("out");
    return get(key, options);
  };
  await expect(klineStore.lookAgain()).rejects.toThrow("out");
  isOut = false;
  expect(await klineStore.lookAgain("leave")).toMatchObject([{ bars: 1 }]);
});

test("two loggers that end a day in step leave it compacted, and the next pass leaves one object", async () => {
  const { store, another } = setUp(EVENING);
  const told: unknown[] = [];
  const logger = { ...silentLogger, error: (...facts: unknown[]) => void told.push(facts) };
  const sync = (symbol: string) => another({ symbols: [symbol], logger }).sync();
  await sync("0001A0");
  await Promise.all([sync("005930"), sync("T00020")]);
  expect(told).toEqual([]);
  const objects = async (): Promise<number> => {
    let count = 0;
    for await (const key of store.list("hantoo-stock-kline-1m/2")) if (key.endsWith(".zstd")) count++;
    return count;
  };
  expect(await objects()).toBeLessThanOrEqual(3);
  expect(await storedRows(store)).toEqual(wholeDay(["0001A0", "005930", "T00020"]));
  await compact({ store, tradingDay: DAY, deleteSources: true });
  expect(await objects()).toBe(1);
  expect(await storedRows(store)).toEqual(wholeDay(["0001A0", "005930", "T00020"]));
});
