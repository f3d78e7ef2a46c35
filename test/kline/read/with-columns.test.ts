import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  MemoryStore,
  type ObjectStore,
  S3Store,
  buildColumns,
  compact,
  coverage,
  krx,
  planBackfill,
  readBars,
  readColumns,
  readKlines,
} from "hantoo";
import { createManualClock } from "hantoo/testing";
import { createDayTable, createKlineStore } from "../../../src/archive/index.js";
import { openSealed } from "../../../src/archive/objects/sealed/trailer.js";
import { startS3Server } from "../../support/s3-server.js";
import {
  DAY,
  EVENING,
  SYMBOLS,
  bar,
  collect,
  emptyDay,
  filledDay,
  fixedClock,
  tables,
} from "../day-samples.js";

const FIELDS = ["open", "high", "low", "close", "volume", "acc_vol", "turnover"] as const;
const PREFIX = "hantoo-stock-kline-1m/";

/** The same objects without any columns. */
async function bareOf(store: ObjectStore): Promise<ObjectStore> {
  const bare = new MemoryStore();
  for await (const key of store.list(PREFIX)) await bare.put(key, (await store.get(key))!);
  return bare;
}

/** What every reader makes of a store. */
async function everything(store: ObjectStore, symbols: readonly string[]): Promise<unknown> {
  const range = { store, from: "2026-11-19", to: "2026-11-22" };
  const clock = createManualClock(EVENING);
  const cover = { ...range, clock, failures: [{ symbol: symbols[0]! }] };
  return {
    coverage: await coverage(cover),
    all: await coverage({ ...range, clock, hours: "all" }),
    some: await coverage({ ...cover, symbols: [...symbols, "999999"] }),
    streamed: await collect(coverage({ ...cover, rows: "stream" })),
    columns: await readColumns({ ...range }),
    closes: await readColumns({ ...range, symbols, fields: ["close", "turnover"], hours: "regular" }),
    bars: await collect(readBars({ ...range, symbol: symbols[0]! })),
    klines: await collect(readKlines({ ...range, symbols })),
    plan: await planBackfill({ store, clock, symbols: [...symbols], days: 2 }),
  };
}

/** Mostly gap-free prefixes, as loggers leave them; some of them long, some with a hole or a minute that is no bar. */
const prefixes = fc
  .array(
    fc.record({
      symbol: fc.constantFrom(...SYMBOLS),
      from: fc.constantFrom(0, 0, 0, 7),
      to: fc.constantFrom(1, 40, 380, 381),
      hole: fc.option(fc.nat(380)),
      broken: fc.option(fc.nat(380), { freq: 5 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((entries) => {
    const table = emptyDay();
    for (const { symbol, from, to, hole, broken } of entries)
      for (let index = from; index < to; index++) {
        if (index === hole)
          table.set(symbol, index, {
            open: null,
            high: null,
            low: null,
            close: null,
            volume: null,
            accVolume: 5,
          });
        else if (index === broken) table.set(symbol, index, { ...bar(5), low: 0 });
        else table.set(symbol, index, bar(100 + index, index % 3, index));
      }
    return table;
  });

/** Takes the trailer from the first object, if there is one, as loggers before this one wrote. */
async function takeProof(store: ObjectStore): Promise<void> {
  const [key] = await collect(store.list(PREFIX));
  if (key === undefined) return;
  const sealed = openSealed((await store.get(key)) ?? new Uint8Array());
  if (!("damage" in sealed)) await store.put(key, sealed.frame.slice());
}

test("a minute without proof is fetched again, whether it was read from columns or not", async () => {
  const store = new MemoryStore();
  const table = emptyDay();
  for (let index = 0; index < 381; index++) table.set("005930", index, bar(9));
  await createKlineStore({ store }).write(table);
  const clock = createManualClock(EVENING);
  const plan = async () => (await planBackfill({ store, clock, symbols: ["005930"], days: 1 })).totals.fetch;
  await takeProof(store);
  await buildColumns({ store, from: DAY, to: DAY });
  expect(await plan()).toBe(1);
  // A compacted object has a trailer, and its columns say the same as it.
  await createKlineStore({ store, clock }).write(filledDay(["000660"], 3));
  await compact({ store, tradingDay: DAY, columns: false });
  const bare = await bareOf(store);
  await buildColumns({ store, from: DAY, to: DAY });
  const range = { from: DAY, to: DAY, symbol: "005930" };
  expect(await collect(readBars({ store, ...range }))).toEqual(
    await collect(readBars({ store: bare, ...range })),
  );
});

test("every reader says the same with and without columns", async () => {
  const property = fc.asyncProperty(
    fc.array(fc.oneof({ arbitrary: prefixes, weight: 3 }, tables), { minLength: 1, maxLength: 3 }),
    fc.subarray([...SYMBOLS], { minLength: 1 }),
    fc.boolean(),
    fc.boolean(),
    async (days, symbols, isNewer, isOlderLogger) => {
      const store = new MemoryStore();
      const klineStore = createKlineStore({ store, clock: fixedClock(), fields: FIELDS, zstdLevel: 1 });
      for (const [at, table] of days.entries())
        await klineStore.write(table, { retrieval: EVENING + at * 1000 });
      if (isOlderLogger) await takeProof(store);
      await buildColumns({ store, from: DAY, to: DAY });
      const newer = emptyDay();
      newer.set("005930", 0, bar(4321));
      if (isNewer) await klineStore.write(newer, { retrieval: EVENING + 100_000 });
      expect(await everything(store, symbols)).toEqual(await everything(await bareOf(store), symbols));
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

test("coverage and plans of days in step read manifests alone", async () => {
  const inner = new MemoryStore();
  const table = emptyDay();
  for (let index = 0; index < 381; index++) for (const symbol of SYMBOLS) table.set(symbol, index, bar(9));
  await createKlineStore({ store: inner }).write(table);
  await buildColumns({ store: inner, from: DAY, to: DAY });
  const read: string[] = [];
  const store: ObjectStore = {
    get: async (key, options) => (read.push(key.replace(/.*\//, "")), inner.get(key, options)),
    put: (...how) => inner.put(...how),
    list: (prefix) => inner.list(prefix),
    delete: (key) => inner.delete(key),
    size: (key) => inner.size(key),
  };
  const clock = createManualClock(EVENING);
  const { total } = await coverage({ store, from: DAY, to: DAY, clock });
  expect(total).toMatchObject({ rate: 1, symbols: SYMBOLS.length });
  expect((await planBackfill({ store, clock, symbols: SYMBOLS, days: 1 })).totals).toMatchObject({
    calls: 0,
  });
  expect(read).toEqual([`date=${DAY}.json`, `date=${DAY}.json`]);
});

test("one symbol of days in step costs three requests a day on S3, sixteen at a time", async () => {
  const s3 = await startS3Server();
  const inner = new S3Store({ bucket: "bars", region: "us-east-1", ...s3.options });
  try {
    const days = krx.tradingDays("2026-10-01", DAY).slice(-20);
    for (const tradingDay of days) {
      const table = createDayTable({ tradingDay, venue: "KRX", minutes: krx.minutes(tradingDay) });
      for (const symbol of SYMBOLS) table.set(symbol, 0, bar(9));
      await createKlineStore({ store: inner, zstdLevel: 1 }).write(table);
    }
    const [from = DAY] = days;
    await buildColumns({ store: inner, from, to: DAY });
    s3.requests.length = 0;
    let [now, most] = [0, 0];
    const during = async <T>(work: Promise<T>): Promise<T> => {
      most = Math.max(most, ++now);
      return work.finally(() => now--);
    };
    const store: ObjectStore = {
      get: (...how) => during(inner.get(...how)),
      put: (...how) => inner.put(...how),
      async *list(prefix) {
        yield* await during(collect(inner.list(prefix)));
      },
      delete: (key) => inner.delete(key),
      size: (key) => during(inner.size(key)),
    };
    expect(await collect(readBars({ store, symbol: "005930", from, to: DAY }))).toHaveLength(20);
    const kinds = s3.requests.map(({ operation, key }) => `${operation} ${key.replace(/[/].*$/, "")}`).sort();
    const each = (kind: string): string[] => days.map(() => kind);
    expect(kinds).toEqual([
      ...each("GET hantoo-stock-kline-1m-columns"),
      ...each("GET hantoo-stock-kline-1m-manifests"),
      ...each("LIST hantoo-stock-kline-1m"),
    ]);
    expect(most).toBe(16);
    // A day of which nothing is stored costs its listing.
    s3.requests.length = 0;
    await collect(readBars({ store, symbol: "005930", from: "2025-11-20", to: "2025-11-20" }));
    expect(s3.requests.map(({ operation }) => operation)).toEqual(["LIST"]);
  } finally {
    await inner.close();
    await s3.close();
  }
});

test("coverage of a year streams, and says at once what is wrong with its options", async () => {
  const store = new MemoryStore();
  const range = {
    store,
    from: "2025-11-21",
    to: DAY,
    symbols: ["005930"],
    clock: createManualClock(EVENING),
  };
  const whole = await coverage(range);
  expect(await collect(coverage({ ...range, rows: "stream" }))).toEqual(whole.days);
  expect(() => coverage({ ...range, rows: "stream", to: "x" })).toThrow("`to`");
  await expect(coverage({ ...range, rows: "lines" as never })).rejects.toThrow("`rows`");
  await expect(readColumns({ ...range, fields: ["price" as never] })).rejects.toThrow("`fields`");
});
