import { KisClient, type Limiter, createObjectTokenStore } from "hantoo";
import { type FaultPlan, createKisSimulator, createManualClock, simulatedSymbols } from "hantoo/testing";
import { expect, test } from "vitest";
import { type Clock, kstInstant } from "../../../src/core/index.js";
import type { BackfillStep } from "../../../src/kline/backfill/step.js";
import { type BackfillOptions, backfill } from "../../../src/kline/backfill/backfill.js";
import { catchUp } from "../../../src/kline/backfill/catch-up.js";
import { readBars } from "../../../src/kline/read/read-bars.js";
import { MemoryStore } from "../../../src/storage/index.js";
import { clientOf } from "../../kis/unpaced.js";

/** Even spacing on the clock of a test: Bottleneck knows the host's alone. */
function createTestLimiter(clock: Clock, ratePerSecond: number): Limiter {
  let nextAt = -Infinity;
  return {
    ratePerSecond,
    waiting: 0,
    refused: () => undefined,
    room: () => Promise.resolve(),
    close: () => Promise.resolve(),
    async schedule(work, { signal } = {}) {
      const at = Math.max(nextAt, clock.monotonic());
      nextAt = at + 1000 / ratePerSecond;
      if (at > clock.monotonic()) await clock.sleep(at - clock.monotonic(), signal);
      signal?.throwIfAborted();
      return work();
    },
  };
}

async function runAgainst(
  store: MemoryStore,
  { faults = {}, ...options }: Partial<BackfillOptions> & { faults?: FaultPlan },
  symbols = simulatedSymbols(12),
) {
  const clock = createManualClock(kstInstant("2026-11-20", "18:00"));
  const simulator = createKisSimulator({
    seed: 5,
    symbols: [...symbols],
    clock,
    faults,
    limits: { perSecond: 18 },
  });
  const client = new KisClient({
    appKey: "test",
    appSecret: "test",
    clock,
    fetch: simulator.fetch,
    limiter: createTestLimiter(clock, 17),
    tokenStore: createObjectTokenStore(new MemoryStore()),
    random: () => 0.5,
  });
  const steps: BackfillStep[] = [];
  const work = (async () => {
    for await (const step of backfill({ client, store, clock, zstdLevel: 1, ...options })) steps.push(step);
  })();
  await clock.runUntil(work);
  return { steps, simulator, asked: simulator.stats.byEndpoint["FHKST03010230"] ?? 0 };
}

async function expectTruth(
  store: MemoryStore,
  steps: readonly BackfillStep[],
  simulator: ReturnType<typeof createKisSimulator>,
) {
  for (const { symbol, tradingDay } of steps) {
    const bars = [];
    for await (const bar of readBars({
      store,
      symbol,
      venue: "KRX",
      from: tradingDay,
      to: tradingDay,
      untraded: "skip",
    }))
      bars.push(bar);
    const truth = simulator
      .truth(symbol, tradingDay)
      .map(({ turnover, ...bar }) => (turnover === undefined ? {} : bar));
    expect([symbol, tradingDay, bars]).toEqual([symbol, tradingDay, truth]);
  }
}

const FAULTS = {
  reset: 0.03,
  "half-body": 0.02,
  "html-502": 0.02,
  "rate-limit": 0.03,
} as const;

test("through resets, cut bodies, gateway pages and refusals: everything KIS has, in at most 4 calls a target besides", async () => {
  const store = new MemoryStore();
  const symbols = simulatedSymbols(8);
  const { steps, simulator } = await runAgainst(store, { symbols, days: 4, faults: FAULTS });
  expect(simulator.stats.faults).toBeGreaterThan(10);
  expect(steps.map(({ status, error }) => error ?? status)).toEqual(steps.map(() => "done"));
  await expectTruth(store, steps, simulator);
  const quiet = await runAgainst(new MemoryStore(), { symbols, days: 4 });
  // Four for the minutes of a day, and daily rows once a symbol.
  expect(quiet.steps.every(({ calls }) => calls <= 5)).toBe(true);
  const { byEndpoint } = quiet.simulator.stats;
  expect(byEndpoint["FHKST03010230"]).toBeLessThanOrEqual(4 * quiet.steps.length);
  expect(byEndpoint["FHKST03010100"]).toBe(symbols.length);
  expect(quiet.simulator.stats.refusals).toBe(0);
});

test("an unknown symbol and a day KIS no longer has are told; everything else is there", async () => {
  const store = new MemoryStore();
  const targets = [
    { symbol: "005930", tradingDay: "2025-08-01" },
    { symbol: "999990", tradingDay: "2026-11-20" },
    { symbol: "005930", tradingDay: "2026-11-20" },
  ];
  const { steps, simulator } = await runAgainst(store, { targets, keptDays: Infinity }, ["005930"]);
  expect(
    steps.map(({ symbol, tradingDay, status }) => `${symbol} ${tradingDay} ${status}`).toSorted(),
  ).toEqual(["005930 2025-08-01 failed", "005930 2026-11-20 done", "999990 2026-11-20 failed"]);
  expect(steps.find(({ tradingDay }) => tradingDay === "2025-08-01")?.error).toMatchObject({
    code: "incomplete_data",
  });
  await expectTruth(
    store,
    steps.filter(({ status }) => status === "done"),
    simulator,
  );
});

test.each([5, 20, 60, 137])("a ceiling of %i calls holds whatever goes wrong", async (maxCalls) => {
  const { asked } = await runAgainst(new MemoryStore(), {
    symbols: simulatedSymbols(12),
    days: 5,
    maxCalls,
    faults: { reset: 0.2 },
  });
  expect(asked).toBeLessThanOrEqual(maxCalls);
});

test("a symbol that KIS does not know costs a catchUp of twenty days two calls, each time; its absence is no day's proof", async () => {
  const clock = createManualClock(kstInstant("2026-11-20", "18:00"));
  const simulator = createKisSimulator({ seed: 5, symbols: ["005930"], clock, limits: { perSecond: false } });
  const store = new MemoryStore();
  const heal = async (symbols: readonly string[], days: number) => {
    const client = clientOf(simulator, { clock });
    return clock.runUntil(catchUp({ client, store, symbols, days, clock, zstdLevel: 1 }));
  };
  for (let hour = 0; hour < 3; hour++) {
    const { status, calls, degraded } = await heal(["999990"], 20);
    expect({ status, calls, days: degraded.length }).toEqual({ status: "degraded", calls: 2, days: 20 });
    expect(degraded.every(({ error }) => String(error).includes("knows no symbol 999990"))).toBe(true);
  }
  // Nothing is stored of another one either, but KIS has it: its first day goes alone, and all days follow.
  expect(await heal(["999990", "005930"], 2)).toMatchObject({
    healed: [{ symbol: "005930" }, { symbol: "005930" }],
    degraded: [{ symbol: "999990" }, { symbol: "999990" }],
  });
});

test("a first day that fails for another reason stops none of the days after it", async () => {
  const clock = createManualClock(kstInstant("2026-11-20", "18:00"));
  const faults = [{ do: "empty-day", symbols: ["005930"], tradingDays: ["2026-11-17"] }] as const;
  const limits = { perSecond: false } as const;
  const simulator = createKisSimulator({ seed: 5, symbols: ["005930"], clock, limits, faults });
  const client = clientOf(simulator, { clock, random: () => 0.5 });
  const options = { client, store: new MemoryStore(), symbols: ["005930"], days: 4, clock, zstdLevel: 1 };
  const { healed, degraded } = await clock.runUntil(catchUp(options));
  expect(degraded.map(({ tradingDay }) => tradingDay)).toEqual(["2026-11-17"]);
  expect(healed).toHaveLength(3);
});
