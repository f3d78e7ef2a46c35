import { createManualClock, createMarket, simulatedSymbols } from "hantoo/testing";
import { expect, test, vi } from "vitest";
import { kstInstant } from "../../../src/core/index.js";
import type { BackfillProgress } from "../../../src/kline/backfill/step.js";
import { backfill } from "../../../src/kline/backfill/backfill.js";
import { MemoryStore } from "../../../src/storage/index.js";
import { createVirtualSource } from "../virtual-source.js";

// Threads of the host take host time, and a clock that is moved by hand would run on meanwhile.
vi.mock("@mongodb-js/zstd", () => {
  const same = (bytes: Buffer): Promise<Buffer> => Promise.resolve(bytes);
  return { default: { compress: same, decompress: same }, compress: same, decompress: same };
});

test("200 symbols by 20 days at 18 a second: the rate is used, and the end foreseen", async () => {
  const symbols = simulatedSymbols(200);
  const market = createMarket({ seed: 3, symbols });
  const clock = createManualClock(kstInstant("2026-11-20", "18:00"));
  const client = createVirtualSource({ clock, market, latencyMs: 150 });
  const seen: (BackfillProgress & { readonly at: number })[] = [];
  let tooMany = 0;
  const work = (async () => {
    const onProgress = (now: BackfillProgress): void => void seen.push({ ...now, at: clock.monotonic() });
    for await (const step of backfill({
      client,
      store: new MemoryStore(),
      clock,
      symbols,
      days: 20,
      zstdLevel: 1,
      onProgress,
    })) {
      expect(step.status).toBe("done");
      if (step.calls > 4) tooMany++;
    }
  })();
  await clock.runUntil(work);
  const endMs = clock.monotonic();
  expect(seen.at(-1)).toMatchObject({ done: 4000, total: 4000, failed: 0, calls: client.calls, etaMs: 0 });
  expect(tooMany).toBe(0);
  expect(client.calls / (18 * (endMs / 1000))).toBeGreaterThanOrEqual(0.97);
  const foreseen = seen.filter(({ done, total }) => done >= total / 10);
  expect(
    Math.max(...foreseen.map(({ at, etaMs }) => Math.abs(at + etaMs - endMs) / endMs)),
  ).toBeLessThanOrEqual(0.05);
});
