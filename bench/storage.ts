/** How fast stores and exports are on this machine. Run: `npx tsx bench/storage.ts` (some minutes; writes to a temporary folder). */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileStore, MemoryStore, type ObjectStore, S3Store } from "hantoo";
import { krx } from "hantoo/calendar";
import { exportParquet } from "hantoo/kline";
import { createTable, loadBars } from "hantoo/postgres";
import { Pool } from "pg";
import { createDayTable } from "../src/archive/day-table.js";
import { createKlineStore } from "../src/archive/kline-store.js";
import { noise } from "../test/support/noise.js";
import { startS3Server } from "../test/support/s3-server.js";

const report = (what: string, figures: string): void => console.log(`${what.padEnd(44)} ${figures}`);
async function timed<T>(
  what: string,
  work: () => Promise<T>,
  figures: (seconds: number, result: T) => string,
): Promise<T> {
  const start = performance.now();
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const result = await work();
  clearInterval(watch);
  const seconds = (performance.now() - start) / 1000;
  report(
    what,
    `${figures(seconds, result)}  (${seconds.toFixed(2)} s, rss ${(peak / 2 ** 20).toFixed(0)} MiB)`,
  );
  return result;
}

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys;
}

async function stores(name: string, store: ObjectStore): Promise<void> {
  const small = noise(100_000, 1);
  const big = noise(8 * 2 ** 20, 2);
  const rate = (count: number) => (seconds: number) => `${(count / seconds).toFixed(0)}/s`;
  const each = (count: number, work: (n: number) => Promise<unknown>) => async (): Promise<void> => {
    for (let n = 0; n < count; n++) await work(n);
  };
  await timed(
    `${name}: put 100 kB, ifAbsent`,
    each(200, (n) => store.put(`small/${n}`, small, { ifAbsent: true })),
    rate(200),
  );
  await timed(
    `${name}: get 100 kB`,
    each(200, (n) => store.get(`small/${n}`)),
    rate(200),
  );
  await timed(
    `${name}: put 8 MiB`,
    each(10, (n) => store.put(`big/${n}`, big)),
    rate(10),
  );
  await timed(
    `${name}: get 8 MiB`,
    each(10, (n) => store.get(`big/${n}`)),
    rate(10),
  );
  const fill = async (): Promise<void> => {
    for (let n = 0; n < 3000; n += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, at) => store.put(`many/${n + at}`, small.subarray(0, 10))),
      );
    }
  };
  await timed(`${name}: put 3,000 tiny, 50 at once`, fill, rate(3000));
  await timed(
    `${name}: list 3,000`,
    () => keysOf(store, "many/"),
    (seconds, keys) => `${(keys.length / seconds).toFixed(0)} keys/s`,
  );
}

/** A market's day: random walks, a tenth of the minutes untraded. */
async function fillDay(store: ObjectStore, tradingDay: string, symbols: number): Promise<void> {
  const table = createDayTable({ tradingDay, venue: "KRX", minutes: krx.minutes(tradingDay) });
  const random = noise(symbols * table.minutes.length, 7);
  for (let s = 0, at = 0; s < symbols; s++) {
    let price = 10_000 + s * 50;
    let accVolume = 0;
    for (const index of table.minutes.keys()) {
      const dice = random[at++]!;
      price += ((dice % 5) - 2) * 50;
      const volume = dice < 25 ? 0 : dice * 37;
      accVolume += volume;
      table.set(String(s).padStart(6, "0"), index, {
        open: price,
        high: price + 50,
        low: price - 50,
        close: price,
        volume,
        accVolume,
      });
    }
  }
  await createKlineStore({ store }).write(table);
}

const dir = await mkdtemp(join(tmpdir(), "hantoo-bench-"));
const server = await startS3Server();
await stores("FileStore", new FileStore(join(dir, "files")));
await stores("S3Store on a loopback server", new S3Store({ bucket: "bars", ...server.options }));
await server.close();

const store = new MemoryStore();
const days = krx.tradingDays("2026-11-16", "2026-11-20");
await timed(
  `write ${days.length} days of 1,000 symbols`,
  async () => {
    for (const day of days) await fillDay(store, day, 1000);
  },
  (seconds) => `${((days.length * 1000 * 381) / seconds / 1e6).toFixed(2)} M bars/s`,
);
const exported = (seconds: number, { files }: Awaited<ReturnType<typeof exportParquet>>): string => {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return `${(rows / seconds / 1e6).toFixed(2)} M bars/s, ${(bytes / rows).toFixed(1)} bytes a bar, ${files.length} files`;
};
const range = { store, from: days[0]!, to: days.at(-1)! };
await timed("exportParquet by day", () => exportParquet({ ...range, out: join(dir, "day") }), exported);
await timed(
  "exportParquet by symbol",
  () => exportParquet({ ...range, out: join(dir, "symbol"), by: "symbol" }),
  exported,
);

const url = process.env["HANTOO_POSTGRES"];
if (url !== undefined) {
  const client = new Pool({ connectionString: url });
  await client.query("drop table if exists bench_bars");
  await createTable({ client, table: "bench_bars", partitions: "daily" });
  const load = (): ReturnType<typeof loadBars> =>
    loadBars({ client, ...range, to: days[0]!, table: "bench_bars" });
  const loaded = (seconds: number, { rows, written }: Awaited<ReturnType<typeof loadBars>>): string =>
    `${(rows / seconds / 1e3).toFixed(0)} k bars/s, ${written} of ${rows} written`;
  await timed("loadBars, a day of 1,000 symbols", load, loaded);
  await timed("loadBars, again", load, loaded);
  await client.query("drop table bench_bars");
  await client.end();
}
await rm(dir, { recursive: true });
