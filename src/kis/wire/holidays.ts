import { z } from "zod";
import { type TradingDay, compactDay } from "../../core/index.js";
import { dayAt, flagAt, readAnswer, rowsOf, text } from "./field.js";
import type { KisCall } from "./kis-call.js";

/** One calendar day as KIS's ledger has it. Shifted hours are not in it. */
export interface Holiday {
  /** KST date. */
  readonly day: TradingDay;
  /** 개장일: the market opens and orders are possible. The field to go by. */
  readonly isOpen: boolean;
  /** 영업일: banks work. */
  readonly isBusinessDay: boolean;
  /** 결제일: trades settle. */
  readonly isSettlementDay: boolean;
}

const answer = z.object({
  output: rowsOf({ bass_dt: text, bzdy_yn: text, opnd_yn: text, sttl_day_yn: text }),
});

/** `tr_day_yn` is left out: it has said Y on weekends and holidays. */
function readHolidays(body: unknown): readonly Holiday[] {
  return readAnswer(answer, body).output.flatMap((row, index): Holiday[] => {
    if (row.bass_dt === "") return [];
    const path = `output[${index}]`;
    return [
      {
        day: dayAt(row.bass_dt, `${path}.bass_dt`),
        isOpen: flagAt(row.opnd_yn, `${path}.opnd_yn`),
        isBusinessDay: flagAt(row.bzdy_yn, `${path}.bzdy_yn`),
        isSettlementDay: flagAt(row.sttl_day_yn, `${path}.sttl_day_yn`),
      },
    ];
  });
}

/**
 * 국내휴장일조회: a row for each calendar day from `from`, some 24 a page; live only, and to be asked about once a
 * day, because it burdens the ledger.
 *
 * @see KIS portal chk-holiday, CTCA0903R (read 2026-11-21)
 */
export function holidayRows(from: TradingDay): KisCall<readonly Holiday[]> {
  return {
    method: "GET",
    path: "/uapi/domestic-stock/v1/quotations/chk-holiday",
    trId: "CTCA0903R",
    params: { BASS_DT: compactDay(from), CTX_AREA_NK: "", CTX_AREA_FK: "" },
    read: readHolidays,
  };
}
