import { MINUTE_MS, compactDay, countThrough } from "../../../core/index.js";
import type { IndexDay } from "../../market/index.js";
import { minuteLabel } from "../../rows/index.js";
import { success } from "../../wire/index.js";
import { type Endpoint, type EndpointContext, invalidField, queryOf } from "../endpoint.js";
import { servedDay } from "../quote.js";
import { indexHead } from "./daily-indexchartprice.js";
import { indexFigures, pointsText } from "./index-figures.js";

const ROWS = 102;
/** Labels of rows that sum a session up: no minutes. */
const SUMMARIES = ["999999", "888888"] as const;

/**
 * FHKUP03500200: the last rows of an index, newest first. What other charts take for a time is the interval in
 * seconds here, and nothing pages: at one minute the answer reaches back about 102 minutes.
 */
export const timeIndexChartPrice: Endpoint = {
  path: "/uapi/domestic-stock/v1/quotations/inquire-time-indexchartprice",
  trId: "FHKUP03500200",
  liveOnly: true,
  keys: [
    "FID_COND_MRKT_DIV_CODE",
    "FID_ETC_CLS_CODE",
    "FID_INPUT_ISCD",
    "FID_INPUT_HOUR_1",
    "FID_PW_DATA_INCU_YN",
  ],
  answer(context, request) {
    if (queryOf(request, "FID_COND_MRKT_DIV_CODE") !== "U") return invalidField("FID_COND_MRKT_DIV_CODE");
    const code = queryOf(request, "FID_INPUT_ISCD");
    const seconds = queryOf(request, "FID_INPUT_HOUR_1");
    if (!/^[1-9]\d{0,5}$/.test(seconds)) return invalidField("FID_INPUT_HOUR_1");
    const span = Math.max(1, Math.round(Number(seconds) / 60));
    const withAfterHours = queryOf(request, "FID_ETC_CLS_CODE") !== "1";
    const today = servedDay(context);
    const rows = rowsOf(context, context.market.indexDay(code, today), span);
    if (queryOf(request, "FID_PW_DATA_INCU_YN") === "Y") {
      const before = context.market.calendar.previousTradingDay(today);
      rows.push(...rowsOf(context, context.market.indexDay(code, before), span));
    }
    const summaries = withAfterHours ? summariesOf(context, code) : [];
    return success({ output1: indexHead(context, code), output2: [...summaries, ...rows].slice(0, ROWS) });
  },
};

/** A day's rows of `span` minutes as far as they have begun, newest first. */
function rowsOf({ now }: EndpointContext, day: IndexDay | undefined, span: number): object[] {
  if (day === undefined) return [];
  const begun = countThrough(day.minutes, now);
  const rows: object[] = [];
  let turnover = 0;
  for (let from = 0; from < begun; from += span) {
    const to = Math.min(begun, from + span);
    const points = day.points.slice(from, to + 1);
    const sum = (numbers: readonly number[]): number =>
      numbers.slice(from, to).reduce((all, number) => all + number, 0);
    turnover += sum(day.turnovers);
    const label = minuteLabel(day.minutes[from] ?? 0);
    rows.push({
      ...rowOf(compactDay(day.tradingDay), label, points),
      cntg_vol: String(sum(day.volumes)),
      acml_tr_pbmn: String(turnover),
    });
  }
  return rows.reverse();
}

/** After the close the session stands above its minutes once more, under labels of no clock. */
function summariesOf(context: EndpointContext, code: string): object[] {
  const day = context.market.indexDay(code, servedDay(context));
  const figures = indexFigures(context, code, servedDay(context));
  const last = day?.minutes.at(-1) ?? Number.POSITIVE_INFINITY;
  if (figures === undefined || context.now < last + MINUTE_MS) return [];
  const { open, high, low, close, volume, turnover } = figures;
  return SUMMARIES.map((label) => ({
    ...rowOf(compactDay(figures.tradingDay), label, [open, high, low, close]),
    cntg_vol: String(volume),
    acml_tr_pbmn: String(turnover),
  }));
}

function rowOf(date: string, label: string, points: readonly number[]): object {
  return {
    stck_bsop_date: date,
    stck_cntg_hour: label,
    bstp_nmix_prpr: pointsText(points.at(-1) ?? 0),
    bstp_nmix_oprc: pointsText(points[0] ?? 0),
    bstp_nmix_hgpr: pointsText(Math.max(...points)),
    bstp_nmix_lwpr: pointsText(Math.min(...points)),
  };
}
