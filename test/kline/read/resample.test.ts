import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError, type MinuteBar, resample } from "hantoo";
import { type Session, createCalendar, krx } from "hantoo/calendar";
import { createMarket } from "hantoo/testing";
import { DAY } from "../day-samples.js";

const sessionOf = (day: string, options = {}): Session =>
  krx.session(day, options) ?? expect.unreachable(day);
const clockOf = (time: number): string => new Date(time + 9 * 3_600_000).toISOString().slice(11, 16);

/** A day with every minute filled: traded ones as given, the others flat. */
function fill(day: string, volumes: (index: number) => number, options = {}): MinuteBar[] {
  let accVolume = 0;
  return krx.minutes(day, options).map((time, index) => {
    const volume = volumes(index);
    accVolume += volume;
    const price = 1000 + index * 10;
    const spread = volume > 0 ? 5 : 500; // what an untraded minute says of prices must not count
    return {
      time,
      open: price,
      high: price + spread,
      low: price - spread,
      close: price + 1,
      volume,
      accVolume,
      turnover: volume * price,
    };
  });
}
const full = (day: string, options = {}): MinuteBar[] => fill(day, () => 1, options);

describe("buckets", () => {
  test.each([
    [5, 76, "15:15"],
    [10, 38, "15:10"],
    [15, 26, "15:15"],
    [30, 13, "15:00"],
    [60, 7, "15:00"],
  ] as const)(
    "of %i minutes: %i on a plain day, the last at %s with the closing auction",
    (minutes, count, last) => {
      const bars = resample(full(DAY), { minutes, session: sessionOf(DAY) });
      expect(bars).toHaveLength(count);
      expect(clockOf(bars[0]?.time ?? 0)).toBe("09:00");
      expect(clockOf(bars.at(-1)?.time ?? 0)).toBe(last);
      expect(bars.at(-1)).toMatchObject({ close: 1000 + 380 * 10 + 1, accVolume: 381, partial: false });
      expect(bars.reduce((sum, { volume }) => sum + volume, 0)).toBe(381);
    },
  );

  test("of Nextrade, which opens half a minute late, begin on whole minutes", () => {
    for (const [day, open] of [
      [DAY, "09:00"],
      ["2026-01-02", "10:00"],
    ] as const) {
      const options = { venue: "NXT" } as const;
      const bars = full(day, options);
      const session = sessionOf(day, options);
      expect(clockOf(bars[0]?.time ?? 0)).toBe(open);
      for (const minutes of [5, 60] as const) {
        const buckets = resample(bars, { minutes, session });
        expect(buckets.every(({ time }) => time % (minutes * 60_000) === 0)).toBe(true);
        expect(buckets[0]).toMatchObject({ time: bars[0]?.time, volume: minutes, partial: false });
        expect(buckets).toEqual(resample(bars, { minutes, ...options }));
      }
      expect(resample(bars, { period: "day", session })[0]?.time).toBe(bars[0]?.time);
    }
  });

  test("count from the open, also where that is late", () => {
    const csat = resample(full("2025-11-13"), { minutes: 60, session: sessionOf("2025-11-13") });
    expect(csat.map(({ time }) => clockOf(time))).toEqual([
      "10:00",
      "11:00",
      "12:00",
      "13:00",
      "14:00",
      "15:00",
      "16:00",
    ]);
    expect(csat.at(-1)?.volume).toBe(21); // 16:00 to 16:19 and the auction at 16:30
    const special = createCalendar({
      sessions: [{ day: DAY, open: "09:20", close: "15:30", reason: "test" }],
    });
    const shifted = special
      .minutes(DAY)
      .map((time) => ({ time, open: 1, high: 1, low: 1, close: 1, volume: 1, accVolume: 1 }));
    const session = special.session(DAY) ?? expect.unreachable();
    expect(
      resample(shifted, { minutes: 30, session })
        .map(({ time }) => clockOf(time))
        .slice(0, 3),
    ).toEqual(["09:20", "09:50", "10:20"]);
  });

  test("know the noon break before 2000-05-22", () => {
    const bars = resample(full("2000-05-19"), { minutes: 30, session: sessionOf("2000-05-19") });
    expect(
      bars.map(({ time }) => clockOf(time)).filter((time) => time >= "11:30" && time <= "13:00"),
    ).toEqual(["11:30", "13:00"]);
    expect(bars.every(({ partial }) => !partial)).toBe(true);
  });

  test("of a session of all hours hold pre-market and after-market too", () => {
    const options = { venue: "UN", hours: "all" } as const;
    const bars = resample(full(DAY, options), { minutes: 60, session: sessionOf(DAY, options) });
    expect(clockOf(bars[0]?.time ?? 0)).toBe("08:00");
    expect(clockOf(bars.at(-1)?.time ?? 0)).toBe("19:00");
    expect(bars.reduce((sum, { volume }) => sum + volume, 0)).toBe(krx.minutes(DAY, options).length);
  });
});

describe("a bucket", () => {
  test("takes prices from traded minutes alone, and is left out without one", () => {
    const bars = resample(
      fill(DAY, (index) => (index === 7 || index === 8 ? 3 : 0)),
      { minutes: 5, session: sessionOf(DAY) },
    );
    expect(bars).toEqual([
      {
        time: krx.minutes(DAY)[5],
        open: 1070,
        high: 1085,
        low: 1065,
        close: 1081,
        volume: 6,
        accVolume: 6,
        turnover: 3 * 1070 + 3 * 1080,
        partial: false,
      },
    ]);
  });

  test("is partial where an expected minute after the first bar is missing, and only there", () => {
    const property = fc.property(
      fc.uniqueArray(fc.nat(380), { maxLength: 8 }),
      fc.constantFrom(5, 10, 15, 30, 60),
      (gaps, minutes) => {
        const bars = full(DAY).filter((_, index) => !gaps.includes(index));
        const first = krx.minutes(DAY).findIndex((_, index) => !gaps.includes(index));
        const bucketOf = (index: number): number => Math.floor(Math.min(index, 379) / minutes);
        const partial = new Set(gaps.filter((index) => index > first).map(bucketOf));
        for (const bucket of resample(bars, { minutes, session: sessionOf(DAY) })) {
          const index = Math.round((bucket.time - sessionOf(DAY).open) / 60_000 / minutes);
          expect(bucket.partial, `bucket ${index}`).toBe(partial.has(index));
        }
      },
    );
    fc.assert(property);
  });

  test("has no turnover where one of its bars has none", () => {
    const bars = full(DAY).map(({ turnover, ...rest }, index) =>
      index === 6 ? rest : { ...rest, turnover: turnover ?? 0 },
    );
    const [first, second] = resample(bars, { minutes: 5, session: sessionOf(DAY) });
    expect(first?.turnover).toBe(1000 + 1010 + 1020 + 1030 + 1040);
    expect(second).not.toHaveProperty("turnover");
  });
});

describe("a day", () => {
  test("is KIS's daily bar of the regular session, evening bars or not", () => {
    const market = createMarket({ seed: 3 });
    for (const symbol of market.symbols.slice(0, 12)) {
      const bars = market.truth(symbol, DAY, { hours: "all" });
      const regular = market.truth(symbol, DAY);
      const [day] = resample(bars, { period: "day" });
      if (regular.length === 0) {
        expect(day).toBeUndefined();
        continue;
      }
      expect(day).toMatchObject({
        time: sessionOf(DAY).open,
        open: regular[0]?.open,
        high: Math.max(...regular.map(({ high }) => high)),
        low: Math.min(...regular.map(({ low }) => low)),
        close: regular.at(-1)?.close,
        volume: regular.reduce((sum, { volume }) => sum + volume, 0),
      });
    }
  });

  test("agrees with any resampling of it", () => {
    const property = fc.property(
      fc.infiniteStream(fc.nat(3)),
      fc.constantFrom(5, 10, 15, 30, 60),
      (volumes, minutes) => {
        const bars = fill(DAY, () => Math.max(0, (volumes.next().value ?? 0) - 1));
        const [day] = resample(bars, { period: "day", session: sessionOf(DAY) });
        const buckets = resample(bars, { minutes, session: sessionOf(DAY) });
        expect(buckets[0]?.open).toBe(day?.open);
        expect(buckets.at(-1)?.close).toBe(day?.close);
        expect(Math.max(...buckets.map(({ high }) => high))).toBe(day?.high);
        expect(Math.min(...buckets.map(({ low }) => low))).toBe(day?.low);
        expect(buckets.reduce((sum, { volume }) => sum + volume, 0)).toBe(day?.volume);
      },
    );
    fc.assert(property, { numRuns: 20 });
  });

  test("comes of each day when the bars are of several", () => {
    const days = resample([...full("2026-11-18"), ...full("2026-11-19"), ...full(DAY)], { period: "day" });
    expect(days.map(({ time, volume }) => [new Date(time).toISOString(), volume])).toEqual([
      ["2026-11-18T00:00:00.000Z", 381],
      ["2026-11-19T01:00:00.000Z", 381],
      ["2026-11-20T00:00:00.000Z", 381],
    ]);
  });
});

test("bars outside the session are left out", () => {
  const options = { hours: "all" } as const;
  const bars = resample(full(DAY, options), { minutes: 60, session: sessionOf(DAY) });
  expect(bars.reduce((sum, { volume }) => sum + volume, 0)).toBe(381);
  expect(resample([], { minutes: 5 })).toEqual([]);
});

test.each<[string, () => unknown]>([
  ["a size unheard of", () => resample([], { minutes: 7 as 5 })],
  ["a period unheard of", () => resample([], { period: "week" as "day" })],
  ["a venue of the wire", () => resample([], { minutes: 5, venue: "J" as "KRX" })],
  ["bars backwards", () => resample(full(DAY).toReversed(), { minutes: 5 })],
  [
    "a bar twice",
    () =>
      resample(
        full(DAY).flatMap((bar) => [bar, bar]),
        { minutes: 5 },
      ),
  ],
  [
    "bars of another day than the session's",
    () => resample(full("2026-11-18"), { minutes: 5, session: sessionOf(DAY) }),
  ],
])("%s is refused", (_, call) => {
  expect(call).toThrow(ConfigError);
});
