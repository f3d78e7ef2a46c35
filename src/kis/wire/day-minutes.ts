import { type TradingDay, type VenueCode, compactDay, kstInstant } from "../../core/index.js";
import type { KisCall } from "./kis-call.js";
import { type MinutePage, newestTradedMinute, readMinutePage } from "./minute-rows.js";

/** Rows of one answer of inquire-time-dailychartprice, at the most. */
export const DAY_PAGE_ROWS = 120;

/**
 * 주식일별분봉조회: traded minutes of `day` at or before `time`, newest first, running on into the business
 * day before; live, a rolling year (some 250 trading days).
 *
 * @param time - `HHMMSS`, on a whole minute.
 * @see KIS portal inquire-time-dailychartprice, FHKST03010230 (read 2026-11-21)
 */
export function dayMinutes(
  symbol: string,
  venue: VenueCode,
  day: TradingDay,
  time: string,
): KisCall<MinutePage> {
  return {
    method: "GET",
    path: "/uapi/domestic-stock/v1/quotations/inquire-time-dailychartprice",
    trId: "FHKST03010230",
    params: {
      FID_COND_MRKT_DIV_CODE: venue,
      FID_INPUT_ISCD: symbol,
      FID_INPUT_DATE_1: compactDay(day),
      FID_INPUT_HOUR_1: time,
      FID_PW_DATA_INCU_YN: "Y",
      FID_FAKE_TICK_INCU_YN: "",
    },
    read: readMinutePage,
    newestMinute: (page) => newestTradedMinute(page, kstInstant(day, time)),
  };
}
