import type { TradingCalendar } from "../../../calendar/index.js";
import type { Hours, Logger, TradingDay, Venue } from "../../../core/index.js";
import type { Fetched } from "../../calls/index.js";
import type { KisCall, MinutePage } from "../../wire/index.js";
import type { DatedPage } from "../daily-bars.js";
import type { DaySpan } from "../daily-windows.js";
import type { RunningTotalsCache } from "./running-totals.js";

/** One symbol's day, checked: a trading day of the venue, not in the future. */
export interface MinuteTask {
  readonly symbol: string;
  readonly day: TradingDay;
  readonly venue: Venue;
  readonly hours: Hours;
  /** Epoch ms of the first minute wanted. */
  readonly from: number;
  readonly isToday: boolean;
  /** FHKST03010200 serves paper, FHKST03010230 live. */
  readonly endpoint: "today" | "day";
}

/** What reading a day takes from outside. */
export interface MinutePorts {
  readonly calendar: TradingCalendar;
  readonly logger: Logger;
  readonly settleMs: number;
  /** Trading days back from today that KIS keeps, today included. */
  readonly keptDays: number;
  readonly totals: RunningTotalsCache;
  readonly now: () => number;
  readonly fetch: (call: KisCall<MinutePage>) => Promise<Fetched<MinutePage>>;
  /** Daily rows as traded, or yearly ones; kept for the KST day unless `fresh`. */
  readonly daily: (
    span: DaySpan,
    how?: { readonly period?: "Y"; readonly fresh?: boolean },
  ) => Promise<DatedPage>;
  readonly calls: () => number;
}

/** Key of a task's running totals. */
export const totalsKey = ({ symbol, venue, hours }: MinuteTask): string => `${symbol} ${venue} ${hours}`;
