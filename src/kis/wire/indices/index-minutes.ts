import { z } from "zod";
import { expandDay, kstInstant } from "../../../core/index.js";
import { numberIn, optionalObject, readAnswer, rowsOf, text } from "../field.js";
import type { KisCall } from "../kis-call.js";
import { TURNOVER_UNIT, VOLUME_UNIT, indexName } from "./index-answer.js";

/** One minute of an index: points, shares. */
export interface IndexMinuteRow {
  /** Epoch ms of the START of the minute. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** KRW from the session's first minute to the end of this one. */
  readonly accTurnover: number;
}

/** The last minutes of an index. */
interface IndexMinutes {
  readonly name: string;
  /** Newest first. */
  readonly rows: readonly IndexMinuteRow[];
}

const answer = z.object({
  output1: optionalObject({ hts_kor_isnm: text }),
  output2: rowsOf({
    stck_bsop_date: text,
    stck_cntg_hour: text,
    bstp_nmix_prpr: text,
    bstp_nmix_oprc: text,
    bstp_nmix_hgpr: text,
    bstp_nmix_lwpr: text,
    cntg_vol: text,
    acml_tr_pbmn: text,
  }),
});

/** A time of day. After the close, rows labelled 888888 and 999999 sum up the session: they are no minutes. */
const CLOCK = /^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/;
const INTERVAL_SECONDS = "60";

/**
 * 업종 분봉조회: the last 102 minutes or so of an index; live only, and nothing pages. `FID_INPUT_HOUR_1` is the interval
 * in seconds here, not a time.
 *
 * @see KIS portal inquire-time-indexchartprice, FHKUP03500200 (read 2026-11-28)
 */
export function indexMinutes(index: string): KisCall<IndexMinutes> {
  return {
    method: "GET",
    path: "/uapi/domestic-stock/v1/quotations/inquire-time-indexchartprice",
    trId: "FHKUP03500200",
    params: {
      FID_COND_MRKT_DIV_CODE: "U",
      FID_ETC_CLS_CODE: "1", // without the after-hours
      FID_INPUT_ISCD: index,
      FID_INPUT_HOUR_1: INTERVAL_SECONDS,
      FID_PW_DATA_INCU_YN: "N",
    },
    read(body) {
      const { output1, output2 } = readAnswer(answer, body);
      const rows = output2.flatMap((row): IndexMinuteRow[] => {
        const day = expandDay(row.stck_bsop_date);
        if (day === undefined || !CLOCK.test(row.stck_cntg_hour)) return [];
        const [open, high, low, close, volume, accTurnover] = [
          row.bstp_nmix_oprc,
          row.bstp_nmix_hgpr,
          row.bstp_nmix_lwpr,
          row.bstp_nmix_prpr,
          row.cntg_vol,
          row.acml_tr_pbmn,
        ].map(numberIn);
        if (!close || !open || !high || !low || volume === undefined || accTurnover === undefined) return [];
        return [
          {
            time: kstInstant(day, row.stck_cntg_hour),
            open,
            high,
            low,
            close,
            volume: volume * VOLUME_UNIT,
            accTurnover: accTurnover * TURNOVER_UNIT,
          },
        ];
      });
      return { name: indexName(index, output1.hts_kor_isnm), rows };
    },
    newestMinute: ({ rows }) => rows[0]?.time,
  };
}
