import type { TradingDay, Venue } from "../../core/index.js";
import { type DayView, viewDay, type SimulatedInstrument, priceLimits } from "../market/index.js";

import { type EndpointContext, changeFields } from "./endpoint.js";

/** A symbol's state at the instant of the request. */
export interface Quote {
  readonly instrument: SimulatedInstrument;
  /** The session it speaks of: today, or the last one on a closed day. */
  readonly tradingDay: TradingDay;
  readonly view: DayView;
  /** KRW: the last trade, else the previous close. */
  readonly price: number;
  readonly previousClose: number;
  readonly limits: { readonly lower: number; readonly upper: number };
  /** KRW; 0 before the day's first trade. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  /** Shares, off-session trades included; 0 before the open. */
  readonly accVolume: number;
  /** KRW, of the minutes. */
  readonly accTurnover: number;
}

/** The session that the answers of a moment speak of: today's, else the last one. */
export function servedDay(context: EndpointContext): TradingDay {
  const { calendar } = context.market;
  return calendar.isTradingDay(context.today) ? context.today : calendar.previousTradingDay(context.today);
}

/** @returns `undefined` for a symbol that is unknown, not yet listed, or not on that venue. */
export function quoteOf(context: EndpointContext, symbol: string, venue: Venue): Quote | undefined {
  const { market, config, now } = context;
  const instrument = market.instrument(symbol);
  if (instrument === undefined) return undefined;
  const tradingDay = servedDay(context);
  const day = market.symbolDay(symbol, tradingDay, venue);
  if (day === undefined) return undefined;
  const view = viewDay(day, now, config.booking);
  const { previousClose } = day;
  const last = view.begun - 1;
  const traded = view.lastTraded(last);
  const seen = traded < 0 ? undefined : view.minute(traded);
  const opened = day.minutes[day.regularFrom] ?? Number.POSITIVE_INFINITY;
  return {
    instrument,
    tradingDay,
    view,
    price: seen?.close ?? previousClose,
    previousClose,
    limits: priceLimits(previousClose, instrument.kind),
    ...view.extremes(traded + 1),
    accVolume: (seen?.accVolume ?? 0) + (now >= opened ? day.offSessionVolume : 0),
    accTurnover: seen?.accTurnover ?? 0,
  };
}

/** `output1` of the minute charts: today's quote, whatever day the rows are of. */
export function chartQuote(quote: Quote | undefined): object {
  if (quote === undefined) {
    return {
      prdy_vrss: "0",
      prdy_vrss_sign: "3",
      prdy_ctrt: "0.00",
      stck_prdy_clpr: "0",
      acml_vol: "0",
      acml_tr_pbmn: "0",
      hts_kor_isnm: "",
      stck_prpr: "0",
    };
  }
  return {
    ...changeFields(quote.price, quote.previousClose, quote.limits),
    stck_prdy_clpr: String(quote.previousClose),
    acml_vol: String(quote.accVolume),
    acml_tr_pbmn: String(quote.accTurnover),
    hts_kor_isnm: quote.instrument.name,
    stck_prpr: String(quote.price),
  };
}
