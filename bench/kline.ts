/*
 * A day of the whole market, written and read: ours, JSON.stringify with and without gzip, and DuckDB on our object.
 *
 *   npx tsx bench/kline.ts [symbols = 4000] [--levels]
 *
 * Every contestant runs in a process of its own, so that peak memory is its own; baseline is that of a process that
 * only has the table (write) or nothing (read). --levels adds the table by which the zstd level was chosen.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { argv, cpuUsage, env, execPath, resourceUsage, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { krx } from "hantoo/calendar";
import { FileStore } from "hantoo/storage";
import { createMarket } from "hantoo/testing";
import { seal } from "../src/archive/objects/sealed/codec.js";
import { type DayTable, createDayTable } from "../src/archive/day-table.js";
import { DEFAULT_FIELDS, formatDay } from "../src/archive/lines/kline-record.js";
import { createKlineStore } from "../src/archive/kline-store.js";
import { markdownTable } from "./markdown.js";

const TRADING_DAY = "2026-11-20";
const DAY = { tradingDay: TRADING_DAY, venue: "KRX", hours: "regular" } as const;
const SYMBOLS = Number(argv.slice(2).find((arg) => /^\d+$/.test(arg)) ?? 4000);
const MB = 1e6;

interface Measured {
  readonly seconds: number;
  /** Of all threads; says more than `seconds` on a busy machine. */
  readonly cpuSeconds: number;
  readonly storedBytes: number;
  readonly bars: number;
  readonly peakMb: number;
}

/** A market's day with untraded minutes filled, as the logger stores it. */
function marketDay(count: number): DayTable {
  const symbols = Array.from({ length: count }, (_, at) => String(at * 20 + 20).padStart(6, "0"));
  const market = createMarket({ seed: 1, symbols });
  const minutes = krx.minutes(TRADING_DAY);
  const table = createDayTable({ tradingDay: TRADING_DAY, venue: "KRX", minutes });
  for (const symbol of symbols) {
    const bars = new Map(market.truth(symbol, TRADING_DAY).map((bar) => [bar.time, bar]));
    let price: number | null = null;
    let accVolume = 0;
    for (const [index, minute] of minutes.entries()) {
      const bar = bars.get(minute);
      price = bar?.close ?? price;
      accVolume = bar?.accVolume ?? accVolume;
      const { open = price, high = price, low = price, volume = 0 } = bar ?? {};
      table.set(symbol, index, { open, high, low, close: price, volume, accVolume });
    }
  }
  return table;
}

/** Wall and CPU seconds of a piece of work. */
async function timed(work: () => Promise<void>): Promise<Pick<Measured, "seconds" | "cpuSeconds">> {
  const [start, before] = [performance.now(), cpuUsage()];
  await work();
  const { user, system } = cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6 };
}

const peakMb = (): number => Math.round((resourceUsage().maxRSS * 1024) / MB);
const plainPath = (folder: string): string => join(folder, "day.jsonl");
const gzipPath = (folder: string): string => join(folder, "day.jsonl.gz");

const NOTHING = { seconds: 0, cpuSeconds: 0, storedBytes: 0, bars: 0 };

async function writeLines(
  path: string,
  pack: (content: Uint8Array) => Uint8Array,
): Promise<Omit<Measured, "peakMb">> {
  const table = marketDay(SYMBOLS);
  const symbols = table.symbols();
  let storedBytes = 0;
  const whole = await timed(async () => {
    const lines = table.minutes.map((minute, index) => {
      const data: Record<string, unknown> = {};
      for (const symbol of symbols) {
        const cell = table.get(symbol, index);
        if (cell) data[symbol] = [cell.open, cell.high, cell.low, cell.close, cell.volume, cell.accVolume];
      }
      return JSON.stringify({ timestamp: minute, fields: DEFAULT_FIELDS, data });
    });
    const bytes = pack(Buffer.from(`${lines.join("\n")}\n`));
    writeFileSync(path, bytes);
    storedBytes = bytes.length;
  });
  return { ...whole, storedBytes, bars: table.cellCount() };
}

async function readLines(content: () => Buffer): Promise<Omit<Measured, "peakMb">> {
  const minutes = krx.minutes(TRADING_DAY);
  const table = createDayTable({ tradingDay: TRADING_DAY, venue: "KRX", minutes });
  const whole = await timed(async () => {
    for (const line of content().toString().trimEnd().split("\n")) {
      const { timestamp, data } = JSON.parse(line) as { timestamp: number; data: Record<string, number[]> };
      const index = table.indexOf(timestamp);
      for (const [symbol, values] of Object.entries(data)) {
        const [open = null, high = null, low = null, close = null, volume = 0, accVolume = 0] = values;
        table.set(symbol, index, { open, high, low, close, volume, accVolume });
      }
    }
  });
  return { ...NOTHING, ...whole, bars: table.cellCount() };
}

const contestants: Readonly<Record<string, (folder: string) => Promise<Omit<Measured, "peakMb">>>> = {
  "baseline, write": async () => {
    const table = marketDay(SYMBOLS);
    return { ...NOTHING, bars: table.cellCount() };
  },
  "hantoo write": async (folder) => {
    const table = marketDay(SYMBOLS);
    let storedBytes = 0;
    const whole = await timed(async () => {
      const [object] = await createKlineStore({ store: new FileStore(folder) }).write(table);
      storedBytes = object?.bytes ?? 0;
    });
    return { ...whole, storedBytes, bars: table.cellCount() };
  },
  "JSON.stringify + gzip write": (folder) => writeLines(gzipPath(folder), gzipSync),
  "JSON.stringify write": (folder) => writeLines(plainPath(folder), (content) => content),
  "baseline, read": async () => NOTHING,
  "hantoo read": async (folder) => {
    const klineStore = createKlineStore({ store: new FileStore(folder) });
    let bars = 0;
    const whole = await timed(async () => {
      const { table, damaged } = await klineStore.readDay(DAY);
      if (damaged.length > 0) throw new Error(damaged[0]?.reason);
      bars = table.cellCount();
    });
    return { ...NOTHING, ...whole, bars };
  },
  "gunzip + JSON.parse read": (folder) => readLines(() => gunzipSync(readFileSync(gzipPath(folder)))),
  "JSON.parse read": (folder) => readLines(() => readFileSync(plainPath(folder))),
  "DuckDB read of our object": async (folder) => {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const files = join(folder, "hantoo-stock-kline-1m", "*.jsonl.zstd");
    let bars = 0;
    const whole = await timed(async () => {
      const connection = await (await DuckDBInstance.create()).connect();
      await connection.run(`create table bars as
        select timestamp, entry.key as symbol, entry.value[1] as open, entry.value[2] as high, entry.value[3] as low,
          entry.value[4] as close, entry.value[5] as volume, entry.value[6] as acc_vol
        from (select timestamp, unnest(map_entries(data)) as entry
          from read_json('${files}', compression = 'zstd', format = 'newline_delimited',
            columns = { timestamp: 'VARCHAR', fields: 'VARCHAR[]', data: 'MAP(VARCHAR, DOUBLE[])' }))`);
      const rows = await connection.runAndReadAll("select count(*) from bars");
      bars = Number(rows.getRows()[0]?.[0]);
    });
    return { ...NOTHING, ...whole, bars };
  },
};

async function levels(): Promise<void> {
  const content = formatDay(marketDay(SYMBOLS));
  stdout.write(`\nzstd level by size and time, ${(content.length / MB).toFixed(1)} MB of content\n`);
  for (const level of [1, 3, 6, 8, 10, 11, 12, 13, 15]) {
    let bytes = 0;
    const { cpuSeconds } = await timed(async () => {
      bytes = (await seal(content, level)).length;
    });
    const ratio = (content.length / bytes).toFixed(2);
    const size = (bytes / MB).toFixed(2);
    stdout.write(
      `${String(level).padStart(5)} ${size.padStart(9)} MB ${ratio.padStart(6)}x ${cpuSeconds.toFixed(2).padStart(7)} s CPU\n`,
    );
  }
}

function runAll(): void {
  const folder = mkdtempSync(join(tmpdir(), "kline-day-"));
  try {
    const rows = [];
    let ours = Number.NaN;
    for (const name of Object.keys(contestants)) {
      const {
        status,
        stdout: out,
        stderr,
      } = spawnSync(execPath, ["--import", "tsx", fileURLToPath(import.meta.url), String(SYMBOLS)], {
        env: { ...env, HANTOO_BENCH: name, HANTOO_BENCH_FOLDER: folder },
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`${name}: ${stderr}`);
      const measured = JSON.parse(out) as Measured;
      if (name.startsWith("hantoo")) ours = measured.cpuSeconds;
      rows.push({ contestant: name, ...describe(measured, ours) });
    }
    const count = (SYMBOLS * krx.minutes(TRADING_DAY).length).toLocaleString("en");
    stdout.write(
      `A day of ${SYMBOLS.toLocaleString("en")} symbols, ${count} bars:\n\n${markdownTable(rows)}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param ours - CPU seconds of hantoo's own write or read, whichever came last. */
function describe(measured: Measured, ours: number): Readonly<Record<string, string>> {
  const { seconds, cpuSeconds, bars, storedBytes } = measured;
  const worked = seconds > 0;
  return {
    "CPU s": worked ? cpuSeconds.toFixed(2) : "",
    "x hantoo": worked ? (cpuSeconds / ours).toFixed(2) : "",
    "wall s": worked ? seconds.toFixed(2) : "",
    "M bars a CPU s": worked ? (bars / MB / cpuSeconds).toFixed(2) : "",
    "MB stored": storedBytes === 0 ? "" : (storedBytes / MB).toFixed(2),
    "bytes a bar": storedBytes === 0 ? "" : (storedBytes / bars).toFixed(2),
    "peak MB": String(measured.peakMb),
  };
}

const contestant = contestants[env["HANTOO_BENCH"] ?? ""];
if (contestant !== undefined) {
  const measured = await contestant(env["HANTOO_BENCH_FOLDER"] ?? ".");
  stdout.write(JSON.stringify({ ...measured, peakMb: peakMb() }));
} else {
  runAll();
  if (argv.includes("--levels")) await levels();
}
