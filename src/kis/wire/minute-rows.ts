import { z } from "zod";
import { KisSchemaError, expandDay, kstInstant } from "../../core/index.js";
import { numberIn, objectOf, readAnswer, rowsOf, text } from "./field.js";

/** One row of a minute chart, as KIS sent it; nothing is checked yet beyond being a number. */
export interface MinuteRow {
  /** KST date of the row, which is not always the day asked for. */
  readonly day: string;
  /** Epoch ms of the label, that is of the START of the minute. Seconds other than 0 have been seen. */
  readonly time: number;
  readonly open: number | undefined;
  readonly high: number | undefined;
  readonly low: number | undefined;
  readonly close: number | undefined;
  /** Shares in this minute; `undefined` where it is no number. */
  readonly volume: number | undefined;
  /** KIS says it has no data for this minute (INT64_MIN as its volume). */
  readonly isVoid: boolean;
  /** KRW from the start of the day to the end of this minute. */
  readonly turnoverToDate: number | undefined;
  /** Where it stood in the answer, such as `output2[3]`. */
  readonly path: string;
}

/** One page of a minute chart. Rows come newest first. */
export interface MinutePage {
  readonly rows: readonly MinuteRow[];
  /** KRW; today's quote, whatever day was asked for. `undefined` or 0 where KIS does not know the symbol. */
  readonly price: number | undefined;
  /** KRW; the close before today. */
  readonly previousClose: number | undefined;
  /** Shares traded today so far, on all of the day's boards. */
  readonly dayVolume: number | undefined;
  /** KRW traded today so far, likewise. */
  readonly dayTurnover: number | undefined;
}

const answer = z.object({
  output1: objectOf({ stck_prpr: text, stck_prdy_clpr: text, acml_vol: text, acml_tr_pbmn: text }),
  output2: rowsOf({
    stck_bsop_date: text,
    stck_cntg_hour: text,
    stck_oprc: text,
    stck_hgpr: text,
    stck_lwpr: text,
    stck_prpr: text,
    cntg_vol: text,
    acml_tr_pbmn: text,
  }),
});

/** KIS's "no data" in a volume. @see facts of a production collector, 2026-08 to 2026-10 */
const NO_DATA = "-9223372036854775808";

/**
 * The body of FHKST03010200 or FHKST03010230. Filler rows (`{}`, no date) are left out.
 *
 * @throws {@link KisSchemaError} if it has another shape.
 */
export function readMinutePage(body: unknown): MinutePage {
  const { output1, output2 } = readAnswer(answer, body);
  const rows = output2.flatMap((row, index): MinuteRow[] => {
    const day = expandDay(row.stck_bsop_date);
    if (day === undefined || !/^([01]\d|2[0-3])[0-5]\d[0-5]\d$/.test(row.stck_cntg_hour)) return [];
    return [
      {
        day,
        time: kstInstant(day, row.stck_cntg_hour),
        open: numberIn(row.stck_oprc),
        high: numberIn(row.stck_hgpr),
        low: numberIn(row.stck_lwpr),
        close: numberIn(row.stck_prpr),
        volume: numberIn(row.cntg_vol),
        isVoid: row.cntg_vol === NO_DATA,
        turnoverToDate: numberIn(row.acml_tr_pbmn),
        path: `output2[${index}]`,
      },
    ];
  });
  checkDrift(rows, output2);
  return {
    rows,
    price: numberIn(output1.stck_prpr),
    previousClose: numberIn(output1.stck_prdy_clpr),
    dayVolume: numberIn(output1.acml_vol),
    dayTurnover: numberIn(output1.acml_tr_pbmn),
  };
}

/**
 * One row may lack something; a page on which every row does has another shape.
 *
 * @throws {@link KisSchemaError} at the first row with something in it (KIS fills pages up with `{}`).
 */
function checkDrift(rows: readonly MinuteRow[], sent: readonly Readonly<Record<string, string>>[]): void {
  const index = sent.findIndex((row) => row["stck_prpr"] !== "" || row["cntg_vol"] !== "");
  const first = sent[index];
  if (first === undefined) return;
  const fail = (field: string, expected: string): never => {
    throw new KisSchemaError(`output2[${index}].${field}`, expected, first[field]);
  };
  if (rows.length === 0) {
    if (expandDay(first["stck_bsop_date"] ?? "") === undefined) fail("stck_bsop_date", "a date YYYYMMDD");
    fail("stck_cntg_hour", "a time HHMMSS");
  }
  if (rows.every(({ turnoverToDate }) => turnoverToDate === undefined)) fail("acml_tr_pbmn", "KRW");
}
