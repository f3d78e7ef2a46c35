import { z } from "zod";
import { type TradingDay, compactDay, expandDay } from "../../core/index.js";
import { readAnswer, rowsOf, text } from "./field.js";
import type { KisCall } from "./kis-call.js";

/** Rows of one answer of inquire-daily-indexchartprice, at the most. */
export const INDEX_PAGE_ROWS = 50;

const answer = z.object({ output2: rowsOf({ stck_bsop_date: text, bstp_nmix_prpr: text }) });

/**
 * 국내주식업종기간별시세: the days on which the KOSPI has a bar from `from` to `to`, both inclusive, newest first; live
 * and paper.
 *
 * @see KIS portal inquire-daily-indexchartprice, FHKUP03500100 (read 2026-11-28)
 */
export function indexDays(span: {
  readonly from: TradingDay;
  readonly to: TradingDay;
}): KisCall<readonly TradingDay[]> {
  return {
    method: "GET",
    path: "/uapi/domestic-stock/v1/quotations/inquire-daily-indexchartprice",
    trId: "FHKUP03500100",
    params: {
      FID_COND_MRKT_DIV_CODE: "U",
      FID_INPUT_ISCD: "0001",
      FID_INPUT_DATE_1: compactDay(span.from),
      FID_INPUT_DATE_2: compactDay(span.to),
      FID_PERIOD_DIV_CODE: "D",
    },
    read: (body) =>
      readAnswer(answer, body).output2.flatMap((row) =>
        row.bstp_nmix_prpr === "" ? [] : (expandDay(row.stck_bsop_date) ?? []),
      ),
  };
}
