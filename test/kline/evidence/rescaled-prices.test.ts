import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MinuteBar } from "../../../src/core/index.js";
import { isTradablePrice, tickSize } from "../../../src/kline/evidence/price-tick.js";
import { pricesOver, restorePrices, scaledPrices } from "../../../src/kline/evidence/rescaled-prices.js";

const DAY = "2025-10-02";

test("ticks of stocks, by day", () => {
  const stepsOf = (day: string, prices: readonly number[]) => prices.map((price) => tickSize(price, day));
  expect(stepsOf(DAY, [1999, 2000, 4999, 5000, 20_000, 50_000, 200_000, 500_000])).toEqual([
    1, 5, 5, 10, 50, 100, 500, 1000,
  ]);
  expect(stepsOf("2023-01-24", [999, 1000, 5000, 10_000, 50_000, 900_000])).toEqual([1, 5, 10, 50, 100, 100]);
});

test("mid-price orders trade between two ticks, half a won cut (cases/14: 249,250 and 240,750)", () => {
  expect([249_250, 240_750, 249_000, 2002, 1999].every((price) => isTradablePrice(price, DAY))).toBe(true);
  expect([249_100, 2003, 0, -5, 1.5, Number.NaN].some((price) => isTradablePrice(price, DAY))).toBe(false);
});

const bar = (open: number, high: number, low: number, close: number) => ({ open, high, low, close });

describe("restoring traded prices", () => {
  test("348080 of 2025-10-02: shown as 8327, the raw close was 953 (cases/17)", () => {
    const witness = [{ traded: 953, shown: 8327 }];
    expect(restorePrices([bar(8327, 8327, 8327, 8327)], witness, DAY)).toEqual([bar(953, 953, 953, 953)]);
    const factor = 8327 / 953;
    const day = [bar(950, 961, 948, 953), bar(953, 955, 940, 941)];
    const shown = day.map(({ open, high, low, close }) =>
      bar(
        ...([open, high, low, close].map((price) => Math.round(price * factor)) as [
          number,
          number,
          number,
          number,
        ]),
      ),
    );
    expect(restorePrices(shown, witness, DAY)).toEqual(day);
  });

  test.each([
    ["no witness", [bar(100, 100, 100, 100)], []],
    [
      "witnesses that contradict one another",
      [bar(100, 100, 100, 100)],
      [
        { traded: 50, shown: 100 },
        { traded: 60, shown: 100 },
      ],
    ],
    ["a price that no trade can show", [bar(8327, 8331, 8327, 8327)], [{ traded: 953, shown: 8327 }]],
    // 50:1 at 12,000 won: a tick of 10 is 0.2 won, so that five prices show as one.
    ["prices that lie too close", [bar(240, 241, 240, 240)], [{ traded: 12_000, shown: 240 }]],
  ])("is left alone with %s", (_, bars, witnesses) => {
    expect(restorePrices(bars, witnesses, DAY)).toBeUndefined();
  });

  test("gives back what was traded, or nothing, for any factor", () => {
    let restored = 0;
    const price = fc.integer({ min: 1, max: 20_000 }).map((at) => {
      let tradable = at;
      while (!isTradablePrice(tradable, DAY)) tradable++;
      return tradable;
    });
    const factors = fc.oneof(
      fc.constantFrom(1 / 50, 1 / 10, 1 / 5, 1 / 2, 2, 5, 8.7377),
      fc.double({ min: 0.02, max: 20, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(price, { minLength: 1, maxLength: 40 }), factors, (prices, factor) => {
        const day = prices.map((at, index) => {
          const next = prices[index + 1] ?? at;
          return { ...bar(at, Math.max(at, next), Math.min(at, next), next), volume: 5 };
        });
        const show = (at: number): number => Math.round(at * factor);
        const shown = day.map(({ open, high, low, close, volume }) => ({
          ...bar(show(open), show(high), show(low), show(close)),
          volume,
        }));
        const [traded, over] = [pricesOver(day), pricesOver(shown)];
        const back = restorePrices(shown, scaledPrices(traded!, over!), DAY);
        if (back === undefined) return;
        restored++;
        expect(back).toEqual(day);
      }),
      { numRuns: 300 },
    );
    expect(restored).toBeGreaterThan(50);
  });
});

test("the day's prices over its bars", () => {
  expect(pricesOver([])).toBeUndefined();
  const bars: Pick<MinuteBar, "open" | "high" | "low" | "close">[] = [bar(5, 9, 4, 6), bar(6, 7, 2, 3)];
  expect(pricesOver(bars)).toEqual(bar(5, 9, 2, 3));
});
