import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import { MemoryStore, type ObjectStore, StorageError, buildColumns, compact, readColumns } from "hantoo";
import { createCalendar } from "hantoo/calendar";
import {
  type DayTable,
  createDayTable,
  createKlineStore,
  manifestKey,
  markRead,
  readManifest,
  settleDay,
} from "../../src/archive/index.js";
import { columnsKey } from "../../src/archive/columns/index.js";
import {
  DAY,
  EVENING,
  HOLE,
  MINUTES,
  SYMBOLS,
  bar,
  contentOf,
  emptyDay,
  fixedClock,
  tables,
} from "../kline/day-samples.js";

const PREFIX = "hantoo-stock-kline-1m";
const PLACE = { prefix: PREFIX, venue: "KRX", tradingDay: DAY } as const;
const PARQUET = columnsKey(PREFIX, "KRX", DAY);
const MANIFEST = manifestKey(PREFIX, "KRX", DAY);
const RANGE = { from: DAY, to: DAY } as const;
const ALL_FIELDS = ["open", "high", "low", "close", "volume", "acc_vol", "turnover"] as const;

async function write(store: ObjectStore, table: DayTable, at = 0): Promise<string> {
  const klineStore = createKlineStore({ store, clock: fixedClock(), fields: ALL_FIELDS, zstdLevel: 1 });
  const [object] = await klineStore.write(table, { retrieval: EVENING + at * 1000 });
  return object?.key ?? "";
}

/** What the objects say, asked of a store that has no columns. */
async function ofObjects(store: ObjectStore, symbols: readonly string[] = SYMBOLS): Promise<unknown> {
  const bare = new MemoryStore();
  for await (const key of store.list(`${PREFIX}/`)) await bare.put(key, (await store.get(key))!);
  const day = { tradingDay: DAY, venue: "KRX", hours: "regular", symbols } as const;
  return contentOf((await createKlineStore({ store: bare }).readDay(day)).table);
}

/** What a reader of a few symbols gets, and whether it came from columns. */
async function ofReader(
  store: ObjectStore,
  symbols: readonly string[] = SYMBOLS,
): Promise<{ content: unknown; fromColumns: boolean }> {
  const klineStore = createKlineStore({ store });
  const day = { tradingDay: DAY, venue: "KRX", hours: "regular", symbols } as const;
  const fromColumns = (await klineStore.readDayFromColumns(day)) !== undefined;
  return { content: contentOf((await klineStore.readDay(day)).table), fromColumns };
}

async function keysOf(store: ObjectStore, prefix = ""): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys;
}

/** A market of whole days, so that there are several groups. */
function market(count: number): DayTable {
  const table = emptyDay();
  for (let at = 0; at < count; at++) {
    for (let index = at % 3; index < MINUTES.length - (at % 5); index++) {
      if (index % 50 === at % 50) table.set(String(100_000 + at), index, { ...HOLE, accVolume: index });
      else table.set(String(100_000 + at), index, bar(1000 + at + index, index % 4, at * index));
    }
  }
  return table;
}

const one = (index: number, price: number): DayTable => {
  const table = emptyDay();
  table.set("005930", index, bar(price));
  return table;
};

describe("columns", () => {
  test("hold what the objects hold, whatever is written, compacted, torn or lost afterwards", async () => {
    const events = fc.constantFrom(
      "newer",
      "compact",
      "no manifest",
      "no parquet",
      "torn parquet",
      "torn manifest",
      "mended",
      "late",
    );
    const property = fc.asyncProperty(
      fc.array(tables, { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(events, tables, fc.nat()), { maxLength: 5 }),
      fc.subarray([...SYMBOLS], { minLength: 1 }),
      async (days, then, symbols) => {
        const store = new MemoryStore();
        for (const [at, table] of days.entries()) await write(store, table, at * 10);
        const [built] = (await buildColumns({ store, ...RANGE })).days;
        const first = await ofReader(store, symbols);
        expect(first.content).toEqual(await ofObjects(store, symbols));
        expect(first.fromColumns).toBe(built!.outcome !== "refused");
        for (const [at, [event, table, where]] of then.entries()) {
          const spoil = async (key: string): Promise<void> => {
            const bytes = await store.get(key);
            if (bytes === undefined) return;
            bytes[where % bytes.length]! ^= 1 << (where % 8);
            await store.put(key, where % 3 === 0 ? bytes.subarray(0, where % bytes.length) : bytes);
          };
          if (event === "newer") await write(store, table, 1000 + at * 10);
          if (event === "late") await write(store, table, at);
          if (event === "compact")
            await compact({
              store,
              tradingDay: DAY,
              deleteSources: where % 2 === 0,
              columns: where % 3 === 0,
            });
          if (event === "no manifest") await store.delete(MANIFEST);
          if (event === "no parquet") await store.delete(PARQUET);
          if (event === "torn parquet") await spoil(PARQUET);
          if (event === "torn manifest") await spoil(MANIFEST);
          if (event === "mended") await buildColumns({ store, ...RANGE });
          expect((await ofReader(store, symbols)).content, event).toEqual(await ofObjects(store, symbols));
        }
        await buildColumns({ store, ...RANGE });
        const last = await ofReader(store, symbols);
        expect(last.content).toEqual(await ofObjects(store, symbols));
        const isEmpty = (await keysOf(store, `${PREFIX}/`)).length === 0;
        expect(last.fromColumns).toBe(isEmpty || (await readManifest({ store, ...PLACE })) !== undefined);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  test("are groups of whole symbols, each of which is read on its own, with three requests", async () => {
    const inner = new MemoryStore();
    const table = market(130);
    await write(inner, table);
    await buildColumns({ store: inner, ...RANGE });
    const manifest = (await readManifest({ store: inner, ...PLACE }))!;
    expect(manifest.groups.length).toBeGreaterThan(2);
    expect(manifest.groups.every(({ rows }) => rows <= 16_384)).toBe(true);
    const asked: string[] = [];
    const store: ObjectStore = {
      get: async (key, options) => (
        asked.push(`get ${options?.range?.length ?? "all"}`),
        inner.get(key, options)
      ),
      put: (...how) => inner.put(...how),
      list: (prefix) => (asked.push("list"), inner.list(prefix)),
      delete: (key) => inner.delete(key),
      size: (key) => inner.size(key),
    };
    const klineStore = createKlineStore({ store });
    for (const symbol of ["100000", "100043", "100129"]) {
      asked.length = 0;
      const day = { tradingDay: DAY, venue: "KRX", hours: "all", symbols: [symbol] } as const;
      const read = await klineStore.readDayFromColumns(day);
      expect(contentOf(read!.table)[symbol]).toEqual(contentOf(table)[symbol]);
      const group = manifest.groups.find(
        ({ firstSymbol, lastSymbol }) => firstSymbol <= symbol && symbol <= lastSymbol,
      );
      expect(asked.sort()).toEqual([`get ${group!.length}`, "get all", "list"].sort());
    }
    const spread = ["100001", "100040", "100041", "100090", "100128"];
    expect((await ofReader(inner, spread)).content).toEqual(await ofObjects(inner, spread));
  });

  test("are Parquet that another reader takes whole: sorted, typed, holes and untraded minutes told apart", async () => {
    const store = new MemoryStore();
    const table = market(60);
    table.set("100001", 0, { open: null, high: null, low: null, close: null, volume: 0, accVolume: 0 });
    table.set("100001", 5, { ...bar(7, 3, 9), turnover: 12_345_678_901_234 });
    await write(store, table);
    await buildColumns({ store, ...RANGE });
    const bytes = (await store.get(PARQUET))!;
    const rows = await parquetReadObjects({
      file: bytes.slice().buffer,
      compressors: { GZIP: (packed: Uint8Array) => gunzipSync(packed) },
    });
    const expected = table.symbols().flatMap((symbol) =>
      [...table.minutes.entries()].flatMap(([index, minute]) => {
        const cell = table.get(symbol, index);
        if (cell === undefined) return [];
        const { accVolume, volume, turnover, ...prices } = cell;
        const whole = (value: number | null | undefined): bigint | null =>
          typeof value === "number" ? BigInt(value) : null;
        return [
          {
            symbol,
            time: new Date(minute),
            ...prices,
            volume: whole(volume),
            acc_vol: whole(accVolume),
            turnover: whole(turnover),
          },
        ];
      }),
    );
    expect(rows).toEqual(expected);
    const manifest = (await readManifest({ store, ...PLACE }))!;
    expect(manifest).toMatchObject({
      schema: "hantoo-columns/1",
      venue: "KRX",
      date: DAY,
      hours: "regular",
      source: "unknown",
      rows: rows.length,
      bytes: bytes.length,
    });
    expect(manifest.symbols).toEqual(table.symbols());
    expect(manifest.have).toEqual(table.symbols().map((symbol) => table.symbolCellCount(symbol)));
    expect(manifest.first.slice(0, 4)).toEqual(["0900", "0900", "0902", "0900"]);
    expect(manifest.lost["100003"]).toContain("0903");
    expect(manifest.readAt.every((at) => at === null)).toBe(true);
  });

  test("a manifest is trusted no further than its Parquet: each flipped bit of either is found", async () => {
    const inner = new MemoryStore();
    await write(inner, market(3));
    await buildColumns({ store: inner, ...RANGE });
    const symbols = ["100001"];
    const truth = await ofObjects(inner, symbols);
    for (const key of [PARQUET, MANIFEST]) {
      const bytes = (await inner.get(key))!;
      for (let at = 0; at < bytes.length; at += 97) {
        const flipped = bytes.slice();
        flipped[at]! ^= 1 << (at % 8);
        await inner.put(key, flipped);
        expect((await ofReader(inner, symbols)).content, `${key} ${at}`).toEqual(truth);
      }
      await inner.put(key, bytes);
    }
  });

  test("are read by a manifest of any layout, and one that lies about its lists is none", async () => {
    const store = new MemoryStore();
    await write(store, market(3));
    await buildColumns({ store, ...RANGE });
    const truth = await ofObjects(store, ["100001"]);
    const { traded, symbols, ...rest } = (await readManifest({ store, ...PLACE }))!;
    const say = async (manifest: object): Promise<boolean> => {
      const text = JSON.stringify(manifest);
      const digest = createHash("sha256").update(text).digest("hex");
      await store.put(MANIFEST, Buffer.from(`${text.slice(0, -1)},"digest":"${digest}"}`));
      const { content, fromColumns } = await ofReader(store, ["100001"]);
      expect(content).toEqual(truth);
      return fromColumns;
    };
    expect(await say({ ...rest, symbols, traded })).toBe(true);
    expect(await say({ traded, ...rest, lost: {}, symbols })).toBe(true);
    expect(await say({ ...rest, traded, symbols: symbols.slice(1) })).toBe(false);
    expect(await say({ ...rest, traded, symbols, have: rest.have.map((count) => count + 1) })).toBe(false);
    expect(await say({ ...rest, traded, symbols, unproved: [7] })).toBe(false);
    // What is told of minutes counts for those who ask for it.
    await say({ ...rest, traded: traded.slice(1), symbols });
    expect(await readManifest({ store, ...PLACE })).toBeUndefined();
  });

  test("are mended by the next build, and left alone where they hold the day", async () => {
    const store = new MemoryStore();
    await write(store, market(3));
    const outcome = async (): Promise<string> => (await buildColumns({ store, ...RANGE })).days[0]!.outcome;
    expect(await outcome()).toBe("built");
    expect(await outcome()).toBe("in-step");
    const bytes = (await store.get(PARQUET))!;
    bytes[100]! ^= 1;
    await store.put(PARQUET, bytes);
    expect(await outcome()).toBe("built");
    await store.delete(PARQUET);
    expect(await outcome()).toBe("built");
    await write(store, one(0, 7), 5);
    expect(await outcome()).toBe("built");
    expect(
      (await buildColumns({ store, from: "2026-11-18", to: DAY })).days.map((day) => day.outcome),
    ).toEqual(["empty", "empty", "in-step"]);
  });

  test("of a day that is compacted take its new name, unbuilt", async () => {
    const store = new MemoryStore();
    for (let at = 0; at < 3; at++) await write(store, one(at, 100 + at), at);
    await buildColumns({ store, ...RANGE });
    const before = (await readManifest({ store, ...PLACE }))!;
    await markRead({ store, ...PLACE, symbols: ["005930"], at: EVENING });
    const { object } = await compact({ store, tradingDay: DAY, deleteSources: true });
    const after = (await readManifest({ store, ...PLACE }))!;
    expect(after.sha256).toBe(before.sha256);
    expect(after.sources).toContain(object!.key.slice(PREFIX.length + 1));
    expect(after.readAt).toEqual([EVENING / 1000]);
    expect((await ofReader(store)).fromColumns).toBe(true);
  });

  test("keep what was read when, also where they are built anew", async () => {
    const store = new MemoryStore();
    expect(await markRead({ store, ...PLACE, symbols: ["005930"], at: EVENING })).toBe(false);
    await write(store, market(2));
    await buildColumns({ store, ...RANGE });
    expect(await markRead({ store, ...PLACE, symbols: ["100001"], at: EVENING + 999 })).toBe(true);
    await write(store, one(3, 3), 9);
    await buildColumns({ store, ...RANGE });
    const { symbols, readAt } = (await readManifest({ store, ...PLACE }))!;
    expect(symbols).toEqual(["005930", "100000", "100001"]);
    expect(readAt).toEqual([null, null, EVENING / 1000]);
  });

  test("of a day with a damaged object, or an amount that is none, are refused", async () => {
    const store = new MemoryStore();
    const key = await write(store, one(0, 1));
    await write(store, one(1, 2), 1);
    await store.put(key, Buffer.from("rotten"));
    expect((await buildColumns({ store, ...RANGE })).days).toMatchObject([
      { outcome: "refused", reason: expect.stringContaining(key) as string },
    ]);
    await store.delete(key);
    const broken = emptyDay();
    broken.set("005930", 3, { ...bar(5), turnover: 0.5 });
    await write(store, broken, 3);
    expect((await buildColumns({ store, ...RANGE })).days).toMatchObject([
      { outcome: "refused", reason: expect.stringContaining("0.5") as string },
    ]);
    expect(await keysOf(store, `${PREFIX}-`)).toEqual([]);
  });

  test("say which session they hold, and a calendar with other minutes takes the objects", async () => {
    const store = new MemoryStore();
    await write(store, one(MINUTES.length - 1, 5));
    await buildColumns({ store, ...RANGE });
    const calendar = createCalendar({
      sessions: [{ day: DAY, open: "10:00", close: "12:00", reason: "test" }],
    });
    const day = { tradingDay: DAY, venue: "KRX", hours: "regular", symbols: ["005930"] } as const;
    expect(await createKlineStore({ store, calendar }).readDayFromColumns(day)).toBeUndefined();
    const evening = createDayTable({
      tradingDay: DAY,
      venue: "KRX",
      minutes: [Date.parse("2026-11-20T16:30:00+09:00")],
    });
    evening.set("005930", 0, bar(9));
    await write(store, evening, 3);
    await buildColumns({ store, ...RANGE });
    expect((await readManifest({ store, ...PLACE }))!.hours).toBe("all");
    expect((await ofReader(store)).content).toEqual(await ofObjects(store));
  });

  test("built under longer hours than the reader's give no minute to another's place", async () => {
    const store = new MemoryStore();
    const calendar = createCalendar({
      sessions: [{ day: DAY, open: "09:00", close: "17:00", reason: "test" }],
    });
    const table = createDayTable({ tradingDay: DAY, venue: "KRX", minutes: calendar.minutes(DAY) });
    table.set("005930", 0, bar(5));
    table.set("005930", table.indexOf(Date.parse("2026-11-20T16:30:00+09:00")), bar(9));
    await createKlineStore({ store, calendar }).write(table);
    await buildColumns({ store, calendar, ...RANGE });
    expect((await readManifest({ store, ...PLACE }))!.hours).toBe("regular");
    const day = { tradingDay: DAY, venue: "KRX", hours: "regular", symbols: ["005930"] } as const;
    const read = await createKlineStore({ store }).readDayFromColumns(day);
    expect(read?.table.get("005930", 0)).toMatchObject({ open: 5, volume: 10 });
    expect(read?.table.cellCount()).toBe(1);
    for (const index of MINUTES.keys()) if (index > 0) expect(read?.table.has("005930", index)).toBe(false);
    const rows = await readColumns({ store, ...RANGE, hours: "regular" });
    expect([...rows.time]).toEqual([MINUTES[0]]);
  });

  test("killed at any step of building, settling or marking, nothing stale is served", async () => {
    for (const work of ["build", "settle", "mark"] as const) {
      for (let steps = 0; ; steps++) {
        const inner = new MemoryStore();
        for (let at = 0; at < 3; at++) await write(inner, one(at % 2, 10 + at), at);
        await buildColumns({ store: inner, ...RANGE });
        await write(inner, one(0, 777), 9);
        const truth = await ofObjects(inner);
        let left = steps;
        const step = (): void => {
          if (left-- === 0) throw new StorageError("killed", { operation: "put", key: "x" });
        };
        const dying: ObjectStore = {
          get: async (key, options) => (step(), inner.get(key, options)),
          put: async (key, bytes, how) => (step(), inner.put(key, bytes, how)),
          list: (prefix) => (step(), inner.list(prefix)),
          delete: async (key) => (step(), inner.delete(key)),
          size: async (key) => (step(), inner.size(key)),
          conditionalWrites: async () => true,
        };
        const run = async (): Promise<unknown> => {
          if (work === "build") return buildColumns({ store: dying, ...RANGE });
          if (work === "settle") return settleDay({ store: dying, tradingDay: DAY, mayDelete: () => true });
          return markRead({ store: dying, ...PLACE, symbols: ["005930"], at: EVENING });
        };
        const outcome = await run().catch((error: unknown) => error);
        expect(await ofObjects(inner), `${work} ${steps}`).toEqual(truth);
        expect((await ofReader(inner)).content, `${work} ${steps}`).toEqual(truth);
        if (outcome instanceof StorageError) continue;
        expect(steps).toBeGreaterThan(1);
        break;
      }
    }
  });
});

describe("a day left whole", () => {
  test("is one object with columns, what others wrote stays, and a second call changes nothing", async () => {
    const store = new MemoryStore();
    const own = new Set<string>();
    for (let at = 0; at < 4; at++) {
      const key = await write(store, one(at, 100 + at), at);
      if (at > 0) own.add(key);
    }
    const settle = (): ReturnType<typeof settleDay> =>
      settleDay({ store, tradingDay: DAY, mayDelete: (key) => own.has(key) });
    const first = await settle();
    expect(first.compaction).toMatchObject({ outcome: "compacted", deleted: [...own].toReversed() });
    expect(first.columns).toMatchObject({ outcome: "built", rows: 4 });
    expect(await keysOf(store, `${PREFIX}/`)).toHaveLength(2);
    const keys = await keysOf(store);
    expect(await settle()).toEqual({ columns: { ...first.columns, outcome: "in-step" } });
    expect(await keysOf(store)).toEqual(keys);
    expect((await ofReader(store)).fromColumns).toBe(true);
  });

  test("four shards that compact one after the other leave one compacted object, and none reads a source", async () => {
    const store = new MemoryStore();
    for (let at = 0; at < 20; at++) await write(store, one(at, 100 + at), at);
    for (let shard = 0; shard < 4; shard++) await compact({ store, tradingDay: DAY });
    expect(await keysOf(store, `${PREFIX}/`)).toHaveLength(21);
    await compact({ store, tradingDay: DAY, deleteSources: true });
    expect(await keysOf(store, `${PREFIX}/`)).toHaveLength(1);
  });
});
