import { z } from "zod";
import { KisSchemaError, type TradingDay, compactDay, expandDay } from "../../core/index.js";
import { flagIn, present, readAnswer, rowsOf, text } from "./field.js";
import type { KisCall } from "./kis-call.js";

/** One calendar day as KIS's ledger has it. Shifted hours are not in it. */
export interface Holiday {
  /** KST date. */
  readonly day: TradingDay;
  /** 개장일: the market opens and orders are possible. This is the field that counts. */
  readonly isOpen: boolean;
  /** 영업일: banks work. Absent where KIS left it blank. */
  readonly isBusinessDay?: boolean;
  /** 결제일: trades settle. Absent where KIS left it blank. */
  readonly isSettlementDay?: boolean;
}

const answer = z.object({
  output: rowsOf({ bass_dt: text, bzdy_yn: text, opnd_yn: text, sttl_day_yn: text }),
});

/**
 * `tr_day_yn` is left out: it has said Y on weekends and holidays. A day without a readable `opnd_yn` is left out too:
 * nothing is known of it.
 *
 * @throws {@link KisSchemaError} if there are rows and none can be read.
 */
function readHolidays(body: unknown): readonly Holiday[] {
  const sent = readAnswer(answer, body).output;
  const days = sent.flatMap((row): Holiday[] => {
    const day = expandDay(row.bass_dt);
    const isOpen = flagIn(row.opnd_yn);
    if (day === undefined || isOpen === undefined) return [];
    const more = { isBusinessDay: flagIn(row.bzdy_yn), isSettlementDay: flagIn(row.sttl_day_yn) };
    return [{ day, isOpen, ...present(more) }];
  });
  const index = sent.findIndex((row) => row.bass_dt !== "");
  const first = sent[index];
  if (days.length > 0 || first === undefined) return days;
  if (expandDay(first.bass_dt) === undefined)
    throw new KisSchemaError(`output[${index}].bass_dt`, "a day as YYYYMMDD", first.bass_dt);
  throw new KisSchemaError(`output[${index}].opnd_yn`, '"Y" or "N"', first.opnd_yn);
}

/**
 * 국내휴장일조회: a row for each calendar day from `from` on, some 24 a page; live only. KIS asks for one call a day,
 * because it is a burden for its ledger.
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
