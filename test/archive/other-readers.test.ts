import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FileStore } from "hantoo/storage";
import { createKlineStore } from "../../src/archive/kline-store.js";
import { formatDay } from "../../src/archive/lines/kline-record.js";
import { DAY, SYMBOLS, bar, filledDay, fixedClock } from "../kline/day-samples.js";

const folder = mkdtempSync(join(tmpdir(), "hantoo-readers-"));
afterAll(() => rmSync(folder, { recursive: true }));

const table = filledDay(SYMBOLS, 20);
table.set("123456", 20, { open: null, high: null, low: null, close: null, volume: 0, accVolume: 0 });
table.set("005930", 380, bar(75_000, 9_007_199_254_740_991));
let path = "";
beforeAll(async () => {
  const [object] = await createKlineStore({ store: new FileStore(folder), clock: fixedClock() }).write(table);
  path = join(folder, object?.key ?? "");
});

describe("the zstd program", () => {
  const installed = spawnSync("zstd", ["--version"]).status === 0;

  test.runIf(installed)("finds the object sound and gives its lines", () => {
    execFileSync("zstd", ["-q", "-t", path]);
    expect(execFileSync("zstd", ["-q", "-d", "-c", path]).equals(formatDay(table))).toBe(true);
  });

  test.runIf(installed)("writes what is read without proof", async () => {
    const store = new FileStore(folder);
    for (const [at, level] of ["-1", "-19", "--no-check", "--fast=5"].entries()) {
      const bytes = execFileSync("zstd", ["-q", "-c", level], {
        input: formatDay(filledDay(["0001A0"], at + 1)),
      });
      await store.put(`old/20261120090000_20261120090${at}00_2026112018000${at}.jsonl.zstd`, bytes);
    }
    const read = await createKlineStore({ store, prefix: "old" }).readDay({
      tradingDay: DAY,
      venue: "KRX",
      hours: "regular",
    });
    expect(read.damaged).toEqual([]);
    expect(read.objects).toHaveLength(4);
    expect(read.table.prefixLength("0001A0")).toBe(4);
  });
});

test("DuckDB reads symbols, nulls and whole numbers as they were stored", async () => {
  const connection = await (await DuckDBInstance.create()).connect();
  const columns = "{ timestamp: 'VARCHAR', fields: 'VARCHAR[]', data: 'MAP(VARCHAR, BIGINT[])' }";
  const source = `read_json('${path}', compression = 'zstd', format = 'newline_delimited', columns = ${columns})`;
  const rows = async (sql: string): Promise<unknown[][]> =>
    (await connection.runAndReadAll(sql)).getRowsJson();

  expect(
    await rows(`select count(*), min(timestamp), max(timestamp), any_value(fields) from ${source}`),
  ).toEqual([
    ["22", "2026-11-20_09:00", "2026-11-20_15:30", ["open", "high", "low", "close", "volume", "acc_vol"]],
  ]);
  const cells = `(select timestamp, unnest(map_entries(data)) as cell from ${source})`;
  expect(await rows(`select cell.key, count(*) from ${cells} group by 1 order by 1`)).toEqual(
    [...SYMBOLS].sort().map((symbol) => [symbol, symbol === "005930" || symbol === "123456" ? "21" : "20"]),
  );
  expect(await rows(`select data['123456'] from ${source} where timestamp = '2026-11-20_09:20'`)).toEqual([
    [[null, null, null, null, "0", "0"]],
  ]);
  expect(await rows(`select data['005930'][5] from ${source} where timestamp = '2026-11-20_15:30'`)).toEqual([
    ["9007199254740991"],
  ]);
});
