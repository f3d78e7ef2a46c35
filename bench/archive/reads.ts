/*
 * What reading a store costs with and without columns, in one run, each in a process of its own, five times in turns; the
 * rows that take half a minute once. Figures are medians. Make the store first: bench/archive/make-store.ts. The folder must
 * hold nothing else.
 *
 *   node bench/run.mjs archive/reads FOLDER
 */
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, cpuUsage, execPath, resourceUsage, stdout } from "node:process";
import { krx } from "hantoo/calendar";
import {
  type BarSource,
  backfill,
  buildColumns,
  coverage,
  exportParquet,
  planBackfill,
  readBars,
  readColumns,
} from "hantoo/kline";
import { type ObjectStore, FileStore } from "hantoo/storage";
import { createManualClock } from "hantoo/testing";
import { markdownTable } from "../markdown.js";

const [, script = "", folder = "", chosen] = argv;
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
  conditionalWrites: async () => true,
});
const keys: string[] = [];
for await (const key of files.list("hantoo-stock-kline-1m/2")) keys.push(key);
// The last day is KIS's own: whoever comes later reads it again.
const days = [...new Set(keys.map((key) => key.replace(/^.*\/(\d{4})(\d\d)(\d\d).*$/, "$1-$2-$3")))].slice(
  0,
  -1,
);
const [from, to] = [days[0] ?? "", days.at(-1) ?? ""];
const few = days[4] ?? to;
const market = { symbols: Array.from({ length: 4000 }, (_, at) => String(100_000 + at)) };
const some = market.symbols.filter((_, at) => at % 40 === 0);
const clock = createManualClock(Date.parse(`${to}T20:00:00+09:00`));
const withColumns = counted(true);
const lines = counted(false);
const out = join(tmpdir(), "hantoo-bench-out");

const bars = async (store: ObjectStore, last = to): Promise<void> => {
  for await (const _ of readBars({ store, symbol: "102000", from, to: last }));
};
/** No target is left, so that none is asked. */
const nobody = {
  minuteBars: () => Promise.reject(new Error("nothing is left to ask for")),
} as unknown as BarSource;
const duck = async (sql: string): Promise<void> => {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create(":memory:", { memory_limit: "12GB" })).connect();
  await connection.run(sql);
};
const parquet = (until: string): string =>
  `read_parquet('${folder}/hantoo-stock-kline-1m-columns/**/*.parquet', hive_partitioning = true)
   where date between '${from}' and '${until}'`;
const inList = some.map((symbol) => `'${symbol}'`).join();
const ten = days[9] ?? to;

const work: Record<string, () => Promise<unknown>> = {
  "one symbol, columns": () => bars(withColumns),
  "one symbol, columns, again": async () => {
    await bars(withColumns);
    restart();
    await bars(withColumns);
  },
  "one symbol, lines, 5 days": () => bars(lines, few),
  "coverage of 4,000, manifests": () => coverage({ store: withColumns, from, to, clock }),
  "coverage of 4,000, streamed": async () => {
    for await (const _ of coverage({ store: withColumns, from, to, clock, rows: "stream" }));
  },
  "coverage of 4,000, lines, 5 days": () => coverage({ store: lines, from, to: few, clock }),
  "plan of 4,000, manifests": () => planBackfill({ store: withColumns, clock, ...market, days: days.length }),
  "plan of 4,000, lines, 5 days": () =>
    planBackfill({
      store: lines,
      clock: createManualClock(Date.parse(`${few}T20:00:00+09:00`)),
      ...market,
      days: 5,
    }),
  "backfill of 4,000, nothing left": async () => {
    const steps = backfill({ client: nobody, store: withColumns, clock, ...market, days: days.length });
    for await (const _ of steps);
  },
  "readColumns, 100 symbols": () => readColumns({ store: withColumns, from, to, symbols: some }),
  "DuckDB, the same 100 symbols": () =>
    duck(`create table t as select * from ${parquet(to)} and symbol in (${inList}) order by symbol, time`),
  "exportParquet by symbol, 10 days": () =>
    exportParquet({ store: withColumns, out, from, to: ten, by: "symbol" }),
  "DuckDB's COPY by symbol, 10 days": () =>
    duck(`copy (select symbol, time, open, high, low, close, volume, acc_vol, turnover from ${parquet(ten)}
      order by symbol, time) to '${out}' (format parquet, partition_by (symbol))`),
  "columns of one day": async () => {
    await files.delete(`hantoo-stock-kline-1m-manifests/venue=KRX/date=${from}.json`);
    restart();
    await buildColumns({ store: withColumns, from, to: from });
  },
};

let [start, before, base] = [0, cpuUsage(), 0];
function restart(): void {
  bytes = requests = 0;
  base = process.memoryUsage().rss;
  [start, before] = [performance.now(), cpuUsage()];
}

/** Rows that take too long to be repeated. */
const ONCE = /DuckDB|exportParquet/;
const ROUNDS = 5;
type Row = Record<string, string | number>;

function median(rows: readonly Row[]): Row {
  const middle = (name: string): string | number =>
    rows.map((row) => row[name] ?? "").sort((a, b) => Number(a) - Number(b))[rows.length >> 1] ?? "";
  return Object.fromEntries(
    Object.keys(rows[0] ?? {}).map((name) => [
      name,
      name === "what" ? (rows[0]?.[name] ?? "") : middle(name),
    ]),
  );
}

if (chosen === undefined) {
  stdout.write(`${days.length} days, ${from} to ${to}; krx ${krx.tradingDays(from, to).length}\n`);
  const measured = new Map<string, Row[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const what of Object.keys(work)) {
      if (round > 0 && ONCE.test(what)) continue;
      rmSync(out, { recursive: true, force: true });
      const { stdout: text } = spawnSync(execPath, [script, folder, what], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
      });
      stdout.write(text);
      measured.set(what, [...(measured.get(what) ?? []), JSON.parse(text) as Row]);
      if (what.includes("by symbol")) stdout.write(`${readdirSync(out).length} files\n`);
    }
  }
  rmSync(out, { recursive: true, force: true });
  stdout.write(`\n${markdownTable([...measured.values()].map(median))}`);
} else {
  restart();
  await work[chosen]?.();
  const { user, system } = cpuUsage(before);
  const row = {
    what: chosen,
    "CPU s": ((user + system) / 1e6).toFixed(2),
    "wall s": ((performance.now() - start) / 1000).toFixed(2),
    "MB read": (bytes / 1e6).toFixed(2),
    requests,
    "peak MB over start": Math.round(resourceUsage().maxRSS / 1024 - base / 2 ** 20),
  };
  stdout.write(`${JSON.stringify(row)}\n`);
}
