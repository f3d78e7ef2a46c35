import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays } from "../../src/core/index.js";
import { measureFactors } from "../../src/factors/measure-factors.js";
import { simplestFraction } from "../../src/factors/simplest-fraction.js";

describe("the simplest fraction", () => {
  test.each([
    [0.0199, 0.0201, 1 / 50],
    [0.66, 0.67, 2 / 3],
    [4.9, 5.1, 5],
    [1, 1, 1],
    [0.3333, 0.3334, 1 / 3],
  ])("of [%f, %f] is %f", (low, high, expected) => {
    expect(simplestFraction({ low, high })).toBeCloseTo(expected, 12);
  });

  test("lies in its interval", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-4, max: 1e4, noNaN: true }),
        fc.double({ min: 1e-6, max: 0.5, noNaN: true }),
        (low, width) => {
          const high = low * (1 + width);
          const found = simplestFraction({ low, high });
          expect(found).toBeGreaterThanOrEqual(low * (1 - 1e-12));
          expect(found).toBeLessThanOrEqual(high * (1 + 1e-12));
        },
      ),
    );
  });
});

/** 005930 around its 50:1 split of 2018-05-04, closes and opens in KRW; public prices. */
const SAMSUNG = [
  ["2018-04-26", 2_525_000, 2_607_000],
  ["2018-04-27", 2_669_000, 2_650_000],
  // Halted on 04-30, 05-02 and 05-03: the close repeats and no other price is known.
  ["2018-05-04", 53_000, 51_900],
  ["2018-05-08", 52_600, 52_600],
] as const;

test("the split of 005930 on 2018-05-04 is 50 to 1", () => {
  const days = SAMSUNG.map(([tradingDay, open, close]) => {
    const scale = tradingDay < "2018-05-04" ? 1 / 50 : 1;
    return { tradingDay, raw: [open, close], adjusted: [open * scale, close * scale].map(Math.round) };
  });
  expect(measureFactors(days, "2018-05-09")).toMatchObject([
    { effectiveDate: "2018-05-04", priceFactor: 0.02 },
  ]);
});

/**
 * Splits of public knowledge: the day on which the new shares were listed, and how many came of one. Their prices are
 * not cited: any that the action rounds as KIS does must give the same factor, at high and at low prices.
 */
const PUBLIC_SPLITS = [
  ["005930", "2018-05-04", 50],
  ["035420", "2018-10-12", 5],
  ["035720", "2021-04-15", 5],
  ["090430", "2015-05-08", 10],
] as const;

test.each(PUBLIC_SPLITS)(
  "the split of %s on %s is %i to 1, seen on its morning and after it",
  (_symbol, day, parts) => {
    for (const level of [20_000, 555_000, 2_650_000]) {
      const raw = (tradingDay: string, at: number): number =>
        Math.round((level * (1 + at / 40)) / (tradingDay < day ? 1 : parts));
      const days = Array.from({ length: 12 }, (_, at) => addDays(day, at - 9)).map((tradingDay, at) => {
        const prices = [raw(tradingDay, at), raw(tradingDay, at + 1), raw(tradingDay, at - 1)];
        const adjusted = prices.map((price) => Math.round(tradingDay < day ? price / parts : price));
        return { tradingDay, raw: prices, adjusted };
      });
      const expected = [{ effectiveDate: day, priceFactor: 1 / parts }];
      expect(measureFactors(days, addDays(day, 3))).toMatchObject(expected);
      expect(measureFactors(days.slice(0, 9), day)).toMatchObject(expected);
    }
  },
);

test("series on one scale have no step, a single day none either", () => {
  const day = (tradingDay: string, price: number) => ({ tradingDay, raw: [price], adjusted: [price] });
  expect(measureFactors([day("2026-11-19", 100), day("2026-11-20", 90)], "2026-11-23")).toEqual([]);
  expect(measureFactors([day("2026-11-20", 100)], "2026-11-23")).toEqual([]);
  expect(measureFactors([], "2026-11-23")).toEqual([]);
});

test("a day whose own prices disagree is no witness, and costs its neighbours nothing", () => {
  const days = [
    { tradingDay: "2026-11-17", raw: [100_000], adjusted: [2000] },
    { tradingDay: "2026-11-18", raw: [100_000, 90_000], adjusted: [2000, 90_000] },
    { tradingDay: "2026-11-19", raw: [2000], adjusted: [2000] },
  ];
  expect(measureFactors(days, "2026-11-20")).toMatchObject([
    { effectiveDate: "2026-11-19", priceFactor: 0.02 },
  ]);
});

test("raw prices times the steps are the adjusted ones within a won, for any history and rounding", () => {
  const factors = fc.oneof(
    fc.constantFrom(1 / 50, 1 / 10, 1 / 5, 1 / 2, 2, 5, 10, 2 / 3, 10 / 11),
    fc.double({ min: 0.5, max: 0.99, noNaN: true }),
  );
  const history = fc.record({
    steps: fc.array(fc.record({ gap: fc.integer({ min: 1, max: 30 }), factor: factors }), { maxLength: 4 }),
    prices: fc.array(fc.integer({ min: 500, max: 900_000 }), { minLength: 60, maxLength: 130 }),
    round: fc.constantFrom(Math.round, Math.floor, Math.ceil),
  });
  fc.assert(
    fc.property(history, ({ steps, prices, round }) => {
      let at = prices.length;
      const scales = Array.from(prices, () => 1);
      for (const { gap, factor } of steps) {
        at -= gap;
        for (let index = 0; index < at; index++) scales[index]! *= factor;
      }
      const days = prices.map((price, index) => ({
        tradingDay: new Date(Date.UTC(2025, 0, 1 + index)).toISOString().slice(0, 10),
        raw: [price, Math.ceil(price * 1.01)],
        adjusted: [price, Math.ceil(price * 1.01)].map((raw) => Math.max(1, round(raw * scales[index]!))),
      }));
      const found = measureFactors(days, "2026-01-01");
      expect(found.map(({ effectiveDate }) => effectiveDate)).toEqual(
        found.map(({ effectiveDate }) => effectiveDate).toSorted(),
      );
      for (const { tradingDay, raw, adjusted } of days) {
        const scale = found
          .filter(({ effectiveDate }) => tradingDay < effectiveDate)
          .reduce((product, { priceFactor }) => product * priceFactor, 1);
        for (const [place, price] of raw.entries())
          expect(Math.abs(price * scale - adjusted[place]!)).toBeLessThanOrEqual(1 + 1e-6 * adjusted[place]!);
      }
    }),
    { numRuns: 1000 },
  );
});
