import { compactDay } from "../../../core/index.js";
import { success } from "../../wire/index.js";
import { type Endpoint, type EndpointContext, invalidField, queryOf } from "../endpoint.js";
import { type PeriodSpan, askedSpan, periodBars } from "../periods.js";
import { type IndexFigures, indexFigures, indexNow, pointsText } from "./index-figures.js";

/** At most 50 rows, by the portal and as measured on 2026-09-16. */
const ROWS = 50;

/** FHKUP03500100: daily to yearly bars of an index, newest first; a day without a session has no row. */
export const dailyIndexChartPrice: Endpoint = {
  path: "/uapi/domestic-stock/v1/quotations/inquire-daily-indexchartprice",
  trId: "FHKUP03500100",
  keys: [
    "FID_COND_MRKT_DIV_CODE",
    "FID_INPUT_ISCD",
    "FID_INPUT_DATE_1",
    "FID_INPUT_DATE_2",
    "FID_PERIOD_DIV_CODE",
  ],
  answer(context, request) {
    if (queryOf(request, "FID_COND_MRKT_DIV_CODE") !== "U") return invalidField("FID_COND_MRKT_DIV_CODE");
    const code = queryOf(request, "FID_INPUT_ISCD");
    const span = askedSpan(request);
    if ("status" in span) return span;
    const output2 = indexBars(context, code, span, ROWS).map(rowOf);
    return success({ output1: indexHead(context, code), output2 });
  },
};

/** Bars of an index over a span, newest first. */
export function indexBars(
  context: EndpointContext,
  code: string,
  span: PeriodSpan,
  most: number,
): IndexFigures[] {
  return periodBars(context, span, {
    most,
    barOf: (day) => indexFigures(context, code, day),
    join: joined,
  });
}

function joined(day: IndexFigures, later: IndexFigures): IndexFigures {
  return {
    ...later,
    open: day.open,
    high: Math.max(day.high, later.high),
    low: Math.min(day.low, later.low),
    volume: day.volume + later.volume,
    turnover: day.turnover + later.turnover,
    previousClose: day.previousClose,
  };
}

function rowOf({ tradingDay, open, high, low, close, volume, turnover }: IndexFigures): object {
  return {
    stck_bsop_date: compactDay(tradingDay),
    bstp_nmix_prpr: pointsText(close),
    bstp_nmix_oprc: pointsText(open),
    bstp_nmix_hgpr: pointsText(high),
    bstp_nmix_lwpr: pointsText(low),
    acml_vol: String(volume),
    acml_tr_pbmn: String(turnover),
    mod_yn: "N",
  };
}

/** `output1`: the index's state now; an index that KIS does not know has a blank name and zeros. */
export function indexHead(context: EndpointContext, code: string): object {
  const { known, yesterday, fields } = indexNow(context, code);
  return {
    ...fields,
    prdy_nmix: pointsText(known?.previousClose ?? 0),
    hts_kor_isnm: known?.name ?? "",
    bstp_cls_code: known === undefined ? "" : code,
    futs_prdy_oprc: pointsText(yesterday?.open ?? 0),
    futs_prdy_hgpr: pointsText(yesterday?.high ?? 0),
    futs_prdy_lwpr: pointsText(yesterday?.low ?? 0),
  };
}
