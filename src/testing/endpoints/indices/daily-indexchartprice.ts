import { type TradingDay, addDays, compactDay, expandDay } from "../../../core/index.js";
import { success } from "../../wire/index.js";
import { type Endpoint, type EndpointContext, invalidField, queryOf } from "../endpoint.js";
import { PERIODS } from "../periods.js";
import { servedDay } from "../quote.js";
import { type IndexFigures, indexChange, indexFigures, pointsText } from "./index-figures.js";

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
    const from = expandDay(queryOf(request, "FID_INPUT_DATE_1"));
    const to = expandDay(queryOf(request, "FID_INPUT_DATE_2"));
    const period = PERIODS[queryOf(request, "FID_PERIOD_DIV_CODE")];
    if (from === undefined) return invalidField("FID_INPUT_DATE_1");
    if (to === undefined) return invalidField("FID_INPUT_DATE_2");
    if (period === undefined) return invalidField("FID_PERIOD_DIV_CODE");
    const bars = indexBars(context, code, { from, to, period, most: ROWS });
    return success({ output1: indexHead(context, code), output2: bars.map(rowOf) });
  },
};

/** Bars of the periods that touch `from..to`, newest first; each carries its last business day as its date. */
export function indexBars(
  context: EndpointContext,
  code: string,
  span: {
    readonly from: TradingDay;
    readonly to: TradingDay;
    readonly period: (day: TradingDay) => string;
    readonly most: number;
  },
): IndexFigures[] {
  const { from, to, period, most } = span;
  const { calendar } = context.market;
  const floor = from < calendar.first ? calendar.first : from;
  const bars: IndexFigures[] = [];
  let name: string | undefined;
  for (let day = to < context.today ? to : context.today; day >= calendar.first; day = addDays(day, -1)) {
    if (day < floor && period(day) !== period(floor)) break;
    const figures = calendar.isTradingDay(day) ? indexFigures(context, code, day) : undefined;
    const later = bars.at(-1);
    if (figures !== undefined && later !== undefined && period(day) === name) {
      bars[bars.length - 1] = joined(figures, later);
    } else if (figures !== undefined) {
      if (bars.length === most) break;
      name = period(day);
      bars.push(figures);
    }
  }
  return bars;
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
  const { market } = context;
  const day = servedDay(context);
  const known = market.indexDay(code, day);
  const now = indexFigures(context, code, day);
  const before = known?.previousClose ?? 0;
  const yesterday = known && indexFigures(context, code, market.calendar.previousTradingDay(day));
  const price = now?.close ?? before;
  return {
    ...indexChange(price, before === 0 ? 1 : before),
    prdy_nmix: pointsText(before),
    acml_vol: String(now?.volume ?? 0),
    acml_tr_pbmn: String(now?.turnover ?? 0),
    hts_kor_isnm: known?.name ?? "",
    bstp_nmix_prpr: pointsText(price),
    bstp_cls_code: known === undefined ? "" : code,
    prdy_vol: String(yesterday?.volume ?? 0),
    bstp_nmix_oprc: pointsText(now?.open ?? 0),
    bstp_nmix_hgpr: pointsText(now?.high ?? 0),
    bstp_nmix_lwpr: pointsText(now?.low ?? 0),
    futs_prdy_oprc: pointsText(yesterday?.open ?? 0),
    futs_prdy_hgpr: pointsText(yesterday?.high ?? 0),
    futs_prdy_lwpr: pointsText(yesterday?.low ?? 0),
  };
}
