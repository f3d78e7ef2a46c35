import { krx } from "hantoo/calendar";
import { readDaily } from "hantoo/daily";
import { MemoryStore } from "hantoo/storage";
import { Pool } from "pg";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError, type TradingDay, type Venue, kstInstant } from "../../src/core/index.js";
import { createDailyStore } from "../../src/daily/rows/index.js";
import { type LoadDailyOptions, createDailyTable, createTable, loadDaily } from "../../src/postgres/index.js";
import { failureOf } from "../support/failure-of.js";

const SYMBOLS = ["0001A0", "005930", "28513K"];
const DAYS = krx.tradingDays("2026-05-01", "2026-11-20");
const range = { from: DAYS[0]!, to: DAYS.at(-1)! };

/** A halted day of `28513K`, a blank turnover of `0001A0`, `005930` from half-way on; `shift` makes other content. */
async function fill(
  store: MemoryStore,
  {
    days = DAYS,
    isFinal = true,
    shift = 0,
    venue = "KRX",
    at = "2026-11-23",
  }: { days?: readonly TradingDay[]; isFinal?: boolean; shift?: number; venue?: Venue; at?: TradingDay } = {},
): Promise<void> {
  let now = kstInstant(at, "06:30");
  const clock = { now: () => now++, monotonic: () => 0, sleep: async () => undefined };
  const none = Number.NaN;
  const rows = days.map((day) => {
    const index = DAYS.indexOf(day);
    const of = new Map<string, number[]>();
    for (const [at, symbol] of SYMBOLS.entries()) {
      if (symbol === "005930" && index < DAYS.length / 2) continue;
      const price = 1000 * (at + 1) + index + shift;
      const turnover = symbol === "0001A0" ? none : price * 3_000_000_000;
      if (symbol === "28513K" && index % 9 === 4)
        of.set(symbol, [none, none, none, price, 0, 0, isFinal ? 1 : 0]);
      else
        of.set(symbol, [
          price,
          price + 5,
          price - 5,
          price + 1,
          3_000_000_000 + index,
          turnover,
          isFinal ? 1 : 0,
        ]);
    }
    return { day, rows: of };
  });
  await createDailyStore({ store, clock }).write({ venue, from: days[0]!, to: days.at(-1)! }, rows);
}

async function stored(store: MemoryStore, isFull = true): Promise<string[]> {
  const rows: string[] = [];
  for (const symbol of SYMBOLS)
    for await (const bar of readDaily({ store, symbol, ...range })) {
      const { tradingDay, close, volume, turnover = null, isFinal } = bar;
      const time = new Date(kstInstant(tradingDay, "00:00")).toISOString();
      const [open, high, low] = [bar.open ?? close, bar.high ?? close, bar.low ?? close];
      rows.push(
        [symbol, time, open, high, low, close, volume, ...(isFull ? [turnover, isFinal] : [])].join(" "),
      );
    }
  return rows.sort();
}

const url = process.env["HANTOO_POSTGRES"];
describe.runIf(url !== undefined)("on a real PostgreSQL (HANTOO_POSTGRES)", () => {
  const pool = new Pool({ connectionString: url, max: 4 });
  const schema = `d_${process.pid}`;
  const table = `${schema}.stock_prices_daily`;
  let store: MemoryStore;
  const inTable = async (isFull = true): Promise<string[]> => {
    const sql = `select stock_code, datetime, open, high, low, close, volume ${isFull ? ", turnover, is_final" : ""} from ${table}`;
    const { rows } = await pool.query<Record<string, string | number | boolean | Date | null>>(sql);
    return rows
      .map((row) =>
        Object.values(row)
          .map((value) => (value instanceof Date ? value.toISOString() : value))
          .join(" "),
      )
      .sort();
  };
  const load = (more: Partial<LoadDailyOptions> = {}): ReturnType<typeof loadDaily> =>
    loadDaily({ client: pool, store, table, ...range, ...more });
  beforeEach(async () => {
    store = new MemoryStore();
    await pool.query(`create schema ${schema}`);
  });
  afterEach(() => pool.query(`drop schema ${schema} cascade`));
  afterAll(() => pool.end());

  test("loads all, again nothing, then only what differs, whatever the batch", async () => {
    await createDailyTable({ client: pool, table });
    await createDailyTable({ client: pool, table });
    await fill(store);
    const all = await stored(store);
    expect(DAYS.length).toBeGreaterThan(100); // more than are read at a time
    const days: TradingDay[] = [];
    const report = await load({ batchRows: 97, onProgress: ({ tradingDay }) => days.push(tradingDay) });
    expect(report).toEqual({ rows: all.length, written: all.length, damaged: [] });
    expect(days).toEqual(days.toSorted());
    expect(days.at(-1)).toBe(range.to);
    expect(await inTable()).toEqual(all);
    expect(await load()).toEqual({ rows: all.length, written: 0, damaged: [] });
    await fill(store, { days: DAYS.slice(-2), shift: 7, at: "2026-11-24" });
    expect(await load()).toMatchObject({ written: 6 });
    expect(await inTable()).toEqual(await stored(store));
  });

  test("a final row is never replaced by a provisional one of another store; the other way round it is", async () => {
    await createDailyTable({ client: pool, table });
    const evening = new MemoryStore();
    await fill(evening, { days: DAYS.slice(-1), isFinal: false, shift: 3, at: "2026-11-20" });
    await load({ store: evening });
    expect(await inTable()).toEqual(await stored(evening));
    await fill(store, { days: DAYS.slice(-1) });
    expect(await load()).toMatchObject({ written: 3 });
    expect(await load({ store: evening })).toMatchObject({ rows: 3, written: 0 });
    expect(await inTable()).toEqual(await stored(store));
  });

  test("four loaders at once end in one content", async () => {
    await Promise.all([1, 2, 3, 4].map(() => createDailyTable({ client: pool, table })));
    await fill(store);
    const reports = await Promise.all([11, 97, 500, 5000].map((batchRows) => load({ batchRows })));
    expect(await inTable()).toEqual(await stored(store));
    expect(reports.reduce((sum, { written }) => sum + written, 0)).toBe(reports[0]!.rows);
  });

  test("halted days can be left out, and some symbols alone", async () => {
    await createDailyTable({ client: pool, table });
    await fill(store);
    await load({ untraded: "skip", symbols: ["28513K"] });
    const traded = (await stored(store)).filter((row) => row.startsWith("28513K") && !row.includes(" 0 0 "));
    expect(await inTable()).toEqual(traded);
    expect(traded.length).toBeLessThan(DAYS.length);
  });

  test("fits a table that people have: without turnover and is_final, integer prices, partitions by year", async () => {
    await pool.query(`create table ${table} (stock_code varchar(10), datetime timestamptz, open integer, high integer,
      low integer, close integer, volume bigint, source varchar(20), primary key (stock_code, datetime))
      partition by range (datetime)`);
    await pool.query(
      `create table ${table}_2026 partition of ${table} for values from ('2026-01-01 00:00+09') to ('2027-01-01 00:00+09')`,
    );
    await fill(store);
    await load();
    expect(await inTable(false)).toEqual(await stored(store, false));
  });

  test("a session's time zone moves no day", async () => {
    await createDailyTable({ client: pool, table });
    await fill(store);
    const client = await pool.connect();
    await client.query("set time zone 'Pacific/Kiritimati'; set datestyle to 'SQL, DMY'");
    await load({ client });
    await client.query("reset all");
    client.release();
    expect(await inTable()).toEqual(await stored(store));
  });

  test("what is wrong with the table is said, and nothing is written", async () => {
    await fill(store);
    await fill(store, { venue: "NXT" });
    await expect(load()).rejects.toThrow(/does not exist; make it with .*createDailyTable\(\)/);
    await pool.query(`create table ${table} (stock_code text, datetime timestamp, open int, high int, low int, close int,
      volume bigint, source text, unique (stock_code, datetime))`);
    for (const refused of [() => load(), () => createDailyTable({ client: pool, table })]) {
      const error = await failureOf(refused());
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as Error).message).toMatch(/timestamptz/);
    }
    expect(await inTable(false)).toEqual([]);
    await pool.query(`drop table ${table}`);
    await createDailyTable({ client: pool, table });
    await load();
    await expect(load({ venue: "NXT" })).rejects.toThrow(/this one holds KRX bars/);
    await expect(load({ venue: "NXT" })).rejects.toThrow(ConfigError);
    expect(await inTable()).toEqual(await stored(store));
  });

  test("what the table's column has is refused with what mends it, and the mended table takes the days", async () => {
    await fill(store);
    await pool.query(`create table ${table} (stock_code text, datetime timestamp, open int, high int, low int, close int,
      volume bigint, turnover bigint, is_final boolean, source text, unique (stock_code, datetime))`);
    const [, change = ""] = /change it: (alter table .*?) \(if/.exec(String(await failureOf(load()))) ?? [];
    await pool.query(change);
    await load();
    expect(await inTable()).toEqual(await stored(store));
  });

  test("a default partition that has the day already is named, with what to do, and a check of the table's own", async () => {
    const day = DAYS.at(-1)!;
    await createTable({ client: pool, table, partitions: "daily" });
    await pool.query(`create table ${table}_rest partition of ${table} default`);
    await pool.query(`insert into ${table} values ('005930', '${day} 00:00+09', 1, 1, 1, 1, 1, 'KIS')`);
    await fill(store, { days: [day] });
    const advice = /its default partition holds rows of 2026-11-20 already.*delete them there.*23514/;
    await expect(load()).rejects.toThrow(advice);
    await pool.query(`delete from ${table}_rest`);
    await load();
    expect(await inTable(false)).toEqual(await stored(store, false));
    await pool.query(`alter table ${table} add constraint cheap check (open < 100) not valid`);
    await fill(store, { days: [day], shift: 7, at: "2026-11-24" });
    await expect(load()).rejects.toThrow(/breaks the table's own check cheap.*23514/);
  });

  test("a table made for minutes by its columns takes days as well", async () => {
    await createTable({ client: pool, table });
    await fill(store);
    await load();
    expect(await inTable(false)).toEqual(await stored(store, false));
  });
});

test("damaged objects are named once in the report, though they are read in parts", async () => {
  const store = new MemoryStore();
  await fill(store);
  for await (const key of store.list("hantoo-stock-kline-1d/"))
    await store.put(key, (await store.get(key))!.subarray(0, 40));
  const client = { query: async () => ({ rows: [] }) };
  const report = await loadDaily({ client, store, ...range });
  expect(report).toMatchObject({ rows: 0, written: 0 });
  expect(report.damaged).toHaveLength(1);
});

test.each<Partial<Record<keyof LoadDailyOptions, unknown>>>([
  { table: "days; drop table x" },
  { batchRows: 0 },
  { untraded: "fill" },
  { source: 5 },
  { venue: "J" },
  { symbols: ["삼성"] },
  { from: "20261120" },
  { from: "2026-11-20", to: "2026-11-19" },
])("refuses %j before anything is sent", async (change) => {
  const store = new MemoryStore();
  await fill(store);
  let sent = 0;
  const client = { query: async () => (sent++, { rows: [] }) };
  const options = { client, store, ...range, ...change } as LoadDailyOptions;
  await expect(loadDaily(options)).rejects.toThrow(ConfigError);
  expect(sent).toBe(0);
});

describe("where no PostgreSQL runs", () => {
  const shape = (kind: string, type: string) => [{ kind, name: "datetime", type }];
  const TIMESTAMPTZ = "timestamp with time zone";
  /** A database that answers what a table is like and whose bars it has; `sent` are the statements that write. */
  async function loaded(
    { kind = "r", type = TIMESTAMPTZ, source }: { kind?: string; type?: string; source?: string },
    onCreate: () => void = () => undefined,
  ) {
    const store = new MemoryStore();
    await fill(store, { days: DAYS.slice(-1), venue: "NXT" });
    const sent: string[] = [];
    const client = {
      query: async (text: string) => {
        if (text.includes("relkind")) return { rows: shape(kind, type) };
        if (text.includes("limit 1")) return { rows: source === undefined ? [] : [{ source }] };
        if (text.startsWith("create")) onCreate();
        sent.push(text);
        return { rows: [{ written: 3 }] };
      },
    };
    const error = await failureOf(loadDaily({ client, store, ...range, venue: "NXT" })).catch(
      () => undefined,
    );
    return { error, sent };
  }

  test("a sound table is written to", async () => {
    const { error, sent } = await loaded({ source: "KIS-NXT" });
    expect(error).toBeUndefined();
    expect(sent).toHaveLength(1);
  });

  test.each([
    [
      "datetime without a time zone",
      { type: "timestamp without time zone" },
      /timestamptz; change it: alter table/,
    ],
    ["KRX's bars", { source: "KIS" }, /a table of NXT bars: this one holds KRX bars/],
    ["bars of an older loader, taken for KRX's", { source: "my loader" }, /this one holds KRX bars/],
  ])("a table of %s is refused before anything is written", async (_, table, message) => {
    const { error, sent } = await loaded(table);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toMatch(message);
    expect(sent).toEqual([]);
  });

  test("a default partition that has the day already is named, with what to do", async () => {
    const { error, sent } = await loaded({ kind: "p" }, () => {
      throw Object.assign(new Error("updated partition constraint would be violated"), { code: "23514" });
    });
    expect(String(error)).toMatch(/default partition holds rows of 2026-11-20 already.*delete them there/);
    expect(sent).toEqual([]);
  });
});
