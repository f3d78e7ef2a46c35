// A trading week of 200 symbols in some minutes: the logger follows day after day against the simulated KIS, on one
// clock that jumps from event to event, while KIS and the store fail. Afterwards every stored minute must be what
// truly traded, no second may hold more calls than allowed, no token may be needless, and memory must be flat.
//
//   npm run soak [-- symbols days lagMinutes seed]
//
// Exits with 1, saying what, if anything of that does not hold. Nothing here is held by the host's speed.
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  FileStore,
  HantooKlineLogger,
  KisClient,
  MemoryStore,
  catchUp,
  coverage,
  createMemoryTokenStore,
  krx,
  kstInstant,
  readKlines,
} from "hantoo";
import { createKisSimulator, createManualClock, createMarket, simulatedSymbols } from "hantoo/testing";
import { PacedLimiter } from "../src/kis/pace/paced-limiter.js";
import { RATE_PRESETS } from "../src/kis/pace/rate-presets.js";
import { createRandom, filledCells } from "../test/kline/sample-market.js";
import { type Done, failingStore, kisFaults, lateCorrections } from "./soak-faults.js";

const [count = 200, dayCount = 5, lagMinutes = 3, seed = 20_261_116] = process.argv.slice(2).map(Number);
/** With the Thursday of the entrance examination, which opens at 10:00. */
const days = krx.tradingDays("2026-11-16", "2026-12-31").slice(0, dayCount);

/**
 * What the last day may hold more than the second: counters, what V8 keeps of code that ran for the first time, and the
 * daily rows that the client holds as witnesses until its next KST day, some 15 KB a symbol that was read as a whole.
 * A day of the default 200 symbols is some 10 MB of cells alone: one that is not let go is far beyond it.
 */
const HEAP_BOUND_MB = 3;

const gc = (globalThis as { gc?: () => void }).gc;
assert(gc, "run it with `npm run soak`, which lets it collect garbage");
/** After what clean-ups ask for: each may free more, and runs in a turn of its own. */
const memory = async (): Promise<{
  readonly heap: number;
  readonly buffers: number;
  readonly rss: number;
}> => {
  for (let turn = 0; turn < 5; turn++) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heap: heapUsed / 2 ** 20, buffers: arrayBuffers / 2 ** 20, rss: rss / 2 ** 20 };
};

const random = createRandom(seed);
const done: Done = {};
const clock = createManualClock(kstInstant(days[0] ?? "", "08:30"));
const symbols = simulatedSymbols(count);
const market = createMarket({ seed, symbols });
// The simulated market keeps its last 1,024 days of a symbol and 256 of an index, some 20 MB that a daily answer of a
// hundred rows fills at once, on whichever evening the logger asks for one: all of them from the start, so that none
// counts as growth.
const before = (count: number): readonly string[] =>
  krx.tradingDays(krx.addTradingDays(days[0] ?? "", -count), days.at(-1) ?? "");
for (const day of before(256)) market.indexDay("0001", day);
for (const day of before(Math.ceil(1024 / symbols.length)))
  for (const symbol of symbols) market.truth(symbol, day);
const corrections = lateCorrections((symbol, day) => market.truth(symbol, day), symbols, days, random);
const simulator = createKisSimulator({
  market,
  clock,
  limits: "live",
  faults: kisFaults(random, done),
  quirks: { corrections },
});

/** As a client makes it by default, but for the spacing: Bottleneck waits by the host's timers. */
const rate = RATE_PRESETS.live;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const limiter = new PacedLimiter({
  rate,
  maxWaiting: 100_000,
  clock,
  logger: silent,
  open: async ({ spacingMs }) => {
    let spacing = spacingMs;
    let nextAt = clock.monotonic();
    return {
      async grant() {
        const at = Math.max(nextAt, clock.monotonic());
        nextAt = at + spacing;
        await clock.sleep(at - clock.monotonic());
      },
      space: (ms) => void (spacing = ms),
      close() {},
    };
  },
});
const client = new KisClient({
  appKey: "test",
  appSecret: "test",
  fetch: simulator.fetch,
  clock,
  limiter,
  random,
  tokenStore: createMemoryTokenStore(),
});

// What a first whole read of past days loads and compiles (Parquet, the daily rows that bear witness), some 3 MB, is no
// growth either, on whichever evening a fault asks for one.
{
  const { fetch } = createKisSimulator({ market, clock, limits: false });
  const tokenStore = createMemoryTokenStore();
  const quiet = new KisClient({ appKey: "test", appSecret: "test", fetch, clock, limiter, tokenStore });
  const place = { store: new MemoryStore(), client: quiet, clock, logger: silent };
  await clock.runUntil(catchUp({ ...place, symbols, days: 1 }));
  await clock.runUntil(catchUp({ ...place, symbols: symbols.slice(0, 2), days: 3 }));
  await quiet.close();
}

const folder = mkdtempSync(join(tmpdir(), "hantoo-soak-"));
const files = new FileStore(join(folder, "store"));
const outageDay = days[Math.min(2, days.length - 1)] ?? "";
const outage = { from: kstInstant(outageDay, "11:10"), to: kstInstant(outageDay, "11:40") };
const store = failingStore(files, clock, outage, random, done);
const logger = new HantooKlineLogger({
  client,
  store,
  symbols,
  clock,
  random,
  lagMs: lagMinutes * 60_000,
  spool: new FileStore(join(folder, "spool")),
  compact: "delete-sources",
});

const started = performance.now();
const heaps: number[] = [];
let revised = 0;
const show = async (label: string): Promise<void> => {
  const { heap, buffers, rss } = await memory();
  const { requests, tokenIssues, refusals, maxPerSecond } = simulator.stats;
  console.log(
    `${label}  heap ${heap.toFixed(1)} MB  buffers ${buffers.toFixed(1)} MB  RSS ${rss.toFixed(0)} MB  ` +
      `${requests} requests, at most ${maxPerSecond} in a second, ${refusals} refusals, ${tokenIssues} tokens  ` +
      `${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
  heaps.push(heap);
};

const follow = async (day: string): Promise<void> => {
  await clock.sleep(kstInstant(day, "08:30") - clock.now());
  for await (const report of logger.run()) {
    // Days before are read again while KIS may correct them.
    assert(report.tradingDay <= day && days.includes(report.tradingDay), `a report of ${report.tradingDay}`);
    revised += report.revised.reduce((sum, { minutes }) => sum + minutes.length, 0);
  }
};

try {
  await show("start     ");
  for (const day of days) {
    await clock.runUntil(follow(day));
    await show(day);
  }
  await logger.close();

  for (const tradingDay of days) {
    const minutes = krx.minutes(tradingDay);
    const wanted = new Map(
      symbols.map((symbol) => [symbol, filledCells(market.truth(symbol, tradingDay), minutes)]),
    );
    let index = 0;
    for await (const record of readKlines({ store: files, from: tradingDay, to: tradingDay })) {
      assert.equal(record.time, minutes[index], `a gap before minute ${index} of ${tradingDay}`);
      for (const symbol of symbols) {
        assert.deepEqual(
          record.data[symbol],
          wanted.get(symbol)?.[index],
          `${symbol}, ${tradingDay}, minute ${index}`,
        );
      }
      index++;
    }
    assert.equal(index, minutes.length, `minutes stored of ${tradingDay}`);
  }
  const { total } = await coverage({
    store: files,
    from: days[0] ?? "",
    to: days.at(-1) ?? "",
    symbols,
    clock,
  });
  assert.equal(total.rate, 1, "coverage");
  let objects = 0;
  for await (const key of files.list("")) objects += key === "" ? 0 : 1;

  const { requests, refusals, maxPerSecond, tokenIssues } = simulator.stats;
  assert.equal(refusals, done["rate limit"] ?? 0, "refusals for the rate beside the injected ones");
  assert(maxPerSecond <= rate.ratePerSecond, `${maxPerSecond} requests in a second`);
  const elapsedDays = (clock.now() - kstInstant(days[0] ?? "", "08:30")) / 86_400_000;
  // One to begin with, one after each revocation, and one for every 23.5 hours: it is replaced before its end.
  const needed = 1 + (done["token revoked"] ?? 0) + Math.floor((elapsedDays * 24) / 23.5);
  assert(tokenIssues <= needed, `${tokenIssues} tokens, ${needed} needed`);
  const growth = (heaps.at(-1) ?? 0) - (heaps[Math.min(2, heaps.length - 1)] ?? 0);
  assert(growth <= HEAP_BOUND_MB, `the heap grew by ${growth.toFixed(1)} MB from the second day to the last`);
  console.log({
    symbols: symbols.length,
    days: days.length,
    minutes: total.have,
    objects,
    requests,
    maxPerSecond,
    tokens: `${tokenIssues} of ${needed} that were called for`,
    corrections: `${corrections.length} booked late, ${revised} minutes stored anew`,
    heapGrowthMb: Number(growth.toFixed(2)),
    struck: done,
  });
} finally {
  await client.close();
  await limiter.close();
  rmSync(folder, { recursive: true });
}
