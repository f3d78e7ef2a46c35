import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { FileStore, HantooKlineLogger, catchUp, readBars } from "hantoo";
import { type ManualClock, createManualClock, createMarket } from "hantoo/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kstInstant } from "../../src/core/index.js";
import { createVirtualSource } from "../kline/virtual-source.js";

const DAY = "2026-11-20";
const SYMBOLS = ["005930", "0037T0", "Q530036"];
const market = createMarket({ seed: 4, symbols: SYMBOLS });
const COLUMNS = "data/hantoo-stock-kline-1m-columns";
const documents = ["README.md", "README.ko.md"].map((name) => ({ name, text: readFileSync(name, "utf8") }));

/** Every way of collecting that README shows. */
const ways = {
  async sync(store: FileStore, clock: ManualClock) {
    clock.set(kstInstant(DAY, "18:00"));
    await loggerOf(store, clock).sync();
  },
  async run(store: FileStore, clock: ManualClock) {
    clock.set(kstInstant(DAY, "15:00"));
    for await (const _ of loggerOf(store, clock).run());
  },
  async catchUp(store: FileStore, clock: ManualClock) {
    // Another logger left half of the day.
    clock.set(kstInstant(DAY, "12:00"));
    await loggerOf(store, clock).sync();
    clock.set(kstInstant(DAY, "18:00"));
    const client = createVirtualSource({ clock, market });
    await catchUp({ client, store, clock, symbols: SYMBOLS, days: 2 });
  },
};

function loggerOf(store: FileStore, clock: ManualClock): HantooKlineLogger {
  const client = createVirtualSource({ clock, market });
  return new HantooKlineLogger({ client, store, clock, symbols: SYMBOLS, zstdLevel: 1 });
}

async function rowsOf(sql: string): Promise<unknown[][]> {
  const connection = await (await DuckDBInstance.create()).connect();
  return (await connection.runAndReadAll(sql)).getRowsJson();
}

/** A Python with what `read_day.py` needs; Debian's own where another comes first in the path. */
const python = ["python3", "/usr/bin/python3"].find(
  (program) => spawnSync(program, ["-c", "import pandas, zstandard"]).status === 0,
);

describe.each(Object.keys(ways) as (keyof typeof ways)[])("on a store that %s left", (way) => {
  const folder = mkdtempSync(join(tmpdir(), "hantoo-other-readers-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const store = new FileStore(folder);
  const bars: {
    readonly tradingDay: string;
    readonly low: number;
    readonly high: number;
    readonly volume: number;
  }[] = [];
  beforeAll(async () => {
    const clock = createManualClock(kstInstant(DAY, "09:00"));
    await clock.runUntil(ways[way](store, clock));
    for await (const bar of readBars({ store, symbol: "005930", from: "2026-11-19", to: DAY }))
      bars.push({ ...bar, tradingDay: new Date(bar.time + 9 * 3_600_000).toISOString().slice(0, 10) });
  });

  const here = (text: string): string => text.replaceAll("data/", `${folder}/`);
  const days = way === "catchUp" ? ["2026-11-19", DAY] : [DAY];

  test.each(documents)("DuckDB runs the block of $name and counts no minute twice", async ({ text }) => {
    const sql = /```sql\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
    expect(sql).toContain(`read_parquet('${COLUMNS}/**/*.parquet', hive_partitioning = true)`);
    const expected = days.map((day) => {
      const own = bars.filter(({ tradingDay }) => tradingDay === day);
      const [low, high] = [Math.min(...own.map((bar) => bar.low)), Math.max(...own.map((bar) => bar.high))];
      const volume = own.reduce((sum, bar) => sum + bar.volume, 0);
      return [day, "005930", low, high, String(volume), "381"];
    });
    expect(await rowsOf(here(sql))).toEqual(expected);
  });

  // Neither engine is here: DuckDB reads the same path and glob, so it finds what they would find.
  test("the folder that pandas, Polars and Spark are given has each minute once, and nothing but Parquet", async () => {
    for (const { text } of documents) {
      expect(text).toContain(`pd.read_parquet("${COLUMNS}", filters=[("symbol", "==", "005930")])`);
      expect(text).toContain(`pl.scan_parquet("${COLUMNS}/**/*.parquet", hive_partitioning=True)`);
      expect(text).toContain(`spark.read.parquet("${COLUMNS}")`);
    }
    const columns = `read_parquet('${here(COLUMNS)}/**/*.parquet', hive_partitioning = true)`;
    const counts = `select count(*), count(distinct (venue, date, symbol, time)) from ${columns}`;
    const rows = String(days.length * SYMBOLS.length * 381);
    expect(await rowsOf(counts)).toEqual([[rows, rows]]);
    const files = await rowsOf(`select file from glob('${here(COLUMNS)}/**') order by 1`);
    expect(files).toEqual(days.map((day) => [`${here(COLUMNS)}/venue=KRX/date=${day}/bars.parquet`]));
  });

  test.skipIf(python === undefined && process.env["CI"] === undefined)(
    "pandas reads the lines (skipped outside CI where no python3 has pandas and zstandard)",
    () => {
      const lines = join(folder, "hantoo-stock-kline-1m");
      const csv = execFileSync(python ?? "", [
        "examples/python/read_day.py",
        lines,
        DAY.replaceAll("-", ""),
      ]).toString();
      const [head, ...rows] = csv.trim().split("\n");
      expect(head).toBe("timestamp,symbol,open,high,low,close,volume,acc_vol");
      expect(rows).toHaveLength(SYMBOLS.length * 381);
      const volumes = rows.map((row) => row.split(",")).filter(([, symbol]) => symbol === "005930");
      const own = bars.filter(({ tradingDay }) => tradingDay === DAY);
      const sum = (numbers: readonly number[]): number =>
        numbers.reduce((total, number) => total + number, 0);
      expect(sum(volumes.map((row) => Number(row[6])))).toBe(sum(own.map(({ volume }) => volume)));
    },
  );
});
