import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { FileStore, S3Store, compact, readColumns } from "hantoo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKlineStore } from "../../src/archive/index.js";
import { DAY, EVENING, filledDay } from "../kline/day-samples.js";
import { type S3Server, startS3Server } from "../support/s3-server.js";

const TABLE = "hantoo-stock-kline-1m-columns";
const recipes = readdirSync("examples/sql").map((name) => ({
  name,
  sql: readFileSync(`examples/sql/${name}`, "utf8"),
}));
const selectOf = (sql: string): string => /^SELECT[\s\S]*?;$/m.exec(sql)?.[0] ?? "";

const folder = mkdtempSync(join(tmpdir(), "hantoo-sql-"));
let server: S3Server | undefined;
let store: S3Store;
/** What stands for `s3://bars` in the queries. */
let bucket = "s3://bars";
const connect = async () => (await DuckDBInstance.create()).connect();
let connection: Awaited<ReturnType<typeof connect>>;

interface Bucket {
  readonly bucket: string;
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Ceph's radosgw, where CI started one; else our own server. */
async function openBucket(): Promise<Bucket> {
  const radosgw = process.env["HANTOO_RADOSGW"];
  if (radosgw === undefined) {
    server = await startS3Server();
    return { bucket: "bars", ...server.options };
  }
  const keys = { accessKeyId: "TESTKEY", secretAccessKey: "testsecret" };
  const there = { endpoint: radosgw, region: "us-east-1", forcePathStyle: true, credentials: keys };
  const client = new S3Client(there);
  const name = `sql-${process.pid}-${Date.now()}`;
  await client.send(new CreateBucketCommand({ Bucket: name }));
  client.destroy();
  return { bucket: name, endpoint: radosgw, ...keys };
}

/**
 * httpfs is no part of DuckDB's package, and comes from a host of its own: where it is not installed, the bucket is copied
 * to a folder, key by key, and the same queries read that. So what is proved without it is that the bucket's layout is what
 * they take for a table, and that our own reader gets the same out of the bucket by ranges; not that DuckDB speaks S3.
 */
async function connectTo(at: Bucket): Promise<string> {
  const hasHttp = await connection.run("LOAD httpfs").then(
    () => true,
    () => false,
  );
  if (hasHttp) {
    await connection.run(`CREATE SECRET (TYPE s3, KEY_ID '${at.accessKeyId}', SECRET '${at.secretAccessKey}',
      REGION 'us-east-1', ENDPOINT '${new URL(at.endpoint).host}', URL_STYLE 'path', USE_SSL false)`);
    return `s3://${at.bucket}`;
  }
  const files = new FileStore(folder);
  for await (const key of store.list("")) await files.put(key, (await store.get(key))!);
  return folder;
}

beforeAll(async () => {
  connection = await connect();
  const at = await openBucket();
  store = new S3Store({ region: "us-east-1", ...at });
  const klineStore = createKlineStore({ store, zstdLevel: 1 });
  await klineStore.write(filledDay(["005930", "0037T0"], 300), { retrieval: EVENING });
  await klineStore.write(filledDay(["005930"], 381), { retrieval: EVENING + 1000 });
  await compact({ store, tradingDay: DAY });
  bucket = await connectTo(at);
});
afterAll(async () => {
  connection.closeSync();
  rmSync(folder, { recursive: true });
  await store.close();
  await server?.close();
});

describe("the table on S3", () => {
  test("DuckDB's recipe counts every minute once, in a bucket with lines and manifests beside the columns", async () => {
    const sql = selectOf(recipes.find(({ name }) => name === "duckdb.sql")?.sql ?? "");
    expect(sql).toContain(`'s3://bars/${TABLE}/**/*.parquet'`);
    const found = await connection.runAndReadAll(sql.replace("s3://bars", bucket));
    const [[date, symbol, , , volume, minutes] = []] = found.getRowsJson();
    expect([date, symbol, volume, minutes]).toEqual([DAY, "005930", String(381 * 7), "381"]);
  });

  test("what DuckDB finds there is what our own reader gets out of the bucket, by ranges", async () => {
    const ranges: number[] = [];
    const watched = {
      get: (...[key, how]: Parameters<S3Store["get"]>) => {
        if (key.includes("-columns/")) ranges.push(how?.range?.length ?? Infinity);
        return store.get(key, how);
      },
      put: () => Promise.reject(new Error("only read")),
      list: (prefix: string) => store.list(prefix),
      delete: () => Promise.reject(new Error("only read")),
      size: (key: string) => store.size(key),
    };
    const table = await readColumns({ store: watched, from: DAY, to: DAY });
    expect(ranges).toEqual([expect.any(Number) as number]);
    expect(ranges[0]).toBeLessThan((await store.size(`${TABLE}/venue=KRX/date=${DAY}/bars.parquet`))!);
    const found =
      await connection.runAndReadAll(`SELECT symbol, epoch_ms(time), open, high, low, close, volume, acc_vol
      FROM read_parquet('${bucket}/${TABLE}/**/*.parquet', hive_partitioning = true) ORDER BY symbol, time`);
    const columns = ["time", "open", "high", "low", "close", "volume", "accVolume"] as const;
    const ours = table.symbol.map((symbol, row) => [symbol, ...columns.map((column) => table[column][row])]);
    expect(found.getRowsJson().map(([symbol, ...values]) => [symbol, ...values.map(Number)])).toEqual(ours);
    expect(ours).toHaveLength(381 + 300);
  });

  // None of these engines is here: DuckDB tells the names and types that they are told, and runs the same query.
  test.each(recipes.filter(({ name }) => name !== "duckdb.sql"))(
    "$name reads the same folder",
    async ({ sql }) => {
      expect(sql).toMatch(
        new RegExp(`s3a?://bars/${TABLE}/|https://bars\\.s3\\.[^/]*/${TABLE}/\\*\\*/bars\\.parquet`),
      );
      const parquet = `read_parquet('${bucket}/${TABLE}/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)`;
      const described = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${parquet}`)).getRowsJson();
      const types = new Map(described.map(([name, type]) => [name as string, type as string]));
      const isSame: Record<string, RegExp> = {
        string: /^VARCHAR$/,
        varchar: /^VARCHAR$/,
        timestamp: /^TIMESTAMP/,
        double: /^DOUBLE$/,
        bigint: /^BIGINT$/,
      };
      const declared = [...sql.matchAll(/[\s(,][`"]?(\w+)[`"]? (string|varchar|timestamp|double|bigint)\b/g)];
      for (const [, name = "", type = ""] of declared) expect(types.get(name), name).toMatch(isSame[type]!);
      if (/CREATE (?:EXTERNAL )?TABLE[^;]*\(\s*symbol/.test(sql))
        expect(new Set(declared.map(([, name]) => name))).toEqual(new Set(types.keys()));
      const query = selectOf(sql)
        .replace(/FROM (?:s3\([^)]*\)|\S+)/, `FROM ${parquet}`)
        .replace(/\s*SETTINGS [^;]*/, "");
      const [[date, symbol, , , , minutes] = []] = (await connection.runAndReadAll(query)).getRowsJson();
      expect([date, symbol, minutes]).toEqual([DAY, "005930", "381"]);
    },
  );
});
