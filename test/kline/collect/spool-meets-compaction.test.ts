import { expect, test } from "vitest";
import { compact } from "../../../src/archive/index.js";
import { StorageError } from "../../../src/core/index.js";
import type { BarSource } from "../../../src/kline/index.js";
import { MemoryStore, type ObjectStore } from "../../../src/storage/index.js";
import {
  DAY,
  type Setup,
  at,
  expectRows,
  keysOf,
  setUp,
  storedRows,
  watched,
  wholeDay,
} from "../logger-setup.js";

/** Two loggers on one store; the first has a spool, and its way to the store is out from `out.from` to `out.to`. */
function twoLoggers() {
  const memory = new MemoryStore();
  const spool = new MemoryStore();
  const out = { isOut: false };
  const away: ObjectStore = watched(memory, ({ operation, key, stage }) => {
    if (out.isOut && operation === "put" && stage === "before")
      throw new StorageError("503 from S3", { operation: "put", key }, { retryable: true });
  });
  const setup: Setup = setUp(at("18:00"), { store: memory, compact: false });
  /** KIS as it says the day is: `extra` shares more at 14:00 of the first symbol. */
  const saying = (extra: () => number): BarSource => ({
    async minuteBars(request) {
      const found = await setup.source.minuteBars(request);
      if (request.symbol !== "0001A0") return found;
      const bars = found.bars.map((bar) =>
        bar.time === traded ? { ...bar, volume: bar.volume + extra() } : bar,
      );
      return { ...found, bars };
    },
  });
  let extra = 0;
  const client = saying(() => extra);
  const withSpool = (more: { store?: ObjectStore } = {}) =>
    setup.another({ client, store: away, spool, ...more });
  const other = setup.another({ client });
  return { ...setup, memory, spool, out, away, withSpool, other, says: (shares: number) => (extra = shares) };
}

const truth = wholeDay(["0001A0", "H00030", "T00020"]);
const tradedIndex = (truth["0001A0"] as number[][]).findIndex(
  (cell, index) => index > 200 && (cell[4] ?? 0) > 0,
);
const traded = at("09:00") + tradedIndex * 60_000;
/** The day with so many shares more in that minute. */
const withExtra = (shares: number): Record<string, unknown[]> => ({
  ...truth,
  "0001A0": (truth["0001A0"] ?? []).map((cell, index) => {
    const values = [...(cell as number[])];
    if (index === tradedIndex) values[4] = (values[4] ?? 0) + shares;
    if (index >= tradedIndex) values[5] = (values[5] ?? 0) + shares;
    return values;
  }),
});
const volumeAt = (rows: Record<string, unknown[]>): unknown =>
  (rows["0001A0"]?.[tradedIndex] as number[] | undefined)?.[4];
const expectVolume = async (store: ObjectStore, shares: number): Promise<void> =>
  expect(volumeAt(await storedRows(store))).toBe(volumeAt(withExtra(shares)));

const notesOf = async (spool: ObjectStore): Promise<string[]> => {
  const keys: string[] = [];
  for await (const key of spool.list("")) keys.push(key);
  return keys;
};

/** A first value is stored, then 7 shares more are known by the spool alone. */
async function correctionWaits(loggers: ReturnType<typeof twoLoggers>, logger = loggers.withSpool()) {
  await loggers.other.sync();
  loggers.clock.set(at("18:10"));
  loggers.says(7);
  loggers.out.isOut = true;
  expect(await logger.sync({ reread: true })).toMatchObject({
    uploaded: [],
    storeError: { code: "storage" },
  });
  expect(await keysOf(loggers.spool)).toHaveLength(1);
  return logger;
}

test.each([false, true])(
  "a correction that waits outlives a compaction (sources deleted: %s)",
  async (deleteSources) => {
    const loggers = twoLoggers();
    const logger = await correctionWaits(loggers);
    loggers.clock.set(at("18:20"));
    await compact({ store: loggers.memory, tradingDay: DAY, deleteSources, zstdLevel: 1 });
    loggers.out.isOut = false;
    loggers.clock.set(at("18:30"));
    const { fetched } = await logger.sync();
    expect(fetched.calls).toBeGreaterThan(0); // the one symbol, read again
    expectRows(await storedRows(loggers.memory), withExtra(7));
    expect(await notesOf(loggers.spool)).toEqual([]);
    expect((await logger.sync()).fetched.calls).toBe(0);
  },
);

test.each([false, true])(
  "an older correction that waits does not win over a newer one (compacted: %s)",
  async (isCompacted) => {
    const loggers = twoLoggers();
    const logger = await correctionWaits(loggers);
    loggers.clock.set(at("18:20"));
    loggers.says(9);
    await loggers.other.sync({ reread: true });
    if (isCompacted)
      await compact({ store: loggers.memory, tradingDay: DAY, deleteSources: true, zstdLevel: 1 });
    await expectVolume(loggers.memory, 9);
    loggers.out.isOut = false;
    loggers.clock.set(at("18:30"));
    await logger.sync();
    expectRows(await storedRows(loggers.memory), withExtra(9));
    expect(await notesOf(loggers.spool)).toEqual([]);
  },
);

test("nor over a kill between the drain and the second read, nor where the source is out meanwhile", async () => {
  const loggers = twoLoggers();
  const { memory, spool, clock, out } = loggers;
  await correctionWaits(loggers);
  clock.set(at("18:20"));
  loggers.says(9);
  await loggers.other.sync({ reread: true });
  await compact({ store: memory, tradingDay: DAY, deleteSources: true, zstdLevel: 1 });
  out.isOut = false;
  clock.set(at("18:30"));
  // The object in the spool is in the store, and the process dies as it answers.
  await new Promise<void>((drained) => {
    const dying = watched(memory, async ({ operation, key, stage }) => {
      if (operation !== "put" || stage !== "after" || !key.endsWith(".zstd")) return;
      drained();
      await new Promise(() => undefined);
    });
    void loggers.withSpool({ store: dying }).sync();
  });
  await expectVolume(memory, 7); // what waited stands above what was merged
  clock.set(at("18:40"));
  const silent: BarSource = {
    minuteBars: () =>
      Promise.reject(new StorageError("out", { operation: "get", key: "" }, { retryable: true })),
  };
  const unread = await loggers
    .another({ client: silent, store: memory, spool, compact: "delete-sources" })
    .sync();
  expect(unread.failures.map(({ symbol }) => symbol)).toEqual(["0001A0"]);
  expect(await notesOf(spool)).toHaveLength(1);
  clock.set(at("18:50"));
  await loggers.withSpool().sync();
  expectRows(await storedRows(memory), withExtra(9));
  expect(await notesOf(spool)).toEqual([]);
});

test("what differs is remembered until it is read again, torn notes are named", async () => {
  const { withSpool, spool } = twoLoggers();
  await spool.put(`hantoo-stock-kline-1m/_again/${DAY}_KRX.txt`, Buffer.from("0001A0\n00\u0000"));
  await expect(withSpool().sync()).rejects.toThrow(/no list of symbols/);
});
