import { type TradingDay, type Venue, compactDay } from "../../core/index.js";
import { priceStep } from "../market/index.js";
import { success } from "../wire/index.js";
import { type DailyFigures, dailyFigures } from "./daily-figures.js";
import { type Endpoint, type EndpointContext, askedFor, changeFields, ratio } from "./endpoint.js";
import { type Quote, quoteOf } from "./quote.js";

/** In 100 million KRW, as `hts_avls` counts. */
export function marketCap(price: number, shares: number): number {
  return Math.round((price * shares) / 1e8);
}

/** FHKST01010100: one object of about 80 fields. */
export const inquirePrice: Endpoint = {
  path: "/uapi/domestic-stock/v1/quotations/inquire-price",
  trId: "FHKST01010100",
  keys: ["FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD"],
  answer(context, request) {
    const asked = askedFor(request);
    if ("status" in asked) return asked;
    const quote = quoteOf(context, asked.symbol, asked.venue);
    const output =
      quote === undefined
        ? { stck_prpr: "0", acml_vol: "0", acml_tr_pbmn: "0" }
        : fieldsOf(context, quote, asked.venue);
    return success({ output });
  },
};

function fieldsOf(context: EndpointContext, quote: Quote, venue: Venue): object {
  const { price, previousClose, limits, instrument, tradingDay } = quote;
  const { symbol } = instrument;
  const { calendar } = context.market;
  const shares = context.market.listedShares(symbol, tradingDay);
  const yesterday = dailyFigures(context, symbol, venue, calendar.previousTradingDay(tradingDay));
  const year = closesOf(context, symbol, tradingDay, price);
  const halted = instrument.haltedFrom !== undefined && tradingDay >= instrument.haltedFrom;
  const change = changeFields(price, previousClose, limits);
  const average = quote.accVolume === 0 ? 0 : quote.accTurnover / quote.accVolume;
  return {
    iscd_stat_cls_code: halted ? "58" : "55",
    marg_rate: "40.00",
    rprs_mrkt_kor_name: instrument.kind === "etf" ? "ETF" : instrument.market.toUpperCase(),
    new_hgpr_lwpr_cls_code: price >= year.high ? "신고가" : price <= year.low ? "신저가" : "",
    bstp_kor_isnm: "시험",
    temp_stop_yn: halted ? "Y" : "N",
    oprc_rang_cont_yn: "N",
    clpr_rang_cont_yn: "N",
    crdt_able_yn: "Y",
    grmn_rate_cls_code: "40",
    elw_pblc_yn: "N",
    stck_prpr: String(price),
    ...change,
    acml_tr_pbmn: String(quote.accTurnover),
    acml_vol: String(quote.accVolume),
    prdy_vrss_vol_rate: ratio(quote.accVolume, yesterday?.volume ?? 0),
    stck_oprc: String(quote.open),
    stck_hgpr: String(quote.high),
    stck_lwpr: String(quote.low),
    stck_mxpr: String(limits.upper),
    stck_llam: String(limits.lower),
    stck_sdpr: String(previousClose),
    wghn_avrg_stck_prc: average.toFixed(2),
    hts_frgn_ehrt: "10.00",
    frgn_ntby_qty: "0",
    pgtr_ntby_qty: "0",
    ...pivots(price, yesterday),
    cpfn: "100",
    rstc_wdth_prc: String(limits.upper - previousClose),
    stck_fcam: String(context.market.parValue(symbol, tradingDay)),
    stck_sspr: String(Math.floor(previousClose * 0.8)),
    aspr_unit: String(priceStep(price, instrument.kind)),
    hts_deal_qty_unit_val: "1",
    lstn_stcn: String(shares),
    hts_avls: String(marketCap(price, shares)),
    per: "12.00",
    pbr: "1.20",
    stac_month: "12",
    vol_tnrt: ratio(quote.accVolume, shares),
    eps: (price / 12).toFixed(2),
    bps: (price / 1.2).toFixed(2),
    d250_hgpr: String(year.high),
    d250_hgpr_date: compactDay(year.highDay),
    d250_hgpr_vrss_prpr_rate: ratio(price - year.high, year.high),
    d250_lwpr: String(year.low),
    d250_lwpr_date: compactDay(year.lowDay),
    d250_lwpr_vrss_prpr_rate: ratio(price - year.low, year.low),
    stck_dryy_hgpr: String(year.high),
    dryy_hgpr_vrss_prpr_rate: ratio(price - year.high, year.high),
    dryy_hgpr_date: compactDay(year.highDay),
    stck_dryy_lwpr: String(year.low),
    dryy_lwpr_vrss_prpr_rate: ratio(price - year.low, year.low),
    dryy_lwpr_date: compactDay(year.lowDay),
    w52_hgpr: String(year.high),
    w52_hgpr_vrss_prpr_ctrt: ratio(price - year.high, year.high),
    w52_hgpr_date: compactDay(year.highDay),
    w52_lwpr: String(year.low),
    w52_lwpr_vrss_prpr_ctrt: ratio(price - year.low, year.low),
    w52_lwpr_date: compactDay(year.lowDay),
    whol_loan_rmnd_rate: "0.10",
    ssts_yn: "Y",
    stck_shrn_iscd: symbol,
    fcam_cnnm: "100",
    cpfn_cnnm: "100 억",
    frgn_hldn_qty: "10000000",
    vi_cls_code: "N",
    ovtm_vi_cls_code: "N",
    last_ssts_cntg_qty: "0",
    invt_caful_yn: "N",
    mrkt_warn_cls_code: "00",
    short_over_yn: "N",
    sltr_yn: "N",
    mang_issu_cls_code: halted ? "Y" : "N",
  };
}

/** The pivot and its two resistances and supports, of the day before; `dmrs`, `dmsp` are the halves between. */
function pivots(price: number, before: DailyFigures | undefined): object {
  const { high, low, close } = before ?? { high: price, low: price, close: price };
  const pivot = Math.round((high + low + close) / 3);
  const [up, down] = [2 * pivot - low, 2 * pivot - high];
  return {
    pvt_scnd_dmrs_prc: String(pivot + high - low),
    pvt_frst_dmrs_prc: String(up),
    pvt_pont_val: String(pivot),
    pvt_frst_dmsp_prc: String(down),
    pvt_scnd_dmsp_prc: String(pivot - high + low),
    dmrs_val: String(Math.round((pivot + up) / 2)),
    dmsp_val: String(Math.round((pivot + down) / 2)),
  };
}

/** Highest and lowest close of the last 250 trading days; the real fields count each trade. */
function closesOf(
  { market }: EndpointContext,
  symbol: string,
  tradingDay: TradingDay,
  price: number,
): {
  readonly high: number;
  readonly highDay: TradingDay;
  readonly low: number;
  readonly lowDay: TradingDay;
} {
  const listed = market.instrument(symbol)?.listedOn ?? tradingDay;
  let [high, low, highDay, lowDay] = [price, price, tradingDay, tradingDay];
  let day = tradingDay;
  for (let back = 0; back < 250 && day > listed && day > market.calendar.first; back++) {
    day = market.calendar.previousTradingDay(day);
    const close = market.close(symbol, day);
    if (close > high) [high, highDay] = [close, day];
    if (close < low) [low, lowDay] = [close, day];
  }
  return { high, highDay, low, lowDay };
}
