import { z } from "zod";
import { type TradingDay, compactDay, expandDay } from "../../../core/index.js";
import type { Period } from "../daily-bars.js";
import { numberIn, optionalObject, readAnswer, rowsOf, text } from "../field.js";
import type { KisCall } from "../kis-call.js";
import { TURNOVER_UNIT, VOLUME_UNIT, indexName } from "./index-answer.js";

/** Rows of one answer of inquire-daily-indexchartprice, at the most; measured on 2026-09-16. */
export const INDEX_PAGE_ROWS = 50;

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
  output1: optionalObject({ hts_kor_isnm: text }),
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

/** Days of a chart, both inclusive. */
interface DaySpan {
  readonly from: TradingDay;
  readonly to: TradingDay;
}

/**
 * 국내주식업종기간별시세: the bars of an index from `from` to `to`, newest first, the newest {@link INDEX_PAGE_ROWS} of
 * them; live and paper.
 *
 * @see KIS portal inquire-daily-indexchartprice, FHKUP03500100 (read 2026-11-28)
 */
function indexChart<T>(
  index: string,
  { from, to, period }: DaySpan & { readonly period: Period },
  read: (page: z.output<typeof answer>) => T,
): KisCall<T> {
  return {
    method: "GET",
    path: "/uapi/domestic-stock/v1/quotations/inquire-daily-indexchartprice",
    trId: "FHKUP03500100",
    params: {
      FID_COND_MRKT_DIV_CODE: "U",
      FID_INPUT_ISCD: index,
      FID_INPUT_DATE_1: compactDay(from),
      FID_INPUT_DATE_2: compactDay(to),
      FID_PERIOD_DIV_CODE: period,
    },
    read: (body) => read(readAnswer(answer, body)),
  };
}

/** Bars of an index, newest first, {@link INDEX_PAGE_ROWS} at the most. */
export function indexBars(
  index: string,
  span: DaySpan & { readonly period: Period },
): KisCall<readonly IndexRow[]> {
  return indexChart<readonly IndexRow[]>(index, span, ({ output1, output2 }) => {
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
      // Filler rows, and rows without a level, are no days.
      if (day === undefined || !close || !open || !high || !low) return [];
      if (volume === undefined || turnover === undefined) return [];
      return [
        { day, open, high, low, close, volume: volume * VOLUME_UNIT, turnover: turnover * TURNOVER_UNIT },
      ];
    });
  });
}

/** The days on which the KOSPI has a bar, newest first: the days on which the market was open. */
export function indexDays(span: DaySpan): KisCall<readonly TradingDay[]> {
  return indexChart<readonly TradingDay[]>("0001", { ...span, period: "D" }, ({ output2 }) =>
    output2.flatMap((row) => (row.bstp_nmix_prpr === "" ? [] : (expandDay(row.stck_bsop_date) ?? []))),
  );
}
