import {
  type Hours,
  type TradingDay,
  type Venue,
  CalendarRangeError,
  ConfigError,
  addDays,
  checkDay,
  checkHours,
  checkOptions,
  checkPort,
  checkVenue,
  kstDay,
  systemClock,
} from "../core/index.js";
import {
  type CalendarAdditions,
  checkAdditions,
  checkClosures,
  checkRegimes,
  checkSessions,
} from "./additions.js";
import type { Closure } from "./closure.js";
import { KNOWN, closureTable } from "./closures.data.js";
import { type DayIndex, createDayIndex } from "./day-index.js";
import { compareHolidays } from "./differences.js";
import { minutesOf } from "./minutes.js";
import {
  type DayChange,
  type Session,
  type SessionOptions,
  KNOWN_REGIMES,
  isTrading,
  sessionOf,
} from "./session.js";
import { specialHoursTable } from "./special-hours.data.js";
import { specialHours } from "./special-hours.js";
import type { TradingCalendar } from "./trading-calendar.js";

/** Days that are cached for a venue and its hours: more than a year, some 4 MB. */
const KEPT_DAYS = 400;
/** The latest instant a `Date` can hold. */
const LAST_INSTANT = 8.64e15;
const NO_MINUTES: readonly number[] = Object.freeze([]);

/**
 * {@link krx} with what was announced after this package was made: a temporary holiday, hours of one day.
 *
 * @returns a calendar of its own; `krx` stays as it is.
 * @example
 * ```ts
 * const calendar = createCalendar({
 *   closures: [{ day: "2026-11-23", nameKo: "임시공휴일", nameEn: "Temporary holiday", kind: "temporary" }],
 *   sessions: [{ day: "2026-11-24", open: "10:00", close: "16:30", reason: "moved by notice" }],
 * });
 * calendar.isTradingDay("2026-11-23"); // false
 * ```
 * @throws {@link ConfigError} if an addition is not as {@link CalendarAdditions} says.
 * @throws {@link CalendarRangeError} if an addition's day is not covered.
 */
export function createCalendar(additions: CalendarAdditions = {}): TradingCalendar {
  checkAdditions(additions);
  const { first } = KNOWN;
  const coveredThrough = checkBetween(additions, "coveredThrough", addDays(KNOWN.coveredThrough, 3653));
  const confirmedThrough = checkBetween(additions, "confirmedThrough", coveredThrough);
  const closures = new Map<TradingDay, Closure>(
    closureTable.map(([day, nameKo, nameEn, kind]) => [day, Object.freeze({ nameKo, nameEn, kind })]),
  );
  const changes = new Map<TradingDay, DayChange>(
    specialHoursTable.map((row) => [row[0], { market: specialHours(row) }]),
  );
  const checkRange = (day: TradingDay): void => {
    if (day < first || day > coveredThrough) throw new CalendarRangeError(day, first, coveredThrough);
  };
  const regimes = checkRegimes(additions.regimes ?? [], KNOWN_REGIMES);
  const addedClosures = checkClosures(additions.closures ?? []);
  for (const [day, change] of checkSessions(additions.sessions ?? [])) {
    checkRange(day);
    if (addedClosures.has(day))
      throw new ConfigError("sessions", `without ${day}, which \`closures\` closes`, day);
    closures.delete(day);
    changes.set(day, { ...changes.get(day), ...change });
  }
  for (const [day, closure] of addedClosures) {
    checkRange(day);
    closures.set(day, closure);
  }

  // Built at the first question, so that a program that imports the package and asks nothing loses no time.
  let built: DayIndex | undefined;
  const index = (): DayIndex => (built ??= createDayIndex(first, coveredThrough, (day) => closures.has(day)));
  const isTradingDay = (day: TradingDay): boolean => {
    const { tradingDays, rank } = index();
    return tradingDays[rank(day, "day")] === day;
  };
  const at = (position: number): TradingDay => {
    const { tradingDays } = index();
    const day = tradingDays[position];
    if (day !== undefined) return day;
    const beyond = position < 0 ? addDays(first, -1) : addDays(coveredThrough, 1);
    throw new CalendarRangeError(beyond, first, coveredThrough);
  };
  const previousTradingDay = (day: TradingDay): TradingDay => at(index().rank(day, "day") - 1);
  const nextTradingDay = (day: TradingDay): TradingDay =>
    at(index().rank(day, "day") + (isTradingDay(day) ? 1 : 0));

  const cache = new Map<string, Map<TradingDay, CachedDay>>();
  const cachedDay = (day: TradingDay, venue: Venue, hours: Hours): CachedDay => {
    const slot = venue + hours;
    let days = cache.get(slot);
    if (days === undefined) cache.set(slot, (days = new Map()));
    let found = days.get(day);
    if (found === undefined) {
      found = {
        session: isTradingDay(day) ? sessionOf(day, venue, hours, changes.get(day), regimes) : undefined,
      };
      if (days.size >= KEPT_DAYS) days.clear();
      days.set(day, found);
    }
    return found;
  };

  return Object.freeze<TradingCalendar>({
    first,
    coveredThrough,
    confirmedThrough,
    isTradingDay,
    nextTradingDay,
    previousTradingDay,
    lastTradingDay(atMs = systemClock.now()) {
      const today = kstDay(checkInstant(atMs));
      const session = cachedDay(today, "KRX", "regular").session;
      return session !== undefined && session.open <= atMs ? today : previousTradingDay(today);
    },
    tradingDays(from, to) {
      const [start, end] = span(index(), from, to);
      return index().tradingDays.slice(start, end);
    },
    countTradingDays(from, to) {
      const [start, end] = span(index(), from, to);
      return end - start;
    },
    addTradingDays(day, count) {
      if (!Number.isSafeInteger(count))
        throw new ConfigError("count", "a whole number of trading days", count);
      const rank = index().rank(day, "day");
      if (isTradingDay(day) || count < 0) return at(rank + count);
      if (count === 0) throw new ConfigError("day", "a trading day where no days are added", day);
      return at(rank + count - 1);
    },
    session: (day, options) => cachedDay(day, ...choiceOf(options)).session,
    minutes(day, options) {
      const entry = cachedDay(day, ...choiceOf(options));
      return (entry.minutes ??= entry.session === undefined ? NO_MINUTES : minutesOf(entry.session));
    },
    isOpen(atMs, options) {
      const day = kstDay(checkInstant(atMs));
      const choice = choiceOf(options);
      const opens = (of: TradingDay): boolean =>
        cachedDay(of, ...choice).session?.windows.some(
          (w) => w.from <= atMs && atMs < w.to && isTrading(w),
        ) ?? false;
      // A night session belongs to the day it begins on.
      return opens(day) || (day > first && opens(addDays(day, -1)));
    },
    closure(day) {
      index().rank(day, "day");
      return closures.get(day);
    },
    differences: (rows) =>
      compareHolidays(rows, (day) =>
        day < first || day > coveredThrough ? "unknown" : isTradingDay(day) ? "open" : "closed",
      ),
  });
}

/**
 * Days and hours of the Korea Exchange and of Nextrade, 2000-01-01 to 2027-12-31, by table and without I/O.
 *
 * @example
 * ```ts
 * krx.isTradingDay("2026-07-17"); // false: Constitution Day
 * krx.nextTradingDay("2026-11-20"); // "2026-11-23"
 * krx.minutes("2026-11-20").length; // 381: 09:00 to 15:19, and 15:30
 * ```
 */
export const krx: TradingCalendar = /* @__PURE__ */ createCalendar();

/**
 * @returns `calendar`, checked; {@link krx} where it is left out.
 * @throws `ConfigError` if it is no calendar.
 */
export function checkCalendar(calendar: TradingCalendar = krx): TradingCalendar {
  const methods = ["minutes", "tradingDays"] as const;
  return checkPort(calendar, "calendar", methods, "`krx` or made by `createCalendar()`");
}

interface CachedDay {
  readonly session: Session | undefined;
  minutes?: readonly number[];
}

const REGULAR: SessionOptions = Object.freeze({});

/** Checks the options: `krx.session(day, "NXT")` would otherwise answer with KRX's session. */
function choiceOf(options: SessionOptions = REGULAR): [Venue, Hours] {
  const { venue = "KRX", hours = "regular" } = checkOptions(options, "an object such as { venue, hours }");
  return [checkVenue(venue), checkHours(hours)];
}

/** Positions of the trading days from `from` to `to`, inclusive, as a half-open range. */
function span(index: DayIndex, from: TradingDay, to: TradingDay): [start: number, end: number] {
  const start = index.rank(from, "from");
  const end = index.rank(to, "to");
  if (from > to) throw new ConfigError("from", `no later than \`to\`, ${to}`, from);
  return [start, index.tradingDays[end] === to ? end + 1 : end];
}

function checkInstant(value: number): number {
  if (typeof value !== "number" || !(Math.abs(value) <= LAST_INSTANT - 86_400_000)) {
    throw new ConfigError("atMs", "an instant in epoch milliseconds", value);
  }
  return value;
}

function checkBetween(
  additions: CalendarAdditions,
  option: "coveredThrough" | "confirmedThrough",
  latest: TradingDay,
): TradingDay {
  const earliest = KNOWN[option];
  const day = checkDay(additions[option] ?? earliest, option);
  if (day < earliest || day > latest) throw new ConfigError(option, `from ${earliest} to ${latest}`, day);
  return day;
}
