import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CoverageRow, ConfigError, IncompleteDataError, coverage, summarizeCoverage } from "hantoo";
import { krx } from "hantoo/calendar";
import { MemoryStore, type ObjectStore } from "hantoo/storage";
import { createKlineStore } from "../../../src/archive/kline-store.js";
import type { DayTable } from "../../../src/archive/day-table.js";
import {
  DAY,
  EVENING,
  HOLE,
  MINUTES,
  SYMBOLS,
  bar,
  contentOf,
  emptyDay,
  filledDay,
  fixedClock,
  tables,
} from "../day-samples.js";

const at = (time: string): number => Date.parse(`2026-11-20T${time}+09:00`);
const TODAY = { from: DAY, to: DAY, clock: fixedClock(EVENING) } as const;

async function storeOf(...days: readonly DayTable[]): Promise<ObjectStore> {
  const store = new MemoryStore();
  const klineStore = createKlineStore({ store, clock: fixedClock() });
  for (const day of days) await klineStore.write(day);
  return store;
}

describe("coverage", () => {
  test("names exactly the minutes that are missing", async () => {
    const property = fc.asyncProperty(tables, async (table) => {
      const { days, total } = await coverage({ store: await storeOf(table), ...TODAY, symbols: SYMBOLS });
      expect(days.map(({ symbol }) => symbol)).toEqual(SYMBOLS);
      for (const row of days) {
        const cells = contentOf(table)[row.symbol] ?? {};
        const stored = Object.keys(cells).map(Number);
        const missing = row.missing.flatMap(({ from, to }) =>
          MINUTES.filter((minute) => minute >= from && minute <= to),
        );
        const holes = stored.filter((minute) => cells[minute]?.volume === null);
        expect([...new Set([...stored, ...missing])].sort((a, b) => a - b)).toEqual(MINUTES);
        expect(missing.length).toBe(381 - stored.length + holes.length);
        expect(row.have).toBe(stored.length);
        expect(row.holes).toBe(holes.length);
        expect(row.expected).toBe(381);
        expect(row.rate).toBe((stored.length - holes.length) / 381);
        expect(row.untraded).toBe(Object.values(cells).filter(({ volume }) => volume === 0).length);
        expect([row.first, row.last]).toEqual([stored[0], stored.at(-1)]);
        expect(row.status).toBe(stored.length === 0 ? "missing" : "partial");
        for (const { from, reason } of row.missing)
          expect(reason).toBe(holes.includes(from) ? "lost" : "not-fetched");
      }
      expect(total.have).toBe(table.cellCount());
      expect(total).toEqual(summarizeCoverage(days));
    });
    await fc.assert(property, { numRuns: 30 });
  });

  test("is complete when every minute is there", async () => {
    const { days, total } = await coverage({ store: await storeOf(filledDay(["005930"], 381)), ...TODAY });
    expect(days).toEqual([
      {
        symbol: "005930",
        tradingDay: DAY,
        status: "complete",
        expected: 381,
        have: 381,
        holes: 0,
        untraded: 0,
        missing: [],
        first: at("09:00"),
        last: at("15:30"),
        rate: 1,
      },
    ]);
    expect(total).toMatchObject({
      symbols: 1,
      days: 1,
      expected: 381,
      have: 381,
      missing: 0,
      rate: 1,
      statuses: { complete: 1 },
    });
  });

  test("counts a hole as stored and as lost, and values that are no bar as damaged", async () => {
    const table = filledDay(["005930"], 381);
    for (const index of [10, 11, 20]) table.set("005930", index, { ...HOLE, accVolume: 70 });
    table.set("005930", 30, { ...bar(100), low: 0 });
    table.set("005930", 40, { open: 5, high: 5, low: 5, close: 5, volume: 0, accVolume: 280 });
    const { days, total } = await coverage({ store: await storeOf(table), ...TODAY });
    expect(days[0]).toMatchObject({ status: "partial", have: 380, holes: 3, untraded: 1, rate: 377 / 381 });
    expect(days[0]?.missing).toEqual([
      { from: at("09:10"), to: at("09:11"), reason: "lost" },
      { from: at("09:20"), to: at("09:20"), reason: "lost" },
      { from: at("09:30"), to: at("09:30"), reason: "damaged" },
    ]);
    expect(total).toMatchObject({
      have: 380,
      holes: 3,
      missing: 4,
      rate: 377 / 381,
      statuses: { complete: 0 },
    });
  });

  test("a day of nothing but holes is partial: something is known of it", async () => {
    const table = emptyDay();
    for (const index of table.minutes.keys()) table.set("005930", index, { ...HOLE, accVolume: 0 });
    const { days } = await coverage({ store: await storeOf(table), ...TODAY });
    expect(days[0]).toMatchObject({ status: "partial", have: 381, holes: 381, rate: 0 });
  });

  test("tells what cannot be there yet from what was not fetched", async () => {
    const store = await storeOf(filledDay(["005930"], 10));
    const reasons = async (time: string, settleMs?: number): Promise<CoverageRow["missing"] | undefined> => {
      const clock = { now: () => at(time) };
      const { days } = await coverage({
        store,
        ...TODAY,
        clock,
        ...(settleMs !== undefined && { settleMs }),
      });
      return days[0]?.missing;
    };
    expect(await reasons("09:15:09.999")).toEqual([
      { from: at("09:10"), to: at("09:13"), reason: "not-fetched" },
      { from: at("09:14"), to: at("15:30"), reason: "not-yet" },
    ]);
    expect((await reasons("09:15:10"))?.[1]?.from).toBe(at("09:15"));
    expect((await reasons("09:15:09", 0))?.[1]?.from).toBe(at("09:15"));
    expect((await reasons("15:31:09"))?.[1]).toEqual({
      from: at("15:30"),
      to: at("15:30"),
      reason: "not-yet",
    });
    expect(await reasons("15:31:10")).toHaveLength(1);
  });

  test("blames a damaged object for its minutes alone", async () => {
    const store = await storeOf(filledDay(["005930"], 5));
    const later = filledDay(["005930"], 20);
    const part = filledDay([], 0);
    for (let index = 10; index < 20; index++)
      part.set("005930", index, later.get("005930", index) ?? expect.unreachable());
    const [object] = await createKlineStore({ store, clock: fixedClock() }).write(part);
    await store.put(object?.key ?? "", Buffer.from("rotten"));
    const { days } = await coverage({ store, ...TODAY });
    expect(days[0]?.missing).toEqual([
      { from: at("09:05"), to: at("09:09"), reason: "not-fetched" },
      { from: at("09:10"), to: at("09:19"), reason: "damaged" },
      { from: at("09:20"), to: at("15:30"), reason: "not-fetched" },
    ]);
  });

  test("a failure that says that the source has another scale alone is no other failure", async () => {
    const store = await storeOf(filledDay(["005930"], 5));
    const rescaled = new IncompleteDataError("another scale", {
      expected: 381,
      have: 5,
      missing: [],
      reason: "rescaled",
    });
    const reasonsOf = async (error: unknown) => {
      const { days } = await coverage({ store, ...TODAY, failures: [{ symbol: "005930", error }] });
      return days.flatMap(({ missing }) => missing.map(({ reason }) => reason));
    };
    expect(await reasonsOf(rescaled)).toEqual(["rescaled"]);
    expect(await reasonsOf(new Error("cut"))).toEqual(["failed"]);
  });

  test("knows failures, by symbol or by symbol and day", async () => {
    const store = await storeOf(filledDay(["005930", "000660"], 381), filledDay(["0001A0"], 5));
    const failures = [{ symbol: "005930", tradingDay: "2026-11-18" }, { symbol: "0001A0" }];
    const { days } = await coverage({ store, ...TODAY, from: "2026-11-18", failures });
    const reasons = days.flatMap(({ symbol, tradingDay, missing }) =>
      missing.map(({ reason }) => `${symbol} ${tradingDay} ${reason}`),
    );
    expect(reasons).toEqual([
      "0001A0 2026-11-18 failed",
      "000660 2026-11-18 not-fetched",
      "005930 2026-11-18 failed",
      "0001A0 2026-11-19 failed",
      "000660 2026-11-19 not-fetched",
      "005930 2026-11-19 not-fetched",
      "0001A0 2026-11-20 failed",
    ]);
  });

  test("knows what KIS no longer has", async () => {
    const [oldest, older] = [krx.addTradingDays(DAY, -250), krx.addTradingDays(DAY, -251)];
    const { days } = await coverage({
      store: new MemoryStore(),
      from: older,
      to: oldest,
      symbols: ["005930"],
      clock: fixedClock(),
    });
    expect(days.flatMap(({ missing }) => missing.map(({ reason }) => reason))).toEqual([
      "too-old",
      "not-fetched",
    ]);
  });

  test("has a row for closed days, and for days that the calendar does not know", async () => {
    const symbols = ["005930"];
    const week = await coverage({
      store: new MemoryStore(),
      from: "2026-11-20",
      to: "2026-11-22",
      symbols,
      clock: fixedClock(),
    });
    expect(week.days.map(({ status, expected, rate }) => [status, expected, rate])).toEqual([
      ["missing", 381, 0],
      ["closed", 0, 1],
      ["closed", 0, 1],
    ]);
    expect(week.total).toMatchObject({
      days: 1,
      expected: 381,
      have: 0,
      rate: 0,
      statuses: { closed: 2, missing: 1 },
    });
    const past = await coverage({
      store: new MemoryStore(),
      from: "1980-01-01",
      to: "1980-01-01",
      symbols,
      clock: fixedClock(),
    });
    expect(past.days).toMatchObject([{ status: "unknown", expected: 0, have: 0, missing: [], rate: 0 }]);
    expect(past.total.rate).toBe(0);
  });

  test("expects what the day and the hours have", async () => {
    const rowOf = async (tradingDay: string, options = {}): Promise<number | undefined> => {
      const { days } = await coverage({
        store: new MemoryStore(),
        from: tradingDay,
        to: tradingDay,
        symbols: ["005930"],
        ...options,
      });
      return days[0]?.expected;
    };
    expect(await rowOf("2026-11-19")).toBe(381); // CSAT: an hour later, as long
    expect(await rowOf("2026-01-02")).toBe(321); // opens 10:00
    expect(await rowOf("2025-03-03", { venue: "NXT" })).toBe(0); // before Nextrade
    expect(await rowOf(DAY, { venue: "NXT", hours: "all" })).toBe(
      krx.minutes(DAY, { venue: "NXT", hours: "all" }).length,
    );
  });

  test("without symbols is of those stored in the range", async () => {
    const store = await storeOf(filledDay(["005930"], 3, "2026-11-18"), filledDay(["0001A0"], 3));
    const { days } = await coverage({ store, ...TODAY, from: "2026-11-18" });
    expect(
      days.filter(({ tradingDay }) => tradingDay !== "2026-11-19").map(({ symbol, have }) => [symbol, have]),
    ).toEqual([
      ["0001A0", 0],
      ["005930", 3],
      ["0001A0", 3],
      ["005930", 0],
    ]);
    expect((await coverage({ store: new MemoryStore(), ...TODAY })).total).toMatchObject({
      symbols: 0,
      expected: 0,
    });
  });

  test("sums to what the usual monitoring shows", async () => {
    const store = await storeOf(filledDay(["005930"], 381), filledDay(["0001A0"], 100));
    const { total } = await coverage({ store, ...TODAY, symbols: ["005930", "0001A0", "000660"] });
    expect(total).toEqual({
      symbols: 3,
      days: 1,
      expected: 3 * 381,
      have: 481,
      holes: 0,
      missing: 662,
      untraded: 0,
      rate: 481 / 1143,
      first: at("09:00"),
      last: at("15:30"),
      statuses: { complete: 1, partial: 1, missing: 1, closed: 0, unknown: 0 },
    });
  });

  test.each([
    { settleMs: -1 },
    { settleMs: Number.NaN },
    { failures: [{ symbol: "x" }] },
    { failures: [{ symbol: "005930", tradingDay: "x" }] },
  ])("refuses %o", async (bad) => {
    await expect(coverage({ store: new MemoryStore(), ...TODAY, ...bad })).rejects.toThrow(ConfigError);
  });
});
