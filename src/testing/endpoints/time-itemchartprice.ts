import { MINUTE_MS, type Venue, compactDay, countThrough, kstInstant, minuteOf } from "../../core/index.js";
import { type DayView, viewDay } from "../market/index.js";
import type { QuirkOptions } from "../settings/index.js";
import { INT64_MIN, success } from "../wire/index.js";
import {
  type MinuteRow,
  type PublishedMinute,
  flatRow,
  minuteLabel,
  publishedByMinute,
  publishedRow,
  tradedRow,
} from "../rows/index.js";
import {
  type Endpoint,
  type EndpointContext,
  askedFor,
  invalidField,
  queryOf,
  publishedMinutes,
} from "./endpoint.js";
import { type Quote, chartQuote, quoteOf } from "./quote.js";

const ROWS = 30;
const TR_ID = "FHKST03010200";

/** FHKST03010200: today's minutes, 30 rows back from the label asked for, in the three layers of a live answer. */
export const timeItemChartPrice: Endpoint = {
  path: "/uapi/domestic-stock/v1/quotations/inquire-time-itemchartprice",
  trId: TR_ID,
  keys: [
    "FID_ETC_CLS_CODE",
    "FID_COND_MRKT_DIV_CODE",
    "FID_INPUT_ISCD",
    "FID_INPUT_HOUR_1",
    "FID_PW_DATA_INCU_YN",
  ],
  answer(context, request) {
    const asked = askedFor(request);
    if ("status" in asked) return asked;
    const hour = queryOf(request, "FID_INPUT_HOUR_1");
    if (!/^\d{6}$/.test(hour)) return invalidField("FID_INPUT_HOUR_1");
    const quote = quoteOf(context, asked.symbol, asked.venue);
    const rows = quote === undefined ? [] : rowsOf(context, asked.venue, quote, hour);
    return success({ output1: chartQuote(quote), output2: rows });
  },
};

function rowsOf(context: EndpointContext, venue: Venue, quote: Quote, hour: string): MinuteRow[] {
  const { market, config, now } = context;
  const { view, tradingDay } = quote;
  const first = view.day.minutes[0] ?? 0;
  const date = compactDay(tradingDay);
  const from = kstInstant(tradingDay, hour);
  if (venue === "UN" && config.quirks.voidRows && minuteOf(from) <= first) return voidRows(date, from);
  const rows =
    now < first || minuteOf(from) < first
      ? []
      : servedRows(
          { view, quirks: config.quirks, now, date, published: publishedByLabel(context, view) },
          hour,
          from,
        );
  if (rows.length >= ROWS) return rows;
  // Past the open the answer runs on into the session before, under today's date.
  const before = market.calendar.previousTradingDay(tradingDay);
  const day = market.symbolDay(quote.instrument.symbol, before, venue);
  if (day === undefined) return rows;
  const past = viewDay(day, now, config.booking);
  const old: Served = {
    view: past,
    quirks: config.quirks,
    now,
    date,
    published: publishedByLabel(context, past),
  };
  const end = day.minutes[day.regularTo - 1] ?? 0;
  const until = now < first && minuteOf(from) >= first ? Math.min(end, kstInstant(before, hour)) : end;
  return [...rows, ...gridRows(old, until, ROWS - rows.length)];
}

/** Rows without data, as seen at UN for a label before the first trade (035720 at 080000). */
function voidRows(date: string, fromMs: number): MinuteRow[] {
  return Array.from({ length: ROWS }, (_, place) => ({
    ...flatRow(date, minuteLabel(minuteOf(fromMs) - place * MINUTE_MS), 0, 0),
    cntg_vol: INT64_MIN,
  }));
}

interface Served {
  readonly view: DayView;
  readonly quirks: Required<QuirkOptions>;
  readonly now: number;
  /** `stck_bsop_date` of the rows. */
  readonly date: string;
  /** The day's minutes as KIS publishes them, by label; absent where they are the market's own. */
  readonly published: ReadonlyMap<number, PublishedMinute> | undefined;
}

function publishedByLabel(
  context: EndpointContext,
  view: DayView,
): ReadonlyMap<number, PublishedMinute> | undefined {
  const published = publishedMinutes(context, TR_ID, view);
  return published && publishedByMinute(published, kstInstant(view.day.tradingDay, "00:00"));
}

/** The rows of the session itself: the echo, the placeholders, the confirmed minutes. */
function servedRows(served: Served, hour: string, fromMs: number): MinuteRow[] {
  const { view, now, date } = served;
  const { day } = view;
  const asked = minuteOf(fromMs);
  const forming = minuteOf(now);
  const regularEnd = (day.minutes[day.regularTo - 1] ?? 0) + MINUTE_MS;
  const inRegular = now >= (day.minutes[0] ?? 0) && now < regularEnd;
  const index = view.begun - 1;
  const inMinute = index >= 0 && day.minutes[index] === forming;
  const rows: MinuteRow[] = [];
  let at = asked;
  const echoes = inRegular || (inMinute && asked >= forming);
  if (echoes) {
    rows.push(echoRow(view, date, hour));
    at -= MINUTE_MS;
  }
  const filler = stateAt(view, index);
  const unfinished = echoes ? forming : Number.POSITIVE_INFINITY;
  for (; at >= unfinished && rows.length < ROWS; at -= MINUTE_MS) {
    rows.push(flatRow(date, minuteLabel(at), filler.price, filler.accTurnover));
  }
  const rest = gridRows(served, at, ROWS - rows.length);
  const top = rest[0];
  // Outside the session, too, the first row carries the label asked for, seconds included.
  if (rows.length === 0 && top !== undefined) rest[0] = { ...top, stck_cntg_hour: hour };
  return [...rows, ...rest];
}

/** The bar now forming; until the minute's first trade, the last bar with one, volume included. */
function echoRow(view: DayView, date: string, hour: string): MinuteRow {
  const last = view.lastTraded(view.begun - 1);
  if (last >= 0) return tradedRow(date, hour, view.minute(last));
  return flatRow(date, hour, view.day.previousClose, 0);
}

/** Confirmed minutes, one row each, from `untilMs` down to the day's first. */
function gridRows(served: Served, untilMs: number, count: number): MinuteRow[] {
  const { view, date } = served;
  const { day } = view;
  const rows: MinuteRow[] = [];
  for (let at = untilMs; at >= (day.minutes[0] ?? 0) && rows.length < count; at -= MINUTE_MS) {
    const index = countThrough(day.minutes, at) - 1;
    const exact = index >= 0 && index < view.begun && day.minutes[index] === at;
    const minute = exact ? view.minute(index) : undefined;
    const isTraded = minute !== undefined && minute.volume > 0 && !isReset(served, index);
    const published = served.published?.get(at);
    if (published !== undefined && !isReset(served, index)) rows.push(publishedRow(date, published));
    else if (isTraded && served.published === undefined) rows.push(tradedRow(date, minuteLabel(at), minute));
    else {
      const { price, accTurnover } = stateBefore(served, at, Math.min(index, view.begun - 1));
      rows.push(flatRow(date, minuteLabel(at), price, accTurnover));
    }
  }
  return rows;
}

/** The closing auction's row is 0 from a minute after its label until it is settled for good. */
function isReset({ view, quirks, now }: Served, index: number): boolean {
  const at = view.day.minutes[index] ?? 0;
  return index === view.day.auction && now < at + quirks.auctionSettleMs;
}

/** {@link stateAt}, by the minutes that KIS publishes. */
function stateBefore({ view, published }: Served, at: number, index: number): ReturnType<typeof stateAt> {
  if (published === undefined) return stateAt(view, index);
  let last: PublishedMinute | undefined;
  for (const minute of published.values()) if (minute.at < at) last = minute;
  return { price: last?.close ?? view.day.previousClose, accTurnover: last?.accTurnover ?? 0 };
}

/** Last price and turnover of the day up to a minute. */
function stateAt(view: DayView, index: number): { readonly price: number; readonly accTurnover: number } {
  const last = view.lastTraded(index);
  if (last < 0) return { price: view.day.previousClose, accTurnover: 0 };
  const minute = view.minute(last);
  return { price: minute.close, accTurnover: minute.accTurnover };
}
