import { type TradingDay, ConfigError, checkDay, weekdayOf } from "../core/index.js";
import { type Closure, type ClosureKind, CLOSURE_KINDS } from "./closure.js";
import { CLOSING_AUCTION_MS, type DayChange, type DayHours } from "./session.js";

/** A day KRX will not trade, announced after this package was made. */
export interface AddedClosure {
  /** KST date. */
  readonly day: TradingDay;
  readonly nameKo: string;
  readonly nameEn: string;
  readonly kind: ClosureKind;
}

/** Hours of one day, announced after this package was made. */
export interface AddedSession {
  /** KST date. A weekday the table closes is opened by this. */
  readonly day: TradingDay;
  /**
   * Whom the hours bind. Left out: the market, in KRX's hours, and Nextrade goes along as it did on past CSAT
   * days: it opens with KRX, ends as KRX's closing auction starts and has no pre-market.
   */
  readonly venue?: "KRX" | "NXT";
  /** `"HH:MM"` KST. At Nextrade of the main market, which trades from 30 seconds after. */
  readonly open: string;
  /** `"HH:MM"` KST. At KRX the end of the closing auction, which stays the last ten minutes. */
  readonly close: string;
  readonly reason: string;
}

/** What to add to {@link krx}. */
export interface CalendarAdditions {
  /** @defaultValue none */
  readonly closures?: readonly AddedClosure[];
  /** @defaultValue none */
  readonly sessions?: readonly AddedSession[];
  /**
   * Covers up to here, at most ten years on, for who knows the closures of those years and gives them all in
   * `closures`: every other weekday is taken for open, and for a plain day unless `sessions` says otherwise (the
   * year's first session and CSAT day). @defaultValue `krx.coveredThrough`
   */
  readonly coveredThrough?: TradingDay;
  /** The last day known from KRX itself. @defaultValue `krx.confirmedThrough` */
  readonly confirmedThrough?: TradingDay;
}

const NAMES: readonly string[] = ["closures", "sessions", "coveredThrough", "confirmedThrough"];

/** @throws {@link ConfigError} unless it is an object with nothing else in it: a misspelt closure would be open. */
export function checkAdditions(additions: CalendarAdditions): void {
  if (typeof additions !== "object" || additions === null || Array.isArray(additions)) {
    throw new ConfigError("additions", "an object", additions);
  }
  for (const name of Object.keys(additions)) {
    if (!NAMES.includes(name)) throw new ConfigError(name, `one of ${NAMES.join(", ")}`, "an unknown option");
  }
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
    changes.set(day, { ...known, [whom]: checkHours(row, option) });
  }
  return changes;
}

function checkHours(row: AddedSession, option: string): DayHours {
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

const minuteOfDay = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

function checkArray<T>(rows: readonly T[], option: string): readonly T[] {
  if (!Array.isArray(rows)) throw new ConfigError(option, "an array", rows);
  return rows;
}

function checkText(value: unknown, option: string): string {
  if (typeof value !== "string" || value.trim() === "") throw new ConfigError(option, "a text", value);
  return value;
}
