/*
 * Daily bars of a market: loaded by HantooDailyLogger from a source that answers at once, a second night, and read, beside
 * DuckDB on the same objects. Writes into FOLDER, which must be empty.
 *
 *   node bench/run.mjs daily FOLDER [symbols = 4000] [days = 300]
 */
import { argv, cpuUsage, memoryUsage, stderr, stdout } from "node:process";
import { DuckDBInstance } from "@duckdb/node-api";
import { type TradingDay, krx, kstInstant, kstDay } from "hantoo";
import {
  type DailySource,
  HantooDailyLogger,
  type SourceDailyBar,
  readDaily,
  readDailyTable,
} from "hantoo/daily";
import { FileStore } from "hantoo/storage";
import { createManualClock } from "hantoo/testing";
import { markdownTable } from "./markdown.js";

const [folder = "", count = "4000", length = "300"] = argv.slice(2);
if (folder === "") throw new Error("usage: node bench/run.mjs daily FOLDER [symbols] [days]");
const SYMBOLS = Array.from({ length: Number(count) }, (_, at) => String(100_000 + at * 10));
const DAYS = Number(length);
const FRIDAY = "2026-11-20";
const first = krx.addTradingDays(FRIDAY, -DAYS);
const ALL = krx.tradingDays(first, "2026-11-24");
const place = new Map(ALL.map((day, at) => [day, at]));
/** One symbol in 40 split 5:1 half-way. */
const SPLIT_AT = Math.floor(ALL.length / 2);
const isSplit = (symbol: string): boolean => Number(symbol) % 400 === 0;

const clock = createManualClock(kstInstant("2026-11-23", "06:30"));

/** Rows by rule: the price and the volume of a day follow from symbol and day alone. */
function rowOf(symbol: string, day: TradingDay, adjusted: boolean): SourceDailyBar {
  const at = place.get(day) ?? 0;
  const seed = (Number(symbol) * 31 + at * 7919) % 1000;
  const base = 5000 + (Number(symbol) % 9000) * 20 + seed * 5;
  const scale = isSplit(symbol) && at >= SPLIT_AT ? 0.2 : 1;
  const shown = adjusted && isSplit(symbol) ? 0.2 : scale;
  const price = (factor: number): number => Math.round(base * factor * shown);
  const volume = 1000 + seed * 977;
  const turnover = volume * base;
  return {
    tradingDay: day,
    open: price(1),
    high: price(1.02),
    low: price(0.98),
    close: price(1.01),
    volume,
    turnover,
    isFinal: true,
  };
}

let answers = 0;
const source: DailySource = {
  provenance: "host:bench",
  capacity: { ratePerSecond: 1e6 },
  dailyBars({ symbol, from, to, adjusted, onCall }) {
    onCall?.();
    answers++;
    const today = kstDay(clock.now());
    return Promise.resolve(
      ALL.filter((day) => day >= from && day <= to && day < today).map((day) => rowOf(symbol, day, adjusted)),
    );
  },
};

const store = new FileStore(folder);
const rows: Readonly<Record<string, string>>[] = [];
const seconds = (ms: number): string => Number((ms / 1000).toPrecision(2)).toString();
async function measure<T>(name: string, work: () => Promise<T>, times = 1): Promise<T> {
  const walls: number[] = [];
  let result: T | undefined;
  const before = cpuUsage();
  for (let time = 0; time < times; time++) {
    const from = performance.now();
    result = await work();
    walls.push(performance.now() - from);
  }
  const { user, system } = cpuUsage(before);
  const wall = walls.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
  rows.push({
    what: name,
    "CPU s": seconds((user + system) / 1000 / times),
    "wall s": seconds(wall),
    "RSS after, MB": name.startsWith("DuckDB") ? "" : (memoryUsage().rss / 1e6).toFixed(0),
  });
  stderr.write(`${name}: ${wall.toFixed(0)} ms\n`);
  return result as T;
}

const logger = (): HantooDailyLogger =>
  new HantooDailyLogger({ client: source, store, symbols: SYMBOLS, days: DAYS, clock });
const loaded = await measure("first load, raw and adjusted", () => logger().sync());
const firstCalls = answers;
clock.set(kstInstant("2026-11-24", "06:30"));
answers = 0;
const night = await measure("second night", () => logger().sync());
const [from, to] = [ALL[0] as string, "2026-11-23"];
const symbol = SYMBOLS[Math.floor(SYMBOLS.length / 2)] as string;

const days = async (adjusted: boolean): Promise<number> => {
  let seen = 0;
  for await (const bar of readDaily({ store, symbol, from, to, adjusted })) seen += bar.volume > 0 ? 1 : 0;
  return seen;
};
const one = await measure("`readDaily`, one symbol, adjusted", () => days(true), 3);
const day = await measure(
  "`readDailyTable`, one day, all symbols",
  () => readDailyTable({ store, from: FRIDAY, to: FRIDAY }),
  3,
);
const table = await measure(
  "`readDailyTable`, all days and symbols, adjusted",
  () => readDailyTable({ store, from, to, adjusted: true }),
  3,
);
let [checksum, cells] = [0, 0];
for (const close of table.close) {
  if (Number.isNaN(close)) continue;
  checksum += close;
  cells++;
}

const connection = await (await DuckDBInstance.create()).connect();
const bars = `(select date, entry.key as symbol, entry.value as v from (
  select date, unnest(map_entries(data)) as entry from read_json('${folder}/hantoo-stock-kline-1d/*.zstd',
    format='newline_delimited', compression='zstd', maximum_object_size=268435456, columns={date: 'DATE', data: 'MAP(VARCHAR, DOUBLE[])'})))`;
const factors = `read_json('${folder}/hantoo-stock-factors/*.zstd', format='newline_delimited', compression='zstd',
  columns={symbol: 'VARCHAR', effectiveDate: 'DATE', priceFactor: 'DOUBLE'})`;
const ask = async (sql: string): Promise<readonly unknown[]> =>
  (await connection.runAndReadAll(sql)).getRows()[0] ?? [];
const adjusted = `from ${bars} b left join ${factors} f on f.symbol = b.symbol and b.date < f."effectiveDate"`;
const duckOne = await measure(
  "DuckDB, the same symbol",
  () => ask(`select count(*) ${adjusted} where b.symbol = '${symbol}'`),
  3,
);
const duckDay = await measure(
  "DuckDB, the same day",
  () => ask(`select count(*) from ${bars} where date = '${FRIDAY}'`),
  3,
);
const duckAll = await measure(
  "DuckDB, the same, closes summed",
  () => ask(`select count(*), sum(v[4] * coalesce(f."priceFactor", 1)) ${adjusted}`),
  3,
);

let [objects, bytes] = [0, 0];
for await (const key of store.list("hantoo-stock-kline-1d/")) {
  objects++;
  bytes += (await store.get(key))?.length ?? 0;
}
const failures = loaded.failures.length + night.failures.length;
const [rowsOfAll, sum] = duckAll.map(Number);
const seen = Number(duckOne[0]) === one && Number(duckDay[0]) === day.symbols.length && rowsOfAll === cells;
if (failures > 0 || !seen || Math.abs((sum ?? 0) / checksum - 1) > 1e-9)
  throw new Error(
    `${failures} failures, or not DuckDB's ${String(duckOne)}, ${String(duckDay)}, ${String(duckAll)}`,
  );
const many = (count: number): string => count.toLocaleString("en");
stdout.write(
  `${many(SYMBOLS.length)} symbols, ${table.days.length} days: ${many(firstCalls)} answers, then ${many(answers)}; ` +
    `${loaded.factors.length} splits found; ${objects} objects, ${(bytes / 1e6).toFixed(1)} MB. Reads are medians of three:\n\n${markdownTable(rows)}` +
    `\nAt KIS's 18 calls a second the first load takes ${Math.ceil(firstCalls / 18 / 60)} minutes, the second night ${Math.ceil(answers / 18 / 60)}.\n`,
);
