import * as fc from "fast-check";
import { createManualClock } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { createCalendar, krx } from "../../../src/calendar/index.js";
import { kstInstant } from "../../../src/core/index.js";
import { plannedCalls } from "../../../src/kline/planned-calls.js";
import { lastClosedDays } from "../../../src/kline/backfill/selection.js";
import { type PlanBackfillOptions, planBackfill } from "../../../src/kline/backfill/survey.js";
import { createDayTable } from "../../../src/archive/day-table.js";
import { createKlineStore } from "../../../src/archive/kline-store.js";
import { MemoryStore, type ObjectStore } from "../../../src/storage/index.js";

const at = (day: string, time: string): number => kstInstant(day, time);
const plan = (options: Partial<PlanBackfillOptions>, now = at("2026-11-20", "18:00")) =>
  planBackfill({ store: new MemoryStore(), clock: createManualClock(now), ...options });

/** Stores the first `count` minutes of a symbol's day, untraded. */
async function storePrefix(
  store: ObjectStore,
  symbol: string,
  tradingDay: string,
  count: number,
): Promise<void> {
  const table = createDayTable({ tradingDay, venue: "KRX", minutes: krx.minutes(tradingDay) });
  for (let index = 0; index < count; index++) {
    table.set(symbol, index, { open: null, high: null, low: null, close: null, volume: 0, accVolume: 0 });
  }
  await createKlineStore({ store }).write(table);
}

describe("planBackfill", () => {
  test("counts calls, minutes at the rate, objects and bytes", async () => {
    const { targets, totals } = await plan({ symbols: ["005930", "000660"], days: 3 });
    expect(targets[0]).toEqual({ symbol: "005930", tradingDay: "2026-11-20", action: "fetch", calls: 4 });
    expect(targets[2]).toEqual({ symbol: "005930", tradingDay: "2026-11-19", action: "fetch", calls: 5 });
    expect(targets[4]).toEqual({ symbol: "005930", tradingDay: "2026-11-18", action: "fetch", calls: 4 });
    // 4 a target, and one a symbol for the daily rows that bear witness to 100 past days.
    expect(totals).toMatchObject({ fetch: 6, skip: 0, calls: 26, minutes: 26 / 18 / 60, objects: 3 });
    expect(totals.bytes).toBeGreaterThan(6 * 381 * 5);
    const slow = await plan({ symbols: ["005930"], days: 1, ratePerSecond: 1, minutesPerCall: 30 });
    expect(slow.totals).toMatchObject({ calls: 14, minutes: 14 / 60 });
  });

  test("plans what is missing alone, by content", async () => {
    const store = new MemoryStore();
    await storePrefix(store, "005930", "2026-11-20", 381);
    await storePrefix(store, "000660", "2026-11-20", 200);
    const { targets } = await plan({ store, symbols: ["005930", "000660", "247540"], days: 1 });
    expect(targets).toEqual([
      { symbol: "005930", tradingDay: "2026-11-20", action: "skip", reason: "complete", calls: 0 },
      { symbol: "000660", tradingDay: "2026-11-20", action: "fetch", calls: 2 },
      { symbol: "247540", tradingDay: "2026-11-20", action: "fetch", calls: 4 },
    ]);
  });

  test("a session in progress: what is final is fetched, what is stored up to now is nothing new", async () => {
    const store = new MemoryStore();
    const now = at("2026-11-20", "10:00:11");
    const targets = [
      { symbol: "005930", tradingDay: "2026-11-20" },
      { symbol: "000660", tradingDay: "2026-11-20" },
    ];
    await storePrefix(store, "005930", "2026-11-20", 60);
    expect((await plan({ store, targets }, now)).targets.map(({ reason, calls }) => reason ?? calls)).toEqual(
      ["nothing new yet", 1],
    );
    expect((await plan({ targets }, at("2026-11-20", "08:59"))).targets[0]?.reason).toBe("in the future");
    expect((await plan({ targets }, at("2026-11-20", "09:01"))).targets[0]?.reason).toBe("nothing new yet");
  });

  test("days are trading days up to the last one that is over and settled", async () => {
    const days = async (now: number, count: number) => [
      ...new Set(
        (await plan({ symbols: ["005930"], days: count }, now)).targets.map(({ tradingDay }) => tradingDay),
      ),
    ];
    expect(await days(at("2026-11-20", "15:31:09"), 1)).toEqual(["2026-11-19"]);
    expect(await days(at("2026-11-20", "15:31:10"), 1)).toEqual(["2026-11-20"]);
    expect(await days(at("2026-11-22", "12:00"), 2)).toEqual(["2026-11-20", "2026-11-19"]);
    expect(await days(at("2026-11-19", "15:40"), 1), "CSAT day closes at 16:30").toEqual(["2026-11-18"]);
    expect(await days(at("2026-09-28", "08:00"), 3)).toEqual(["2026-09-23", "2026-09-22", "2026-09-21"]);
  });

  test("a closure added at run time is not a trading day", async () => {
    const calendar = createCalendar({
      closures: [{ day: "2026-11-20", nameKo: "임시공휴일", nameEn: "Temporary holiday", kind: "temporary" }],
    });
    const targets = [{ symbol: "005930", tradingDay: "2026-11-20" }];
    expect((await plan({ calendar, targets })).targets[0]?.reason).toBe("not a trading day");
    expect((await plan({ calendar, symbols: ["005930"], days: 1 })).targets[0]?.tradingDay).toBe(
      "2026-11-19",
    );
  });

  test("KIS keeps 251 trading days, as measured on 2026-09-14", async () => {
    const oldest = async (day: string) =>
      (await plan({ targets: [{ symbol: "005930", tradingDay: day }] }, at("2026-09-14", "18:00")))
        .targets[0];
    expect(await oldest("2025-09-03")).toMatchObject({ action: "fetch" });
    expect(await oldest("2025-09-02")).toMatchObject({ reason: "older than KIS keeps" });
  });

  test("takes the instruments of a master as they are: a Map, with listing days and caps", async () => {
    const instruments = new Map([
      ["005930", { symbol: "005930", listingDate: "1975-06-11", marketCap: 5 }],
      ["0037T0", { symbol: "0037T0", listingDate: "2026-11-20", marketCap: 9 }],
    ]);
    const { targets } = await plan({ instruments, days: 2, order: "market-cap" });
    expect(
      targets.map(({ symbol, tradingDay, reason }) => `${symbol} ${tradingDay} ${reason ?? ""}`),
    ).toEqual([
      "0037T0 2026-11-20 ",
      "005930 2026-11-20 ",
      "0037T0 2026-11-19 before listing",
      "005930 2026-11-19 ",
    ]);
  });

  test("other venues and hours are planned by their own sessions", async () => {
    const calls = async (options: Partial<PlanBackfillOptions>) =>
      (await plan({ symbols: ["005930"], days: 1, ...options }, at("2026-11-20", "20:30"))).totals.calls;
    expect(await calls({ venue: "UN", hours: "all" })).toBe(7); // 08:00 to 20:00, both included
    const early = await plan({
      venue: "NXT",
      targets: [{ symbol: "005930", tradingDay: "2025-02-28" }],
      keptDays: Infinity,
    });
    expect(early.targets[0]?.reason).toBe("not a trading day");
  });
});

const days = krx.tradingDays("2026-10-01", "2026-11-27");
const target = fc.record({
  symbol: fc.constantFrom("005930", "0037T0", "28513K", "Q530036"),
  tradingDay: fc.constantFrom(...days, "2026-10-03", "2026-11-21", "2024-01-02", "1990-01-03"),
});

test("property: every target is planned once, in the order asked for, and the totals add up", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(target, { maxLength: 60 }),
      fc.constantFrom("newest-first", "oldest-first"),
      async (targets, order) => {
        const { targets: planned, totals } = await plan({ targets, order });
        const name = (t: { symbol: string; tradingDay: string }) => `${t.tradingDay} ${t.symbol}`;
        expect(planned.map(name).toSorted()).toEqual(targets.map(name).toSorted());
        const dates = planned.map(({ tradingDay }) => tradingDay);
        expect(dates).toEqual(order === "oldest-first" ? dates.toSorted() : dates.toSorted().toReversed());
        const fetched = planned.filter(({ action }) => action === "fetch");
        expect(new Set(fetched.map(name)).size).toBe(fetched.length);
        expect(totals).toMatchObject({
          fetch: fetched.length,
          skip: planned.length - fetched.length,
          calls: fetched.reduce((sum, { calls }) => sum + calls, 0),
        });
        for (const { action, reason, calls } of planned)
          expect(action === "fetch").toBe(reason === undefined && calls > 0);
      },
    ),
    { numRuns: 60 },
  );
});

test("property: the last closed days are consecutive trading days, over by now", () => {
  const now = fc.integer({ min: at("2026-01-02", "00:00"), max: at("2026-11-30", "23:59") });
  fc.assert(
    fc.property(now, fc.integer({ min: 1, max: 40 }), (instant, count) => {
      const found = lastClosedDays(count, {
        calendar: krx,
        venue: "KRX",
        hours: "regular",
        now: instant,
        settleMs: 10_000,
      });
      expect(found).toHaveLength(count);
      const [first = "", last = ""] = [found[0], found.at(-1)];
      expect(found).toEqual(krx.tradingDays(first, last));
      expect((krx.minutes(last).at(-1) ?? 0) + 70_000).toBeLessThanOrEqual(instant);
      expect((krx.minutes(krx.nextTradingDay(last)).at(-1) ?? 0) + 70_000).toBeGreaterThan(instant);
    }),
  );
});

test("property: calls cover every minute asked for, and are never more than one too many", () => {
  const minutes = krx.minutes("2026-11-20");
  fc.assert(
    fc.property(fc.nat(381), fc.nat(381), fc.constantFrom(29, 30, 120), (have, final, perCall) => {
      const calls = plannedCalls(minutes, have, final, perCall);
      expect(calls === 0).toBe(have >= final);
      if (have >= final) return;
      expect(calls * perCall).toBeGreaterThanOrEqual(final - have);
      // Ten minutes of closing auction and one of proof lie on top.
      expect((calls - 1) * perCall).toBeLessThan(final - have + 11);
    }),
  );
});
