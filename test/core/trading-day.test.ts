import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  ConfigError,
  addDays,
  addDaysWithin,
  checkDay,
  compactDay,
  daysBetween,
  eachDay,
  expandDay,
  isTradingDayText,
  weekdayOf,
} from "../../src/core/index.js";

const days = fc.integer({ min: -20_000, max: 20_000 }).map((n) => addDays("2000-01-01", n));

test.each(["2026-2-30", "2026-02-30", "20261120", "2026-11-20T00:00", "", 20261120, new Date(0), undefined])(
  "%s is no day, and the error says what is",
  (value) => {
    expect(isTradingDayText(value)).toBe(false);
    expect(() => checkDay(value, "from")).toThrow(
      /`from` must be an existing KST date as "YYYY-MM-DD", received/,
    );
  },
);

test("moving on and counting agree, across leap days and centuries", () => {
  fc.assert(
    fc.property(days, fc.integer({ min: -5000, max: 5000 }), (day, count) => {
      const moved = addDays(day, count);
      expect(isTradingDayText(moved)).toBe(true);
      expect(daysBetween(day, moved)).toBe(count);
      expect((((weekdayOf(day) + count) % 7) + 7) % 7).toBe(weekdayOf(moved));
    }),
  );
});

test.each([
  ["9999-12-31", 1],
  ["0000-01-01", -1],
  ["2026-11-20", 1e9],
  ["2026-11-20", Number.NaN],
])("no day lies %s and %d days on", (day, count) => {
  expect(() => addDays(day, count)).toThrow(ConfigError);
  expect(() => addDays(day, count)).toThrow(/`count` must be days that lead from .* to 9999-12-31/);
});

test("moving on from what is no day says so", () => {
  expect(() => addDays("2026-02-30", 1)).toThrow(/`day` must be an existing KST date/);
});

test("moving on within the days that can be written ends at the first and the last", () => {
  expect(addDaysWithin("2026-11-20", 3)).toBe("2026-11-23");
  expect(addDaysWithin("9999-12-30", 30)).toBe("9999-12-31");
  expect(addDaysWithin("0000-01-02", -30)).toBe("0000-01-01");
  expect(addDaysWithin("2026-11-20", Number.POSITIVE_INFINITY)).toBe("9999-12-31");
});

test("each day of a span comes once, also the last that can be written", () => {
  expect([...eachDay("2028-02-28", "2028-03-01")]).toEqual(["2028-02-28", "2028-02-29", "2028-03-01"]);
  expect([...eachDay("9999-12-30", "9999-12-31")]).toEqual(["9999-12-30", "9999-12-31"]);
  expect([...eachDay("2026-11-20", "2026-11-19")]).toEqual([]);
});

test("compact and expanded forms are inverse", () => {
  fc.assert(
    fc.property(days, (day) => {
      expect(expandDay(compactDay(day))).toBe(day);
    }),
  );
  expect(expandDay("20260230")).toBeUndefined();
  expect(expandDay("2026112")).toBeUndefined();
});

test("2026-11-20 is a Friday", () => {
  expect(weekdayOf("2026-11-20")).toBe(5);
});
