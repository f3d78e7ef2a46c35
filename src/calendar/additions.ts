import { type TradingDay, ConfigError, checkDay, weekdayOf, checkNames } from "../core/index.js";
import { type Closure, type ClosureKind, CLOSURE_KINDS } from "./closure.js";
import type { Regime } from "./session-regimes.data.js";
import { CLOSING_AUCTION_MS, type DayChange, type DayHours, type RegimeTables } from "./session.js";

/** A day on which KRX will not trade, announced after this package was made. */
export interface AddedClosure {
  /** KST date. */
  readonly day: TradingDay;
  /** Name in Korean, such as `임시공휴일`. */
  readonly nameKo: string;
  /** Name in English. */
  readonly nameEn: string;
  /** Why the market is closed. */
  readonly kind: ClosureKind;
}

/** Hours of one day, announced after this package was made. */
export interface AddedSession {
  /** KST date. A weekday the table closes is opened by this. */
  readonly day: TradingDay;
  /**
   * Venue with these hours. Left out: both, in KRX's hours. Nextrade then follows as on past CSAT days: it opens with
   * KRX, ends when KRX's closing auction starts, and has no pre-market.
   */
  readonly venue?: "KRX" | "NXT";
  /** `"HH:MM"` KST. At Nextrade: of the main market, which trades from 30 seconds later on. */
  readonly open: string;
  /** `"HH:MM"` KST. At KRX the end of the closing auction, which stays the last ten minutes. */
  readonly close: string;
  /** Why the hours differ, such as the exam day; shown by `session()`. */
  readonly reason: string;
}

/**
 * Hours of a venue from one day on, announced after this package was made, such as a pre-market of KRX. What is left out
 * stays as it was. `extended` replaces all windows outside the regular session, so repeat those that stay.
 */
export interface AddedRegime extends Regime {
  /** Venue whose hours change. `UN` is always both venues together. */
  readonly venue: "KRX" | "NXT";
}

/** What to add to {@link krx}. */
export interface CalendarAdditions {
  /** @defaultValue none */
  readonly closures?: readonly AddedClosure[];
  /** @defaultValue none */
  readonly sessions?: readonly AddedSession[];
  /** @defaultValue none */
  readonly regimes?: readonly AddedRegime[];
  /**
   * Last day to cover, at most ten years after `krx.coveredThrough`. Give all closures of the added years in
   * `closures`: every other weekday is open, with usual hours unless `sessions` says otherwise (the year's first
   * session, CSAT day). @defaultValue `krx.coveredThrough`
   */
  readonly coveredThrough?: TradingDay;
  /** The last day known from KRX itself. @defaultValue `krx.confirmedThrough` */
  readonly confirmedThrough?: TradingDay;
}

const NAMES: readonly string[] = ["closures", "sessions", "regimes", "coveredThrough", "confirmedThrough"];

/** @throws {@link ConfigError} unless it is an object of known options: a misspelt one would leave a closed day open. */
export function checkAdditions(additions: CalendarAdditions): void {
  if (typeof additions !== "object" || additions === null || Array.isArray(additions)) {
    throw new ConfigError("additions", "an object", additions);
  }
  checkNames(additions, NAMES, "additions");
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** @throws {@link ConfigError} if a row is not as {@link AddedClosure} says, or a day comes twice. */
export function checkClosures(rows: readonly AddedClosure[]): Map<TradingDay, Closure> {
  const closures = new Map<TradingDay, Closure>();
  for (const [index, row] of checkArray(rows, "closures").entries()) {
    const option = `closures[${index}]`;
    const day = checkDay(row?.day, `${option}.day`);
    if (closures.has(day)) throw new ConfigError(`${option}.day`, "a day given once", day);
    if (!CLOSURE_KINDS.includes(row.kind)) {
      throw new ConfigError(`${option}.kind`, `one of ${CLOSURE_KINDS.join(", ")}`, row.kind);
    }
    const nameKo = checkText(row.nameKo, `${option}.nameKo`);
    const nameEn = checkText(row.nameEn, `${option}.nameEn`);
    closures.set(day, Object.freeze({ nameKo, nameEn, kind: row.kind }));
  }
  return closures;
}

/** @throws {@link ConfigError} if a row is not as {@link AddedSession} says, or a day and venue come twice. */
export function checkSessions(rows: readonly AddedSession[]): Map<TradingDay, DayChange> {
  const changes = new Map<TradingDay, DayChange>();
  for (const [index, row] of checkArray(rows, "sessions").entries()) {
    const option = `sessions[${index}]`;
    const day = checkDay(row?.day, `${option}.day`);
    if (weekdayOf(day) === 0 || weekdayOf(day) === 6) {
      throw new ConfigError(`${option}.day`, "a weekday: KRX has not traded on others since 1998-12", day);
    }
    const known = changes.get(day) ?? {};
    const whom = row.venue ?? "market";
    if (whom !== "market" && whom !== "KRX" && whom !== "NXT") {
      throw new ConfigError(`${option}.venue`, '"KRX", "NXT" or left out for both', row.venue);
    }
    if (known[whom] !== undefined)
      throw new ConfigError(`${option}.day`, `a day given once for ${whom}`, day);
    changes.set(day, { ...known, [whom]: dayHoursOf(row, option) });
  }
  return changes;
}

function dayHoursOf(row: AddedSession, option: string): DayHours {
  for (const name of ["open", "close"] as const) {
    if (typeof row[name] !== "string" || !TIME.test(row[name])) {
      throw new ConfigError(`${option}.${name}`, 'a KST time as "HH:MM"', row[name]);
    }
  }
  if (minuteOfDay(row.close) - minuteOfDay(row.open) <= CLOSING_AUCTION_MS / 60_000) {
    throw new ConfigError(`${option}.close`, `more than ten minutes after its open, ${row.open}`, row.close);
  }
  const reason = checkText(row.reason, `${option}.reason`);
  return { open: row.open, close: row.close, reason, grade: "announced" };
}

const EXTENDED: readonly string[] = ["pre-market", "after-market-auction", "after-market", "single-price"];
/** Times up to the end of the next day: a night session belongs to the day on which it begins. */
const LONG_TIME = /^([0-3]\d|4[0-7]):[0-5]\d$/;

/**
 * @returns the tables with the added rows at their ends.
 * @throws {@link ConfigError} if a row is not as {@link AddedRegime} says, or begins before one in force.
 */
export function checkRegimes(rows: readonly AddedRegime[], tables: RegimeTables): RegimeTables {
  const grown = { KRX: [...tables.KRX], NXT: [...tables.NXT] };
  for (const [index, row] of checkArray(rows, "regimes").entries()) {
    const option = `regimes[${index}]`;
    const since = checkDay(row?.since, `${option}.since`);
    if (row.venue !== "KRX" && row.venue !== "NXT")
      throw new ConfigError(`${option}.venue`, '"KRX" or "NXT"', row.venue);
    const last = grown[row.venue].at(-1)?.since ?? "";
    if (since <= last) throw new ConfigError(`${option}.since`, `a day after ${last}`, since);
    checkText(row.source, `${option}.source`);
    for (const [name, span] of [["regular", row.regular] as const, ["break", row.break] as const]) {
      if (span !== undefined) checkSpan(span, `${option}.${name}`);
    }
    if (row.openingAuction !== undefined) checkTime(row.openingAuction, `${option}.openingAuction`);
    for (const [at, window] of checkArray(row.extended ?? [], `${option}.extended`).entries()) {
      const name = `${option}.extended[${at}]`;
      if (!EXTENDED.includes(window?.kind))
        throw new ConfigError(`${name}.kind`, `one of ${EXTENDED.join(", ")}`, window?.kind);
      checkSpan([window.from, window.to], name);
    }
    grown[row.venue].push(Object.freeze({ ...row }));
  }
  return grown;
}

function checkSpan(span: readonly string[], option: string): void {
  const [from, to] = checkArray(span, option).map((time) => checkTime(time, option));
  if (span.length !== 2 || !((from ?? "") < (to ?? "")))
    throw new ConfigError(option, "two times, the first the earlier", span);
}

function checkTime(time: unknown, option: string): string {
  if (typeof time !== "string" || !LONG_TIME.test(time))
    throw new ConfigError(option, 'a KST time as "HH:MM", from "24:00" on of the day after', time);
  return time;
}

const minuteOfDay = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

function checkArray<T>(rows: readonly T[], option: string): readonly T[] {
  if (!Array.isArray(rows)) throw new ConfigError(option, "an array", rows);
  return rows;
}

function checkText(value: unknown, option: string): string {
  if (typeof value !== "string" || value.trim() === "") throw new ConfigError(option, "a text", value);
  return value;
}
