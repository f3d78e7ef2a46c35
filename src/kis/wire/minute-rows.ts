import { z } from "zod";
import { KisSchemaError, type TradingDay, expandDay, kstInstant } from "../../core/index.js";
import { numberIn, optionalObject, readAnswer, rowsOf, text } from "./field.js";

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
  /** Shares in this minute; INT64_MIN where KIS has no data, `undefined` where it is no number. */
  readonly volume: number | undefined;
  /** KRW from the start of the day to the end of this minute. */
  readonly turnoverToDate: number | undefined;
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
  output1: optionalObject({ stck_prpr: text, stck_prdy_clpr: text, acml_vol: text, acml_tr_pbmn: text }),
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

/**
 * The body of FHKST03010200 or FHKST03010230. Filler rows (`{}`, no date) are left out.
 *
 * @throws {@link KisSchemaError} if it has another shape.
 */
export function readMinutePage(body: unknown): MinutePage {
  const { output1, output2 } = readAnswer(answer, body);
  const rows = output2.flatMap((row): MinuteRow[] => {
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
        turnoverToDate: numberIn(row.acml_tr_pbmn),
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

/** Whether a page has rows of a day: on a holiday its totals are the last session's. */
export function hasRowsOf({ rows }: MinutePage, day: TradingDay): boolean {
  return rows.some((row) => row.day === day);
}

/**
 * The newest minute that a page shows to have traded, and so to have begun. The row at the label asked for does not
 * count, because KIS gives that label to whatever row is newest. Nor do rows above it, which are of another day.
 *
 * @param label - epoch ms of the label asked for.
 */
export function newestTradedMinute({ rows }: MinutePage, label: number): number | undefined {
  return rows.find(({ time, volume = 0 }) => volume > 0 && time < label)?.time;
}

const NEEDED = [
  ["turnoverToDate", "acml_tr_pbmn", "KRW"],
  ["volume", "cntg_vol", "a count of shares"],
  ["open", "stck_oprc", "a price"],
  ["high", "stck_hgpr", "a price"],
  ["low", "stck_lwpr", "a price"],
  ["close", "stck_prpr", "a price"],
] as const;

/**
 * One row may lack a field. If all rows of a page lack the same one, the answer has another shape.
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
  for (const [name, field, expected] of NEEDED)
    if (rows.length > 1 && rows.every((row) => row[name] === undefined)) fail(field, expected);
}
