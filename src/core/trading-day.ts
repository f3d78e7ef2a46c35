import { ConfigError } from "./errors.js";

/** A KST calendar date, `"YYYY-MM-DD"`. A `Date` is never a day. */
export type TradingDay = string;

const DAY_MS = 86_400_000;
/** The first day that `YYYY-MM-DD` can say. */
const FIRST_DAY: TradingDay = "0000-01-01";
/** The last one. */
export const LAST_DAY: TradingDay = "9999-12-31";
const PATTERN = /^\d{4}-\d{2}-\d{2}$/;

const toUtcMidnight = (day: TradingDay): number => Date.parse(`${day}T00:00:00Z`);
const fromUtcMidnight = (ms: number): TradingDay => new Date(ms).toISOString().slice(0, 10);

/** True for a string `"YYYY-MM-DD"` that names a day that exists. */
export function isTradingDayText(value: unknown): value is TradingDay {
  if (typeof value !== "string" || !PATTERN.test(value)) return false;
  const ms = toUtcMidnight(value);
  return !Number.isNaN(ms) && fromUtcMidnight(ms) === value;
}

/**
 * @returns `value`, checked.
 * @throws {@link ConfigError} naming `option` if it is not an existing day written `YYYY-MM-DD`.
 */
export function checkDay(value: unknown, option: string): TradingDay {
  if (!isTradingDayText(value)) {
    throw new ConfigError(option, 'an existing KST date as "YYYY-MM-DD"', value);
  }
  return value;
}

/**
 * The day `count` calendar days after `day` (before it if negative).
 *
 * @throws {@link ConfigError} if `day` is none, or if four digits cannot say the other's year.
 */
export function addDays(day: TradingDay, count: number): TradingDay {
  const ms = toUtcMidnight(checkDay(day, "day")) + (typeof count === "number" ? count : Number.NaN) * DAY_MS;
  if (ms >= toUtcMidnight(FIRST_DAY) && ms <= toUtcMidnight(LAST_DAY)) return fromUtcMidnight(ms);
  throw new ConfigError(
    "count",
    `days that lead from ${day} to a day from ${FIRST_DAY} to ${LAST_DAY}`,
    count,
  );
}

/** `addDays`, ending at the first and the last day that four digits can say. */
export function addDaysWithin(day: TradingDay, count: number): TradingDay {
  const [least, most] = [daysBetween(day, FIRST_DAY), daysBetween(day, LAST_DAY)];
  return addDays(day, Math.min(Math.max(count, least), most));
}

/** The calendar days from `from` to `to`, both inclusive, ascending; none if `to` is earlier. */
export function* eachDay(from: TradingDay, to: TradingDay): Generator<TradingDay, void, undefined> {
  const last = toUtcMidnight(to);
  for (let ms = toUtcMidnight(from); ms <= last; ms += DAY_MS) yield fromUtcMidnight(ms);
}

/** Calendar days from `from` to `to`; negative if `to` is earlier. */
export function daysBetween(from: TradingDay, to: TradingDay): number {
  return Math.round((toUtcMidnight(to) - toUtcMidnight(from)) / DAY_MS);
}

/** 0 Sunday to 6 Saturday. */
export function weekdayOf(day: TradingDay): number {
  return new Date(toUtcMidnight(day)).getUTCDay();
}

/** `"2026-11-20"` to `"20261120"`, the form of KIS and of object keys. */
export function compactDay(day: TradingDay): string {
  return day.replaceAll("-", "");
}

/** `"20261120"` to `"2026-11-20"`; `undefined` if it names no existing day. */
export function expandDay(text: string): TradingDay | undefined {
  if (!/^\d{8}$/.test(text)) return undefined;
  const day = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
  return isTradingDayText(day) ? day : undefined;
}
