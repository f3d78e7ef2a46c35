import { type ClosureKind } from "hantoo/calendar";
import { addDays, weekdayOf } from "../../../src/core/index.js";

/*
 * Law and custom by which KRX closes, written apart from the table they check.
 * Law: 관공서의 공휴일에 관한 규정 (public and substitute holidays), KRX business rule Art. 5 (1 May, year end).
 */

/** A closure as the rules give it. */
export interface RuleClosure {
  readonly day: string;
  /** Every holiday that falls on the day, Korean. */
  readonly names: readonly string[];
  readonly kind: ClosureKind;
}

/** Korean lunar 1/1, 4/8 and 8/15. Not the Chinese calendar: in 2027 Seollal is a day later than there. */
const LUNAR: Readonly<Record<number, readonly [seollal: string, buddha: string, chuseok: string]>> = {
  2000: ["02-05", "05-11", "09-12"],
  2001: ["01-24", "05-01", "10-01"],
  2002: ["02-12", "05-19", "09-21"],
  2003: ["02-01", "05-08", "09-11"],
  2004: ["01-22", "05-26", "09-28"],
  2005: ["02-09", "05-15", "09-18"],
  2006: ["01-29", "05-05", "10-06"],
  2007: ["02-18", "05-24", "09-25"],
  2008: ["02-07", "05-12", "09-14"],
  2009: ["01-26", "05-02", "10-03"],
  2010: ["02-14", "05-21", "09-22"],
  2011: ["02-03", "05-10", "09-12"],
  2012: ["01-23", "05-28", "09-30"],
  2013: ["02-10", "05-17", "09-19"],
  2014: ["01-31", "05-06", "09-08"],
  2015: ["02-19", "05-25", "09-27"],
  2016: ["02-08", "05-14", "09-15"],
  2017: ["01-28", "05-03", "10-04"],
  2018: ["02-16", "05-22", "09-24"],
  2019: ["02-05", "05-12", "09-13"],
  2020: ["01-25", "04-30", "10-01"],
  2021: ["02-12", "05-19", "09-21"],
  2022: ["02-01", "05-08", "09-10"],
  2023: ["01-22", "05-27", "09-29"],
  2024: ["02-10", "05-15", "09-17"],
  2025: ["01-29", "05-05", "10-06"],
  2026: ["02-17", "05-24", "09-25"],
  2027: ["02-07", "05-13", "09-15"],
  2028: ["01-27", "05-02", "10-03"],
  2029: ["02-13", "05-20", "09-22"],
  2030: ["02-03", "05-09", "09-12"],
};

/** What no rule gives: elections, days declared once, and KRX's turns of the years 1999-2000. */
export const AD_HOC: Readonly<Record<string, ClosureKind>> = {
  "2000-01-03": "year-end",
  "2000-04-13": "election",
  "2000-12-27": "year-end",
  "2000-12-28": "year-end",
  "2002-06-13": "election",
  "2002-07-01": "temporary",
  "2002-12-19": "election",
  "2004-04-15": "election",
  "2006-05-31": "election",
  "2007-12-19": "election",
  "2008-04-09": "election",
  "2010-06-02": "election",
  "2012-04-11": "election",
  "2012-12-19": "election",
  "2014-06-04": "election",
  "2015-08-14": "temporary",
  "2016-04-13": "election",
  "2016-05-06": "temporary",
  "2017-05-09": "election",
  "2017-10-02": "temporary",
  "2018-06-13": "election",
  "2020-04-15": "election",
  "2020-08-17": "temporary",
  "2022-03-09": "election",
  "2022-06-01": "election",
  "2023-10-02": "temporary",
  "2024-04-10": "election",
  "2024-10-01": "temporary",
  "2025-01-27": "temporary",
  "2025-06-03": "election",
  "2026-06-03": "election",
};

/** When a holiday that falls on a weekend, or on another holiday, is given a weekday of its own. */
type Substitute = "never" | "sunday" | "weekend";

interface Holiday {
  readonly day: string;
  readonly name: string;
  readonly group: string;
  readonly substitute: Substitute;
}

function holidaysOf(year: number): Holiday[] {
  const lunar = LUNAR[year];
  if (lunar === undefined) throw new Error(`no Korean lunar dates for ${year}: add them to LUNAR`);
  const [seollal, buddha, chuseok] = lunar.map((day) => `${year}-${day}`) as [string, string, string];
  const one = (day: string, name: string, substitute: Substitute): Holiday => {
    return { day: day.length === 5 ? `${year}-${day}` : day, name, group: name, substitute };
  };
  const three = (day: string, group: string): Holiday[] =>
    [-1, 0, 1].map((offset) => {
      const name = offset === 0 ? group : `${group} ${offset < 0 ? "전날" : "다음날"}`;
      // From 2014. A Saturday does not count: 2018, 2021 and 2026 got none for theirs.
      return { day: addDays(day, offset), name, group, substitute: year >= 2014 ? "sunday" : "never" };
    });
  const national: Substitute = year >= 2022 ? "weekend" : "never";
  // In force on 2021-08-04: after 1 March of that year, before the other three.
  const national2021: Substitute = year >= 2021 ? "weekend" : "never";
  return [
    one("01-01", "신정", "never"),
    ...three(seollal, "설날"),
    one("03-01", "삼일절", national),
    ...(year <= 2005 ? [one("04-05", "식목일", "never")] : []),
    ...(year >= 2026 ? [one("05-01", "노동절", "weekend")] : []),
    one("05-05", "어린이날", year >= 2014 ? "weekend" : "never"),
    // Renamed in October 2017; the sources give that year the new name as well.
    one(buddha, year >= 2017 ? "부처님오신날" : "석가탄신일", year >= 2023 ? "weekend" : "never"),
    one("06-06", "현충일", "never"),
    ...(year <= 2007 ? [one("07-17", "제헌절", "never")] : []),
    ...(year >= 2026 ? [one("07-17", "제헌절", "weekend")] : []),
    one("08-15", "광복절", national2021),
    ...three(chuseok, "추석"),
    one("10-03", "개천절", national2021),
    ...(year >= 2013 ? [one("10-09", "한글날", national2021)] : []),
    one("12-25", "성탄절", year >= 2023 ? "weekend" : "never"),
  ];
}

const isWeekend = (day: string): boolean => weekdayOf(day) === 0 || weekdayOf(day) === 6;

/** The weekdays on which KRX is closed by rule in a year, ascending; without {@link AD_HOC}. */
export function ruleClosures(year: number): RuleClosure[] {
  const byDay = new Map<string, Holiday[]>();
  for (const holiday of holidaysOf(year)) {
    byDay.set(holiday.day, [...(byDay.get(holiday.day) ?? []), holiday]);
  }
  const closures = new Map<string, RuleClosure>();
  for (const [day, holidays] of byDay) {
    const labour = holidays.every(({ name }) => name === "노동절");
    closures.set(day, { day, names: holidays.map(({ name }) => name), kind: labour ? "labour" : "public" });
  }
  for (const [day, holidays] of [...byDay].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const moved = holidays.filter(({ substitute }) => {
      if (substitute === "never") return false;
      return (
        holidays.length > 1 || weekdayOf(day) === 0 || (weekdayOf(day) === 6 && substitute === "weekend")
      );
    });
    if (moved.length === 0) continue;
    let free = addDays(day, 1);
    while (isWeekend(free) || closures.has(free)) free = addDays(free, 1);
    closures.set(free, {
      day: free,
      names: moved.map(({ group }) => `${group} 대체공휴일`),
      kind: "substitute",
    });
  }
  // KRX's own day until it became a holiday by law in 2026, and so without a substitute.
  const labour = `${year}-05-01`;
  if (year < 2026) {
    const names = [...(closures.get(labour)?.names ?? []), "근로자의 날"];
    closures.set(labour, { day: labour, names, kind: names.length > 1 ? "public" : "labour" });
  }
  let last = `${year}-12-31`;
  while (isWeekend(last) || closures.has(last)) last = addDays(last, -1);
  closures.set(last, { day: last, names: ["연말 휴장일"], kind: "year-end" });
  return [...closures.values()].filter(({ day }) => !isWeekend(day)).sort((a, b) => (a.day < b.day ? -1 : 1));
}
