import { krx } from "hantoo/calendar";
import { expect, test } from "vitest";
import { addDays, weekdayOf } from "../../src/core/index.js";

/** Year, sessions, weekdays without one, first and last session: counted in daily KOSPI values up to 2025. */
const years: readonly [year: number, sessions: number, closures: number, first: string, last: string][] = [
  [2000, 241, 19, "01-04", "12-26"],
  [2001, 246, 15, "01-02", "12-28"],
  [2002, 244, 17, "01-02", "12-30"],
  [2003, 247, 14, "01-02", "12-30"],
  [2004, 249, 13, "01-02", "12-30"],
  [2005, 249, 11, "01-03", "12-29"],
  [2006, 247, 13, "01-02", "12-28"],
  [2007, 246, 15, "01-02", "12-28"],
  [2008, 248, 14, "01-02", "12-30"],
  [2009, 253, 8, "01-02", "12-30"],
  [2010, 251, 10, "01-04", "12-30"],
  [2011, 248, 12, "01-03", "12-29"],
  [2012, 248, 13, "01-02", "12-28"],
  [2013, 247, 14, "01-02", "12-30"],
  [2014, 245, 16, "01-02", "12-30"],
  [2015, 248, 13, "01-02", "12-30"],
  [2016, 246, 15, "01-04", "12-29"],
  [2017, 243, 17, "01-02", "12-28"],
  [2018, 244, 17, "01-02", "12-28"],
  [2019, 246, 15, "01-02", "12-30"],
  [2020, 248, 14, "01-02", "12-30"],
  [2021, 248, 13, "01-04", "12-30"],
  [2022, 246, 14, "01-03", "12-29"],
  [2023, 245, 15, "01-02", "12-28"],
  [2024, 244, 18, "01-02", "12-30"],
  [2025, 242, 19, "01-02", "12-30"],
  [2026, 244, 17, "01-02", "12-30"],
  [2027, 245, 16, "01-04", "12-30"],
];

test.each(years)("%i has %i sessions", (year, sessions, closures, first, last) => {
  const days = krx.tradingDays(`${year}-01-01`, `${year}-12-31`);
  expect(days).toHaveLength(sessions);
  expect(krx.countTradingDays(`${year}-01-01`, `${year}-12-31`)).toBe(sessions);
  expect(days.at(0)).toBe(`${year}-${first}`);
  expect(days.at(-1)).toBe(`${year}-${last}`);
  let weekdays = 0;
  for (let day = `${year}-01-01`; day <= `${year}-12-31`; day = addDays(day, 1)) {
    if (weekdayOf(day) % 6 !== 0) weekdays += 1;
  }
  expect(weekdays - sessions).toBe(closures);
});

test("2000 to 2026 are 6,653 sessions", () => {
  expect(krx.countTradingDays("2000-01-01", "2026-12-31")).toBe(6653);
});

test.each([
  // Best known wrong elsewhere.
  ["2026-07-17", false, "Constitution Day is a holiday again from 2026"],
  ["2025-07-17", true, "and was none from 2008 to 2025"],
  ["2008-07-17", true, "the first year without it"],
  ["2007-07-17", false, "the last year with it"],
  ["2027-07-19", false, "its substitute: 2027-07-17 is a Saturday"],
  ["2013-10-09", false, "Hangul Day is a holiday again from 2013"],
  ["2012-10-09", true, "and was none the year before"],
  ["2006-04-05", true, "Arbor Day is no holiday from 2006"],
  ["2005-04-05", false, "and was one the year before"],
  ["2018-02-19", true, "a Seollal day on a Saturday is given no substitute"],
  ["2021-02-15", true, "nor in 2021"],
  ["2026-09-28", true, "nor is Chuseok's: QuantLib had it closed"],
  ["2026-06-08", true, "Memorial Day, on a Saturday, is given none"],
  ["2027-06-07", true, "nor on a Sunday"],
  ["2027-06-03", true, "no election in 2027"],
  ["2026-10-02", true, "no bridge day was declared"],
  ["2026-10-08", true, "no bridge day was declared"],
  ["2027-02-05", true, "Seollal's eve is Saturday 02-06"],
  ["2027-02-09", false, "substitute for Seollal's Sunday"],
  ["2027-05-03", false, "substitute for Labour Day's Saturday, from 2026"],
  ["2027-12-27", false, "substitute for Christmas's Saturday, from 2023"],
  ["2027-09-17", true, "Chuseok 2027 is 14 to 16"],
  ["2027-09-14", false, "Chuseok 2027 is 14 to 16"],
  ["2027-12-31", false, "year end"],
  ["2022-12-30", false, "year end: 2022-12-31 is a Saturday"],
  ["2022-12-29", true, "the last session of 2022"],
  ["2000-01-03", false, "KRX stayed closed after the turn of 2000"],
  ["2000-12-27", false, "three closing days at the end of 2000"],
  ["2000-12-28", false, "three closing days at the end of 2000"],
  ["2000-12-29", false, "three closing days at the end of 2000"],
  ["2001-05-01", false, "Labour Day and Buddha's birthday at once"],
  ["2017-11-16", true, "the exam was postponed, the session held"],
  ["2026-11-20", true, "a Friday"],
  ["2026-11-21", false, "a Saturday"],
  ["2026-11-22", false, "a Sunday"],
  ["2024-10-01", false, "temporary holiday, declared four weeks before"],
  ["2025-01-27", false, "temporary holiday, declared two weeks before"],
  ["2025-06-03", false, "presidential election out of turn"],
])("%s is a session: %s (%s)", (day, isSession) => {
  expect(krx.isTradingDay(day)).toBe(isSession);
  expect(krx.session(day) !== undefined).toBe(isSession);
  expect(krx.minutes(day).length > 0).toBe(isSession);
});

test.each([
  // Weekends between closures are not sessions either: these are the longest gaps.
  ["2017-09-29", "2017-10-10", "six weekday closures in a row"],
  ["2025-10-02", "2025-10-10", "five"],
  ["2023-09-27", "2023-10-04", "Chuseok, a temporary holiday and 3 October"],
  ["2026-02-13", "2026-02-19", "Seollal 2026"],
  ["2000-12-26", "2001-01-02", "the turn of 2000"],
  ["2026-12-30", "2027-01-04", "the next one"],
  ["2026-11-20", "2026-11-23", "a weekend"],
])("%s is followed by %s (%s)", (day, next) => {
  expect(krx.nextTradingDay(day)).toBe(next);
  expect(krx.previousTradingDay(next)).toBe(day);
  expect(krx.countTradingDays(day, next)).toBe(2);
  for (let closed = addDays(day, 1); closed < next; closed = addDays(closed, 1)) {
    expect(krx.isTradingDay(closed)).toBe(false);
    expect(krx.nextTradingDay(closed)).toBe(next);
    expect(krx.previousTradingDay(closed)).toBe(day);
    expect(krx.addTradingDays(closed, 1)).toBe(next);
    expect(krx.addTradingDays(closed, -1)).toBe(day);
  }
});

test("the range is as documented", () => {
  expect(krx).toMatchObject({
    first: "2000-01-01",
    coveredThrough: "2027-12-31",
    confirmedThrough: "2026-12-31",
  });
});
