/*
 * What reading a store costs with and without columns, in one run. Make the store first: bench/archive/make-store.ts.
 *
 *   node bench/run.mjs archive/reads FOLDER
 */
import { argv, cpuUsage, stdout } from "node:process";
import { krx } from "hantoo/calendar";
import { type ObjectStore, FileStore } from "hantoo/storage";
import { coverage, planBackfill, readBars, readColumns } from "hantoo/kline";
import { createManualClock } from "hantoo/testing";
import { markdownTable } from "../markdown.js";

const [folder = ""] = argv.slice(2);
const files = new FileStore(folder);
let bytes = 0;
let requests = 0;
const counted = (hasColumns: boolean): ObjectStore => ({
  async get(key, options) {
    if (!hasColumns && key.includes("-1m-")) return undefined;
    requests++;
    const read = await files.get(key, options);
    bytes += read?.length ?? 0;
    return read;
  },
  put: (...how) => files.put(...how),
  async *list(prefix) {
    requests++;
    yield* files.list(prefix);
  },
  delete: (key) => files.delete(key),
  size: (key) => files.size(key),
});
const keys: string[] = [];
for await (const key of files.list("hantoo-stock-kline-1m/")) keys.push(key);
const days = [...new Set(keys.map((key) => key.replace(/^.*\/(\d{4})(\d\d)(\d\d).*$/, "$1-$2-$3")))].slice(
  0,
  -1,
);
const [from, to] = [days[0] ?? "", days.at(-1) ?? ""];
const symbols = Array.from({ length: 4000 }, (_, at) => String(100_000 + at));
const clock = createManualClock(Date.parse(`${to}T20:00:00+09:00`));

const rows: Record<string, string | number>[] = [];
async function measure(what: string, work: () => Promise<unknown>): Promise<number> {
  bytes = requests = 0;
  const [start, before] = [performance.now(), cpuUsage()];
  await work();
  const { user, system } = cpuUsage(before);
  const cpu = (user + system) / 1e6;
  const row = {
    what,
    "CPU s": cpu.toFixed(2),
    "wall s": ((performance.now() - start) / 1000).toFixed(2),
    "MB read": (bytes / 1e6).toFixed(2),
    requests,
    "rss MB": Math.round(process.memoryUsage().rss / 2 ** 20),
  };
  rows.push(row);
  stdout.write(`${JSON.stringify(row)}\n`);
  return cpu;
}

const all = async (store: ObjectStore, last = to): Promise<void> => {
  for await (const _ of readBars({ store, symbol: "102000", from, to: last }));
};
const withColumns = counted(true);
const lines = counted(false);
stdout.write(`${days.length} days, ${from} to ${to}\n`);
await measure("one symbol, columns", () => all(withColumns));
await measure("one symbol, columns, again", () => all(withColumns));
await measure("coverage, manifests", () => coverage({ store: withColumns, from, to, clock }));
await measure("coverage streamed, manifests", async () => {
  for await (const _ of coverage({ store: withColumns, from, to, clock, rows: "stream" }));
});
await measure("plan, manifests", () =>
  planBackfill({ store: withColumns, clock, symbols, days: days.length }),
);
const some = symbols.filter((_, at) => at % 40 === 0);
await measure("readColumns, 100 symbols", () => readColumns({ store: withColumns, from, to, symbols: some }));
const { DuckDBInstance } = await import("@duckdb/node-api");
const connection = await (await DuckDBInstance.create()).connect();
await measure("DuckDB, 100 symbols", async () => {
  await connection.runAndReadAll(
    `create or replace table t as select * from read_parquet('${folder}/hantoo-stock-kline-1m-columns/**/*.parquet', hive_partitioning = true)
     where symbol in (${some.map((symbol) => `'${symbol}'`).join()}) and date between '${from}' and '${to}' order by symbol, time`,
  );
});
const few = krx.tradingDays(from, to).slice(0, 5).at(-1) ?? to;
await measure("one symbol, lines, 5 days", () => all(lines, few));
await measure("coverage, lines, 5 days", () => coverage({ store: lines, from, to: few, clock }));
stdout.write(`\n${markdownTable(rows)}`);
