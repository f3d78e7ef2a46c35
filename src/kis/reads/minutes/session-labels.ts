import type { SessionWindow, TradingCalendar } from "../../../calendar/index.js";
import { type Hours, MINUTE_MS, type TradingDay, type Venue, countThrough } from "../../../core/index.js";
import { closingMinute } from "./closing-print.js";

/** A late closing print stood at 15:31 or 15:32, an early one at 15:29 (005930, 2026-08-13, and an ETF note). */
const NEAR_CLOSING_MS = 2 * MINUTE_MS;

/** The minutes of a day at which rows are expected. */
export interface SessionLabels {
  /** Labels of the hours asked for, ascending. */
  readonly minutes: readonly number[];
  readonly first: number;
  readonly last: number;
  /** Label of the closing auction's print, where these hours have one. */
  readonly closing: number | undefined;
  /** Labels of all of the day's hours, ascending. */
  readonly all: readonly number[];
  /** The minute at an index; the minute before the session if there is none. */
  at(index: number): number;
  /** The session's last minute before an instant; the minute before the session if there is none. */
  before(time: number): number;
  /** Whether the calendar has a session, or trading at a single price, at this label. */
  isExpected(label: number): boolean;
  /** Whether a label is within two minutes of the closing auction's. */
  isNearClosing(label: number): boolean;
  /**
   * The latest label that costs no more calls than `least` does: trades after the session prove what its last minutes
   * were.
   */
  furthest(from: number, least: number, rowsACall: number): number;
}

/** @returns `undefined` on a day on which the venue does not trade. */
export function sessionLabels(
  calendar: TradingCalendar,
  day: TradingDay,
  { venue, hours }: { readonly venue: Venue; readonly hours: Hours },
): SessionLabels | undefined {
  const minutes = calendar.minutes(day, { venue, hours });
  const [first] = minutes;
  const last = minutes.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const all = calendar.minutes(day, { venue, hours: "all" });
  const known = new Set([...all, ...minutes]);
  const windows = calendar.session(day, { venue, hours: "all" })?.windows ?? [];
  const quiet = windows.filter(hasQuietTrades);
  const closing = closingMinute(calendar.session(day, { venue, hours })?.windows ?? []);
  const at = (index: number): number => minutes[index] ?? first - MINUTE_MS;
  return {
    minutes,
    first,
    last,
    closing,
    all,
    at,
    before: (time) => at(countThrough(minutes, time - 1) - 1),
    isExpected: (label) => known.has(label) || quiet.some(({ from, to }) => label >= from && label <= to),
    isNearClosing: (label) => closing !== undefined && Math.abs(label - closing) <= NEAR_CLOSING_MS,
    furthest(from, least, rowsACall) {
      const start = countThrough(all, from - 1);
      const rows = (label: number): number => countThrough(all, label) - start;
      const room = Math.max(1, Math.ceil(rows(least) / rowsACall)) * rowsACall;
      const beyond = all.slice(start).findLast((label) => rows(label) <= room) ?? least;
      return Math.max(least, beyond);
    },
  };
}

/**
 * Windows with trades at labels that are no minutes of the calendar: the single-price session, trades at the closing
 * price, and the after-market, whose closing print stands at the label of its end.
 */
function hasQuietTrades({ kind }: SessionWindow): boolean {
  return kind === "single-price" || kind === "after-market-auction" || kind === "after-market";
}
