import { z } from "zod";
import { KisSchemaError, type TradingDay, type VenueCode, compactDay } from "../../core/index.js";
import { dayAt, numberAt, numberIn, objectOf, readAnswer, rowsOf, text } from "./field.js";
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
  readonly turnover: number;
}

/** One answer. */
interface DailyPage {
  /** Newest first. */
  readonly rows: readonly DailyRow[];
  /** KRW; today's quote. 0 or `undefined` where KIS does not know the symbol. */
  readonly price: number | undefined;
}

const answer = z.object({
  output1: objectOf({ stck_prpr: text }),
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

/** Filler rows (`{}`, a blank date) are left out. */
function readPage(body: unknown): DailyPage {
  const { output1, output2 } = readAnswer(answer, body);
  const rows = output2.flatMap((row, index): DailyRow[] => {
    if (row.stck_bsop_date === "") return [];
    const path = `output2[${index}]`;
    const bar = {
      day: dayAt(row.stck_bsop_date, `${path}.stck_bsop_date`),
      open: numberAt(row.stck_oprc, `${path}.stck_oprc`),
      high: numberAt(row.stck_hgpr, `${path}.stck_hgpr`),
      low: numberAt(row.stck_lwpr, `${path}.stck_lwpr`),
      close: numberAt(row.stck_clpr, `${path}.stck_clpr`),
      volume: numberAt(row.acml_vol, `${path}.acml_vol`),
      turnover: numberAt(row.acml_tr_pbmn, `${path}.acml_tr_pbmn`),
    };
    // A day without a trade repeats its close, and may leave the other prices 0.
    if (
      bar.volume > 0 &&
      (bar.high < Math.max(bar.open, bar.close) || bar.low > Math.min(bar.open, bar.close))
    ) {
      throw new KisSchemaError(`${path}.stck_hgpr`, "open and close between low and high", bar.high);
    }
    return [bar];
  });
  return { rows, price: numberIn(output1.stck_prpr) };
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
