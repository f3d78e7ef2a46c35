import { type TradingDay, ConfigError, checkDay } from "../core/index.js";

/** The part of a row of KIS's chk-holiday that {@link TradingCalendar.differences} reads. */
export interface HolidayRow {
  /** KST date. */
  readonly day: TradingDay;
  /** `opnd_yn`: the market opens. Not `tr_day_yn`, which has said Y on weekends. */
  readonly isOpen: boolean;
}

/** A day on which the calendar and KIS do not agree. */
export interface CalendarDifference {
  /** KST day on which the two disagree. */
  readonly day: TradingDay;
  /** `"unknown"`: outside `first..coveredThrough`. */
  readonly calendar: "open" | "closed" | "unknown";
  /** `"both"`: KIS has rows for the day that contradict each other. */
  readonly kis: "open" | "closed" | "both";
}

/** @param calendarSays - of a day known to exist. */
export function compareHolidays(
  rows: readonly HolidayRow[],
  calendarSays: (day: TradingDay) => CalendarDifference["calendar"],
): CalendarDifference[] {
  if (!Array.isArray(rows)) throw new ConfigError("rows", "the rows of KisClient.holidays()", rows);
  const answers = new Map<TradingDay, CalendarDifference["kis"]>();
  for (const [index, row] of rows.entries()) {
    const day = checkDay(row?.day, `rows[${index}].day`);
    if (typeof row.isOpen !== "boolean") {
      throw new ConfigError(`rows[${index}].isOpen`, "a boolean", row.isOpen);
    }
    const kis = row.isOpen ? "open" : "closed";
    const known = answers.get(day);
    answers.set(day, known === undefined || known === kis ? kis : "both");
  }
  return [...answers]
    .map(([day, kis]) => ({ day, calendar: calendarSays(day), kis }))
    .filter(({ calendar, kis }) => calendar !== kis)
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}
