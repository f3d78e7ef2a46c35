import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type CalendarAdditions, CalendarRangeError, ConfigError, createCalendar, krx } from "hantoo";
import { edited, edits, hostile, outcomeOf, runs } from "../support/fuzz.js";

const additions: CalendarAdditions = {
  closures: [{ day: "2026-12-07", nameKo: "임시공휴일", nameEn: "Temporary holiday", kind: "temporary" }],
  sessions: [
    { day: "2026-12-08", open: "10:00", close: "16:30", reason: "late open" },
    { day: "2026-12-09", venue: "KRX", open: "09:30", close: "15:30", reason: "late open" },
  ],
  coveredThrough: "2028-12-29",
  confirmedThrough: "2027-12-31",
};

/** What a file said of the calendar, whatever it said. */
function checks(input: unknown): void {
  const outcome = outcomeOf(() => createCalendar(input as CalendarAdditions));
  if ("error" in outcome) {
    expect([ConfigError, CalendarRangeError].some((kind) => outcome.error instanceof kind)).toBe(true);
    return;
  }
  const calendar = outcome.value;
  expect(calendar.first).toBe(krx.first);
  expect(calendar.coveredThrough >= krx.coveredThrough).toBe(true);
  for (const day of ["2026-12-04", "2026-12-07", "2026-12-08", "2026-12-09", "2026-12-10"]) {
    for (const venue of ["KRX", "NXT", "UN"] as const) {
      const session = calendar.session(day, { venue });
      const minutes = calendar.minutes(day, { venue });
      expect(session === undefined).toBe(minutes.length === 0);
      if (session === undefined) continue;
      expect(session.open).toBeLessThan(session.close);
      expect(minutes.every((minute, index) => index === 0 || minute > (minutes[index - 1] ?? 0))).toBe(true);
      expect(minutes.every((minute) => minute % 60_000 === 0)).toBe(true);
    }
  }
}

test("the sample is taken", () => {
  checks(additions);
  expect(createCalendar(additions).isTradingDay("2026-12-07")).toBe(false);
});

test("additions with anything changed in them make a sound calendar, or say what is wrong", () => {
  fc.assert(
    fc.property(edits, (changes) => checks(edited(additions, changes))),
    { numRuns: runs },
  );
});

test("and so does anything else", () => {
  fc.assert(
    fc.property(fc.oneof(hostile, fc.anything()), (input) => checks(input)),
    { numRuns: runs },
  );
});
