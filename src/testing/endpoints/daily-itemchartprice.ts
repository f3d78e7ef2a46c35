import { type Venue, compactDay } from "../../core/index.js";
import { priceFactor } from "../market/index.js";
import { success } from "../wire/index.js";
import { type DailyFigures, adjustedFigures, dailyFigures } from "./daily-figures.js";
import {
  type Endpoint,
  type EndpointContext,
  askedFor,
  changeFields,
  invalidField,
  queryOf,
  ratio,
} from "./endpoint.js";
import { marketCap } from "./inquire-price.js";
import { askedSpan, periodBars } from "./periods.js";
import { type Quote, chartQuote, quoteOf } from "./quote.js";

const ROWS = 100;

/** FHKST03010100: daily, weekly, monthly or yearly bars, newest first. */
export const dailyItemChartPrice: Endpoint = {
  path: "/uapi/domestic-stock/v1/quotations/inquire-daily-itemchartprice",
  trId: "FHKST03010100",
  keys: [
    "FID_COND_MRKT_DIV_CODE",
    "FID_INPUT_ISCD",
    "FID_INPUT_DATE_1",
    "FID_INPUT_DATE_2",
    "FID_PERIOD_DIV_CODE",
    "FID_ORG_ADJ_PRC",
  ],
  answer(context, request) {
    const asked = askedFor(request);
    if ("status" in asked) return asked;
    const span = askedSpan(request);
    if ("status" in span) return span;
    if (!/^[01]$/.test(queryOf(request, "FID_ORG_ADJ_PRC"))) return invalidField("FID_ORG_ADJ_PRC");
    const { symbol, venue } = asked;
    const instrument = context.market.instrument(symbol);
    if (instrument === undefined) return success({ output1: chartQuote(undefined), output2: [] });
    const isAdjusted = queryOf(request, "FID_ORG_ADJ_PRC") === "0";
    const bars = periodBars(context, span, {
      most: ROWS,
      oldest: instrument.listedOn,
      barOf(day) {
        const raw = dailyFigures(context, symbol, venue, day);
        return raw !== undefined && isAdjusted ? adjustedFigures(context, symbol, raw) : raw;
      },
      join: joined,
    });
    const quote = quoteOf(context, symbol, venue);
    const output2 = bars.map((bar, index) => rowOf(context, symbol, bar, bars[index + 1]));
    const output1 = quote === undefined || bars.length === 0 ? EMPTY_HEAD : head(context, quote, venue);
    return success({ output1, output2 });
  },
};

/** The bar of a day put in front of the bar of the days after it. */
function joined(day: DailyFigures, later: DailyFigures): DailyFigures {
  const volume = day.volume + later.volume;
  const turnover = day.turnover + later.turnover;
  if (!day.traded) return { ...later, previousClose: day.previousClose, volume, turnover };
  const rest = later.traded ? later : day;
  return {
    tradingDay: later.tradingDay,
    open: day.open,
    high: Math.max(day.high, rest.high),
    low: Math.min(day.low, rest.low),
    close: rest.close,
    volume,
    turnover,
    previousClose: day.previousClose,
    traded: true,
  };
}

function rowOf(
  { market }: EndpointContext,
  symbol: string,
  bar: DailyFigures,
  older: DailyFigures | undefined,
): object {
  const action = market.actions(symbol).find(({ effectiveDay }) => effectiveDay === bar.tradingDay);
  const before = action === undefined ? (older?.close ?? bar.previousClose) : bar.previousClose;
  const change = changeFields(bar.close, before, { lower: 0, upper: Number.POSITIVE_INFINITY });
  return {
    stck_bsop_date: compactDay(bar.tradingDay),
    stck_clpr: String(bar.close),
    stck_oprc: String(bar.open),
    stck_hgpr: String(bar.high),
    stck_lwpr: String(bar.low),
    acml_vol: String(bar.volume),
    acml_tr_pbmn: String(bar.turnover),
    flng_cls_code: action?.kind === "rights" || action?.kind === "bonus" ? "01" : "00",
    prtt_rate: action === undefined ? "0.00" : ratio(priceFactor(action) - 1, 1),
    mod_yn: bar.traded ? "N" : "Y",
    prdy_vrss_sign: change.prdy_vrss_sign,
    prdy_vrss: change.prdy_vrss,
    revl_issu_reas: action?.kind === "reduction" ? "02" : "",
  };
}

/** `output1` where the window has no row or the symbol is no longer listed: zeros, and three names are not there. */
const EMPTY_HEAD = Object.fromEntries(
  (
    "prdy_vrss prdy_ctrt stck_prdy_clpr acml_vol acml_tr_pbmn stck_prpr prdy_vol stck_mxpr stck_llam stck_oprc " +
    "stck_hgpr stck_lwpr stck_prdy_oprc stck_prdy_hgpr stck_prdy_lwpr askp bidp prdy_vrss_vol vol_tnrt stck_fcam " +
    "lstn_stcn cpfn hts_avls per eps pbr"
  )
    .split(" ")
    .concat("itewhol_loan_rmnd_ratem name")
    .map((name) => [name, "0"]),
);

/** `output1`: 30 fields, the last key with its space as KIS sends it. */
function head(context: EndpointContext, quote: Quote, venue: Venue): object {
  const { calendar } = context.market;
  const shares = context.market.listedShares(quote.instrument.symbol, quote.tradingDay);
  const yesterday = calendar.previousTradingDay(quote.tradingDay);
  const before = dailyFigures(context, quote.instrument.symbol, venue, yesterday);
  return {
    ...chartQuote(quote),
    stck_shrn_iscd: quote.instrument.symbol,
    prdy_vol: String(before?.volume ?? 0),
    stck_mxpr: String(quote.limits.upper),
    stck_llam: String(quote.limits.lower),
    stck_oprc: String(quote.open),
    stck_hgpr: String(quote.high),
    stck_lwpr: String(quote.low),
    stck_prdy_oprc: String(before?.open ?? 0),
    stck_prdy_hgpr: String(before?.high ?? 0),
    stck_prdy_lwpr: String(before?.low ?? 0),
    askp: String(quote.price),
    bidp: String(quote.price),
    prdy_vrss_vol: String(quote.accVolume - (before?.volume ?? 0)),
    vol_tnrt: ratio(quote.accVolume, shares),
    stck_fcam: String(context.market.parValue(quote.instrument.symbol, quote.tradingDay)),
    lstn_stcn: String(shares),
    cpfn: "100",
    hts_avls: String(marketCap(quote.price, shares)),
    per: "12.00",
    eps: (quote.price / 12).toFixed(2),
    pbr: "1.20",
    "itewhol_loan_rmnd_ratem name": "0.00",
  };
}
