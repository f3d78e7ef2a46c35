import { describe, expect, test } from "vitest";
import { createCalendar, krx } from "../../../src/calendar/index.js";
import {
  type CatchUpReport,
  HantooKlineLogger,
  type SyncOptions,
  type SyncReport,
  backfill,
  catchUp,
} from "../../../src/kline/index.js";
import { readManifest } from "../../../src/archive/index.js";
import { MemoryStore, type ObjectStore } from "../../../src/storage/index.js";
import {
  type Fault,
  type KisSimulatorOptions,
  createKisSimulator,
  createManualClock,
} from "../../../src/testing/index.js";
import { clientOf } from "../../kis/unpaced.js";
import { DAY, at, expectRows, keysOf, storedRows } from "../logger-setup.js";
import { filledCells } from "../sample-market.js";

const [WED, THU, FRI, SAT, MON, TUE] = [
  "2026-11-18",
  "2026-11-19",
  DAY,
  "2026-11-21",
  "2026-11-23",
  "2026-11-24",
] as const;

/** The real client over the simulated KIS, and one store, all on one clock that is moved by hand. */
function setUp(options: KisSimulatorOptions = {}, logging: { readonly revisitDays?: number } = {}) {
  const symbols = options.symbols ?? ["005930", "Q530036"];
  const clock = createManualClock(at("18:00", WED));
  const simulator = createKisSimulator({ seed: 11, clock, limits: false, ...options, symbols });
  const store = new MemoryStore();
  const client = clientOf(simulator, { clock });
  /** As a new process finds the store: what is noted in memory does not hold there. */
  const seen = (): ObjectStore => ({
    get: (key, how) => store.get(key, how),
    put: (key, bytes, how) => store.put(key, bytes, how),
    list: (prefix) => store.list(prefix),
    delete: (key) => store.delete(key),
  });
  const loggerOf = (of: ObjectStore) =>
    new HantooKlineLogger({ client, store: of, symbols, clock, zstdLevel: 1, ...logging });
  const logger = loggerOf(store);
  return {
    simulator,
    store,
    symbols,
    clock,
    /** `run()` once, begun at that time: every report. */
    run: async (time: string, day: string, { isNew = false } = {}): Promise<SyncReport[]> => {
      clock.set(at(time, day));
      const reports: SyncReport[] = [];
      const by = isNew ? loggerOf(seen()) : logger;
      const all = async (): Promise<void> => {
        for await (const report of by.run()) reports.push(report);
      };
      await clock.runUntil(all());
      return reports;
    },
    sync: (time: string, day: string, options: SyncOptions): Promise<SyncReport> => {
      clock.set(at(time, day));
      return clock.runUntil(logger.sync(options));
    },
    heal: (time: string, day: string): Promise<CatchUpReport> => {
      clock.set(at(time, day));
      return clock.runUntil(catchUp({ client, store, clock, symbols, zstdLevel: 1, ...logging }));
    },
    recheck: async (recheck: "suspect" | "all", days: readonly string[]) => {
      const steps: string[] = [];
      const all = async (): Promise<void> => {
        for await (const step of backfill({ client, store, clock, symbols, days, recheck, zstdLevel: 1 }))
          steps.push(`${step.symbol} ${step.tradingDay} ${step.reason ?? step.status}`);
      };
      await clock.runUntil(all());
      return steps;
    },
    /** Minute requests so far. */
    minuteCalls: (): number =>
      (simulator.stats.byEndpoint["FHKST03010230"] ?? 0) + (simulator.stats.byEndpoint["FHKST03010200"] ?? 0),
    expectTruth: async (day: string): Promise<void> =>
      expectRows(
        await storedRows(store, day),
        Object.fromEntries(
          [...symbols]
            .sort()
            .map((symbol) => [symbol, filledCells(simulator.truth(symbol, day), krx.minutes(day))]),
        ),
      ),
  };
}

const SAMSUNG = { symbols: ["005930"], tradingDays: [WED] };
const lost = (healsAfterDays: number): Fault => ({
  do: "lost-row",
  minutes: ["11:03"],
  ...SAMSUNG,
  healsAfterDays,
});

describe("run()", () => {
  test.each([1, 2, 3])(
    "a row that KIS lost and has again %i trading days later heals by itself",
    async (days) => {
      const market = setUp({ faults: [lost(days)] });
      expect((await market.run("18:00", WED)).at(-1)?.holes).toHaveLength(1);
      const revised: string[] = [];
      for (const day of [THU, FRI, MON]) {
        const reports = await market.run("18:00", day);
        expect(reports.at(-1)?.tradingDay).toBe(day);
        for (const { tradingDay, revised: found } of reports)
          for (const { symbol } of found) revised.push(`${day}: ${symbol} ${tradingDay}`);
      }
      expect(revised).toEqual([`${[THU, FRI, MON][days - 1]}: 005930 ${WED}`]);
      await market.expectTruth(WED);
    },
  );

  test("a day that sync() read in full after its morning is not read once more, one that it read before is", async () => {
    const market = setUp();
    await market.sync("18:00", WED, { tradingDay: WED });
    await market.sync("10:00", FRI, { tradingDay: THU });
    expect((await market.run("18:00", FRI)).map(({ tradingDay }) => tradingDay)).toEqual([FRI, WED, FRI]);
    await market.sync("10:00", MON, { tradingDay: FRI, reread: true });
    expect((await market.run("18:00", MON)).map(({ tradingDay }) => tradingDay)).toEqual([MON, MON]);
  });

  test("a day on which nobody logged is fetched with the next ones; what is older than the prefix is not", async () => {
    const market = setUp();
    // The first run of a new prefix is for its day alone, whatever KIS still has.
    expect((await market.run("18:00", WED)).every(({ tradingDay }) => tradingDay === WED)).toBe(true);
    const friday = await market.run("18:00", FRI);
    expect(friday.map(({ tradingDay }) => tradingDay)).toEqual([FRI, WED, THU, FRI]);
    expect((await market.run("19:00", FRI)).map(({ tradingDay }) => tradingDay)).toEqual([FRI, FRI]);
    for (const day of [WED, THU, FRI]) await market.expectTruth(day);
  });

  test("a symbol-day that KIS had no row of heals by itself on the day after", async () => {
    const empty = { do: "empty-day", per: "symbol-day", symbols: ["005930"], tradingDays: [THU] } as const;
    const market = setUp({ faults: [{ ...empty, healsAfterDays: 1 }] });
    await market.run("18:00", WED);
    expect((await market.run("18:00", THU)).at(-1)?.coverage.total.statuses.missing).toBe(1);
    await market.run("18:00", FRI);
    await market.expectTruth(THU);
  });

  test("a quiet day is read once more on the morning after, and no more; whole days cost their read alone", async () => {
    const market = setUp();
    await market.run("18:00", WED);
    const first = market.minuteCalls();
    const thursday = await market.run("18:00", THU);
    expect(thursday.map(({ tradingDay }) => tradingDay)).toEqual([THU, WED, THU]);
    expect(thursday[1]).toMatchObject({ revised: [], uploaded: [], failures: [] });
    expect(thursday[1]?.fetched.calls).toBeLessThanOrEqual(4 * 2 + 2);
    const second = market.minuteCalls();
    expect(second - first).toBeLessThanOrEqual(2 * first);
    const later = (await market.run("19:00", THU)).map(({ tradingDay }) => tradingDay);
    expect(later).not.toContain(WED);
    const friday = await market.run("18:00", FRI);
    expect(friday.map(({ tradingDay }) => tradingDay)).toEqual([FRI, THU, FRI]);
    const manifest = await readManifest({
      store: market.store,
      prefix: "hantoo-stock-kline-1m",
      tradingDay: WED,
      venue: "KRX",
    });
    expect(manifest?.readAt).toHaveLength(2);
    for (const seconds of manifest?.readAt ?? [])
      expect((seconds ?? 0) * 1000).toBeGreaterThanOrEqual(at("18:00", THU));
  });

  test("a day of hours that the calendar does not know is read once after each morning, in any process", async () => {
    const sessions = [{ day: WED, open: "10:00", close: "16:30", reason: "hours of its own" }];
    const market = setUp({ calendar: createCalendar({ sessions }) });
    const revisited = async (time: string, day: string, isNew: boolean): Promise<boolean> =>
      (await market.run(time, day, { isNew })).some(({ tradingDay }) => tradingDay === WED);
    expect((await market.run("18:00", WED)).at(-1)?.failures).toHaveLength(2);
    expect(await revisited("18:00", THU, false)).toBe(true);
    expect(await revisited("19:00", THU, false)).toBe(false);
    expect(await revisited("20:00", THU, true)).toBe(false);
    expect(await revisited("18:00", FRI, true)).toBe(true);
    expect(await revisited("19:00", FRI, true)).toBe(false);
  });

  test("objects that are gone from a day are fetched again, though it was read this morning", async () => {
    const market = setUp();
    for (const day of [WED, THU, FRI]) await market.run("18:00", day);
    expect((await market.run("19:00", FRI)).map(({ tradingDay }) => tradingDay)).toEqual([FRI, FRI]);
    for (const key of await keysOf(market.store))
      if (key.includes(`/${THU.replaceAll("-", "")}`)) await market.store.delete(key);
    expect((await market.run("20:00", FRI)).map(({ tradingDay }) => tradingDay)).toEqual([FRI, THU, FRI]);
    for (const day of [WED, THU, FRI]) await market.expectTruth(day);
    expect((await market.run("21:00", FRI)).map(({ tradingDay }) => tradingDay)).toEqual([FRI, FRI]);
  });

  test("0 revisit days read nothing again", async () => {
    const market = setUp({ faults: [lost(1)] }, { revisitDays: 0 });
    await market.run("18:00", WED);
    const days = (await market.run("18:00", THU)).map(({ tradingDay }) => tradingDay);
    expect(new Set(days)).toEqual(new Set([THU]));
  });

  test("a stored closing print that KIS withdraws later stays", async () => {
    const fault = { do: "closing-withdrawn", ...SAMSUNG, from: at("00:00", THU) } as const;
    const market = setUp({ faults: [fault] });
    for (const day of [WED, THU, FRI, MON, TUE]) await market.run("18:00", day);
    expect(market.simulator.stats.faultsByName["closing-withdrawn"]).toBeGreaterThan(0);
    await market.expectTruth(WED);
  });

  test("a closing print at 15:32 is a hole, and heals once KIS has it at its label", async () => {
    const market = setUp({ faults: [{ do: "closing-late", ...SAMSUNG, healsAfterDays: 2 }] });
    expect((await market.run("18:00", WED)).at(-1)?.holes).toEqual([
      { symbol: "005930", minutes: [at("15:30", WED)] },
    ]);
    await market.run("18:00", THU);
    const friday = await market.run("18:00", FRI);
    expect(friday.flatMap(({ revised }) => revised)).toEqual([
      { symbol: "005930", minutes: [at("15:30", WED)] },
    ]);
    await market.expectTruth(WED);
  });
});

describe("catchUp()", () => {
  test("heals a hole the morning after, reports it, and is quiet then", async () => {
    const market = setUp({ faults: [{ ...lost(1), tradingDays: [THU] }] });
    await market.run("18:00", THU);
    const early = await market.heal("05:59", FRI);
    expect(early).toMatchObject({ calls: 0 });
    const morning = await market.heal("06:00", FRI);
    expect(morning).toMatchObject({ status: "healed", healed: [], degraded: [] });
    // The sums of all later minutes were without it.
    const [{ symbol, tradingDay, minutes } = { minutes: [] }, ...others] = morning.revised ?? [];
    expect({ symbol, tradingDay, others }).toEqual({ symbol: "005930", tradingDay: THU, others: [] });
    expect(minutes[0]).toBe(at("11:03", THU));
    await market.expectTruth(THU);
    const calls = market.minuteCalls();
    expect(await market.heal("07:00", FRI)).toMatchObject({ status: "healthy", calls: 0 });
    expect(market.minuteCalls()).toBe(calls);
  });

  test("a weekend costs nothing", async () => {
    const market = setUp();
    await market.run("18:00", FRI);
    const before = market.simulator.stats.requests;
    for (const day of [SAT, "2026-11-22"])
      expect(await market.heal("12:00", day)).toMatchObject({ status: "healthy", calls: 0 });
    expect(await market.heal("05:59", MON)).toMatchObject({ calls: 0 });
    expect(market.simulator.stats.requests).toBe(before);
    expect((await market.heal("06:00", MON)).calls).toBeGreaterThan(0);
    expect(await market.heal("06:30", MON)).toMatchObject({ status: "healthy", calls: 0 });
  });

  test("a stored trade of which KIS loses the row later stays", async () => {
    const market = setUp({
      faults: [{ do: "lost-row", minutes: ["11:03"], ...SAMSUNG, from: at("00:00", THU) }],
    });
    await market.run("18:00", WED);
    await market.expectTruth(WED);
    for (const day of [THU, FRI, MON]) {
      const report = await market.heal("06:30", day);
      expect(report.revised).toBeUndefined();
    }
    expect(market.simulator.stats.faultsByName["lost-row"]).toBeGreaterThan(0);
    await market.expectTruth(WED);
  });
});

describe("backfill({ recheck })", () => {
  test("suspect: what has a hole and was not read since the morning; all: everything", async () => {
    const market = setUp({ faults: [lost(5)] }, { revisitDays: 0 });
    await market.run("18:00", WED);
    await market.run("18:00", THU);
    market.clock.set(at("12:00", "2026-11-26"));
    const days = [WED, THU];
    const suspect = await market.recheck("suspect", days);
    expect(suspect.toSorted()).toEqual([
      `005930 ${WED} done`,
      `005930 ${THU} complete`,
      `Q530036 ${WED} complete`,
      `Q530036 ${THU} complete`,
    ]);
    const again = await market.recheck("suspect", days);
    expect(again.every((step) => step.endsWith(" complete"))).toBe(true);
    await market.expectTruth(WED);
    const all = await market.recheck("all", days);
    expect(all.every((step) => step.endsWith(" done"))).toBe(true);
    expect(all).toHaveLength(4);
  });
});
