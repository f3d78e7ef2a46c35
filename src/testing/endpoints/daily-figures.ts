import { type TradingCalendar, tradingDayAfter } from "../../calendar/index.js";
import { type TradingDay, type Venue, kstInstant } from "../../core/index.js";
import { type Market, type SymbolDay, viewDay } from "../market/index.js";
import type { EndpointContext } from "./endpoint.js";

/** One day's row of the daily chart as KIS gives it at an instant. */
export interface DailyFigures {
  readonly tradingDay: TradingDay;
  /** KRW. 0 on a day without regular trades; before the session all four prices are the previous close. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  /** KRW; the previous close on a day without trades. */
  readonly close: number;
  readonly volume: number;
  readonly turnover: number;
  readonly previousClose: number;
  readonly traded: boolean;
}

/** KST. By then the nightly batch has put the regular prices back: it was seen to run between 23:12 and 05:28. */
const BATCH_DONE = "05:30";
/** KST. A row of the coming session was seen at 07:49. That it is there from 05:00 on is assumed. */
const ROW_FROM = "05:00";
/** First day of the after-market that enters the daily row. */
const AFTER_MARKET_FROM = "2026-09-14";

/**
 * How a day's row changes: in the morning all its prices are the previous close; in the session it moves; from 16:00
 * until the night before the next session, the exchange's row includes the after-market in close, high and low; after
 * that its prices are the regular session's again, while volume and turnover keep the after-market.
 *
 * @returns `undefined` for a closed day, before the listing, after the delisting, and before 05:00 KST of the day.
 */
export function dailyFigures(
  context: EndpointContext,
  symbol: string,
  venue: Venue,
  tradingDay: TradingDay,
): DailyFigures | undefined {
  const name = `${symbol}/${tradingDay}/${venue}`;
  const rows = isSettled(context, tradingDay) ? settledRows(context.market) : undefined;
  const known = rows?.get(name);
  if (known !== undefined) return known;
  const figures = figuresNow(context, symbol, venue, tradingDay);
  // The row of a day without trades depends on the simulator's quirks, so it is not kept for the market.
  if (figures?.traded === true) rows?.set(name, figures);
  return figures;
}

/** Rows that no longer change, by market. A daily answer has a hundred rows, and each costs a simulated day. */
const settled = new WeakMap<Market, Map<string, DailyFigures>>();
const MOST_ROWS = 50_000;

function settledRows(market: Market): Map<string, DailyFigures> {
  let rows = settled.get(market);
  if (rows === undefined || rows.size >= MOST_ROWS) settled.set(market, (rows = new Map()));
  return rows;
}

/** Whether the nightly batch has run, and every late booking is in. */
function isSettled({ market, config, now }: EndpointContext, tradingDay: TradingDay): boolean {
  const { calendar } = market;
  const { bookingMs, maxCorrectionMs } = config.booking;
  return now >= batchAfter(calendar, tradingDay) + bookingMs + maxCorrectionMs;
}

/** When the batch corrects a day's row; `Infinity` where the calendar ends before the next trading day. */
function batchAfter(calendar: TradingCalendar, tradingDay: TradingDay): number {
  const next = tradingDayAfter(calendar, tradingDay);
  return next === undefined ? Number.POSITIVE_INFINITY : kstInstant(next, BATCH_DONE);
}

function figuresNow(
  context: EndpointContext,
  symbol: string,
  venue: Venue,
  tradingDay: TradingDay,
): DailyFigures | undefined {
  const { market, config, now } = context;
  const day = market.symbolDay(symbol, tradingDay, venue);
  const first = day?.minutes[0];
  if (day === undefined || first === undefined || now < kstInstant(tradingDay, ROW_FROM)) return undefined;
  const { previousClose } = day;
  const flat = { open: previousClose, high: previousClose, low: previousClose, close: previousClose };
  const nothing = { tradingDay, ...flat, volume: 0, turnover: 0, previousClose, traded: false };
  if (now < first) return nothing;
  const view = viewDay(day, now, config.booking);
  const from = venue === "KRX" ? day.regularFrom : 0;
  const to = priceEnd(context, day, venue);
  let [open, high, low, close] = [0, 0, Number.POSITIVE_INFINITY, 0];
  for (let index = from; index < Math.min(to, view.begun); index++) {
    const minute = view.minute(index);
    if (minute.volume === 0) continue;
    if (open === 0) open = minute.open;
    high = Math.max(high, minute.high);
    low = Math.min(low, minute.low);
    close = minute.close;
  }
  if (open === 0) return withoutTrades(context, day, nothing);
  const last = view.minute(view.begun - 1);
  const volume = last.accVolume + day.offSessionVolume;
  return {
    tradingDay,
    open,
    high,
    low,
    close,
    volume,
    turnover: last.accTurnover,
    previousClose,
    traded: true,
  };
}

/** Index after the last minute whose prices are in the row. */
function priceEnd({ market, now }: EndpointContext, day: SymbolDay, venue: Venue): number {
  const { length } = day.minutes;
  if (venue !== "KRX") return length;
  const { calendar } = market;
  const isEvening = day.tradingDay >= AFTER_MARKET_FROM && now < batchAfter(calendar, day.tradingDay);
  return isEvening ? length : day.regularTo;
}

/** The row of a day without a regular trade: none yet, a halt, or off-hours trades only, at the previous close. */
function withoutTrades(
  { config, now }: EndpointContext,
  day: SymbolDay,
  nothing: DailyFigures,
): DailyFigures {
  const isOver = now >= (day.minutes[day.regularTo - 1] ?? 0);
  const isZero = isOver && config.quirks.idleDailyRow === "zero";
  const prices = isZero || day.offSessionVolume > 0 ? { open: 0, high: 0, low: 0 } : {};
  const volume = day.offSessionVolume;
  return { ...nothing, ...prices, volume, turnover: volume * day.previousClose };
}

/** The figures on the scale of today's shares, rounded to whole won as KIS does. */
export function adjustedFigures(
  { market, config, today }: EndpointContext,
  symbol: string,
  figures: DailyFigures,
): DailyFigures {
  const { price, shares } = market.factors(symbol, figures.tradingDay, today);
  if (price === 1 && shares === 1) return figures;
  const scale = (won: number): number => Math.round(won * price);
  return {
    ...figures,
    open: scale(figures.open),
    high: scale(figures.high),
    low: scale(figures.low),
    close: scale(figures.close),
    previousClose: scale(figures.previousClose),
    volume: config.quirks.adjustedVolume ? Math.round(figures.volume * shares) : figures.volume,
  };
}
