import { krx } from "hantoo/calendar";
import { readBars } from "hantoo/kline";
import { MemoryStore } from "hantoo/storage";
import { Client, Pool } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  ConfigError,
  type MinuteBar,
  StorageError,
  type TradingDay,
  type Venue,
} from "../../src/core/index.js";
import { createDayTable } from "../../src/archive/day-table.js";
import { createKlineStore } from "../../src/archive/kline-store.js";
import { type LoadBarsOptions, type PgClient, createTable, loadBars } from "../../src/postgres/index.js";
import { HOLE } from "../kline/day-samples.js";
import { failureOf } from "../support/failure-of.js";

const SYMBOLS = ["0001A0", "005930", "28513K", "Q530036"];
const DAYS = ["2026-11-19", "2026-11-20"] as const;

/** Some minutes untraded, the first ones of `28513K` without a price; `shift` makes other content. */
async function fill(
  store: MemoryStore,
  day: TradingDay,
  minutes: number,
  shift = 0,
  venue: Venue = "KRX",
): Promise<void> {
  let now = Date.parse("2026-11-20T12:00:00Z") + shift * 1000;
  const klineStore = createKlineStore({
    store,
    clock: { now: () => now++, monotonic: () => 0, sleep: async () => undefined },
  });
  const table = createDayTable({ tradingDay: day, venue, minutes: krx.minutes(day, { venue }) });
  for (const [at, symbol] of SYMBOLS.entries()) {
    let accVolume = 0;
    for (let index = 0; index < minutes; index++) {
      const isPriced = symbol !== "28513K" || index >= 30;
      const price = isPriced ? 1000 * (at + 1) + index : null;
      const volume = isPriced && index % 7 !== 3 ? 3_000_000_000 + index + (index === 5 ? shift : 0) : 0;
      accVolume += volume;
      table.set(symbol, index, { open: price, high: price, low: price, close: price, volume, accVolume });
      // A hole: nothing of it is a row.
      if (at === 1 && index === 11) table.set(symbol, index, { ...HOLE, accVolume: accVolume - volume });
    }
  }
  await klineStore.write(table);
}

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore();
});
const stored = async (untraded: "flat" | "skip" = "flat"): Promise<string[]> => {
  const rows: string[] = [];
  for (const symbol of SYMBOLS) {
    for await (const bar of readBars({ store, symbol, from: DAYS[0], to: DAYS[1], untraded }))
      rows.push(show(symbol, bar));
  }
  return rows.sort();
};
const show = (
  symbol: string,
  { time, open, high, low, close, volume }: Omit<MinuteBar, "accVolume">,
): string => [symbol, new Date(time).toISOString(), open, high, low, close, volume].join(" ");
const range = { from: DAYS[0], to: DAYS[1] };

const url = process.env["HANTOO_POSTGRES"];
describe.runIf(url !== undefined)("on a real PostgreSQL (HANTOO_POSTGRES)", () => {
  const pool = new Pool({ connectionString: url, max: 4 });
  const schema = `t_${process.pid}`;
  const table = `${schema}.stock_prices_minute`;
  const inTable = async (): Promise<string[]> => {
    const sql = `select stock_code, datetime, open, high, low, close, volume from ${table}`;
    const { rows } = await pool.query<Record<string, string | number | Date>>(sql);
    return rows
      .map((row) =>
        [
          row["stock_code"],
          (row["datetime"] as Date).toISOString(),
          row["open"],
          row["high"],
          row["low"],
          row["close"],
          row["volume"],
        ].join(" "),
      )
      .sort();
  };
  const load = (more: Partial<LoadBarsOptions> = {}): ReturnType<typeof loadBars> =>
    loadBars({ client: pool, store, table, ...range, ...more });
  beforeAll(async () => {
    await pool.query("select 1");
  });
  beforeEach(() => pool.query(`create schema ${schema}`));
  afterEach(() => pool.query(`drop schema ${schema} cascade`));
  afterAll(() => pool.end());

  test.each(["none", "daily"] as const)(
    "partitions %s: loads all, again nothing, then only what differs",
    async (partitions) => {
      await createTable({ client: pool, table, partitions });
      await createTable({ client: pool, table, partitions });
      await fill(store, DAYS[0], 381);
      await fill(store, DAYS[1], 100);
      const all = await stored();
      expect(await load({ batchRows: 1000 })).toEqual({ rows: all.length, written: all.length, damaged: [] });
      expect(await inTable()).toEqual(all);
      expect(await load()).toEqual({ rows: all.length, written: 0, damaged: [] });
      await fill(store, DAYS[1], 120, 7);
      const changed = SYMBOLS.length - 1 + 20 * SYMBOLS.length; // minute 5 of the priced three, and twenty more minutes
      expect(await load()).toMatchObject({ written: changed });
      expect(await inTable()).toEqual(await stored());
      const days = await pool.query(
        `select inhrelid::regclass::text as name from pg_inherits where inhparent = to_regclass('${table}') order by 1`,
      );
      const names = DAYS.map((day) => `${table}_${day.replaceAll("-", "")}`);
      expect(days.rows.map((row: { name: string }) => row.name)).toEqual(partitions === "daily" ? names : []);
    },
  );

  test("untraded minutes can be left out, and the source is told", async () => {
    await createTable({ client: pool, table });
    await fill(store, DAYS[1], 381);
    await load({ untraded: "skip", symbols: ["28513K", "005930"], source: 'it\'s "mine", {really}' });
    expect(await inTable()).toEqual((await stored("skip")).filter((row) => /^(28513K|005930)/.test(row)));
    const { rows } = await pool.query(`select distinct source from ${table}`);
    expect(rows).toEqual([{ source: 'it\'s "mine", {really}' }]);
  });

  test.each(["none", "daily"] as const)(
    "four loaders at once (partitions %s) end in one content",
    async (partitions) => {
      await Promise.all([1, 2, 3, 4].map(() => createTable({ client: pool, table, partitions })));
      await fill(store, DAYS[0], 381);
      await fill(store, DAYS[1], 381);
      const reports = await Promise.all([11, 97, 500, 5000].map((batchRows) => load({ batchRows })));
      expect(await inTable()).toEqual(await stored());
      expect(reports.reduce((sum, { written }) => sum + written, 0)).toBe(reports[0]!.rows);
    },
  );

  test("fits a table that people have, with integer prices and a primary key", async () => {
    await pool.query(`create table ${table} (id bigserial, stock_code varchar(10), datetime timestamptz, open integer, high integer,
      low integer, close integer, volume bigint, source varchar(20), primary key (stock_code, datetime))`);
    await fill(store, DAYS[1], 381);
    await load();
    expect(await inTable()).toEqual(await stored());
  });

  test("monthly partitions that are there already are used", async () => {
    await createTable({ client: pool, table, partitions: "daily" });
    await pool.query(
      `create table ${table}_2026_11 partition of ${table} for values from ('2026-11-01 00:00+09') to ('2026-12-01 00:00+09')`,
    );
    await fill(store, DAYS[1], 10);
    await load();
    expect(await inTable()).toEqual(await stored());
  });

  test("what is wrong with the table is said", async () => {
    await fill(store, DAYS[1], 10);
    await expect(load()).rejects.toThrow(/does not exist; make it with createTable\(\)/);
    await pool.query(
      `create table ${table} (stock_code text, datetime timestamptz, open int, high int, low int, close int, volume bigint, source text)`,
    );
    await expect(load()).rejects.toThrow(/no unique \(stock_code, datetime\).*42P10/);
    await expect(createTable({ client: pool, table, partitions: "daily" })).rejects.toThrow(
      /is not partitioned/,
    );
    await pool.query(`alter table ${table} drop column source`);
    await expect(load()).rejects.toThrow(/lacks a column/);
    await expect(createTable({ client: pool, table: "nowhere.bars" })).rejects.toThrow(
      /schema does not exist/,
    );
  });

  test("a table whose datetime has no time zone is refused before anything is written, by both", async () => {
    await fill(store, DAYS[1], 10);
    await pool.query(`create table ${table} (stock_code text, datetime timestamp, open int, high int, low int, close int,
      volume bigint, source text, unique (stock_code, datetime))`);
    for (const refused of [() => load(), () => createTable({ client: pool, table })]) {
      const error = await failureOf(refused());
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as Error).message).toMatch(
        /timestamptz; change it: alter table .* received "timestamp without/,
      );
    }
    expect(await inTable()).toEqual([]);
    // What it advises does it.
    await pool.query(
      `alter table ${table} alter column datetime type timestamptz using datetime at time zone 'Asia/Seoul'`,
    );
    await load();
    expect(await inTable()).toEqual(await stored());
  });

  test("another venue's bars are kept out, whichever came first; one's own source name is no matter", async () => {
    await createTable({ client: pool, table });
    await fill(store, DAYS[1], 10);
    await fill(store, DAYS[1], 10, 0, "NXT");
    await load();
    const before = await inTable();
    const error = await failureOf(load({ venue: "NXT" }));
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toMatch(
      /a table of NXT bars: this one holds KRX bars .* a table of its own/,
    );
    expect(await inTable()).toEqual(before);
    await pool.query(`update ${table} set source = 'my loader'`);
    await expect(load({ venue: "UN" })).resolves.toMatchObject({ rows: 0 }); // nothing stored, nothing asked
    await expect(load({ venue: "NXT" })).rejects.toThrow(ConfigError);
    await load({ source: "my loader" });
    await pool.query(`delete from ${table}`);
    await load({ venue: "NXT" });
    await load({ venue: "NXT" });
    await expect(load()).rejects.toThrow(/a table of KRX bars: this one holds NXT bars/);
  });

  test("a default partition that has the day already is named, with what to do", async () => {
    await createTable({ client: pool, table, partitions: "daily" });
    await pool.query(`create table ${table}_rest partition of ${table} default`);
    await fill(store, DAYS[1], 10);
    await pool.query(`insert into ${table} values ('005930', '2026-11-20 09:00+09', 1, 1, 1, 1, 1, 'KIS')`);
    const message = /its default partition holds rows of 2026-11-20 already.*delete them there.*23514/;
    await expect(load()).rejects.toThrow(message);
    await pool.query(`delete from ${table}_rest`);
    await load();
    expect(await inTable()).toEqual(await stored());
  });

  test("a check of the table's own is named", async () => {
    await createTable({ client: pool, table });
    await pool.query(`alter table ${table} add constraint cheap check (open < 10)`);
    await fill(store, DAYS[1], 10);
    await expect(load()).rejects.toThrow(/breaks the table's own check cheap.*23514/);
  });

  test("killed in the middle, it goes on where it was", async () => {
    await createTable({ client: pool, table });
    await fill(store, DAYS[0], 381);
    const controller = new AbortController();
    const reason = { why: "enough" };
    const stopped = load({
      batchRows: 100,
      signal: controller.signal,
      onProgress: ({ rows }) => void (rows >= 700 && controller.abort(reason)),
    });
    expect(await failureOf(stopped)).toBe(reason);
    expect(await inTable()).toHaveLength(700);
    expect(await load()).toMatchObject({ written: (await stored()).length - 700 });
    expect(await inTable()).toEqual(await stored());
  });

  test("a connection that breaks is a retryable StorageError", async () => {
    await createTable({ client: pool, table });
    await fill(store, DAYS[0], 381);
    const client = new Client({ connectionString: url });
    client.on("error", () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    const broken = load({
      client: {
        query: async (text, values) => {
          if (text.includes("unnest")) await pool.query("select pg_terminate_backend($1)", [rows[0]!.pid]);
          return client.query(text, values);
        },
      },
    });
    expect(await failureOf(broken)).toBeInstanceOf(StorageError);
  });

  test("any time zone of the session means the same instants", async () => {
    await createTable({ client: pool, table });
    await fill(store, DAYS[1], 3);
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query("set time zone 'Pacific/Kiritimati'; set datestyle to 'SQL, DMY'");
    await load({ client });
    await client.end();
    expect(await inTable()).toEqual(await stored());
  });
});

describe("with a scripted client", () => {
  type Sent = { text: string; values: string[] };
  function scripted(
    answer: (sent: Sent) => unknown[] | Error = () => [],
  ): PgClient & { readonly sent: Sent[] } {
    const sent: Sent[] = [];
    return {
      sent,
      async query(text, values = []) {
        sent.push({ text, values });
        const rows = answer({ text, values });
        if (rows instanceof Error) throw rows;
        return { rows };
      },
    };
  }
  const ordinary = ({ text, values }: Sent): unknown[] =>
    text.includes("relkind")
      ? [{ kind: "r", name: "datetime", type: "timestamp with time zone" }]
      : text.includes("limit 1")
        ? []
        : [{ written: (values[0] ?? "").split(",").length }];

  test("sends every bar once, in batches, sorted, in array literals", async () => {
    await fill(store, DAYS[0], 40);
    const client = scripted(ordinary);
    const progress: number[] = [];
    const report = await loadBars({
      client,
      store,
      ...range,
      batchRows: 33,
      onProgress: ({ rows }) => progress.push(rows),
    });
    const upserts = client.sent.filter(({ text }) => text.includes("unnest"));
    const rows = upserts.flatMap(({ values }) => {
      const [codes = [], ...columns] = values.slice(0, 7).map((literal) => literal.slice(1, -1).split(","));
      return codes.map((code, row) => [code, ...columns.map((column) => column[row])].join(" "));
    });
    expect(rows.toSorted()).toEqual(await stored());
    expect(report).toEqual({ rows: rows.length, written: rows.length, damaged: [] });
    expect(upserts.map(({ values }) => values[0]!.split(",").length)).toEqual([33, 33, 33, 30]);
    for (const { values } of upserts)
      expect(values[0]!.slice(1, -1).split(",")).toEqual(values[0]!.slice(1, -1).split(",").sort());
    expect(progress).toEqual([33, 66, 99, 129]);
    expect(upserts[0]!.values[7]).toBe("KIS");
  });

  test("a partition is a KST day", async () => {
    await fill(store, DAYS[0], 1);
    const client = scripted((sent) =>
      sent.text.includes("relkind")
        ? [{ kind: "p", name: "datetime", type: "timestamp with time zone" }]
        : ordinary(sent),
    );
    await loadBars({ client, store, ...range });
    const made = client.sent.find(({ text }) => text.includes("partition of"));
    expect(made?.text).toContain("from ('2026-11-19 00:00:00+09') to ('2026-11-20 00:00:00+09')");
  });

  test.each(["42P07", "23505"])(
    "that another session made the same table first (%s) is no error",
    async (code) => {
      const client = scripted((sent) =>
        sent.text.startsWith("create") ? Object.assign(new Error("there"), { code }) : ordinary(sent),
      );
      await createTable({ client });
      expect(client.sent).toHaveLength(2);
    },
  );

  test("nothing stored: nothing sent", async () => {
    const client = scripted();
    expect(await loadBars({ client, store, ...range })).toEqual({ rows: 0, written: 0, damaged: [] });
    expect(client.sent).toEqual([]);
  });

  test("damaged objects are named in the report, and told to the logger", async () => {
    await fill(store, DAYS[0], 10);
    await fill(store, DAYS[1], 10);
    const keys: string[] = [];
    for await (const key of store.list("hantoo-stock-kline-1m/20261120")) keys.push(key);
    const bytes = (await store.get(keys[0]!))!;
    await store.put(keys[0]!, bytes.subarray(0, bytes.length - 1));
    const said: string[] = [];
    const note = (): void => undefined;
    const logger = {
      debug: note,
      info: note,
      warn: note,
      error: (_: object, message: string) => void said.push(message),
    };
    const report = await loadBars({ client: scripted(ordinary), store, ...range, logger });
    expect(report.damaged.map(({ key }) => key)).toEqual(keys);
    expect(report.rows).toBe(30);
    expect(said).toHaveLength(1);
  });

  test.each([
    ["53300", true],
    ["40P01", true],
    ["08006", true],
    ["ECONNRESET", true],
    ["42501", false],
    ["22P02", false],
  ])("an error %s of the database is a StorageError, retryable: %s", async (code, retryable) => {
    await fill(store, DAYS[0], 1);
    const client = scripted((sent) =>
      sent.text.includes("unnest")
        ? Object.assign(new Error("refused"), { code, password: "pgpass" })
        : ordinary(sent),
    );
    const error = await failureOf(loadBars({ client, store, ...range }));
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ operation: "put", key: "stock_prices_minute", retryable });
    expect((error as Error).message).toContain(code);
    expect(JSON.stringify(error) + JSON.stringify((error as Error).cause)).not.toContain("pgpass");
  });

  test.each<Partial<Record<keyof LoadBarsOptions, unknown>>>([
    { table: "bars; drop table x" },
    { table: 'a"b' },
    { table: "" },
    { table: "a.b.c" },
    { table: "x".repeat(55) },
    { batchRows: 0 },
    { batchRows: 1.5 },
    { untraded: "fill" },
    { source: 5 },
    { symbols: ["삼성"] },
    { from: "20261120" },
  ])("refuses %j before anything is sent", async (change) => {
    await fill(store, DAYS[0], 1);
    const client = scripted();
    const options = { client, store, ...range, ...change } as LoadBarsOptions;
    await expect(loadBars(options)).rejects.toThrow(ConfigError);
    expect(client.sent).toEqual([]);
  });

  test("createTable refuses what it cannot make", async () => {
    const client = scripted();
    await expect(createTable({ client, table: "a b" })).rejects.toThrow(ConfigError);
    await expect(createTable({ client, partitions: "monthly" as "daily" })).rejects.toThrow(ConfigError);
    expect(client.sent).toEqual([]);
  });
});
