import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StorageError, compact } from "hantoo";
import { MemoryStore, type ObjectStore } from "hantoo/storage";
import type { DayTable } from "../../src/archive/day-table.js";
import { createKlineStore } from "../../src/archive/kline-store.js";
import { DAY, EVENING, bar, contentOf, emptyDay, fixedClock, tables } from "../kline/day-samples.js";

const REGULAR = { tradingDay: DAY, venue: "KRX", hours: "regular" } as const;
const TARGET = { tradingDay: DAY, venue: "KRX" } as const;

async function keysOf(store: ObjectStore): Promise<string[]> {
  const prefix = "hantoo-stock-kline-1m/";
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys;
}

async function write(store: ObjectStore, table: DayTable, retrieval?: number): Promise<string> {
  const klineStore = createKlineStore({
    store,
    clock: fixedClock(),
    fields: ["open", "high", "low", "close", "volume", "acc_vol", "turnover"],
  });
  const [object] = await klineStore.write(table, retrieval === undefined ? {} : { retrieval });
  return object?.key ?? "";
}

const read = async (store: ObjectStore): Promise<unknown> =>
  contentOf((await createKlineStore({ store }).readDay(REGULAR)).table);

const one = (index: number, price: number): DayTable => {
  const table = emptyDay();
  table.set("005930", index, bar(price));
  return table;
};

describe("compact", () => {
  test("makes one object of a day, with the same content, and deletes the sources only if asked", async () => {
    const property = fc.asyncProperty(
      fc.array(tables, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (days, deleteSources) => {
        const store = new MemoryStore();
        for (const [at, day] of days.entries()) await write(store, day, EVENING + at * 1000);
        const before = await read(store);
        const sources = await keysOf(store);
        const report = await compact({ store, ...TARGET, deleteSources });
        expect(await read(store)).toEqual(before);
        if (sources.length < 2) {
          expect(report).toMatchObject({ outcome: "unchanged", deleted: [] });
          expect(await keysOf(store)).toEqual(sources);
          return;
        }
        expect(report).toMatchObject({
          outcome: "compacted",
          sources: expect.arrayContaining(sources) as string[],
        });
        expect(report.deleted.length).toBe(deleteSources ? sources.length : 0);
        expect(await keysOf(store)).toEqual(
          deleteSources ? [report.object?.key] : [...sources, report.object?.key ?? ""].sort(),
        );
        const [, retrieval = ""] = /_(\d{14})\.jsonl/.exec(report.object?.key ?? "") ?? [];
        expect(sources.every((key) => key.slice(-25, -11) < retrieval)).toBe(true);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });

  test("again is the same object, also by two at once", async () => {
    const store = new MemoryStore();
    await write(store, one(0, 1));
    await write(store, one(1, 2), EVENING + 5000);
    const [a, b] = await Promise.all([compact({ store, ...TARGET }), compact({ store, ...TARGET })]);
    expect(a.object).toEqual(b.object);
    await compact({ store, ...TARGET, deleteSources: true });
    expect(await keysOf(store)).toHaveLength(1);
    expect(await compact({ store, ...TARGET, deleteSources: true })).toMatchObject({
      outcome: "unchanged",
      deleted: [],
    });
  });

  test("by two at once, both deleting, loses nothing, whoever is ahead", async () => {
    for (let delay = 0; delay < 12; delay++) {
      const inner = new MemoryStore();
      for (let index = 0; index < 4; index++)
        await write(inner, one(index, index + 1), EVENING + index * 1000);
      const before = await read(inner);
      const slow: ObjectStore = {
        ...wrap(inner),
        get: async (key) => {
          for (let turn = 0; turn < delay; turn++) await new Promise((resolve) => setImmediate(resolve));
          return inner.get(key);
        },
      };
      const results = await Promise.allSettled(
        [inner, slow].map((store) => compact({ store, ...TARGET, deleteSources: true })),
      );
      expect(await read(inner)).toEqual(before);
      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    }
  });

  test("killed at any step leaves the same content", async () => {
    for (let steps = 0; ; steps++) {
      const inner = new MemoryStore();
      for (let index = 0; index < 3; index++) await write(inner, one(0, index + 1), EVENING + index * 1000);
      const before = await read(inner);
      let left = steps;
      const step = (): void => {
        if (left-- === 0) throw new StorageError("killed", { operation: "put", key: "x" });
      };
      const dying: ObjectStore = {
        get: (key) => (step(), inner.get(key)),
        put: (key, bytes, how) => (step(), inner.put(key, bytes, how)),
        list: (prefix) => (step(), inner.list(prefix)),
        delete: (key) => (step(), inner.delete(key)),
        conditionalWrites: async () => true,
      };
      const outcome = await compact({ store: dying, ...TARGET, deleteSources: true }).catch(
        (error: unknown) => error,
      );
      expect(await read(inner)).toEqual(before);
      if (!(outcome instanceof StorageError)) {
        expect(steps).toBeGreaterThan(9); // 2 lists, 3 + 1 gets, a put, a list, 3 deletes
        break;
      }
    }
  });

  test("leaves alone what others add meanwhile, and it wins", async () => {
    const inner = new MemoryStore();
    await write(inner, one(0, 1));
    await write(inner, one(1, 2), EVENING + 1000);
    let added = "";
    const busy: ObjectStore = {
      ...wrap(inner),
      put: async (key, bytes, how) => {
        await inner.put(key, bytes, how);
        if (added === "") added = await write(inner, one(0, 777), EVENING + 3000);
      },
    };
    const report = await compact({ store: busy, ...TARGET, deleteSources: true });
    expect(report.deleted).not.toContain(added);
    expect(await keysOf(inner)).toEqual([added, report.object?.key ?? ""].sort());
    expect(await read(inner)).toMatchObject({ "005930": { [one(0, 1).minutes[0] ?? 0]: { open: 777 } } });
  });

  test("takes in what others add under an earlier Retrieval, which would lose to it otherwise", async () => {
    const inner = new MemoryStore();
    await write(inner, one(0, 1), EVENING);
    await write(inner, one(1, 2), EVENING + 9000);
    let added = "";
    const busy: ObjectStore = {
      ...wrap(inner),
      put: async (key, bytes, how) => {
        if (added === "") added = await write(inner, one(0, 777), EVENING + 3000);
        await inner.put(key, bytes, how);
      },
    };
    const report = await compact({ store: busy, ...TARGET, deleteSources: true });
    expect(report.outcome).toBe("compacted");
    expect(await keysOf(inner)).toEqual([report.object?.key]);
    expect(await read(inner)).toMatchObject({ "005930": { [one(0, 1).minutes[0] ?? 0]: { open: 777 } } });
  });

  test("keeps what lies beyond the minutes that the names of the objects say", async () => {
    const store = new MemoryStore();
    const late = await write(store, one(300, 1));
    await store.put(
      late.replace(/\d{14}_\d{14}_J/, "20261120090000_20261120090000_J"),
      (await store.get(late)) ?? Buffer.alloc(0),
    );
    await store.delete(late);
    await write(store, one(1, 2), EVENING + 1000);
    const before = await read(store);
    expect(await compact({ store, ...TARGET, deleteSources: true })).toMatchObject({ outcome: "compacted" });
    expect(await read(store)).toEqual(before);
    expect(await keysOf(store)).toHaveLength(1);
  });

  test("refuses a day with a damaged object, and names it", async () => {
    const store = new MemoryStore();
    const key = await write(store, one(0, 1));
    await write(store, one(1, 2), EVENING + 1000);
    await store.put(key, Buffer.from("rotten"));
    const before = await keysOf(store);
    expect(await compact({ store, ...TARGET, deleteSources: true })).toMatchObject({
      outcome: "refused",
      damaged: [{ key }],
      deleted: [],
    });
    expect(await keysOf(store)).toEqual(before);
  });

  test.each([
    ["gives back other bytes", (bytes: Uint8Array) => bytes.map((byte, at) => (at === 30 ? byte ^ 1 : byte))],
    ["gives back an older object", () => undefined],
  ])("deletes nothing when the store %s", async (_, spoil) => {
    const inner = new MemoryStore();
    const old = await write(inner, one(0, 1));
    await write(inner, one(1, 2), EVENING + 1000);
    const before = await keysOf(inner);
    const rotten: ObjectStore = {
      ...wrap(inner),
      put: async (key, bytes, how) => {
        await inner.put(key, spoil(bytes) ?? (await inner.get(old)) ?? bytes, how);
      },
      conditionalWrites: async () => true,
    };
    await expect(compact({ store: rotten, ...TARGET, deleteSources: true })).rejects.toThrow(
      /nothing was deleted/,
    );
    expect(await keysOf(inner)).toEqual(expect.arrayContaining(before));
  });

  test("of a day without a session does nothing", async () => {
    expect(await compact({ store: new MemoryStore(), tradingDay: "2026-11-21" })).toMatchObject({
      outcome: "unchanged",
    });
  });
});

function wrap(inner: MemoryStore): ObjectStore {
  return {
    get: (key) => inner.get(key),
    put: (key, bytes, options) => inner.put(key, bytes, options),
    list: (prefix) => inner.list(prefix),
    delete: (key) => inner.delete(key),
    conditionalWrites: async () => true,
  };
}
