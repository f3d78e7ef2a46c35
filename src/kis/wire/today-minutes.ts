import { type VenueCode, kstInstant } from "../../core/index.js";
import type { KisCall } from "./kis-call.js";
import { type MinutePage, newestTradedMinute, readMinutePage } from "./minute-rows.js";

/** Rows of one answer of inquire-time-itemchartprice, at the most. */
export const TODAY_PAGE_ROWS = 30;

/**
 * 주식당일분봉조회: minutes of today at or before `time`, newest first; live and paper.
 *
 * @param time - `HHMMSS`, on a whole minute: KIS gives this label to the newest row, whatever it is.
 * @see KIS portal inquire-time-itemchartprice, FHKST03010200 (read 2026-11-21)
 */
export function todayMinutes(symbol: string, venue: VenueCode, time: string): KisCall<MinutePage> {
  return {
    method: "GET",
    path: "/uapi/domestic-stock/v1/quotations/inquire-time-itemchartprice",
    trId: "FHKST03010200",
    // Every key must be there, blank if need be: if one is missing, KIS answers OPSQ2001.
    params: {
      FID_COND_MRKT_DIV_CODE: venue,
      FID_INPUT_ISCD: symbol,
      FID_INPUT_HOUR_1: time,
      FID_PW_DATA_INCU_YN: "Y",
      FID_ETC_CLS_CODE: "",
    },
    read: readMinutePage,
    // No day is asked for: the rows say which it is.
    newestMinute: (page) => newestTradedMinute(page, kstInstant(page.rows[0]?.day ?? "", time)),
  };
}
