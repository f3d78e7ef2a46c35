import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  addDays,
  checkDay,
  compactDay,
  daysBetween,
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
