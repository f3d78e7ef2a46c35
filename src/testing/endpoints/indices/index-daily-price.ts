import { compactDay, expandDay } from "../../../core/index.js";
import { success } from "../../wire/index.js";
import { type Endpoint, type EndpointContext, invalidField, queryOf, ratio } from "../endpoint.js";
import { PERIODS } from "../periods.js";
import { servedDay } from "../quote.js";
import { indexBars } from "./daily-indexchartprice.js";
import { type IndexFigures, indexChange, indexFigures, pointsText } from "./index-figures.js";

const ROWS = 100;
const MEAN_OF = 20;

/** FHPUP02120000: up to 100 bars of an index at or before a day, newest first, live only. */
export const indexDailyPrice: Endpoint = {
  path: "/uapi/domestic-stock/v1/quotations/inquire-index-daily-price",
  trId: "FHPUP02120000",
  liveOnly: true,
  keys: ["FID_PERIOD_DIV_CODE", "FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD", "FID_INPUT_DATE_1"],
  answer(context, request) {
    if (queryOf(request, "FID_COND_MRKT_DIV_CODE") !== "U") return invalidField("FID_COND_MRKT_DIV_CODE");
    const code = queryOf(request, "FID_INPUT_ISCD");
    const to = expandDay(queryOf(request, "FID_INPUT_DATE_1"));
    const period = PERIODS[queryOf(request, "FID_PERIOD_DIV_CODE")];
    if (to === undefined) return invalidField("FID_INPUT_DATE_1");
    if (period === undefined) return invalidField("FID_PERIOD_DIV_CODE");
    const { first } = context.market.calendar;
    const bars = indexBars(context, code, { from: first, to, period, most: ROWS + MEAN_OF });
    const output2 = bars.slice(0, ROWS).map((bar, place) => rowOf(bar, bars.slice(place, place + MEAN_OF)));
    return success({ output1: head(context, code), output2 });
  },
};

function rowOf(bar: IndexFigures, last: readonly IndexFigures[]): object {
  const { open, high, low, close, volume, turnover, previousClose } = bar;
  const mean = last.reduce((sum, one) => sum + one.close, 0) / last.length;
  return {
    stck_bsop_date: compactDay(bar.tradingDay),
    bstp_nmix_prpr: pointsText(close),
    ...indexChange(close, previousClose),
    bstp_nmix_oprc: pointsText(open),
    bstp_nmix_hgpr: pointsText(high),
    bstp_nmix_lwpr: pointsText(low),
    acml_vol_rlim: ratio(volume, last[0]?.volume ?? volume),
    acml_vol: String(volume),
    acml_tr_pbmn: String(turnover),
    invt_new_psdg: "0.00",
    d20_dsrt: ratio(close, mean),
  };
}

function head(context: EndpointContext, code: string): object {
  const { market } = context;
  const day = servedDay(context);
  const known = market.indexDay(code, day);
  const now = indexFigures(context, code, day);
  const before = known?.previousClose ?? 0;
  const price = now?.close ?? before;
  const yesterday = known && indexFigures(context, code, market.calendar.previousTradingDay(day));
  return {
    bstp_nmix_prpr: pointsText(price),
    ...indexChange(price, before === 0 ? 1 : before),
    acml_vol: String(now?.volume ?? 0),
    acml_tr_pbmn: String(now?.turnover ?? 0),
    bstp_nmix_oprc: pointsText(now?.open ?? 0),
    bstp_nmix_hgpr: pointsText(now?.high ?? 0),
    bstp_nmix_lwpr: pointsText(now?.low ?? 0),
    prdy_vol: String(yesterday?.volume ?? 0),
    ascn_issu_cnt: "400",
    down_issu_cnt: "400",
    stnr_issu_cnt: "50",
    uplm_issu_cnt: "1",
    lslm_issu_cnt: "0",
    prdy_tr_pbmn: String(yesterday?.turnover ?? 0),
    dryy_bstp_nmix_hgpr_date: compactDay(day),
    dryy_bstp_nmix_hgpr: pointsText(price),
    dryy_bstp_nmix_lwpr: pointsText(price),
    dryy_bstp_nmix_lwpr_date: compactDay(day),
  };
}
