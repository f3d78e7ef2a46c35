import { type SessionOptions, krx } from "hantoo/calendar";
import { describe, expect, test } from "vitest";
import { at, clock } from "./support/kst-clock.js";

/** Ascending minutes as `from-to`, both inclusive. */
const runs = (minutes: readonly number[]): string => {
  const spans: [from: number, to: number][] = [];
  for (const minute of minutes) {
    const last = spans.at(-1);
    if (last !== undefined && last[1] + 60_000 === minute) last[1] = minute;
    else spans.push([minute, minute]);
  }
  return spans.map(([from, to]) => (from === to ? clock(from) : `${clock(from)}-${clock(to)}`)).join(" ");
};

const all = (venue: "KRX" | "NXT" | "UN"): SessionOptions => ({ venue, hours: "all" });

test.each<[day: string, options: SessionOptions | undefined, count: number, runs: string, why: string]>([
  ["2026-11-20", undefined, 381, "09:00-15:19 15:30", "a plain day"],
  ["2016-08-01", undefined, 381, "09:00-15:19 15:30", "the first close at 15:30"],
  ["2016-07-29", undefined, 351, "09:00-14:49 15:00", "the last at 15:00"],
  ["2026-01-02", undefined, 321, "10:00-15:19 15:30", "first session of the year"],
  ["2016-01-04", undefined, 291, "10:00-14:49 15:00", "and of a shorter day"],
  ["2025-11-13", undefined, 381, "10:00-16:19 16:30", "CSAT day"],
  ["2017-11-16", undefined, 381, "10:00-16:19 16:30", "CSAT day, postponed"],
  ["2020-12-03", undefined, 381, "10:00-16:19 16:30", "CSAT day in December"],
  ["2015-11-12", undefined, 351, "10:00-15:49 16:00", "CSAT day of a shorter day"],
  ["2000-05-19", undefined, 291, "09:00-11:59 13:00-14:49 15:00", "none in the noon break"],
  ["2000-05-22", undefined, 351, "09:00-14:49 15:00", "no break any more"],
  ["2026-09-14", all("KRX"), 622, "09:00-15:19 15:30 16:00-20:00", "after-market: 240 and its close print"],
  ["2000-01-04", undefined, 171, "10:00-12:49 13:00", "one session"],
  ["2001-09-12", undefined, 171, "12:00-14:49 15:00", "opened at noon"],
  ["2027-11-18", all("KRX"), 562, "10:00-16:19 16:30 17:00-20:00", "CSAT day 2027"],
  ["2026-09-11", all("KRX"), 381, "09:00-15:19 15:30", "none of the single-price session"],
  ["2026-11-19", all("KRX"), 562, "10:00-16:19 16:30 17:00-20:00", "after-market of a CSAT day, assumed"],
  ["2026-11-20", { venue: "NXT" }, 380, "09:00-15:19", "no closing auction; the first minute has 30 seconds"],
  ["2026-11-20", all("NXT"), 690, "08:00-08:49 09:00-15:19 15:40-19:59", "50 before, 260 after"],
  ["2025-11-13", all("NXT"), 580, "10:00-16:19 16:40-19:59", "CSAT day"],
  ["2026-01-02", all("NXT"), 580, "10:00-15:19 15:40-19:59", "first session of the year"],
  ["2025-02-28", all("NXT"), 0, "", "before Nextrade"],
  ["2026-11-20", { venue: "UN" }, 381, "09:00-15:19 15:30", "both regular sessions"],
  [
    "2026-11-20",
    all("UN"),
    692,
    "08:00-08:49 09:00-15:19 15:30 15:40-20:00",
    "both venues' minutes, each once",
  ],
  ["2025-02-28", all("UN"), 381, "09:00-15:19 15:30", "KRX alone"],
  ["2026-07-17", undefined, 0, "", "closed"],
  ["2026-11-22", all("UN"), 0, "", "a Sunday"],
])("%s %o: %i minutes, %s (%s)", (day, options, count, expected) => {
  const minutes = krx.minutes(day, options);
  expect(minutes).toHaveLength(count);
  expect(runs(minutes)).toBe(expected);
});

describe("the array", () => {
  test("is epoch ms", () => {
    expect(krx.minutes("2026-11-20")[0]).toBe(at("2026-11-20", "09:00"));
    expect(krx.minutes("2026-11-20").at(-1)).toBe(at("2026-11-20", "15:30"));
  });

  test("is the same for the same arguments, and nobody's to change", () => {
    const minutes = krx.minutes("2026-11-18");
    expect(krx.minutes("2026-11-18", { venue: "KRX", hours: "regular" })).toBe(minutes);
    expect(Object.isFrozen(minutes)).toBe(true);
    expect(() => (minutes as number[]).push(1)).toThrow(TypeError);
    const session = krx.session("2026-11-18");
    expect(Object.isFrozen(session) && Object.isFrozen(session?.windows)).toBe(true);
    expect(session?.windows.every((window) => Object.isFrozen(window))).toBe(true);
  });

  test("stays the same for the days of a year asked one after another", () => {
    const days = krx.tradingDays("2025-10-01", "2026-09-30");
    const first = days.map((day) => krx.minutes(day));
    expect(days.every((day, index) => krx.minutes(day) === first[index])).toBe(true);
    krx.minutes("2024-05-02");
    expect(krx.minutes("2026-09-30")).toBe(first.at(-1));
  });

  test("is equal when it had to be made again", () => {
    const before = krx.minutes("2024-01-03");
    for (const day of krx.tradingDays("2024-01-03", "2026-12-30")) krx.minutes(day);
    expect(krx.minutes("2024-01-03")).not.toBe(before);
    expect(krx.minutes("2024-01-03")).toEqual(before);
  });
});

test("every day of 28 years has the minutes of its session, at both venues those of each", () => {
  const wrong: string[] = [];
  for (const day of krx.tradingDays(krx.first, krx.coveredThrough)) {
    if (![171, 291, 321, 351, 381].includes(krx.minutes(day).length)) wrong.push(day);
    const each = [...krx.minutes(day, all("KRX")), ...krx.minutes(day, all("NXT"))];
    const both = [...new Set(each)].sort((a, b) => a - b);
    if (krx.minutes(day, all("UN")).join() !== both.join()) wrong.push(`UN ${day}`);
  }
  expect(wrong).toEqual([]);
});
