import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { createCalendar, krx } from "hantoo/calendar";
import { MemoryStore, type ObjectStore } from "hantoo/storage";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError, type MinuteBar, StorageError, type TradingDay } from "../../../src/core/index.js";
import { buildColumns } from "../../../src/archive/index.js";
import { createDayTable } from "../../../src/archive/day-table.js";
import { type ExportParquetOptions, exportParquet } from "../../../src/kline/read/export-parquet.js";
import { createKlineStore } from "../../../src/archive/kline-store.js";
import { readBars } from "../../../src/kline/read/read-bars.js";
import { HOLE } from "../day-samples.js";

const SYMBOLS = ["0001A0", "000660", "005930", "28513K", "Q530036"];
const FIELDS = ["open", "high", "low", "close", "volume", "acc_vol"] as const;
const FROM = "2026-11-18";
const TO = "2026-11-20";
const clock = {
  now: () => Date.parse("2026-11-20T12:00:00Z"),
  monotonic: () => 0,
  sleep: async () => undefined,
};

/** Different prices everywhere, some minutes untraded, one a hole, the first ones of `28513K` without any price. */
async function fill(store: ObjectStore, day: TradingDay, minutes: number, turnover = false): Promise<void> {
  const klineStore = createKlineStore({
    store,
    clock,
    fields: [...FIELDS, ...(turnover ? (["turnover"] as const) : [])],
  });
  const table = createDayTable({ tradingDay: day, venue: "KRX", minutes: krx.minutes(day) });
  for (const [at, symbol] of SYMBOLS.entries()) {
    let accVolume = 0;
    for (let index = 0; index < minutes; index++) {
      const price = 1000 * (at + 1) + index;
      const isTraded = index % 7 !== 3 && (symbol !== "28513K" || index >= 30);
      const isPriced = symbol !== "28513K" || index >= 30;
      const volume = isTraded ? 3_000_000_000 + index : 0;
      accVolume += volume;
      const prices = isPriced
        ? { open: price, high: price + 5.5, low: price - 5, close: price + 1 }
        : { open: null, high: null, low: null, close: null };
      table.set(symbol, index, { ...prices, volume, accVolume, ...(turnover && { turnover: volume * 3 }) });
      if (at === 1 && index === 12) table.set(symbol, index, { ...HOLE, accVolume: accVolume - volume });
    }
  }
  await klineStore.write(table);
}

let store: MemoryStore;
let dir: string;
beforeEach(async () => {
  store = new MemoryStore();
  dir = await mkdtemp(join(tmpdir(), "hantoo-parquet-"));
});
afterEach(() => rm(dir, { recursive: true }));

type Row = { symbol: string } & MinuteBar;
const stored = async (symbol: string, untraded: "flat" | "skip" = "flat"): Promise<Row[]> => {
  const rows: Row[] = [];
  for await (const bar of readBars({ store, symbol, from: FROM, to: TO, untraded }))
    rows.push({ symbol, ...bar });
  return rows;
};
const byDayThenSymbol = (rows: Row[]): Row[] => {
  const key = ({ symbol, time }: Row): string =>
    `${new Date(time).toISOString().slice(0, 10)}${symbol}${time}`;
  return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
};
async function parquetRows(bytes: Uint8Array): Promise<Row[]> {
  const rows = await parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
  });
  return rows.map(({ symbol, time, open, high, low, close, volume, acc_vol, turnover }) => ({
    symbol,
    time: (time as Date).getTime(),
    open,
    high,
    low,
    close,
    volume: Number(volume),
    accVolume: Number(acc_vol),
    ...(turnover === null ? {} : { turnover }),
  }));
}
const options = (more: Partial<ExportParquetOptions> = {}): ExportParquetOptions => ({
  store,
  out: dir,
  from: FROM,
  to: TO,
  ...more,
});

describe("every stored bar is in one file, once, in order", () => {
  beforeEach(async () => {
    await fill(store, "2026-11-18", 381);
    await fill(store, "2026-11-20", 200);
  });

  test("by day", async () => {
    const out = new MemoryStore();
    const { files, damaged } = await exportParquet(options({ out }));
    expect(files.map(({ key }) => key)).toEqual(["20261118_J.parquet", "20261120_J.parquet"]);
    expect(damaged).toEqual([]);
    const rows: Row[] = [];
    for (const { key, rows: count, bytes } of files) {
      const file = (await out.get(key))!;
      expect(file.byteLength).toBe(bytes);
      const read = await parquetRows(file);
      expect(read).toHaveLength(count);
      rows.push(...read);
    }
    expect(rows).toEqual(
      byDayThenSymbol((await Promise.all(SYMBOLS.map((symbol) => stored(symbol)))).flat()),
    );
    expect(rows.length).toBe(4 * (381 + 200) + 351 + 170 - 2);
  });

  test.each([undefined, 1, 200_000])(
    "by symbol, also when memory (%s bytes) is short",
    async (maxMemoryBytes) => {
      const out = new MemoryStore();
      const seen: string[] = [];
      const { files } = await exportParquet(
        options({
          out,
          by: "symbol",
          onProgress: ({ key }) => seen.push(key),
          ...(maxMemoryBytes && { maxMemoryBytes }),
        }),
      );
      const names = SYMBOLS.map((symbol) => `${symbol}_20261118_20261120_J.parquet`);
      expect(files.map(({ key }) => key)).toEqual(names);
      expect(seen.sort()).toEqual(names);
      for (const [at, symbol] of SYMBOLS.entries()) {
        expect(await parquetRows((await out.get(names[at]!))!)).toEqual(await stored(symbol));
      }
    },
  );

  test.each([false, true])(
    "reads every stored day once, however short memory is (columns: %s), and leaves nothing else behind",
    async (hasColumns) => {
      if (hasColumns) await buildColumns({ store, from: FROM, to: TO });
      const read: string[] = [];
      const counted: ObjectStore = {
        get: async (key, how) => {
          read.push(key.replace(/^hantoo-stock-kline-1m[-/]/, ""));
          return store.get(key, how);
        },
        put: (...how) => store.put(...how),
        list: (prefix) => store.list(prefix),
        delete: (key) => store.delete(key),
        size: (key) => store.size(key),
      };
      const more = { store: counted, by: "symbol", maxMemoryBytes: 1 } as const;
      const { files } = await exportParquet(options(more));
      const days = ["2026-11-18", "2026-11-20"];
      const bars = hasColumns
        ? days.map((day) => `columns/venue=KRX/date=${day}/bars.parquet`)
        : days.map((day) => expect.stringContaining(day.replaceAll("-", "")) as string);
      expect(read.filter((key) => !key.startsWith("manifests/")).sort()).toEqual(bars);
      expect(await readdir(dir)).toEqual(files.map(({ key }) => key));
      for (const [at, symbol] of SYMBOLS.entries())
        expect(await parquetRows(await readFile(join(dir, files[at]!.key)))).toEqual(await stored(symbol));
    },
  );

  test("by symbol, of columns that another calendar built", async () => {
    await buildColumns({ store, from: FROM, to: TO });
    const session = { day: "2026-11-18", open: "10:00", close: "12:00", reason: "test" } as const;
    const calendar = createCalendar({ sessions: [session] });
    const out = new MemoryStore();
    const { files } = await exportParquet(options({ out, by: "symbol", calendar }));
    const rows = await parquetRows((await out.get(files[0]!.key))!);
    const bars: MinuteBar[] = [];
    for await (const bar of readBars({ store, symbol: SYMBOLS[0]!, from: FROM, to: TO, calendar }))
      bars.push(bar);
    expect(rows).toEqual(bars.map((bar) => ({ symbol: SYMBOLS[0]!, ...bar })));
    expect(rows.length).toBeLessThan(381 + 200);
  });

  test("by symbol, an amount that columns cannot hold", async () => {
    const table = createDayTable({
      tradingDay: "2026-11-19",
      venue: "KRX",
      minutes: krx.minutes("2026-11-19"),
    });
    const bar = { open: 5, high: 5, low: 5, close: 5, volume: 2, accVolume: 2 };
    table.set("005930", 0, { ...bar, turnover: 10.5 });
    table.set("000660", 0, { ...bar, turnover: 10 });
    const klineStore = createKlineStore({ store, clock, fields: [...FIELDS, "turnover"] });
    await klineStore.write(table);
    const out = new MemoryStore();
    const { files } = await exportParquet(options({ out, by: "symbol" }));
    const rows = (await Promise.all(files.map(async ({ key }) => parquetRows((await out.get(key))!)))).flat();
    expect(rows.filter(({ turnover }) => turnover !== undefined)).toMatchObject([
      { symbol: "000660", turnover: 10 },
      { symbol: "005930", turnover: 10.5 },
    ]);
    expect(rows.filter(({ symbol }) => symbol === "005930")).toEqual(await stored("005930"));
  });

  test("only the symbols asked for, without untraded minutes", async () => {
    const out = new MemoryStore();
    for (const by of ["day", "symbol"] as const) {
      const { files } = await exportParquet(
        options({ out, by, symbols: ["Q530036", "0037T0"], untraded: "skip" }),
      );
      const rows = (
        await Promise.all(files.map(async ({ key }) => parquetRows((await out.get(key))!)))
      ).flat();
      expect(rows).toEqual(await stored("Q530036", "skip"));
      expect(rows.every(({ volume }) => volume > 0)).toBe(true);
    }
  });

  test("the same content is the same bytes", async () => {
    const [one, two] = [new MemoryStore(), new MemoryStore()];
    for (const out of [one, two]) await exportParquet(options({ out }));
    expect(await one.get("20261120_J.parquet")).toEqual(await two.get("20261120_J.parquet"));
  });
});

test("DuckDB reads the types and the sums that were stored", async () => {
  await fill(store, "2026-11-19", 381, true);
  await exportParquet(options());
  expect(await readdir(dir)).toEqual(["20261119_J.parquet"]);
  const connection = await (await DuckDBInstance.create()).connect();
  const all = `'${dir}/*.parquet'`;
  const query = async (sql: string): Promise<unknown[][]> => (await connection.runAndReadAll(sql)).getRows();
  expect(
    (await query(`DESCRIBE SELECT * FROM ${all}`)).map(([name, type]) => `${String(name)} ${String(type)}`),
  ).toEqual([
    "symbol VARCHAR",
    "time TIMESTAMP WITH TIME ZONE",
    "open DOUBLE",
    "high DOUBLE",
    "low DOUBLE",
    "close DOUBLE",
    "volume BIGINT",
    "acc_vol BIGINT",
    "turnover DOUBLE",
  ]);
  const rows = await stored("005930");
  const sql = `SELECT count(*), epoch_ms(min(time)), epoch_ms(max(time)), sum(volume)::BIGINT, max(acc_vol), sum(high), sum(turnover)
    FROM ${all} WHERE symbol = '005930'`;
  const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
  expect((await query(sql))[0]!.map(Number)).toEqual([
    381,
    rows[0]!.time,
    rows.at(-1)!.time,
    sum((row) => row.volume),
    sum((row) => row.volume),
    sum((row) => row.high),
    sum((row) => row.turnover!),
  ]);
  expect(rows.at(-1)!.turnover).toBeDefined();
  connection.closeSync();
});

test("a long file has several row groups, each no larger than what is held unpacked", async () => {
  const long = krx.tradingDays("2026-08-01", "2026-11-20").slice(-25);
  for (const day of long) await fill(store, day, 381);
  const out = new MemoryStore();
  const { files } = await exportParquet(options({ out, by: "symbol", from: long[0]!, symbols: ["005930"] }));
  const bytes = (await out.get(files[0]!.key))!;
  const { row_groups, num_rows } = parquetMetadata(bytes.buffer as ArrayBuffer);
  expect(Number(num_rows)).toBe(25 * 381);
  expect(row_groups.map(({ num_rows: rows }) => Number(rows))).toEqual([8192, 25 * 381 - 8192]);
  expect((await parquetRows(bytes)).map(({ time }) => time)).toEqual(
    long.flatMap((day) => [...krx.minutes(day)]),
  );
});

test("an export of nothing writes nothing", async () => {
  expect(await exportParquet(options())).toEqual({ files: [], damaged: [] });
  expect(await exportParquet(options({ by: "symbol", symbols: ["005930"] }))).toEqual({
    files: [],
    damaged: [],
  });
  expect(await readdir(dir)).toEqual([]);
});

test("damaged objects are named, and the rest is exported", async () => {
  await fill(store, "2026-11-18", 10);
  await fill(store, "2026-11-20", 10);
  const keys: string[] = [];
  for await (const key of store.list("hantoo-stock-kline-1m/20261120")) keys.push(key);
  const bytes = (await store.get(keys[0]!))!;
  bytes[bytes.length >> 1]! ^= 1;
  await store.put(keys[0]!, bytes);
  for (const by of ["day", "symbol"] as const) {
    const { files, damaged } = await exportParquet(options({ by, out: new MemoryStore() }));
    expect(damaged.map(({ key }) => key)).toEqual(keys);
    expect(files.every(({ key }) => key.startsWith("20261118") || by === "symbol")).toBe(true);
    expect(files.length).toBeGreaterThan(0);
  }
});

test("a store that fails leaves whole files only, and says so", async () => {
  await fill(store, "2026-11-18", 5);
  await fill(store, "2026-11-20", 5);
  const out = new MemoryStore();
  const put = out.put.bind(out);
  out.put = async (key, bytes) => {
    if (key.startsWith("20261120")) throw new StorageError("disk full", { operation: "put", key });
    await put(key, bytes);
  };
  await expect(exportParquet(options({ out }))).rejects.toThrow("disk full");
  expect(await parquetRows((await out.get("20261118_J.parquet"))!)).toHaveLength(20);
});

test("an aborted signal's reason comes through", async () => {
  await fill(store, "2026-11-18", 5);
  const reason = { why: "enough" };
  await expect(exportParquet(options({ signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
  const controller = new AbortController();
  await fill(store, "2026-11-20", 5);
  const stopping = exportParquet(
    options({ signal: controller.signal, onProgress: () => controller.abort(reason) }),
  );
  await expect(stopping).rejects.toBe(reason);
  expect(await readdir(dir)).toEqual(["20261118_J.parquet"]);
});

test.each([
  { by: "month" },
  { untraded: "fill" },
  { from: "2026-11-21", to: "2026-11-20" },
  { symbols: [] },
  { maxMemoryBytes: 0 },
  { venue: "J" },
])("refuses %j", async (change) => {
  await expect(exportParquet(options(change as Partial<ExportParquetOptions>))).rejects.toThrow(ConfigError);
});
