import { describe, expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import {
  type BarSource,
  HantooKlineLogger,
  type SyncReport,
  backfill,
  coverage,
} from "../../../src/kline/index.js";
import { MemoryStore } from "../../../src/storage/index.js";
import { createManualClock } from "../../../src/testing/index.js";
import { at, storedRows, wholeDay } from "../logger-setup.js";
import { createSampleSource } from "../sample-market.js";

const DAY = "2026-11-20";
const LIQUID = "Z00010";
const thin = (count: number): string[] => Array.from({ length: count }, (_, index) => `T0${index}010`);
const last = krx.minutes(DAY).at(-1) ?? 0;

/** The day closes an hour later than the calendar says. One symbol trades all the time; the others' few trades lie before. */
function setUp(symbols: readonly string[], hasOwnHours = true) {
  const clock = createManualClock(at("18:00"));
  const sample = createSampleSource({ clock });
  const client: BarSource = {
    minuteBars: async (request) => {
      const answer = await sample.minuteBars(request);
      if (request.symbol !== LIQUID) return answer;
      const bars = krx.minutes(DAY).map((time) => ({
        time,
        open: 100,
        high: 100,
        low: 100,
        close: 100,
        volume: 1,
        accVolume: 0,
        turnover: 100,
      }));
      if (!hasOwnHours) return { ...answer, bars };
      const outside = { from: at("15:20"), to: at("16:30"), shares: 1000 };
      return { ...answer, bars, outside, complete: false, through: at("15:19") };
    },
    tradingDay: async () => true,
  };
  const options = { client, store: new MemoryStore(), clock, symbols, zstdLevel: 1 } as const;
  const complete = async (): Promise<string[]> => {
    const { days } = await coverage({ store: options.store, from: DAY, to: DAY, symbols, clock });
    return days.filter(({ status }) => status === "complete").map(({ symbol }) => symbol);
  };
  return { ...options, complete, options, sample };
}

describe.each([
  ["before it", [...thin(3), LIQUID]],
  ["after it", [LIQUID, ...thin(3)]],
  ["so many before it that they are believed at first", [...thin(8), LIQUID]],
])("a day of hours that the calendar does not know, thin symbols %s", (_, symbols) => {
  test.each([1, 4])("none of them is called whole by a logger, %d at a time", async (concurrency) => {
    const { options, complete } = setUp(symbols);
    const logger = new HantooKlineLogger({ ...options, concurrency });
    const report = await logger.sync();
    expect(report.coverage.total.statuses).toMatchObject({ complete: 0, partial: symbols.length });
    expect(report.calendarConflicts).toMatchObject([{ kind: "hours", symbols: [LIQUID] }]);
    expect(await complete()).toEqual([]);
    // Each is named: it failed for what others showed, or its last minute is a hole.
    const named = new Set([
      ...report.failures.map(({ symbol }) => symbol),
      ...report.holes.map(({ symbol }) => symbol),
    ]);
    expect([...named].sort()).toEqual([...symbols].sort());
    for (const { minutes } of report.holes) expect(minutes).toEqual([last]);
    const again = await logger.sync();
    expect(again.coverage.total.statuses.complete).toBe(0);
    expect(await complete()).toEqual([]);
  });

  test("nor by run(), whatever it read before the close", async () => {
    const { options, complete, clock } = setUp(symbols);
    clock.set(at("15:00"));
    const logger = new HantooKlineLogger({ ...options, graceMs: 0 });
    const reports: SyncReport[] = [];
    const follow = async (): Promise<void> => {
      for await (const report of logger.run()) reports.push(report);
    };
    await clock.runUntil(follow());
    expect(reports.at(-1)?.coverage.total.statuses.complete).toBe(0);
    expect(await complete()).toEqual([]);
  });

  test("nor by backfill", async () => {
    const { options, complete } = setUp(symbols);
    for await (const _step of backfill({ ...options, days: [DAY], concurrency: 1 }));
    expect(await complete()).toEqual([]);
    for await (const _step of backfill({ ...options, days: [DAY] }));
    expect(await complete()).toEqual([]);
  });
});

test("on a plain day thin symbols are whole, with no call more, beside one that tells and alone", async () => {
  for (const symbols of [[...thin(8), LIQUID], thin(2), thin(7)]) {
    const { options, complete, sample, store } = setUp(symbols, false);
    const report = await new HantooKlineLogger(options).sync();
    expect(report.failures).toEqual([]);
    expect(await complete()).toEqual([...symbols].sort());
    expect(sample.requests.length).toBe(symbols.length);
    const { [LIQUID]: _own, ...rows } = await storedRows(store);
    const { [LIQUID]: _sample, ...wanted } = wholeDay(symbols);
    expect(rows).toEqual(wanted);
  }
});
