import { type HolidayRow, krx } from "hantoo/calendar";
import { expect, test } from "vitest";
import { ConfigError } from "../../src/core/index.js";

const row = (day: string, isOpen: boolean): HolidayRow => ({ day, isOpen });

test("nothing to say where KIS agrees, weekends and repeated rows included", () => {
  const rows = [
    row("2026-11-20", true),
    row("2026-11-21", false),
    row("2026-11-20", true),
    row("2026-12-25", false),
  ];
  expect(krx.differences(rows)).toEqual([]);
  expect(krx.differences([])).toEqual([]);
});

test("says both sides, ascending, each day once, and changes nothing", () => {
  const rows = [
    row("2027-01-05", true),
    row("2026-12-25", true),
    row("2026-11-23", false),
    row("2026-11-23", false),
  ];
  expect(krx.differences(rows)).toEqual([
    { day: "2026-11-23", calendar: "open", kis: "closed" },
    { day: "2026-12-25", calendar: "closed", kis: "open" },
  ]);
  expect(krx.isTradingDay("2026-11-23")).toBe(true);
  expect(krx.isTradingDay("2026-12-25")).toBe(false);
});

test("rows that contradict each other are reported whichever comes first", () => {
  const rows = [row("2026-11-23", true), row("2026-11-23", false)];
  const expected = [{ day: "2026-11-23", calendar: "open", kis: "both" }];
  expect(krx.differences(rows)).toEqual(expected);
  expect(krx.differences(rows.toReversed())).toEqual(expected);
});

test("a day outside the range is unknown, not an error and not open", () => {
  expect(krx.differences([row("2028-01-03", true), row("1999-12-31", false)])).toEqual([
    { day: "1999-12-31", calendar: "unknown", kis: "closed" },
    { day: "2028-01-03", calendar: "unknown", kis: "open" },
  ]);
});

test.each<[rows: unknown, message: RegExp]>([
  [undefined, /`rows` must be the rows of KisClient.holidays\(\)/],
  [{ output: [] }, /`rows` must be the rows/],
  [[{ bass_dt: "20261123", opnd_yn: "N" }], /`rows\[0\].day` must be an existing KST date/],
  [[row("2026-11-23", true), { day: "2026-11-24", isOpen: "N" }], /`rows\[1\].isOpen` must be a boolean/],
])("%o is refused", (rows, message) => {
  expect(() => krx.differences(rows as HolidayRow[])).toThrow(ConfigError);
  expect(() => krx.differences(rows as HolidayRow[])).toThrow(message);
});
