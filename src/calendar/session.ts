import { type Hours, type TradingDay, type Venue, MINUTE_MS, kstInstant } from "../core/index.js";
import { type KrxRegime, type NxtRegime, krxRegimes, nxtRegimes } from "./session-regimes.data.js";
import type { HoursGrade } from "./special-hours.data.js";

/**
 * What goes on in a window. Trades print one by one in `continuous`, `pre-market` and `after-market`; an auction
 * collects orders and prints at its end; `single-price` matches every ten minutes; in a `break` nothing happens.
 */
export type SessionWindowKind =
  | "pre-market"
  | "opening-auction"
  | "continuous"
  | "break"
  | "closing-auction"
  | "after-market-auction"
  | "after-market"
  | "single-price";

/** A part of a session, half-open; epoch ms. */
export interface SessionWindow {
  readonly kind: SessionWindowKind;
  readonly from: number;
  readonly to: number;
}

/** Why a day has hours of its own, and how sure they are. */
export interface SpecialHours {
  readonly reason: string;
  /** `certain` and `likely` are history, `predicted` follows precedent without a notice, `announced` was added at run time. */
  readonly grade: HoursGrade | "announced";
}

/** One trading day's hours at one venue; epoch ms. */
export interface Session {
  /** When trading starts, of the hours asked for; the auction before it has begun by then. */
  readonly open: number;
  /** When the last window ends, of the hours asked for. */
  readonly close: number;
  /**
   * Ascending by start. The opening auction lies before `open`. At `UN` windows of both venues, equal kinds
   * merged; different kinds may overlap there (Nextrade's pre-market and KRX's opening auction do).
   */
  readonly windows: readonly SessionWindow[];
  /** Only on a day with hours of its own. */
  readonly special?: SpecialHours;
}

/** Which session of the day. */
export interface SessionOptions {
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** `"regular"`, or `"all"`: pre-market, after-market and single-price session as well. @defaultValue "regular" */
  readonly hours?: Hours;
}

/** Hours of one day that replace the usual ones; `"HH:MM"` KST. */
export interface DayHours extends SpecialHours {
  readonly open: string;
  readonly close: string;
}

/** Special hours of one day by whom they bind; `market` binds every venue without an entry of its own. */
export interface DayChange {
  readonly market?: DayHours;
  readonly KRX?: DayHours;
  readonly NXT?: DayHours;
}

/** The closing auction is the last ten minutes, in every regime and on every shifted day since 2000-05-22. */
export const CLOSING_AUCTION_MS: number = 10 * MINUTE_MS;

/** The hours of `day` at `venue`; `undefined` before the venue opened for business. `day` is a trading day. */
export function sessionOf(
  day: TradingDay,
  venue: Venue,
  hours: Hours,
  change: DayChange = {},
): Session | undefined {
  const windows =
    venue === "KRX"
      ? krxWindows(day, hours, change)
      : venue === "NXT"
        ? nxtWindows(day, hours, change)
        : union([...krxWindows(day, hours, change), ...nxtWindows(day, hours, change)]);
  if (windows.length === 0) return undefined;
  const trading = windows.filter(isTrading);
  const own = venue === "NXT" ? change.NXT : change.KRX;
  const special = own ?? change.market ?? (venue === "UN" ? change.NXT : undefined);
  return Object.freeze({
    open: Math.min(...trading.map(({ from }) => from)),
    close: Math.max(...windows.map(({ to }) => to)),
    windows: Object.freeze(windows.map((window) => Object.freeze(window))),
    ...(special && { special: Object.freeze({ reason: special.reason, grade: special.grade }) }),
  });
}

/** True where orders can meet: all but the auctions before a start, and the break. */
export function isTrading({ kind }: SessionWindow): boolean {
  return kind !== "opening-auction" && kind !== "after-market-auction" && kind !== "break";
}

function krxWindows(day: TradingDay, hours: Hours, change: DayChange): SessionWindow[] {
  const regime = inForce(krxRegimes, day);
  if (regime === undefined) return [];
  const at = (time: string): number => kstInstant(day, time);
  const { open, close, late, later } = shifted(day, [regime.open, regime.close], change.KRX ?? change.market);
  const auction = close - CLOSING_AUCTION_MS;
  const windows: SessionWindow[] = [];
  if (regime.openingAuction !== undefined) {
    windows.push({ kind: "opening-auction", from: at(regime.openingAuction) + late, to: open });
  }
  const [pause, resume] = regime.break?.map(at) ?? [auction, auction];
  windows.push(
    { kind: "continuous", from: open, to: Math.min(pause ?? auction, auction) },
    { kind: "break", from: pause ?? auction, to: resume ?? auction },
    { kind: "continuous", from: Math.max(resume ?? auction, open), to: auction },
    { kind: "closing-auction", from: auction, to: close },
  );
  if (hours === "all" && regime.evening !== undefined) {
    // A late close moves the start and not the end: 17:00-18:00 on every CSAT day of the single-price session.
    // That the after-market does the same (17:00-20:00 on 2026-11-19) is assumed: no notice was seen.
    const { kind, from, to } = regime.evening;
    windows.push({ kind, from: at(from) + later, to: at(to) });
  }
  return windows.filter(({ from, to }) => from < to);
}

function nxtWindows(day: TradingDay, hours: Hours, change: DayChange): SessionWindow[] {
  const regime = inForce(nxtRegimes, day);
  if (regime === undefined) return [];
  const at = (time: string): number => kstInstant(day, time);
  const { open, close, late, later } = shifted(day, regime.main, change.NXT ?? nxtHours(day, change.market));
  const windows: SessionWindow[] = [];
  // None on the first session of 2026 and on the CSAT day of 2025, the two late opens since Nextrade began.
  if (hours === "all" && late === 0) {
    windows.push({ kind: "pre-market", from: at(regime.preMarket[0]), to: at(regime.preMarket[1]) });
  }
  windows.push({ kind: "continuous", from: open + regime.mainDelaySeconds * 1000, to: close });
  if (hours === "all") {
    const [from, to] = regime.afterMarketAuction;
    windows.push(
      { kind: "after-market-auction", from: at(from) + later, to: at(to) + later },
      { kind: "after-market", from: at(regime.afterMarket[0]) + later, to: at(regime.afterMarket[1]) },
    );
  }
  return windows.filter(({ from, to }) => from < to);
}

/** Nextrade's main market on a day of special hours: it opens with KRX and ends as KRX's closing auction starts. */
function nxtHours(day: TradingDay, market: DayHours | undefined): DayTimes | undefined {
  return (
    market && {
      open: kstInstant(day, market.open),
      close: kstInstant(day, market.close) - CLOSING_AUCTION_MS,
    }
  );
}

interface DayTimes {
  readonly open: number;
  readonly close: number;
}

/** Open and close in force, and how much the open differs and the close is later than usual; ms. */
function shifted(
  day: TradingDay,
  [usualOpen, usualClose]: readonly [open: string, close: string],
  change: DayHours | DayTimes | undefined,
): DayTimes & { readonly late: number; readonly later: number } {
  const at = (time: string | number): number => (typeof time === "number" ? time : kstInstant(day, time));
  const open = at(change?.open ?? usualOpen);
  const close = at(change?.close ?? usualClose);
  return { open, close, late: open - at(usualOpen), later: Math.max(0, close - at(usualClose)) };
}

function inForce<R extends KrxRegime | NxtRegime>(regimes: readonly R[], day: TradingDay): R | undefined {
  return regimes.findLast(({ since }) => since <= day);
}

/** Windows of two venues as one list: those of a kind that meet become one. */
function union(windows: readonly SessionWindow[]): SessionWindow[] {
  const merged: SessionWindow[] = [];
  for (const window of windows.toSorted((a, b) => a.from - b.from)) {
    const index = merged.findIndex(({ kind, to }) => kind === window.kind && to >= window.from);
    const found = merged[index];
    if (found === undefined) merged.push(window);
    else merged[index] = { ...found, to: Math.max(found.to, window.to) };
  }
  return merged;
}
