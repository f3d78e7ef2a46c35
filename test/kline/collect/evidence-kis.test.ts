import { describe, expect, test } from "vitest";
import { createCalendar, krx } from "../../../src/calendar/index.js";
import { HantooKlineLogger, type SyncReport, backfill } from "../../../src/kline/index.js";
import { MemoryStore } from "../../../src/storage/index.js";
import {
  type KisSimulatorOptions,
  createKisSimulator,
  createManualClock,
} from "../../../src/testing/index.js";
import { clientOf } from "../../kis/unpaced.js";
import { DAY, at, expectRows, storedRows, told } from "../logger-setup.js";
import { filledCells } from "../sample-market.js";

const SYMBOL = "005930";

/** The real client and the real logger over the simulated KIS, all on one clock that is moved by hand. */
function setUp(now: number, options: KisSimulatorOptions = {}) {
  const symbols = options.symbols ?? [SYMBOL];
  const clock = createManualClock(now);
  const simulator = createKisSimulator({ seed: 11, clock, limits: false, ...options, symbols });
  const store = new MemoryStore();
  const client = clientOf(simulator, { clock });
  const logger = new HantooKlineLogger({ client, store, symbols, clock, zstdLevel: 1 });
  const truth = (calendar = krx, day = DAY): Record<string, unknown[]> =>
    Object.fromEntries(
      [...symbols]
        .sort()
        .map((symbol) => [symbol, filledCells(simulator.truth(symbol, day), calendar.minutes(day))]),
    );
  return { clock, simulator, client, store, logger, symbols, truth };
}

describe("a split after the day", () => {
  const NEXT = "2026-11-23";
  const actions = [{ symbol: SYMBOL, kind: "split", effectiveDay: NEXT, shares: 5 }] as const;

  test("a hole that is filled after it has the prices that were traded, and is reported as restored", async () => {
    const { clock, logger, store, truth } = setUp(at("17:00"), {
      actions,
      faults: [{ do: "lost-row", minutes: ["11:03"], tradingDays: [DAY], healsAfterDays: 1 }],
    });
    const first = await clock.runUntil(logger.sync());
    expect(first.holes).toEqual([{ symbol: SYMBOL, minutes: [at("11:03")] }]);
    clock.set(at("18:00", NEXT));
    const again = await clock.runUntil(logger.sync({ tradingDay: DAY, reread: true }));
    expect(again).toMatchObject({ failures: [], holes: [], restored: [SYMBOL] });
    expectRows(await storedRows(store), truth());
  });

  test("a day that was never stored is brought back by the raw daily bar alone", async () => {
    const { clock, client, logger, store, truth, simulator } = setUp(at("18:00", NEXT), { actions });
    const { basis, tradedDay } = await clock.runUntil(client.minuteBars({ symbol: SYMBOL, tradingDay: DAY }));
    const bars = simulator.truth(SYMBOL, DAY);
    expect(basis).toBe("rescaled");
    expect(tradedDay).toEqual({
      open: bars[0]?.open,
      high: Math.max(...bars.map(({ high }) => high)),
      low: Math.min(...bars.map(({ low }) => low)),
      close: bars.at(-1)?.close,
    });
    const report = await clock.runUntil(logger.sync({ tradingDay: DAY }));
    expect(report).toMatchObject({ failures: [], restored: [SYMBOL] });
    expectRows(await storedRows(store), truth());
  });

  test("a backfill's step says that it was restored, and no step of a day on its own scale does", async () => {
    const { clock, client, store, symbols, truth } = setUp(at("18:00", NEXT), { actions });
    const days = [DAY, NEXT];
    const { steps } = await clock.runUntil(told(backfill({ client, store, symbols, days, clock })));
    expect(steps.map(({ tradingDay, status, restored }) => [tradingDay, status, restored])).toEqual([
      [NEXT, "done", undefined],
      [DAY, "done", true],
    ]);
    expectRows(await storedRows(store), truth());
  });

  test("no traded day is told while the daily bar may still have after-market prices in it", async () => {
    const { clock, client, simulator } = setUp(at("05:30", NEXT), { actions });
    // A host that keeps Korean time as UTC is nine hours ahead, which no row of KIS's is.
    const ahead = clientOf(simulator, { clock: { ...clock, now: () => clock.now() + 9 * 3_600_000 } });
    for (const one of [client, ahead]) {
      const night = await clock.runUntil(one.minuteBars({ symbol: SYMBOL, tradingDay: DAY }));
      expect(night).toMatchObject({ basis: "rescaled", complete: true });
      expect(night.tradedDay).toBeUndefined();
    }
  });
});

describe("hours that our calendar does not know", () => {
  const exam = createCalendar({
    sessions: [{ day: DAY, open: "10:00", close: "16:30", reason: "exam" }],
  });

  test("the day is never called whole, nothing is stored past its end, and the report names the hours", async () => {
    const { clock, logger, store } = setUp(at("18:30"), { calendar: exam });
    const report = await clock.runUntil(logger.sync({ tradingDay: DAY }));
    expect(report.calendarConflicts).toMatchObject([
      { tradingDay: DAY, kind: "hours", symbols: [SYMBOL], from: at("15:20") },
    ]);
    expect(report.coverage.total.rate).toBeLessThan(1);
    expect(report.failures).toMatchObject([{ symbol: SYMBOL }]);
    expect((await storedRows(store))[SYMBOL]?.at(-1)).toBeUndefined();
  });

  test("a run over such a day ends soon after our close, not with the grace time, and names them", async () => {
    const { clock, logger, simulator } = setUp(at("14:30"), { calendar: exam });
    const seen = new Set<string>();
    let last: SyncReport | undefined;
    await clock.runUntil(
      (async () => {
        for await (const report of logger.run()) {
          last = report;
          for (const { tradingDay, kind } of report.calendarConflicts) seen.add(`${tradingDay} ${kind}`);
        }
      })(),
    );
    expect([...seen]).toEqual([`${DAY} hours`]);
    expect(last?.failures).toMatchObject([{ symbol: SYMBOL, error: { retryable: false } }]);
    expect(clock.now()).toBeLessThan(at("16:30"));
    expect(simulator.stats.requests).toBeLessThan(100);
  });

  test("with the hours in the calendar the same day is whole", async () => {
    const { clock, simulator, store } = setUp(at("18:30"), { calendar: exam });
    const client = clientOf(simulator, { clock, calendar: exam });
    const logger = new HantooKlineLogger({ client, store, symbols: [SYMBOL], clock, calendar: exam });
    const report = await clock.runUntil(logger.sync({ tradingDay: DAY }));
    expect(report).toMatchObject({ failures: [], calendarConflicts: [], coverage: { total: { rate: 1 } } });
    expectRows(await storedRows(store, DAY, exam), {
      [SYMBOL]: filledCells(simulator.truth(SYMBOL, DAY), exam.minutes(DAY)),
    });
  });
});

describe("a holiday that our calendar does not know, asked for before the next session", () => {
  const holiday = { day: DAY, nameKo: "임시공휴일", nameEn: "temporary holiday", kind: "temporary" } as const;
  const calendar = createCalendar({ closures: [holiday] });
  const five = ["000020", "005930", "035720", "28513K", "Q530036"];

  test.each([3, 5])("of %i symbols nothing is stored, and five silent ones close the day", async (count) => {
    const { clock, logger, store } = setUp(at("10:00", "2026-11-21"), {
      calendar,
      symbols: five.slice(0, count),
    });
    const report = await clock.runUntil(logger.sync({ tradingDay: DAY }));
    expect(await storedRows(store)).toEqual({});
    const kinds = report.calendarConflicts.map(({ kind }) => kind);
    expect(kinds).toEqual(count === 5 ? ["closed-by-source"] : []);
    expect(report.failures).toHaveLength(count === 5 ? 0 : count);
  });
});
