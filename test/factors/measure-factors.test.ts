import { existsSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays } from "../../src/core/index.js";
import { measureFactors } from "../../src/factors/measure-factors.js";
import { simplestFraction } from "../../src/factors/simplest-fraction.js";

const CASES = process.env["HANTOO_CASES"] ?? "";
const RECORDED = "17-adjusted-minutes-348080.json";

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

/**
 * 005930 around its 50:1 split: the rows of 04-27 to 05-04 as a public adjusted series has them (a fixture of "halt rows"
 * in a public backtest engine: 53380, 53639, 52440, 53000; 0, 0, 0, 53000; 53000, 53900, 51800, 51900), and as they were
 * traded. Of 04-27 the close of 2,650,000 was told (seoul.co.kr 2018-04-30); the others are the only multiples of the
 * tick of 1,000 within a won of the series times 50. Its high was cut to the won: 2,682,000 / 50 is 53,640.
 */
const SAMSUNG = [
  ["2018-04-27", [2_669_000, 2_682_000, 2_622_000, 2_650_000], [53_380, 53_639, 52_440, 53_000]],
  // Halted on 04-30, 05-02 and 05-03: the close repeats and no other price is known.
  ["2018-04-30", [0, 0, 0, 2_650_000], [0, 0, 0, 53_000]],
  ["2018-05-04", [53_000, 53_900, 51_800, 51_900], [53_000, 53_900, 51_800, 51_900]],
] as const;

test("the split of 005930 on 2018-05-04 is 50 to 1, by a published series that was cut to the won", () => {
  const days = SAMSUNG.map(([tradingDay, raw, adjusted]) => ({ tradingDay, raw, adjusted }));
  const expected = [{ effectiveDate: "2018-05-04", priceFactor: 0.02 }];
  expect(measureFactors(days, "2018-05-08")).toMatchObject(expected);
  // On its morning, when the day has no row yet.
  expect(measureFactors(days.slice(0, 2), "2018-05-04")).toMatchObject(expected);
});

/**
 * Splits with the prices that were published: the last close before the halt, what the exchange made of it (before it is
 * rounded to a tick), and the close of the first day.
 *
 * - 005930: 2,650,000, based on 53,000 (donga 2018-04-30); close 51,900 (mt.co.kr 2021-03-10).
 * - 035420: close 142,000 on its first day (mt.co.kr 2021-03-10), 0.85 % up (etoday 2018-10-18). The base is told by the
 *   market cap: 20.6017 trillion after a loss of 2.6040 since the split (hankooki 2018-10-18) over 164,813,395 shares are
 *   140,800. The close before is that times 5: no page with it was found.
 * - 035720: 558,000 on 04-09, 111,600 (ksdaily 2021-04-12); close 120,500, 7.59 % above the tick of 112,000 (daum
 *   2021-04-15).
 * - 090430: 3,884,000 on 04-21, 388,400, limits of 15 % at 330,140 and 446,660 (donga 2015-05-06). The first close is not
 *   given anywhere that was found.
 */
const PUBLIC_SPLITS = [
  ["005930", "2018-05-04", 50, "2018-04-27", 2_650_000, 53_000, 51_900],
  ["035420", "2018-10-12", 5, "2018-10-05", 704_000, 140_800, 142_000],
  ["035720", "2021-04-15", 5, "2021-04-09", 558_000, 111_600, 120_500],
  ["090430", "2015-05-08", 10, "2015-04-21", 3_884_000, 388_400, undefined],
] as const;

test("the published figures of these splits bear each other out", () => {
  expect(Math.round((20.6017e12 + 2.604e12) / 164_813_395)).toBe(140_800);
  expect((142_000 / 140_800 - 1) * 100).toBeCloseTo(0.85, 2);
  expect((120_500 / 112_000 - 1) * 100).toBeCloseTo(7.59, 2);
  expect([388_400 * 0.85, 388_400 * 1.15].map(Math.round)).toEqual([330_140, 446_660]);
});

test.each(PUBLIC_SPLITS)(
  "the split of %s on %s is %i to 1, seen on its morning and after it",
  (_symbol, day, parts, before, close, scaled, first) => {
    const last = { tradingDay: before, raw: [close], adjusted: [scaled] };
    const expected = [{ effectiveDate: day, priceFactor: 1 / parts }];
    expect(measureFactors([last], day)).toMatchObject(expected);
    if (first === undefined) return;
    const after = { tradingDay: day, raw: [first], adjusted: [first] };
    expect(measureFactors([last, after], addDays(day, 3))).toMatchObject(expected);
  },
);

test.runIf(existsSync(`${CASES}/${RECORDED}`))(
  "a recorded pair of raw and adjusted closes gives the scale that both are on, within the won",
  () => {
    const values = JSON.parse(readFileSync(`${CASES}/${RECORDED}`, "utf8")) as Record<string, string>;
    const [raw, adjusted] = [Number(values["daily_raw_close"]), Number(values["daily_adjusted_close"])];
    const day = { tradingDay: "2025-10-02", raw: [raw], adjusted: [adjusted] };
    const [step] = measureFactors([day], "2025-10-03");
    expect(Math.abs(raw * step!.priceFactor - adjusted)).toBeLessThanOrEqual(1);
    expect(step!.priceFactor).toBeGreaterThan(1);
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
