import { compactDay, expandDay } from "../../../core/index.js";
import { success } from "../../wire/index.js";
import { type Endpoint, type EndpointContext, invalidField, queryOf, ratio } from "../endpoint.js";
import { PERIODS } from "../periods.js";
import { servedDay } from "../quote.js";
import { indexBars } from "./daily-indexchartprice.js";
import { type IndexFigures, indexChange, indexNow, pointsText } from "./index-figures.js";

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
    const from = context.market.calendar.first;
    const bars = indexBars(context, code, { from, to, period }, ROWS + MEAN_OF);
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
  const { yesterday, price, fields } = indexNow(context, code);
  const today = compactDay(servedDay(context));
  return {
    ...fields,
    ascn_issu_cnt: "400",
    down_issu_cnt: "400",
    stnr_issu_cnt: "50",
    uplm_issu_cnt: "1",
    lslm_issu_cnt: "0",
    prdy_tr_pbmn: String(yesterday?.turnover ?? 0),
    dryy_bstp_nmix_hgpr_date: today,
    dryy_bstp_nmix_hgpr: pointsText(price),
    dryy_bstp_nmix_lwpr: pointsText(price),
    dryy_bstp_nmix_lwpr_date: today,
  };
}
