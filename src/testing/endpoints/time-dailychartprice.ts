import {
  type TradingDay,
  type Venue,
  compactDay,
  countThrough,
  expandDay,
  kstDay,
  kstInstant,
  kstTime,
  minuteOf,
} from "../../core/index.js";
import { type DayView, viewDay } from "../market/index.js";
import { success } from "../wire/index.js";
import { type MinuteRow, minuteLabel, publishedRowsUpTo, tradedRow } from "../rows/index.js";
import {
  type Endpoint,
  type EndpointContext,
  askedFor,
  invalidField,
  queryOf,
  publishedMinutes,
} from "./endpoint.js";
import { type Quote, chartQuote, quoteOf, servedDay } from "./quote.js";

const ROWS = 120;
const TR_ID = "FHKST03010230";

/** FHKST03010230: traded minutes of any day of the last year, newest first, on into the days before. */
export const timeDailyChartPrice: Endpoint = {
  path: "/uapi/domestic-stock/v1/quotations/inquire-time-dailychartprice",
  trId: TR_ID,
  liveOnly: true,
  keys: [
    "FID_COND_MRKT_DIV_CODE",
    "FID_INPUT_ISCD",
    "FID_INPUT_DATE_1",
    "FID_INPUT_HOUR_1",
    "FID_PW_DATA_INCU_YN",
    "FID_FAKE_TICK_INCU_YN",
  ],
  answer(context, request) {
    const asked = askedFor(request);
    if ("status" in asked) return asked;
    const day = expandDay(queryOf(request, "FID_INPUT_DATE_1"));
    const hour = queryOf(request, "FID_INPUT_HOUR_1");
    if (day === undefined) return invalidField("FID_INPUT_DATE_1");
    if (!/^\d{6}$/.test(hour)) return invalidField("FID_INPUT_HOUR_1");
    const quote = quoteOf(context, asked.symbol, asked.venue);
    const until = kstInstant(day, hour);
    const isKnown = context.market.instrument(asked.symbol) !== undefined;
    const rows = isKnown ? rowsUpTo(context, asked, day, until) : [];
    if (quote !== undefined && context.config.quirks.echoDailyMinutes)
      echoForming(context, quote, rows, until);
    return success({ output1: chartQuote(quote), output2: rows });
  },
};

/** In session, today's first row becomes the forming bar under the label asked for, as FHKST03010200 has it. */
function echoForming({ now }: EndpointContext, { view }: Quote, rows: MinuteRow[], askedMs: number): void {
  const { day } = view;
  const index = view.begun - 1;
  const isForming = index >= day.regularFrom && index < day.regularTo && day.minutes[index] === minuteOf(now);
  const opened = day.minutes[day.regularFrom] ?? 0;
  if (!isForming || kstDay(askedMs) !== day.tradingDay || minuteOf(askedMs) < opened) return;
  const last = view.lastTraded(index);
  if (last < 0) return;
  const date = compactDay(day.tradingDay);
  const label = kstTime(askedMs);
  const first = rows[0];
  // The forming bar takes the place of the row at the label asked for, or of its own row.
  if (first !== undefined && first.stck_bsop_date === date) {
    const forming = minuteLabel(day.minutes[index] ?? 0);
    if (first.stck_cntg_hour === `${label.slice(0, 4)}00` || first.stck_cntg_hour === forming) rows.shift();
  }
  rows.unshift(tradedRow(date, label, view.minute(last)));
  if (rows.length > ROWS) rows.pop();
}

/** Rows at or before `untilMs`, newest first, at most {@link ROWS}, no older than the depth of the history. */
function rowsUpTo(
  context: EndpointContext,
  { symbol, venue }: { readonly symbol: string; readonly venue: Venue },
  from: TradingDay,
  untilMs: number,
): MinuteRow[] {
  const { market, config, now, today } = context;
  const { calendar } = market;
  // A symbol that Nextrade does not trade has no rows at UN, and no error.
  const isUnknown = venue === "UN" && config.quirks.unifiedNeedsNextrade;
  if (isUnknown && market.instrument(symbol)?.nxt === false) return [];
  const floor = calendar.addTradingDays(servedDay(context), -config.quirks.depthDays);
  const listed = market.instrument(symbol)?.listedOn ?? today;
  const rows: MinuteRow[] = [];
  let day = from > today ? today : from;
  while (day >= floor && day >= listed && rows.length < ROWS) {
    const found = calendar.isTradingDay(day) ? market.symbolDay(symbol, day, venue) : undefined;
    if (found !== undefined) {
      const view = viewDay(found, now, config.booking);
      rows.push(...dayRows(context, view, untilMs, ROWS - rows.length));
    }
    if (day <= calendar.first) break;
    day = calendar.previousTradingDay(day);
  }
  return rows;
}

/** One day's rows at or before `untilMs`, newest first. */
function dayRows(context: EndpointContext, view: DayView, untilMs: number, count: number): MinuteRow[] {
  const { extendedRows } = context.config.quirks;
  const { day, begun } = view;
  const first = extendedRows ? 0 : day.regularFrom;
  const end = extendedRows ? begun : Math.min(begun, day.regularTo);
  const published = publishedMinutes(context, TR_ID, view);
  if (published !== undefined) {
    const [from, to] = [day.minutes[first] ?? 0, day.minutes[end - 1] ?? 0];
    const kept = published.filter(({ at }) => at >= from && at <= to);
    return publishedRowsUpTo(kept, { tradingDay: day.tradingDay, untilMs, count });
  }
  const date = compactDay(day.tradingDay);
  const rows: MinuteRow[] = [];
  let index = view.lastTraded(Math.min(end, countThrough(day.minutes, untilMs)) - 1);
  while (index >= first && rows.length < count) {
    rows.push(tradedRow(date, minuteLabel(day.minutes[index] ?? 0), view.minute(index)));
    index = view.lastTraded(index - 1);
  }
  return rows;
}
