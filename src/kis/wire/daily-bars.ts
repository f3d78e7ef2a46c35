import { z } from "zod";
import {
  type BarRule,
  KisSchemaError,
  type TradingDay,
  type VenueCode,
  brokenRule,
  clip,
  compactDay,
  expandDay,
} from "../../core/index.js";
import { numberIn, optionalObject, readAnswer, rowsOf, text } from "./field.js";
import type { KisCall } from "./kis-call.js";

/** What one bar covers: a day, a week, a month, a year. */
export type Period = "D" | "W" | "M" | "Y";

/** One row of a daily chart: prices and turnover in KRW, volume in shares. */
export interface DailyRow {
  /** KST date; of a longer period its last trading day so far. */
  readonly day: TradingDay;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Absent where KIS left it blank. */
  readonly turnover?: number;
  /** Which rule of a bar the row breaks. The row is as KIS sent it. */
  readonly odd?: OddDay;
}

/** `"no-regular-trade"`: shares were traded off hours alone, so open, high and low are 0. */
export type OddDay = "no-regular-trade" | BarRule;

/** One answer. */
export interface DailyPage {
  /** Newest first. */
  readonly rows: readonly DailyRow[];
  /** Today's price, KRW. 0 or `undefined` if KIS does not know the symbol, or no longer does. */
  readonly price: number | undefined;
  /** Rows that are no bar: a day, a close or a volume that cannot be read. */
  readonly unreadable: readonly { readonly field: string; readonly received: string }[];
}

const answer = z.object({
  output1: optionalObject({ stck_prpr: text }),
  output2: rowsOf({
    stck_bsop_date: text,
    stck_oprc: text,
    stck_hgpr: text,
    stck_lwpr: text,
    stck_clpr: text,
    acml_vol: text,
    acml_tr_pbmn: text,
  }),
});

const FIELDS = {
  day: "stck_bsop_date",
  open: "stck_oprc",
  high: "stck_hgpr",
  low: "stck_lwpr",
  close: "stck_clpr",
  volume: "acml_vol",
} as const;

/** Filler rows (`{}`, a blank date) are left out. @throws {@link KisSchemaError} if there are rows and none is a bar. */
function readPage(body: unknown): DailyPage {
  const { output1, output2 } = readAnswer(answer, body);
  const rows: DailyRow[] = [];
  const unreadable: { field: string; received: string }[] = [];
  for (const [index, sent] of output2.entries()) {
    if (sent.stck_bsop_date === "") continue;
    const row = {
      day: expandDay(sent.stck_bsop_date),
      open: countIn(sent.stck_oprc),
      high: countIn(sent.stck_hgpr),
      low: countIn(sent.stck_lwpr),
      close: countIn(sent.stck_clpr),
      volume: countIn(sent.acml_vol),
    };
    const broken = Object.keys(row).find((name) => row[name as keyof typeof row] === undefined);
    if (broken !== undefined) {
      const field = FIELDS[broken as keyof typeof FIELDS];
      unreadable.push({ field: `output2[${index}].${field}`, received: clip(sent[field]) });
      continue;
    }
    const bar = row as Omit<DailyRow, "turnover" | "odd">;
    const turnover = countIn(sent.acml_tr_pbmn);
    const odd = oddIn(bar);
    rows.push({
      ...bar,
      ...(turnover === undefined ? {} : { turnover }),
      ...(odd === undefined ? {} : { odd }),
    });
  }
  const [first] = unreadable;
  if (rows.length === 0 && first !== undefined)
    throw new KisSchemaError(first.field, "a day with prices and a volume >= 0", first.received);
  return { rows, price: numberIn(output1.stck_prpr), unreadable };
}

function countIn(field: string): number | undefined {
  const value = numberIn(field);
  return value === undefined || value < 0 ? undefined : value;
}

/** The rule that a row breaks. A day without a trade breaks none: it repeats its close, or its other prices are 0. */
function oddIn(bar: Omit<DailyRow, "turnover" | "odd">): OddDay | undefined {
  if (bar.volume === 0) return undefined;
  if (bar.open === 0 && bar.high === 0 && bar.low === 0) return "no-regular-trade";
  return brokenRule(bar);
}

/**
 * 국내주식기간별시세: bars from `from` to `to`, both inclusive, newest first, the newest 100 of them.
 *
 * @param adjusted - prices adjusted for splits and rights; else as traded.
 * @see KIS portal inquire-daily-itemchartprice, FHKST03010100 (read 2026-11-21)
 */
export function dailyRows(
  symbol: string,
  venue: VenueCode,
  span: {
    readonly from: TradingDay;
    readonly to: TradingDay;
    readonly period: Period;
    readonly adjusted: boolean;
  },
): KisCall<DailyPage> {
  return {
    method: "GET",
    path: "/uapi/domestic-stock/v1/quotations/inquire-daily-itemchartprice",
    trId: "FHKST03010100",
    params: {
      FID_COND_MRKT_DIV_CODE: venue,
      FID_INPUT_ISCD: symbol,
      FID_INPUT_DATE_1: compactDay(span.from),
      FID_INPUT_DATE_2: compactDay(span.to),
      FID_PERIOD_DIV_CODE: span.period,
      // The other way round than in inquire-daily-price (FHKST01010400).
      FID_ORG_ADJ_PRC: span.adjusted ? "0" : "1",
    },
    read: readPage,
  };
}
