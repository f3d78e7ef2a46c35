import { assert, constantFrom, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { krx } from "hantoo/calendar";
import { addDays, kstInstant } from "../../src/core/index.js";
import { createMarket, simulatedSymbols } from "hantoo/testing";
import { priceLimits, priceStep } from "../../src/testing/market/price-step.js";

const market = createMarket({ seed: 7 });
const runs = Number(process.env["HANTOO_MARKET_RUNS"] ?? 60);
const days = krx.tradingDays("2025-01-02", "2026-11-20");
const anyDay = constantFrom(...days);
const anySymbol = constantFrom(...market.symbols);

describe("a day of the market", () => {
  test("is what a collector may rely on: ordered, within its limits, its parts adding up", () => {
    assert(
      property(anySymbol, anyDay, constantFrom("KRX", "NXT", "UN"), (symbol, day, venue) => {
        const instrument = market.instrument(symbol)!;
        const { lower, upper } = priceLimits(market.previousClose(symbol, day), instrument.kind);
        const minutes = new Set(krx.minutes(day, { venue, hours: "all" }));
        let accVolume = 0;
        let before = 0;
        for (const bar of market.truth(symbol, day, { venue, hours: "all" })) {
          expect(bar.time).toBeGreaterThan(before);
          expect(minutes.has(bar.time)).toBe(true);
          expect(bar.volume).toBeGreaterThan(0);
          expect(Number.isInteger(bar.volume)).toBe(true);
          expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
          expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
          expect(bar.low).toBeGreaterThanOrEqual(lower);
          expect(bar.high).toBeLessThanOrEqual(upper);
          accVolume += bar.volume;
          expect(bar.accVolume).toBe(accVolume);
          expect(bar.turnover).toBeGreaterThanOrEqual(bar.low * bar.volume);
          expect(bar.turnover).toBeLessThanOrEqual(bar.high * bar.volume);
          before = bar.time;
        }
      }),
      { numRuns: runs },
    );
  });

  test("is the same whichever way it is asked for, and another with another seed", () => {
    const forwards = createMarket({ seed: 3 });
    const backwards = createMarket({ seed: 3, symbols: ["000660", "005930"] });
    const some = days.slice(-5);
    const one = some.map((day) => forwards.truth("005930", day));
    const other = some.toReversed().map((day) => backwards.truth("005930", day));
    expect(other.toReversed()).toEqual(one);
    expect(createMarket({ seed: 4 }).truth("005930", "2026-11-20")).not.toEqual(one.at(-1));
  });

  test("closes where the next day starts from, and its daily bar is its minutes", () => {
    assert(
      property(anySymbol, anyDay, (symbol, day) => {
        const bars = market.truth(symbol, day);
        const daily = market.dailyBar(symbol, day);
        if (daily === undefined) return;
        const close = bars.at(-1)?.close ?? market.previousClose(symbol, day);
        expect(daily.close).toBe(close);
        expect(market.close(symbol, day)).toBe(close);
        const next = krx.nextTradingDay(day);
        if (next > market.instrument(symbol)!.listedOn)
          expect(market.previousClose(symbol, next)).toBe(close);
        if (bars.length === 0) return;
        expect(daily.open).toBe(bars[0]!.open);
        expect(daily.high).toBe(Math.max(...bars.map((bar) => bar.high)));
        expect(daily.low).toBe(Math.min(...bars.map((bar) => bar.low)));
        expect(daily.regularVolume).toBe(bars.at(-1)!.accVolume);
        expect(daily.regularTurnover).toBe(bars.reduce((sum, bar) => sum + bar.turnover!, 0));
        const all = market.truth(symbol, day, { hours: "all" });
        expect(daily.volume).toBeGreaterThanOrEqual(all.at(-1)!.accVolume);
        expect(daily.turnover).toBe(all.reduce((sum, bar) => sum + bar.turnover!, 0));
      }),
      { numRuns: runs },
    );
  });
});

describe("the session", () => {
  const at = (day: string, time: string): number => kstInstant(day, time);

  test("opens and closes in auctions: 381 minutes of a liquid stock, none from 15:20 to 15:29", () => {
    const bars = market.truth("005930", "2026-11-20");
    expect(bars.map((bar) => bar.time)).toEqual(krx.minutes("2026-11-20"));
    expect(bars).toHaveLength(381);
    const last = bars.at(-1)!;
    expect(last.time).toBe(at("2026-11-20", "15:30"));
    expect([last.open, last.high, last.low]).toEqual([last.close, last.close, last.close]);
    expect(bars.at(-2)!.time).toBe(at("2026-11-20", "15:19"));
  });

  test("moves with the college entrance exam and the first session of the year", () => {
    const exam = market.truth("005930", "2026-11-19");
    expect([exam[0]!.time, exam.at(-1)!.time]).toEqual([
      at("2026-11-19", "10:00"),
      at("2026-11-19", "16:30"),
    ]);
    expect(market.truth("005930", "2026-01-02")[0]!.time).toBe(at("2026-01-02", "10:00"));
    expect(market.truth("005930", "2026-07-17")).toEqual([]);
    expect(market.truth("005930", "2026-11-21")).toEqual([]);
  });

  test("goes on after hours from 2026-09-14 for stocks, not for ETF, ETN and KONEX", () => {
    const evening = (symbol: string, day: string): number =>
      market.truth(symbol, day, { hours: "all" }).length - market.truth(symbol, day).length;
    expect(evening("005930", "2026-09-11")).toBe(0);
    expect(evening("005930", "2026-09-14")).toBeGreaterThan(60);
    for (const symbol of ["069500", "Q500019", "112190"])
      expect(evening(symbol, "2026-09-14"), symbol).toBe(0);
  });

  test("has Nextrade from 08:00 for its symbols alone, and a unified day of both", () => {
    const options = { hours: "all" } as const;
    const nxt = market.truth("005930", "2026-11-20", { venue: "NXT", ...options });
    const own = market.truth("005930", "2026-11-20", options);
    const both = market.truth("005930", "2026-11-20", { venue: "UN", ...options });
    expect(nxt[0]!.time).toBeLessThan(at("2026-11-20", "08:10"));
    expect(both.at(-1)!.accVolume).toBe(nxt.at(-1)!.accVolume + own.at(-1)!.accVolume);
    const auction = (bars: typeof both): unknown => {
      const { accVolume: _, ...bar } = bars.find((found) => found.time === at("2026-11-20", "15:30"))!;
      return bar;
    };
    expect(auction(both)).toEqual(auction(own));
    expect(market.truth("000020", "2026-11-20", { venue: "NXT", ...options })).toEqual([]);
  });
});

test("a unified minute opens and closes with whichever venue traded first and last", () => {
  const day = market.symbolDay("005930", "2026-11-20", "UN")!;
  const krxDay = market.symbolDay("005930", "2026-11-20")!;
  let byNextrade = 0;
  for (const [index, minute] of day.minutes.entries()) {
    const ticks = day.ticks(index);
    const offsets = ticks.map(({ offsetMs }) => offsetMs);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    if (ticks.length === 0) continue;
    expect([day.open[index], day.close[index]]).toEqual([ticks[0]!.price, ticks.at(-1)!.price]);
    const own = krxDay.ticks(krxDay.minutes.indexOf(minute));
    if (own.length > 0 && own[0]!.offsetMs > offsets[0]!) byNextrade++;
  }
  expect(byNextrade).toBeGreaterThan(50);
});

describe("the symbols", () => {
  test("trade as their kind does: each minute, seldom, on some days, not at all", () => {
    const counts = (symbol: string): number[] =>
      days.slice(-60).map((day) => market.truth(symbol, day).length);
    expect(Math.min(...counts("005930"))).toBeGreaterThan(340);
    expect(Math.max(...counts("28513K"))).toBeLessThan(140);
    expect(counts("002600")).toContain(0);
    expect(Math.max(...counts("002600"))).toBeGreaterThan(0);
    expect(Math.max(...counts("001080"))).toBe(0);
  });

  test("have no day before their listing", () => {
    expect(market.truth("0037T0", "2026-10-14")).toEqual([]);
    expect(market.dailyBar("0037T0", "2026-10-14")).toBeUndefined();
    expect(market.truth("0037T0", "2026-10-15").length).toBeGreaterThan(300);
  });

  test("stay within 30 % of the close before over years, and touch the limit at times", () => {
    let limits = 0;
    for (const symbol of ["000660", "058110", "002600", "0001A0", "900110"]) {
      const { kind } = market.instrument(symbol)!;
      for (const day of krx.tradingDays("2021-01-04", "2026-11-20")) {
        const { lower, upper } = priceLimits(market.previousClose(symbol, day), kind);
        const close = market.close(symbol, day);
        expect(close).toBeGreaterThanOrEqual(lower);
        expect(close).toBeLessThanOrEqual(upper);
        expect(close % priceStep(close, kind)).toBe(0);
        if (close === upper && close !== market.previousClose(symbol, day)) limits++;
      }
    }
    expect(limits).toBeGreaterThan(3);
  });

  test("come in any number, all of them short codes, some with letters", () => {
    const many = simulatedSymbols(3000);
    expect(new Set(many).size).toBe(3000);
    expect(many.every((symbol) => /^[0-9A-Z]{6,9}$/.test(symbol))).toBe(true);
    expect(many.filter((symbol) => /[A-Z]/.test(symbol)).length).toBeGreaterThan(50);
    expect(createMarket({ symbols: many }).truth(many[1500]!, "2026-11-20")).toBeDefined();
  });

  test("are refused where they are unknown or no codes", () => {
    expect(() => market.truth("999990", "2026-11-20")).toThrow(/symbol/);
    expect(() => createMarket({ symbols: ["5930"] })).toThrow(/symbols/);
    expect(() => createMarket({ seed: 1.5 })).toThrow(/seed/);
    expect(() => createMarket({ symbol: ["005930"] } as object)).toThrow(/`symbol` must be one of seed, /);
    expect(() => market.truth("005930", addDays("2100-01-01", 0))).toThrow();
  });
});
