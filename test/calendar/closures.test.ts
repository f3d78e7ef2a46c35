import { krx } from "hantoo/calendar";
import { describe, expect, test } from "vitest";
import { closureSources, closureTable } from "../../src/calendar/closures.data.js";
import { addDays, weekdayOf } from "../../src/core/index.js";
import { AD_HOC, ruleClosures } from "./support/closure-rules.js";

const years = Array.from({ length: 28 }, (_, index) => 2000 + index);
const names = (text: string): string[] => text.split("; ").sort();

describe("the table against the rules", () => {
  // Required from 2014, the first year of substitute holidays; the years before are simpler and hold as well.
  test.each(years)("%i: law, custom and the listed days give the table, name and kind included", (year) => {
    const table = closureTable.filter(([day]) => day.startsWith(`${year}-`));
    const adHoc = Object.entries(AD_HOC).filter(([day]) => day.startsWith(`${year}-`));
    const byRule = table
      .filter(([day]) => !(day in AD_HOC))
      .map(([day, nameKo, , kind]) => ({ day, names: names(nameKo), kind }));
    expect(byRule).toEqual(ruleClosures(year).map((rule) => ({ ...rule, names: [...rule.names].sort() })));
    expect(table.filter(([day]) => day in AD_HOC).map(([day, , , kind]) => [day, kind])).toEqual(adHoc);
  });

  test("the listed days are weekdays that no rule gives", () => {
    for (const day of Object.keys(AD_HOC)) {
      expect(weekdayOf(day), day).toBeGreaterThan(0);
      expect(weekdayOf(day), day).toBeLessThan(6);
      const year = Number(day.slice(0, 4));
      expect(ruleClosures(year).map((rule) => rule.day)).not.toContain(day);
    }
  });

  test("2028 as the rules foresee it", () => {
    expect(ruleClosures(2028).map(({ day }) => day.slice(5))).toEqual(
      "01-26 01-27 01-28 03-01 05-01 05-02 05-05 06-06 07-17 08-15 10-02 10-03 10-04 10-05 10-09 12-25 12-29".split(
        " ",
      ),
    );
  });
});

describe("the table itself", () => {
  test("ascends, holds each day once, and weekdays alone", () => {
    const days = closureTable.map(([day]) => day);
    expect(days).toEqual([...new Set(days)].sort());
    expect(days.filter((day) => weekdayOf(day) % 6 === 0)).toEqual([]);
    expect(days).toHaveLength(407);
    expect(days.at(0)).toBe("2000-01-03");
    expect(days.at(-1)).toBe("2027-12-31");
  });

  test("names each closure in both languages, as many names in one as in the other, and a source", () => {
    for (const [day, nameKo, nameEn, , sources] of closureTable) {
      expect(nameKo, day).toMatch(/^[가-힣]/);
      expect(nameEn, day).toMatch(/^[A-Z][ -~]+$/);
      expect(names(nameEn).length, day).toBe(names(nameKo).length);
      expect(sources, day).toMatch(/^[A-Z]+$/);
      for (const letter of sources) expect(closureSources, day).toHaveProperty(letter);
    }
  });

  test("every weekday in it is closed, every other one is a session, and weekends never are", () => {
    const closed = new Set(closureTable.map(([day]) => day));
    for (let day: string = krx.first; day <= krx.coveredThrough; day = addDays(day, 1)) {
      const weekend = weekdayOf(day) % 6 === 0;
      expect(krx.isTradingDay(day), day).toBe(!weekend && !closed.has(day));
      expect(krx.closure(day) !== undefined, day).toBe(closed.has(day));
    }
  });
});

test.each([
  ["2026-07-17", "제헌절", "Constitution Day", "public"],
  ["2027-07-19", "제헌절 대체공휴일", "Alternative holiday for Constitution Day", "substitute"],
  ["2026-06-03", "전국동시지방선거일", "Local Election Day", "election"],
  ["2024-10-01", "임시공휴일(국군의 날)", "Temporary holiday (Armed Forces Day)", "temporary"],
  ["2025-05-01", "근로자의 날", "Workers' Day", "labour"],
  ["2026-05-01", "노동절", "Labor Day", "labour"],
  ["2026-12-31", "연말 휴장일", "Year-end closing day", "year-end"],
  // One day, two holidays: both names, in the same order.
  ["2001-05-01", "석가탄신일; 근로자의 날", "Buddha's Birthday; Workers' Day", "public"],
  ["2025-05-05", "부처님오신날; 어린이날", "Buddha's Birthday; Children's Day", "public"],
])("closure of %s", (day, nameKo, nameEn, kind) => {
  expect(krx.closure(day)).toEqual({ nameKo, nameEn, kind });
  expect(Object.isFrozen(krx.closure(day))).toBe(true);
});

test.each(["2026-11-20", "2026-11-21"])("a session and a plain weekend have no closure: %s", (day) => {
  expect(krx.closure(day)).toBeUndefined();
});
