import { describe, expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import { HantooKlineLogger, type SyncReport } from "../../../src/kline/index.js";
import { MemoryStore } from "../../../src/storage/index.js";
import {
  type KisSimulator,
  type KisSimulatorOptions,
  createKisSimulator,
  createManualClock,
  simulatedSymbols,
} from "../../../src/testing/index.js";
import { clientOf } from "../../kis/unpaced.js";
import { DAY, type Rows, at, expectRows, storedRows } from "../logger-setup.js";
import { filledCells } from "../sample-market.js";

function setUp(now: number, options: KisSimulatorOptions = {}) {
  const clock = createManualClock(now);
  const simulator = createKisSimulator({ seed: 11, clock, limits: false, ...options });
  const { environment = "live" } = options;
  const client = clientOf(simulator, { clock, environment });
  return { clock, simulator, client, store: new MemoryStore() };
}

const truthOf = (simulator: KisSimulator, symbols: readonly string[], day = DAY): Rows =>
  Object.fromEntries(
    [...symbols]
      .sort()
      .map((symbol) => [symbol, filledCells(simulator.truth(symbol, day), krx.minutes(day))]),
  );

test("50 symbols, a full past day: at most 200 calls; a second pass: none", async () => {
  const symbols = simulatedSymbols(50);
  const { clock, simulator, client, store } = setUp(at("18:00", "2026-11-21"), { symbols });
  const logger = new HantooKlineLogger({ client, store, symbols, clock });
  const report = await clock.runUntil(logger.sync());
  expect(report).toMatchObject({ tradingDay: DAY, failures: [] });
  expect(report.fetched.calls).toBeLessThanOrEqual(200);
  const { requests } = simulator.stats;
  const { byEndpoint } = simulator.stats;
  expect(byEndpoint["FHKST03010230"]! + (byEndpoint["FHKST03010100"] ?? 0)).toBe(report.fetched.calls);
  expectRows(await storedRows(store), truthOf(simulator, symbols));
  const again = await clock.runUntil(logger.sync());
  expect(again).toMatchObject({ uploaded: [], fetched: { calls: 0, bars: 0 }, unchanged: 50 * 381 });
  expect(simulator.stats.requests).toBe(requests);
});

describe("a session followed against the simulated KIS", () => {
  test.each([
    ["live", ["005930", "28513K", "Q530036"], "15:00"],
    ["paper", ["005930", "Q530036"], "15:05"],
  ] as const)(
    "%s ends in what was traded, the closing auction included",
    async (environment, symbols, from) => {
      const { clock, simulator, client, store } = setUp(at(from), { environment, symbols });
      const logger = new HantooKlineLogger({ client, store, symbols, clock, compact: "delete-sources" });
      let last: SyncReport | undefined;
      await clock.runUntil(
        (async () => {
          for await (const report of logger.run()) last = report;
        })(),
      );
      expectRows(await storedRows(store), truthOf(simulator, symbols));
      expect(last).toMatchObject({ failures: [], compaction: { outcome: "compacted" } });
      expect(last?.coverage.total.rate).toBe(1);
    },
  );

  test("a trade that KIS books late is found by the reconciliation", async () => {
    const symbols = ["005930"];
    const time = at("15:05");
    const { clock, simulator, client, store } = setUp(at("15:00"), {
      symbols,
      quirks: { corrections: [{ symbol: "005930", time, afterMs: 900_000 }] },
    });
    const logger = new HantooKlineLogger({ client, store, symbols, clock });
    const reports: SyncReport[] = [];
    await clock.runUntil(
      (async () => {
        for await (const report of logger.run()) reports.push(report);
      })(),
    );
    expectRows(await storedRows(store), truthOf(simulator, symbols));
    expect(reports.at(-1)?.revised[0]?.minutes[0]).toBe(time);
    expect(reports.slice(0, -1).every(({ revised }) => revised.length === 0)).toBe(true);
  });
});
