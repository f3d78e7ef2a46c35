// A whole market in one process: 4,000 symbols of 381 minutes, one pass, then a session's minutes, with peak memory.
//
//   npx tsx bench/logger-memory.ts [symbols]
//
// Each part runs in a process of its own, so that its peak is its own.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type BarSource,
  FileStore,
  HantooKlineLogger,
  MINUTE_MS,
  type MinuteBar,
  type MinuteBarsRequest,
  krx,
  kstInstant,
  systemClock,
} from "hantoo";

const count = Number(process.argv[2] ?? 4000);
const part = process.argv[3];
const symbols = Array.from({ length: count }, (_, index) => String(index).padStart(6, "0"));
const tradingDay = "2026-11-20";
const minutes = krx.minutes(tradingDay);

let now = kstInstant(tradingDay, "18:00");
const clock = {
  ...systemClock,
  now: () => now,
  monotonic: () => now,
  sleep: async (ms: number) => void (now += ms),
};

/** Bars of a random walk, made anew for every answer: the source must not be what fills the memory. */
const source: BarSource = {
  capacity: { ratePerSecond: 18, minutesPerCall: 120 },
  async minuteBars({ symbol, venue = "KRX", from = 0 }: MinuteBarsRequest) {
    let price = 10_000 + Number(symbol) * 7;
    let state = Number(symbol) + 1;
    let accVolume = 0;
    const bars: MinuteBar[] = [];
    let through = (minutes[0] ?? 0) - MINUTE_MS;
    for (const time of minutes) {
      if (time + MINUTE_MS + 10_000 > now) break;
      through = time;
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      const open = price;
      price = Math.max(100, price + ((state >>> 16) % 21) - 10);
      if (time < from || state % 10 > 6) continue;
      const volume = (state % 5000) + 1;
      accVolume += volume;
      bars.push({
        time,
        open,
        high: Math.max(open, price),
        low: Math.min(open, price),
        close: price,
        volume,
        accVolume,
      });
    }
    const asked = minutes.filter((time) => time >= from && time <= through).length;
    return {
      symbol,
      venue,
      tradingDay,
      bars,
      through,
      complete: through === minutes.at(-1),
      calls: Math.ceil((asked + 1) / 120),
    };
  },
};

/** On disk, as a user has them: what is stored is not the logger's memory. */
const folder = mkdtempSync(join(tmpdir(), "hantoo-logger-memory-"));
const store = new FileStore(folder);

let peak = 0;
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
const mb = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  peak = process.memoryUsage.rss();
  const start = performance.now();
  const result = await work();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${what.padEnd(44)} ${seconds.padStart(6)} s   peak RSS ${mb(Math.max(peak, process.memoryUsage.rss()))}`,
  );
  return result;
};

if (part === undefined) {
  console.log(`${count} symbols x ${minutes.length} minutes`);
  for (const name of ["pass", "follow"]) {
    spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), String(count), name], {
      stdio: "inherit",
    });
  }
} else if (part === "pass") {
  console.log(`RSS at the start ${mb(process.memoryUsage.rss())}`);
  const logger = new HantooKlineLogger({ client: source, store, symbols, clock });
  const first = await timed("one pass over a past day", () => logger.sync());
  const bytes = first.uploaded.reduce((sum, object) => sum + object.bytes, 0);
  console.log(`  ${first.uploaded.length} objects, ${mb(bytes)}, rate ${first.coverage.total.rate}`);
  const second = await timed("a second pass: reads all, fetches nothing", () => logger.sync());
  console.log(`  ${second.fetched.calls} calls, ${second.uploaded.length} objects`);
} else {
  now = kstInstant(tradingDay, "14:50");
  const logger = new HantooKlineLogger({
    client: source,
    store,
    symbols,
    clock,
    compact: process.argv[4] === "no" ? false : "delete-sources",
  });
  console.log(`every ${logger.cadence.everyMinutes} minutes, lag ${logger.cadence.lagMs / 1000} s`);
  let reports = 0;
  let rate = 0;
  await timed("a session joined at 14:50, to its compaction", async () => {
    for await (const report of logger.run()) {
      reports++;
      rate = report.coverage.total.rate;
    }
  });
  let objects = 0;
  for await (const key of store.list("")) objects += key === "" ? 0 : 1;
  console.log(`  ${reports} passes, rate ${rate}, ${objects} object`);
}
clearInterval(watch);
rmSync(folder, { recursive: true });
