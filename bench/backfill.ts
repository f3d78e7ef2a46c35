/*
 * A backfill in figures, in real time, onto a real disk: how well the rate is used, how well the end is foreseen, how
 * good the estimates of a plan are, and what planning costs when everything is there already. Takes 1 minute or so.
 *
 *   npx tsx bench/backfill.ts [symbols = 200] [days = 2]
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { argv, cpuUsage, resourceUsage, version } from "node:process";
import { type Clock, FileStore, backfill, krx, kstInstant, planBackfill, systemClock } from "hantoo";
import { createMarket, simulatedSymbols } from "hantoo/testing";
import { createVirtualSource } from "../test/kline/virtual-source.js";

const [symbolCount = 200, days = 2] = argv.slice(2).map(Number);
const symbols = simulatedSymbols(symbolCount);
const folder = mkdtempSync(join(tmpdir(), "hantoo-bench-backfill-"));
const store = new FileStore(folder);
const shift = kstInstant("2026-11-20", "18:00") - systemClock.now();
const clock: Clock = { ...systemClock, now: () => systemClock.now() + shift };
const market = createMarket({ seed: 3, symbols });
const RATE = 18;
const selection = { store, clock, symbols, days };
console.log(
  `Node ${version}, ${symbolCount} symbols, ${days} days, ${RATE} calls a second, answers after 150 ms`,
);

try {
  const { totals } = await planBackfill(selection);
  const seen: { readonly share: number; readonly atMs: number; readonly etaMs: number }[] = [];
  let most = 0;
  const client = createVirtualSource({ clock, market, ratePerSecond: RATE, latencyMs: 150 });
  // The market is made beforehand: it is no part of the work that is measured.
  for (const symbol of symbols)
    for (const day of krx.tradingDays("2026-10-01", "2026-11-20").slice(-days)) market.truth(symbol, day);
  const startedAt = clock.monotonic();
  const usage = cpuUsage();
  const onProgress = ({ done, total, etaMs }: { done: number; total: number; etaMs: number }): void =>
    void seen.push({ share: done / total, atMs: clock.monotonic() - startedAt, etaMs });
  for await (const { calls } of backfill({ ...selection, client, onProgress })) most = Math.max(most, calls);
  const endMs = clock.monotonic() - startedAt;
  const { user, system } = cpuUsage(usage);
  const errors = seen
    .filter(({ share }) => share >= 0.1)
    .map(({ atMs, etaMs }) => Math.abs(atMs + etaMs - endMs) / endMs);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".zstd"),
  );
  const bytes = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  const cells = symbolCount * days * 381;

  const again = performance.now();
  const second = await planBackfill(selection);
  const planMs = performance.now() - again;
  console.table({
    "calls, planned at the most": totals.calls,
    "calls made": client.calls,
    "calls a target, most": most,
    "use of the rate": `${((100 * client.calls) / (RATE * (endMs / 1000))).toFixed(2)} %`,
    "minutes, planned at the most": totals.minutes.toFixed(2),
    "minutes taken": (endMs / 60_000).toFixed(2),
    "end foreseen from 10 % on, worst": `${(100 * Math.max(...errors)).toFixed(2)} % off`,
    "objects, planned": totals.objects,
    "objects written": files.length,
    "bytes, planned": totals.bytes,
    "bytes written": bytes,
    "bytes a cell": (bytes / cells).toFixed(2),
    "processor time, ms a target": ((user + system) / 1000 / (symbolCount * days)).toFixed(2),
    "planning when all is there, ms": planMs.toFixed(0),
    "of which to fetch": second.totals.fetch,
    "peak memory, MB": Math.round(resourceUsage().maxRSS / 1024),
  });
} finally {
  rmSync(folder, { recursive: true });
}
