import { type TradingDay, checkIterable, isHantooError } from "../../core/index.js";
import type { DayTable } from "../../archive/index.js";
import { cellKind } from "./cell-kind.js";

/** How much of a symbol's day is stored. `closed`: no session that day. `unknown`: outside the calendar. */
export type CoverageStatus = "complete" | "partial" | "missing" | "closed" | "unknown";

/**
 * Why minutes are missing. `not-yet`: they have not ended and settled. `damaged`: an object that spans them cannot
 * be read, or the values stored are no bar. `lost`: stored as holes: KIS's totals show trades that no row
 * explains, or nobody vouches for the end of the day (`SyncReport.holes`).
 * `rescaled`: KIS has them on the scale of a later corporate action alone. `failed`: the last attempt to fetch them
 * failed. `too-old`: KIS no longer has them. `not-fetched`: the rest.
 */
export type MissingReason =
  | "not-yet"
  | "not-fetched"
  | "damaged"
  | "lost"
  | "rescaled"
  | "failed"
  | "too-old";

/** Missing minutes in a row, for one reason. */
export interface MissingMinutes {
  /** Epoch ms of the first missing minute. */
  readonly from: number;
  /** Epoch ms of the last missing minute, inclusive. */
  readonly to: number;
  /** Why all of them are missing. */
  readonly reason: MissingReason;
}

/** How much of one symbol's day is stored; counts are in minutes. */
export interface CoverageRow {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** KST day. */
  readonly tradingDay: TradingDay;
  /** The row in one word. */
  readonly status: CoverageStatus;
  /** Minutes of the whole session, those to come among them; 0 on a closed day. */
  readonly expected: number;
  /** Of them stored, holes among them. */
  readonly have: number;
  /** Of the stored ones, those that traded and that nobody can read; they are among `missing` as well. */
  readonly holes: number;
  /** Of the stored ones, those without a trade. */
  readonly untraded: number;
  /** Ascending. */
  readonly missing: readonly MissingMinutes[];
  /** Epoch ms of the first stored minute. */
  readonly first: number | undefined;
  /** Epoch ms of the last stored minute. */
  readonly last: number | undefined;
  /** `(have - holes) / expected`; 1 where nothing is expected, 0 where that is unknown. */
  readonly rate: number;
}

/** {@link CoverageRow}s summed up. */
export interface CoverageTotal {
  /** How many different symbols. */
  readonly symbols: number;
  /** How many days, closed and unknown ones not among them. */
  readonly days: number;
  /** Minutes of the whole sessions, those to come among them. */
  readonly expected: number;
  /** Of them stored, holes among them. */
  readonly have: number;
  /** Of the stored ones, those that traded and that nobody can read. */
  readonly holes: number;
  /** Of the stored ones, those without a trade. */
  readonly untraded: number;
  /** Minutes missing, holes among them: `expected - have + holes`. */
  readonly missing: number;
  /** First stored minute of all rows, epoch ms; `undefined` where nothing is stored. */
  readonly first: number | undefined;
  /** Last stored minute of all rows, epoch ms; `undefined` where nothing is stored. */
  readonly last: number | undefined;
  /** `(have - holes) / expected`; 1 where nothing is expected. */
  readonly rate: number;
  /** How many rows have each status. */
  readonly statuses: Readonly<Record<CoverageStatus, number>>;
}

/** What decides why a minute of one symbol's day is missing. */
interface MissingFacts {
  /** How many leading minutes of the session have ended and settled. */
  readonly final: number;
  /** Spans of objects that cannot be read, epoch ms, inclusive. */
  readonly damaged: readonly { readonly start: number; readonly end: number }[];
  /** The last attempt to fetch this symbol's day failed. */
  readonly failed: boolean;
  /** It gave prices of another scale, which could not be brought back. @defaultValue false */
  readonly rescaled?: boolean;
  /** KIS no longer has the day. */
  readonly tooOld: boolean;
}

/** The row of one symbol in a day's table. */
export function coverageRow(table: DayTable, symbol: string, facts: MissingFacts): CoverageRow {
  const { minutes, tradingDay } = table;
  const expected = minutes.length;
  const missing: MissingMinutes[] = [];
  let have = 0;
  let holes = 0;
  let untraded = 0;
  let first: number | undefined;
  let last: number | undefined;
  let gap: { from: number; to: number; reason: MissingReason } | undefined;
  for (const [index, minute] of minutes.entries()) {
    const kind = cellKind(table.get(symbol, index));
    if (kind !== "absent" && kind !== "broken") {
      have++;
      first ??= minute;
      last = minute;
    }
    if (kind === "untraded") untraded++;
    if (kind === "untraded" || kind === "traded") {
      gap = undefined;
      continue;
    }
    if (kind === "hole") holes++;
    const reason = kind === "hole" ? "lost" : kind === "broken" ? "damaged" : reasonOf(minute, index, facts);
    if (gap?.reason === reason) gap.to = minute;
    else missing.push((gap = { from: minute, to: minute, reason }));
  }
  const status =
    expected === 0 ? "closed" : have - holes === expected ? "complete" : have === 0 ? "missing" : "partial";
  const rate = expected === 0 ? 1 : (have - holes) / expected;
  return { symbol, tradingDay, status, expected, have, holes, untraded, missing, first, last, rate };
}

/** The row of a day that the calendar does not know. */
export function unknownRow(symbol: string, tradingDay: TradingDay): CoverageRow {
  const nothing = {
    expected: 0,
    have: 0,
    holes: 0,
    untraded: 0,
    missing: [],
    first: undefined,
    last: undefined,
    rate: 0,
  };
  return { symbol, tradingDay, status: "unknown", ...nothing };
}

/** Whether a failure says that the source has the day on another scale alone. */
export function isRescaled(error: unknown): boolean {
  return isHantooError(error) && "reason" in error && error.reason === "rescaled";
}

function reasonOf(minute: number, index: number, facts: MissingFacts): MissingReason {
  if (index >= facts.final) return "not-yet";
  if (facts.damaged.some(({ start, end }) => minute >= start && minute <= end)) return "damaged";
  if (facts.rescaled === true) return "rescaled";
  if (facts.failed) return "failed";
  return facts.tooOld ? "too-old" : "not-fetched";
}

/**
 * Sums rows up. The numbers of the usual monitoring are `have` (today_total), `expected` (expected_total), `rate`
 * (collection_rate), `symbols` (stock_count), `first` and `last`.
 *
 * @example
 * ```ts
 * const { days } = await coverage({ store, from, to });
 * const samsung = summarizeCoverage(days.filter(({ symbol }) => symbol === "005930"));
 * ```
 * @throws {@link ConfigError} if `rows` is nothing to walk through.
 */
export function summarizeCoverage(rows: Iterable<CoverageRow>): CoverageTotal {
  checkIterable(rows, "rows", "the rows of `coverage()`");
  const symbols = new Set<string>();
  const days = new Set<TradingDay>();
  const statuses = { complete: 0, partial: 0, missing: 0, closed: 0, unknown: 0 };
  let [expected, have, holes, untraded] = [0, 0, 0, 0];
  let [first, last] = [Infinity, -Infinity];
  for (const row of rows) {
    symbols.add(row.symbol);
    statuses[row.status]++;
    expected += row.expected;
    have += row.have;
    holes += row.holes;
    untraded += row.untraded;
    first = Math.min(first, row.first ?? Infinity);
    last = Math.max(last, row.last ?? -Infinity);
    if (row.expected > 0) days.add(row.tradingDay);
  }
  return {
    symbols: symbols.size,
    days: days.size,
    expected,
    have,
    holes,
    untraded,
    missing: expected - have + holes,
    first: first === Infinity ? undefined : first,
    last: last === -Infinity ? undefined : last,
    rate: expected > 0 ? (have - holes) / expected : statuses.closed > 0 && statuses.unknown === 0 ? 1 : 0,
    statuses,
  };
}
