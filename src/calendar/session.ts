import { type Hours, type TradingDay, type Venue, MINUTE_MS, kstInstant } from "../core/index.js";
import { type Regime, type VenueHours, krxRegimes, nxtRegimes } from "./session-regimes.data.js";
import type { HoursGrade } from "./special-hours.data.js";

/**
 * How a window trades. In `continuous`, `pre-market` and `after-market` trades print one by one; an auction collects
 * orders and prints at its end; `single-price` matches orders every ten minutes; in a `break` nothing trades.
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
  /** How it trades. */
  readonly kind: SessionWindowKind;
  /** Start, epoch ms, inclusive. */
  readonly from: number;
  /** End, epoch ms, exclusive. */
  readonly to: number;
  /**
   * Only on KRX's after-market: its closing print has a bar of its own, labelled with the window's end (20:00). A
   * closing auction always has such a bar, and needs no mark.
   */
  readonly closePrint?: true;
}

/** Why a day has hours of its own, and how sure they are. */
export interface SpecialHours {
  /** Why the hours differ, such as the exam day. */
  readonly reason: string;
  /**
   * How sure the hours are: `certain` and `likely` are of past days, `predicted` follows earlier years without a notice,
   * `announced` was added at run time.
   */
  readonly grade: HoursGrade | "announced";
}

/** One trading day's hours at one venue; epoch ms. */
export interface Session {
  /** Start of trading in the hours asked for; the opening auction is earlier. */
  readonly open: number;
  /** End of the last window in the hours asked for. */
  readonly close: number;
  /**
   * Ascending by start. The opening auction is before `open`. `UN` has the windows of both venues: those of the same
   * kind are merged, those of different kinds may overlap, as Nextrade's pre-market and KRX's opening auction do.
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

/** Hours of one day that replace the usual ones, `"HH:MM"` KST. */
export interface DayHours extends SpecialHours {
  readonly open: string;
  readonly close: string;
}

/** Special hours of one day, by venue. `market` holds for every venue without an entry of its own. */
export interface DayChange {
  readonly market?: DayHours;
  readonly KRX?: DayHours;
  readonly NXT?: DayHours;
}

/** The closing auction is the last ten minutes, in every regime and on every shifted day since 2000-05-22. */
export const CLOSING_AUCTION_MS: number = 10 * MINUTE_MS;

/** Each venue's hours since it opened, ascending by their first day. */
export interface RegimeTables {
  readonly KRX: readonly Regime[];
  readonly NXT: readonly Regime[];
}

/** The hours known when this package was made. */
export const KNOWN_REGIMES: RegimeTables = { KRX: krxRegimes, NXT: nxtRegimes };

/** The hours of `day` at `venue`; `undefined` before the venue opened for business. `day` is a trading day. */
export function sessionOf(
  day: TradingDay,
  venue: Venue,
  hours: Hours,
  change: DayChange = {},
  tables: RegimeTables = KNOWN_REGIMES,
): Session | undefined {
  const at = (one: "KRX" | "NXT"): SessionWindow[] => {
    const own = change[one] ?? (one === "NXT" ? nextradeHours(change.market) : change.market);
    return windowsOf(day, hours, hoursInForce(tables[one], day), own);
  };
  const windows = venue === "UN" ? union([...at("KRX"), ...at("NXT")]) : at(venue);
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

/** True if orders can match in the window: in all but the break and the auctions before trading. */
export function isTrading({ kind }: SessionWindow): boolean {
  return kind !== "opening-auction" && kind !== "after-market-auction" && kind !== "break";
}

/** KRX's usual open and close at the time of a day; `"HH:MM"` KST. */
export function usualHours(day: TradingDay): readonly [open: string, close: string] {
  return (hoursInForce(krxRegimes, day) as VenueHours).regular;
}

/** The time, `"HH:MM"`, that is `minutes` later. */
export function laterBy(time: string, minutes: number): string {
  const sum = Number(time.slice(0, 2)) * 60 + Number(time.slice(3)) + minutes;
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${two(Math.floor(sum / 60))}:${two(sum % 60)}`;
}

function windowsOf(
  day: TradingDay,
  hours: Hours,
  plain: VenueHours | undefined,
  change: { readonly open: string; readonly close: string } | undefined,
): SessionWindow[] {
  if (plain === undefined) return [];
  const at = (time: string): number => kstInstant(day, time);
  const [usualOpen, usualClose] = plain.regular.map(at) as [number, number];
  const open = change === undefined ? usualOpen : at(change.open);
  const close = change === undefined ? usualClose : at(change.close);
  const late = open - usualOpen;
  const later = Math.max(0, close - usualClose);
  const auction = plain.closingAuction ? close - CLOSING_AUCTION_MS : close;
  // A day that closes by the end of the break is one session (2000-01-04).
  const [pause, resume] = plain.break?.map(at) ?? [];
  const paused = pause !== undefined && resume !== undefined && resume < auction;
  const windows: SessionWindow[] = [];
  if (plain.openingAuction !== undefined) {
    windows.push({ kind: "opening-auction", from: at(plain.openingAuction) + late, to: open });
  }
  windows.push(
    { kind: "continuous", from: open + plain.delaySeconds * 1000, to: paused ? pause : auction },
    { kind: "break", from: paused ? pause : auction, to: paused ? resume : auction },
    { kind: "continuous", from: paused ? Math.max(resume, open) : auction, to: auction },
    { kind: "closing-auction", from: auction, to: close },
  );
  for (const { kind, from, to, closePrint } of hours === "all" ? plain.extended : []) {
    // Nextrade had no pre-market on the first session of 2026 and on the CSAT day of 2025, the late opens since it
    // began; for KRX's own, which is not live, the same is assumed.
    if (kind === "pre-market" && late !== 0) continue;
    // A late close moves the start of the evening and not its end: 17:00-18:00 on every CSAT day of the single-price
    // session. That KRX's after-market does the same (17:00-20:00 on 2026-11-19) is assumed: no notice was seen.
    const shift = kind === "pre-market" ? 0 : later;
    const end = at(to) + (kind === "after-market-auction" ? shift : 0);
    windows.push({ kind, from: at(from) + shift, to: end, ...(closePrint && { closePrint }) });
  }
  return windows.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
}

/** Nextrade's main market on a day of special hours: it opens with KRX and ends as KRX's closing auction starts. */
function nextradeHours(market: DayHours | undefined): { open: string; close: string } | undefined {
  return market && { open: market.open, close: laterBy(market.close, -CLOSING_AUCTION_MS / MINUTE_MS) };
}

/** The hours of a day: each row up to the day changes a part of those before. `undefined` before the first row. */
function hoursInForce(regimes: readonly Regime[], day: TradingDay): VenueHours | undefined {
  const past = regimes.filter(({ since }) => since <= day);
  return past.length === 0 ? undefined : Object.assign({}, ...past);
}

/** The windows of two venues as one list: windows of the same kind that touch or overlap become one. */
function union(windows: readonly SessionWindow[]): SessionWindow[] {
  const merged: SessionWindow[] = [];
  for (const window of windows.toSorted((a, b) => a.from - b.from)) {
    const index = merged.findIndex(({ kind, to }) => kind === window.kind && to >= window.from);
    const found = merged[index];
    if (found === undefined) merged.push(window);
    else merged[index] = { ...found, ...window, from: found.from, to: Math.max(found.to, window.to) };
  }
  return merged;
}
