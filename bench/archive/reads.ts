/*
 * What reading a store costs with and without columns, in one run, each in a process of its own, in turns; DuckDB and the
 * export once. Figures are medians. Make the store first: bench/archive/make-store.ts. The folder must hold nothing else.
 *
 *   node bench/run.mjs archive/reads FOLDER [symbols = 4000] [rounds = 5]
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, cpuUsage, execPath, resourceUsage, stderr, stdout } from "node:process";
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

const [, script = "", folder = "", count = "4000", rounds = "5", chosen] = argv;
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
const market = { symbols: Array.from({ length: Number(count) }, (_, at) => String(100_000 + at)) };
const some = market.symbols.filter((_, at) => at % (market.symbols.length / 100) === 0);
const middle = market.symbols[market.symbols.length >> 1] ?? "";
const clock = createManualClock(Date.parse(`${to}T20:00:00+09:00`));
const withColumns = counted(true);
const lines = counted(false);
const out = join(tmpdir(), "hantoo-bench-out");

const bars = async (store: ObjectStore, last = to): Promise<void> => {
  for await (const _ of readBars({ store, symbol: middle, from, to: last }));
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

/** What is measured, and over how many days. */
interface Work {
  readonly days: number;
  readonly run: () => Promise<unknown>;
}
const all = days.length;
const five = Math.min(5, all);
const exported = Math.min(10, all);
const COPY = "DuckDB's COPY by symbol of the same";
const EXPORT = `\`exportParquet\` by symbol, ${exported} days`;
const READ = "`readColumns`, 100 symbols spread over all groups";
const DUCK = "DuckDB on the same files, the same 100 symbols";

const work: Readonly<Record<string, Work>> = {
  "one symbol, columns, first": { days: all, run: () => bars(withColumns) },
  "one symbol, columns, again": {
    days: all,
    async run() {
      await bars(withColumns);
      restart();
      await bars(withColumns);
    },
  },
  [`one symbol, lines, ${five} days`]: { days: five, run: () => bars(lines, few) },
  "coverage, manifests": { days: all, run: () => coverage({ store: withColumns, from, to, clock }) },
  "coverage, streamed": {
    days: all,
    async run() {
      for await (const _ of coverage({ store: withColumns, from, to, clock, rows: "stream" }));
    },
  },
  [`coverage, lines, ${five} days`]: {
    days: five,
    run: () => coverage({ store: lines, from, to: few, clock }),
  },
  "plan, manifests": {
    days: all,
    run: () => planBackfill({ store: withColumns, clock, ...market, days: all }),
  },
  [`plan, lines, ${five} days`]: {
    days: five,
    run: () =>
      planBackfill({
        store: lines,
        clock: createManualClock(Date.parse(`${few}T20:00:00+09:00`)),
        ...market,
        days: five,
      }),
  },
  "`backfill` with nothing left": {
    days: all,
    async run() {
      const steps = backfill({ client: nobody, store: withColumns, clock, ...market, days: all });
      for await (const _ of steps);
    },
  },
  [READ]: { days: all, run: () => readColumns({ store: withColumns, from, to, symbols: some }) },
  [DUCK]: {
    days: all,
    run: () =>
      duck(`create table t as select * from ${parquet(to)} and symbol in (${inList}) order by symbol, time`),
  },
  [EXPORT]: {
    days: exported,
    run: () => exportParquet({ store: withColumns, out, from, to: ten, by: "symbol" }),
  },
  [COPY]: {
    days: exported,
    run: () =>
      duck(`copy (select symbol, time, open, high, low, close, volume, acc_vol, turnover from ${parquet(ten)}
      order by symbol, time) to '${out}' (format parquet, partition_by (symbol))`),
  },
  "columns of one day, built": {
    days: 1,
    async run() {
      await files.delete(`hantoo-stock-kline-1m-manifests/venue=KRX/date=${from}.json`);
      restart();
      await buildColumns({ store: withColumns, from, to: from });
    },
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
type Row = Readonly<Record<string, string | number>>;

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

/** Bytes of a day's object, in MB, of those under a folder. */
async function dailyMb(prefix: string): Promise<string> {
  let [total, objects] = [0, 0];
  for await (const key of files.list(prefix)) {
    total += (await files.size(key)) ?? 0;
    objects++;
  }
  return (total / objects / 1e6).toFixed(2);
}

if (chosen === undefined) {
  const measured = new Map<string, Row[]>();
  for (let round = 0; round < Number(rounds); round++) {
    for (const what of Object.keys(work)) {
      if (round > 0 && ONCE.test(what)) continue;
      rmSync(out, { recursive: true, force: true });
      const { stdout: text } = spawnSync(execPath, [script, folder, count, rounds, what], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
      });
      stderr.write(text);
      measured.set(what, [...(measured.get(what) ?? []), JSON.parse(text) as Row]);
    }
  }
  rmSync(out, { recursive: true, force: true });
  const rows = [...measured.values()].map(median);
  const cpu = (what: string): number => Number(rows.find((row) => row["what"] === what)?.["CPU s"]);
  const aDay = (what: string): number => cpu(what) / (work[what]?.days ?? 1);
  const less = (columns: string, of: string): string =>
    `1/${(aDay(`${of}, lines, ${five} days`) / aDay(columns)).toFixed(0)}`;
  stdout.write(
    `${all} days of ${Number(count).toLocaleString("en")} symbols; a day is ${await dailyMb("hantoo-stock-kline-1m/2")} MB of lines ` +
      `and ${await dailyMb("hantoo-stock-kline-1m-columns/")} MB of columns. Medians of ${rounds} rounds, of DuckDB and the export one:\n\n` +
      `${markdownTable(rows)}\nA day's CPU beside that of its lines: one symbol ${less("one symbol, columns, first", "one symbol")} the first time and ` +
      `${less("one symbol, columns, again", "one symbol")} afterwards, coverage ${less("coverage, manifests", "coverage")}, a plan ${less("plan, manifests", "plan")}. ` +
      `\`readColumns\` takes ${(cpu(READ) / cpu(DUCK)).toFixed(2)} of DuckDB's, \`exportParquet\` ${(cpu(EXPORT) / cpu(COPY)).toFixed(2)}.\n`,
  );
} else {
  restart();
  const { days: span, run } = work[chosen] as Work;
  await run();
  const { user, system } = cpuUsage(before);
  const row = {
    what: chosen,
    "CPU s": ((user + system) / 1e6).toFixed(2),
    "a day, ms": Number(((user + system) / 1e3 / span).toPrecision(3)),
    "wall s": ((performance.now() - start) / 1000).toFixed(2),
    "MB read": requests === 0 ? "" : (bytes / 1e6).toFixed(2),
    "requests a day": requests === 0 ? "" : Math.round((10 * requests) / span) / 10,
    "peak MB over start": Math.round(resourceUsage().maxRSS / 1024 - base / 2 ** 20),
  };
  stdout.write(`${JSON.stringify(row)}\n`);
}
