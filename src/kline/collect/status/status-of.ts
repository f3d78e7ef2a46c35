import type { TradingCalendar } from "../../../calendar/index.js";
import {
  type Hours,
  type TradingDay,
  type Venue,
  finalCount,
  isHantooError,
  kstDay,
} from "../../../core/index.js";
import {
  type BarSource,
  type CoverageRow,
  type SourcePace,
  summarizeCoverage,
} from "../../evidence/index.js";
import type { WatchedDay } from "./day-watch.js";
import { MOST_NAMED, lagOf } from "./lag.js";
import type { LoggerStatus, StatusError, StatusPace } from "./logger-status.js";
import { minuteMap } from "./minute-map.js";
import { problemsOf } from "./problems.js";

/** What a status is made from. */
export interface StatusFacts {
  /** Epoch ms. */
  readonly now: number;
  readonly calendar: TradingCalendar;
  readonly venue: Venue;
  readonly hours: Hours;
  /** How long after its end a minute is final, in milliseconds. */
  readonly settleMs: number;
  /** The day it is about. */
  readonly tradingDay: TradingDay;
  /** In the order in which they are to stand. */
  readonly symbols: readonly string[];
  /** What is known of a day; ignored if it is not `tradingDay`. */
  readonly day: WatchedDay | undefined;
  /** How it is followed; the oldest a minute gets before it is fetched, in milliseconds from its end. */
  readonly cadence: Omit<StatusPace, "source"> & { readonly lagMs: number };
  /** How long an upload may wait for others, in milliseconds. */
  readonly uploadMs: number;
  /** How long after the session minutes may still come, in milliseconds. */
  readonly graceMs: number;
  /** Nothing is late before, epoch ms. */
  readonly allowedUntil: number;
  readonly source: Pick<BarSource, "pace" | "tokens">;
  readonly work: Pick<LoggerStatus, "isFollowing" | "waiting" | "lastPass" | "since"> & {
    readonly storeError: unknown;
  };
}

/** @returns a status; a pure function of its facts. @throws {@link CalendarRangeError} */
export function statusOf(facts: StatusFacts): LoggerStatus {
  const { now, calendar, venue, hours, settleMs, tradingDay, symbols, cadence, work, source } = facts;
  const choice = { venue, hours };
  const minutes = calendar.minutes(tradingDay, choice);
  const session = calendar.session(tradingDay, choice);
  const [open, close] = [session?.open ?? 0, session?.close ?? 0];
  const day = facts.day?.tradingDay === tradingDay ? facts.day : undefined;
  const rows = symbols.map((symbol) => day?.rows.get(symbol) ?? emptyRow(symbol, tradingDay, minutes));
  const logged = new Set(symbols);
  const failing = [...(day?.failing ?? [])].filter(([symbol]) => logged.has(symbol));
  const failures = failing
    .slice(0, MOST_NAMED)
    .map(([symbol, error]) => ({ symbol, error: statusError(error) }));
  const total = summarizeCoverage(rows);
  const final = finalCount(minutes, now, settleMs);
  const calendarConflicts = day?.calendarConflicts ?? [];
  const isClosed = calendarConflicts.some(({ kind }) => kind === "closed-by-source");
  const promisedMs = cadence.lagMs + facts.uploadMs;
  const { isLate, ...lag } = lagOf({ minutes, rows, now, promisedMs, endsAt: close + facts.graceMs });
  const dueMinutes = final * rows.length;
  const { everyMinutes, callsPerMinute, utilisation, feasible } = cadence;
  const { pace: sourcePace, tokens } = source;
  const told = {
    isHealthy: !isLate || isClosed || now < facts.allowedUntil,
    lag,
    failed: failing.length,
    failures,
    holes: total.holes,
    storeError: work.storeError === undefined ? null : statusError(work.storeError),
    waiting: work.waiting,
    calendarConflicts,
    stock_count: symbols.length,
    tradingDay,
  };
  return {
    today_total: total.have,
    expected_total: total.expected,
    collection_rate: total.rate,
    stock_count: symbols.length,
    first_time: total.first ?? null,
    last_time: total.last ?? null,
    at: now,
    venue,
    hours,
    tradingDay,
    session: { open, close },
    isOpen: now >= open && now < close,
    nextSession: nextSession(calendar, now, choice),
    isFollowing: work.isFollowing,
    isHealthy: told.isHealthy,
    problems: problemsOf(told),
    lag,
    pace: {
      everyMinutes,
      callsPerMinute,
      utilisation,
      feasible,
      source: sourcePace === undefined ? null : plainPace(sourcePace),
    },
    tokens: tokens === undefined ? null : { issued: tokens.issued, issuedAt: tokens.issuedAt ?? null },
    dueMinutes,
    dueRate: dueMinutes === 0 ? 1 : (total.have - total.holes) / dueMinutes,
    holes: total.holes,
    odd: day?.odd ?? 0,
    waiting: work.waiting,
    storeError: told.storeError,
    failed: told.failed,
    failures,
    calendarConflicts,
    lastPass: work.lastPass,
    since: work.since,
    minutes: minuteMap({ minutes, final, rows, failing: new Set(failing.map(([symbol]) => symbol)) }),
  };
}

/** A source may tell more than these fields, and not as plain data. */
const plainPace = ({ ceiling, current, refusals }: SourcePace): SourcePace => ({
  ceiling,
  current,
  refusals,
});

/** A symbol that was not looked at yet. */
function emptyRow(symbol: string, tradingDay: TradingDay, minutes: readonly number[]): CoverageRow {
  const [from, to] = [minutes[0], minutes.at(-1)];
  return {
    symbol,
    tradingDay,
    status: "missing",
    expected: minutes.length,
    have: 0,
    holes: 0,
    untraded: 0,
    missing: from === undefined || to === undefined ? [] : [{ from, to, reason: "not-fetched" }],
    first: undefined,
    last: undefined,
    rate: 0,
  };
}

function nextSession(
  calendar: TradingCalendar,
  now: number,
  choice: { readonly venue: Venue; readonly hours: Hours },
): LoggerStatus["nextSession"] {
  const today = kstDay(now);
  try {
    const open = calendar.session(today, choice)?.open;
    if (open !== undefined && open > now) return { tradingDay: today, open };
    const tradingDay = calendar.nextTradingDay(today);
    const opens = calendar.session(tradingDay, choice)?.open;
    return opens === undefined ? null : { tradingDay, open: opens };
  } catch (error) {
    if (isHantooError(error) && error.code === "calendar_range") return null;
    throw error;
  }
}

function statusError(error: unknown): StatusError {
  if (isHantooError(error)) return { name: error.name, code: error.code, message: error.message };
  if (error instanceof Error) return { name: error.name, code: "unknown", message: error.message };
  return { name: "Error", code: "unknown", message: "something that is no Error was thrown" };
}
