import { describe, expect, test } from "vitest";
import { ConfigError, StorageConflictError, StorageError } from "hantoo";
import { MemoryStore, type ObjectStore } from "hantoo/storage";
import { createKlineStore } from "../../src/archive/kline-store.js";
import type { DayTable } from "../../src/archive/day-table.js";
import {
  DAY,
  EVENING,
  MINUTES,
  bar,
  contentOf,
  emptyDay,
  filledDay,
  fixedClock,
} from "../kline/day-samples.js";

const REGULAR = { tradingDay: DAY, venue: "KRX", hours: "regular" } as const;
const PREFIX = "hantoo-stock-kline-1m";

function setUp(store: ObjectStore = new MemoryStore(), random: () => number = () => 0) {
  const clock = fixedClock();
  const warnings: string[] = [];
  const note = (facts: object, message: string): void =>
    void warnings.push(`${message} ${JSON.stringify(facts)}`);
  const logger = { debug: () => undefined, info: () => undefined, warn: note, error: note };
  return { store, clock, warnings, klineStore: createKlineStore({ store, clock, random, logger }) };
}

async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list("")) keys.push(key);
  return keys;
}

const one = (index: number, price: number, symbol = "005930"): DayTable => {
  const table = emptyDay();
  table.set(symbol, index, bar(price));
  return table;
};

describe("write", () => {
  test("names the object by its first and last minute and says what is in it", async () => {
    const { store, klineStore } = setUp();
    const table = filledDay(["005930", "0001A0"], 3);
    table.set("0001A0", 380, bar(1));
    const written = await klineStore.write(table);
    const key = `${PREFIX}/20261120090000_20261120153000_J_20261120180000.jsonl.zstd`;
    expect(written).toEqual([{ key, minutes: 4, bars: 7, bytes: (await store.get(key))?.length }]);
  });

  test("of nothing writes nothing", async () => {
    const { store, klineStore } = setUp();
    expect(await klineStore.write(emptyDay())).toEqual([]);
    expect(await keysOf(store)).toEqual([]);
  });

  test("of two writers in one second keeps both", async () => {
    const { store, klineStore } = setUp();
    await klineStore.write(one(0, 100));
    await setUp(store).klineStore.write(one(0, 200));
    await setUp(store).klineStore.write(one(0, 300, "000660"));
    const retrievals = (await keysOf(store)).map((key) => key.slice(-25, -11));
    expect(retrievals).toEqual(["20261120180000", "20261120180001", "20261120180002"]);
    const { table } = await klineStore.readDay(REGULAR);
    expect(table.get("005930", 0)?.open).toBe(200);
    expect(table.get("000660", 0)?.open).toBe(300);
  });

  test("of the same content by two writers in one second is one object", async () => {
    const { store, klineStore } = setUp();
    const [first] = await klineStore.write(one(0, 100));
    expect(await setUp(store).klineStore.write(one(0, 100))).toEqual([first]);
    expect(await keysOf(store)).toHaveLength(1);
  });

  test("of a correction wins although the clock jumped back, or another host's clock runs ahead", async () => {
    const { store, klineStore, clock } = setUp();
    const ahead = setUp(store);
    ahead.clock.nowMs = EVENING + 3_600_000;
    await ahead.klineStore.write(one(0, 100));
    clock.nowMs = EVENING - 86_400_000;
    await klineStore.readDay(REGULAR);
    await klineStore.write(one(0, 200));
    clock.nowMs -= 86_400_000;
    await klineStore.write(one(0, 300));
    expect((await klineStore.readDay(REGULAR)).table.get("005930", 0)?.open).toBe(300);
  });

  test("that failed after it took effect can be repeated", async () => {
    const inner = new MemoryStore();
    let failures = 1;
    const { klineStore } = setUp({
      ...wrap(inner),
      async put(key, bytes, options) {
        await inner.put(key, bytes, options);
        if (failures-- > 0) throw new StorageError("timeout", { operation: "put", key });
      },
    });
    await expect(klineStore.write(one(0, 100))).rejects.toThrow(StorageError);
    await klineStore.write(one(0, 100));
    expect(contentOf((await klineStore.readDay(REGULAR)).table)).toEqual(contentOf(one(0, 100)));
  });

  test("gives up with a StorageError when every second is taken", async () => {
    const { klineStore } = setUp({
      ...wrap(new MemoryStore()),
      put: async (key) => {
        throw new StorageConflictError("taken", { operation: "put", key });
      },
    });
    await expect(klineStore.write(one(0, 100))).rejects.toThrow(/all taken/);
  });

  test("stops at an aborted signal with its reason", async () => {
    const { klineStore, store } = setUp();
    const reason = new Error("stop");
    await expect(klineStore.write(one(0, 1), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await keysOf(store)).toEqual([]);
  });
});

describe("a store without conditional writes", () => {
  /** Like Swift or s3rver: `ifAbsent` does nothing. */
  const careless = (inner: MemoryStore): ObjectStore => ({
    ...wrap(inner),
    put: (key, bytes) => inner.put(key, bytes),
    conditionalWrites: async () => false,
  });

  test("has writers keep to a second of their own in each minute", async () => {
    const inner = new MemoryStore();
    for (const draw of [0.1, 0.5, 0.9]) {
      const { klineStore } = setUp(careless(inner), () => draw);
      await klineStore.write(one(0, draw * 1000));
      await klineStore.write(one(1, draw * 1000));
    }
    expect(await keysOf(inner)).toHaveLength(6);
    const seconds = (await keysOf(inner)).map((key) => key.slice(-13, -11));
    expect(new Set(seconds)).toEqual(new Set(["06", "30", "54"]));
  });

  test("has them keep to it for what waited in a spool as well, in the order it was known", async () => {
    const inner = new MemoryStore();
    for (const draw of [0.1, 0.9]) {
      const { klineStore } = setUp(careless(inner), () => draw);
      await klineStore.write(one(0, draw * 1000), { since: EVENING });
    }
    expect((await keysOf(inner)).map((key) => key.slice(-25, -11))).toEqual([
      "20261120180006",
      "20261120180054",
    ]);
  });

  test("is read back: an object that another writer replaced is written again", async () => {
    const inner = new MemoryStore();
    let rivals = 1;
    const { klineStore } = setUp(
      {
        ...careless(inner),
        async put(key, bytes) {
          await inner.put(key, bytes);
          if (rivals-- > 0) {
            await setUp(inner).klineStore.write(one(0, 999), { retrieval: EVENING });
            await inner.put(
              key,
              (await inner.get((await keysOf(inner)).find((other) => other !== key) ?? key)) ?? bytes,
            );
          }
        },
      },
      () => 0.5,
    );
    await klineStore.write(one(5, 100));
    expect((await klineStore.readDay(REGULAR)).table.get("005930", 5)?.open).toBe(100);
  });

  test("that does not say so is looked at before a put and read back after it", async () => {
    const inner = new MemoryStore();
    const silent: ObjectStore = { ...wrap(inner), put: (key, bytes) => inner.put(key, bytes) };
    const first = setUp(silent, () => 0.25).klineStore;
    const second = setUp(silent, () => 0.75).klineStore;
    await first.write(one(0, 1));
    await second.write(one(0, 2));
    expect((await keysOf(inner)).map((key) => key.split("_").at(-1)?.slice(0, 14))).toEqual([
      "20261120180000",
      "20261120180001",
    ]);
  });
});

describe("readDay", () => {
  test("passes over foreign keys and says so once", async () => {
    const { store, klineStore, warnings } = setUp();
    await klineStore.write(one(0, 1));
    await store.put(`${PREFIX}/20261120-notes.txt`, Buffer.from("hello"));
    await klineStore.readDay(REGULAR);
    const { objects, damaged } = await klineStore.readDay(REGULAR);
    expect(objects).toHaveLength(1);
    expect(damaged).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining("20261120-notes.txt")]);
  });

  test("keeps venues and days apart", async () => {
    const { klineStore } = setUp();
    await klineStore.write(one(0, 1));
    const nxt = emptyDay(DAY, "NXT");
    nxt.set("005930", 0, bar(2));
    await klineStore.write(nxt);
    expect((await klineStore.readDay(REGULAR)).table.get("005930", 0)?.open).toBe(1);
    expect((await klineStore.readDay({ ...REGULAR, venue: "NXT" })).table.get("005930", 0)?.open).toBe(2);
    expect((await klineStore.readDay({ ...REGULAR, venue: "UN" })).table.cellCount()).toBe(0);
    expect((await klineStore.readDay({ ...REGULAR, tradingDay: "2026-11-18" })).table.cellCount()).toBe(0);
  });

  test("names a damaged object and merges the rest", async () => {
    const { store, klineStore, clock, warnings } = setUp();
    const [good] = await klineStore.write(one(0, 1));
    clock.nowMs += 5000;
    const [bad] = await klineStore.write(one(0, 2));
    const bytes = (await store.get(bad?.key ?? "")) ?? new Uint8Array();
    bytes[20] = (bytes[20] ?? 0) ^ 4;
    await store.put(bad?.key ?? "", bytes);
    const { table, damaged, objects } = await klineStore.readDay(REGULAR);
    expect(objects.map(({ key }) => key)).toEqual([good?.key, bad?.key]);
    expect(damaged).toMatchObject([
      { key: bad?.key, reason: expect.any(String) as string, start: MINUTES[0] },
    ]);
    expect(table.get("005930", 0)?.open).toBe(1);
    expect(warnings.join()).toContain(bad?.key);
  });

  test("lists again when an object vanished in between", async () => {
    const inner = new MemoryStore();
    const { klineStore } = setUp(inner);
    const [first] = await klineStore.write(one(0, 1));
    await klineStore.write(one(1, 2));
    const merged = one(0, 1);
    merged.set("005930", 1, bar(2));
    const reader = setUp({
      ...wrap(inner),
      async get(key) {
        if (key === first?.key && (await inner.get(key)) !== undefined) {
          await klineStore.write(merged);
          for (const old of (await keysOf(inner)).slice(0, 2))
            if (!old.includes("090000_20261120090100")) await inner.delete(old);
        }
        return inner.get(key);
      },
    }).klineStore;
    await inner.delete("nothing");
    expect(contentOf((await reader.readDay(REGULAR)).table)).toEqual(contentOf(merged));
  });

  test("gives up when objects vanish for ever", async () => {
    const inner = new MemoryStore();
    await setUp(inner).klineStore.write(one(0, 1));
    const { klineStore } = setUp({ ...wrap(inner), get: async () => undefined });
    await expect(klineStore.readDay(REGULAR)).rejects.toThrow(/keep vanishing/);
  });

  test("fails as the store fails, and leaves no rejection behind", async () => {
    const inner = new MemoryStore();
    const { klineStore } = setUp(inner);
    for (let index = 0; index < 20; index++) await klineStore.write(one(index, 1));
    const failing = setUp({
      ...wrap(inner),
      get: async (key) => {
        throw new StorageError("403", { operation: "get", key });
      },
    }).klineStore;
    await expect(failing.readDay(REGULAR)).rejects.toThrow("403");
  });

  test("of the regular hours leaves the evening out without a word", async () => {
    const { klineStore, warnings } = setUp();
    const all = await klineStore.readDay({ ...REGULAR, hours: "all" });
    all.table.set("005930", 0, bar(1));
    all.table.set("005930", 400, bar(2));
    await klineStore.write(all.table);
    expect((await klineStore.readDay(REGULAR)).table.cellCount()).toBe(1);
    expect((await klineStore.readDay({ ...REGULAR, hours: "all" })).table.cellCount()).toBe(2);
    expect(warnings).toEqual([]);
  });
});

test("options are checked", () => {
  const store = new MemoryStore();
  for (const bad of [
    { prefix: "" },
    { zstdLevel: 0 },
    { zstdLevel: 23 },
    { zstdLevel: 1.5 },
    { fields: ["open" as const] },
  ]) {
    expect(() => createKlineStore({ store, ...bad })).toThrow(ConfigError);
  }
});

/** A store of methods only, so that a test can replace one; it does not say whether it decides `ifAbsent`. */
function wrap(inner: MemoryStore): ObjectStore {
  return {
    get: (key) => inner.get(key),
    put: (key, bytes, options) => inner.put(key, bytes, options),
    list: (prefix) => inner.list(prefix),
    delete: (key) => inner.delete(key),
  };
}
