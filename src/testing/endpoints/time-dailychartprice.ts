import {
  type TradingDay,
  type Venue,
  compactDay,
  countThrough,
  expandDay,
  kstInstant,
} from "../../core/index.js";
import { viewDay } from "../market/index.js";
import { success } from "../wire/index.js";
import { type Endpoint, type EndpointContext, askedFor, invalidField, queryOf } from "./endpoint.js";
import { type MinuteRow, minuteLabel, tradedRow } from "./minute-row.js";
import { chartQuote, quoteOf, servedDay } from "./quote.js";

const ROWS = 120;

/** FHKST03010230: traded minutes of any day of the last year, newest first, on into the days before. */
export const timeDailyChartPrice: Endpoint = {
  path: "/uapi/domestic-stock/v1/quotations/inquire-time-dailychartprice",
  trId: "FHKST03010230",
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
    const rows = quote === undefined ? [] : rowsUpTo(context, asked, day, kstInstant(day, hour));
    return success({ output1: chartQuote(quote), output2: rows });
  },
};

/** Rows at or before `untilMs`, newest first, at most {@link ROWS}, no older than the depth of the history. */
function rowsUpTo(
  context: EndpointContext,
  { symbol, venue }: { readonly symbol: string; readonly venue: Venue },
  from: TradingDay,
  untilMs: number,
): MinuteRow[] {
  const { market, config, now, today } = context;
  const { calendar } = market;
  const floor = calendar.addTradingDays(servedDay(context), -config.quirks.depthDays);
  const listed = market.instrument(symbol)?.listedOn ?? today;
  const rows: MinuteRow[] = [];
  let day = from > today ? today : from;
  while (day >= floor && day >= listed && rows.length < ROWS) {
    const found = calendar.isTradingDay(day) ? market.symbolDay(symbol, day, venue) : undefined;
    if (found !== undefined) {
      const view = viewDay(found, now, config.booking);
      const first = config.quirks.extendedRows ? 0 : found.regularFrom;
      const end = config.quirks.extendedRows ? view.begun : Math.min(view.begun, found.regularTo);
      const date = compactDay(day);
      let index = view.lastTraded(Math.min(end, countThrough(found.minutes, untilMs)) - 1);
      while (index >= first && rows.length < ROWS) {
        rows.push(tradedRow(date, minuteLabel(found.minutes[index] ?? 0), view.minute(index)));
        index = view.lastTraded(index - 1);
      }
    }
    if (day <= calendar.first) break;
    day = calendar.previousTradingDay(day);
  }
  return rows;
}
