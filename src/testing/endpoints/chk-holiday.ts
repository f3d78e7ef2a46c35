import {
  type TradingDay,
  addDaysWithin,
  compactDay,
  eachDay,
  expandDay,
  weekdayOf,
} from "../../core/index.js";
import { hashText } from "../random.js";
import { wireJson } from "../wire/index.js";
import { type Endpoint, type EndpointContext, invalidField, queryOf } from "./endpoint.js";

/** CTCA0903R: a row for each calendar day from the one asked for, in pages, live only. */
export const chkHoliday: Endpoint = {
  path: "/uapi/domestic-stock/v1/quotations/chk-holiday",
  trId: "CTCA0903R",
  keys: ["BASS_DT", "CTX_AREA_NK", "CTX_AREA_FK"],
  liveOnly: true,
  answer(context, request) {
    const next = request.headers.get("tr_cont") === "N";
    const first = expandDay(next ? queryOf(request, "CTX_AREA_FK").trim() : queryOf(request, "BASS_DT"));
    if (first === undefined) return invalidField(next ? "CTX_AREA_FK" : "BASS_DT");
    const shown = next ? expandDay(queryOf(request, "CTX_AREA_NK").trim()) : first;
    if (shown === undefined) return invalidField("CTX_AREA_NK");
    // Twelve pages, 288 rows, were read and `tr_cont` still said that there was more.
    const end = addDaysWithin(first, context.config.quirks.holidayDays - 1);
    const days = pageOf(context, shown, end, next);
    const last = days.at(-1) ?? shown;
    const more = last < end;
    const body = {
      ctx_area_nk: compactDay(last).padEnd(20),
      ctx_area_fk: compactDay(first).padEnd(20),
      output: days.map((day) => rowOf(context, day)),
      rt_cd: "0",
      msg_cd: more ? "KIOK0500" : "KIOK0530",
      msg1: more
        ? "조회가 계속됩니다..다음버튼을 Click 하십시오.                              "
        : "조회되었습니다.                                                            ",
    };
    return wireJson(200, body, { tr_cont: more ? (next ? "M" : "F") : next ? "D" : "E" });
  },
};

/** The first page begins with `shown`, a later one after it. */
function pageOf(
  { config }: EndpointContext,
  shown: TradingDay,
  end: TradingDay,
  next: boolean,
): TradingDay[] {
  const { holidayRows, duplicateHolidays } = config.quirks;
  const days: TradingDay[] = [];
  for (const day of eachDay(shown, end)) {
    if (days.length >= holidayRows) break;
    if (day > shown || !next || duplicateHolidays) days.push(day);
  }
  return days;
}

function rowOf({ market, config }: EndpointContext, day: TradingDay): object {
  const { calendar } = market;
  // KIS's list goes on beyond the days that the market's calendar knows. There every weekday counts as open.
  const isKnown = day >= calendar.first && day <= calendar.coveredThrough;
  const open = isKnown ? calendar.isTradingDay(day) : weekdayOf(day) % 6 !== 0;
  const flag = open ? "Y" : "N";
  const isBlank = config.quirks.blankSettlement && hashText(`${market.seed}/settlement/${day}`) % 8 === 0;
  return {
    bass_dt: compactDay(day),
    wday_dvsn_cd: String(weekdayOf(day) + 1).padStart(2, "0"),
    bzdy_yn: flag,
    // It was seen as Y on weekends and holidays, too.
    tr_day_yn: "Y",
    opnd_yn: flag,
    sttl_day_yn: isBlank ? "" : flag,
  };
}
