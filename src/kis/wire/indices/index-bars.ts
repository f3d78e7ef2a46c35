import { z } from "zod";
import { type TradingDay, compactDay, expandDay } from "../../../core/index.js";
import type { Period } from "../daily-bars.js";
import { numberIn, objectOf, readAnswer, rowsOf, text } from "../field.js";
import type { KisCall } from "../kis-call.js";
import { TURNOVER_UNIT, VOLUME_UNIT, indexName } from "./index-answer.js";

/** One bar of an index: points, shares, KRW. */
export interface IndexRow {
  /** KST date; of a longer period its last trading day so far. */
  readonly day: TradingDay;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly turnover: number;
}

const answer = z.object({
  output1: objectOf({ hts_kor_isnm: text }),
  output2: rowsOf({
    stck_bsop_date: text,
    bstp_nmix_prpr: text,
    bstp_nmix_oprc: text,
    bstp_nmix_hgpr: text,
    bstp_nmix_lwpr: text,
    acml_vol: text,
    acml_tr_pbmn: text,
  }),
});

/**
 * 국내주식업종기간별시세: bars of an index from `from` to `to`, both inclusive, newest first, the newest 50 of them; live
 * and paper.
 *
 * @see KIS portal inquire-daily-indexchartprice, FHKUP03500100 (read 2026-11-28)
 */
export function indexBars(
  index: string,
  span: { readonly from: TradingDay; readonly to: TradingDay; readonly period: Period },
): KisCall<readonly IndexRow[]> {
  return {
    method: "GET",
    path: "/uapi/domestic-stock/v1/quotations/inquire-daily-indexchartprice",
    trId: "FHKUP03500100",
    params: {
      FID_COND_MRKT_DIV_CODE: "U",
      FID_INPUT_ISCD: index,
      FID_INPUT_DATE_1: compactDay(span.from),
      FID_INPUT_DATE_2: compactDay(span.to),
      FID_PERIOD_DIV_CODE: span.period,
    },
    read(body) {
      const { output1, output2 } = readAnswer(answer, body);
      indexName(index, output1.hts_kor_isnm);
      return output2.flatMap((row): IndexRow[] => {
        const day = expandDay(row.stck_bsop_date);
        const [open, high, low, close, volume, turnover] = [
          row.bstp_nmix_oprc,
          row.bstp_nmix_hgpr,
          row.bstp_nmix_lwpr,
          row.bstp_nmix_prpr,
          row.acml_vol,
          row.acml_tr_pbmn,
        ].map(numberIn);
        // Filler rows, and those without a level, are no days.
        if (day === undefined || !close || !open || !high || !low) return [];
        if (volume === undefined || turnover === undefined) return [];
        return [
          { day, open, high, low, close, volume: volume * VOLUME_UNIT, turnover: turnover * TURNOVER_UNIT },
        ];
      });
    },
  };
}
