import { z } from "zod";
import { type Venue, venueCode } from "../../../core/index.js";
import { numberAt, numberIn, readAnswer, rowsOf, text } from "../field.js";
import type { KisCall } from "../kis-call.js";

/** One trade, without its day: KIS sends the time alone. */
export interface TradeRow {
  /** `HHMMSS`, KST. */
  readonly clock: string;
  readonly price: number;
  readonly volume: number;
  readonly change: number | undefined;
  readonly strength: number | undefined;
}

const answer = z.object({
  output: rowsOf({ stck_cntg_hour: text, stck_prpr: text, cntg_vol: text, prdy_vrss: text, tday_rltv: text }),
});

/** Newest first. */
function readTrades(body: unknown): readonly TradeRow[] {
  return readAnswer(answer, body).output.flatMap((row, index): TradeRow[] => {
    if (!/^([01]\d|2[0-3])[0-5]\d[0-5]\d$/.test(row.stck_cntg_hour)) return [];
    return [
      {
        clock: row.stck_cntg_hour,
        price: numberAt(row.stck_prpr, `output[${index}].stck_prpr`),
        volume: numberAt(row.cntg_vol, `output[${index}].cntg_vol`),
        change: numberIn(row.prdy_vrss),
        strength: numberIn(row.tday_rltv),
      },
    ];
  });
}

/** 주식현재가 체결: the latest 30 trades; live and paper. @see KIS portal inquire-ccnl, FHKST01010300 (read 2026-11-21) */
export function latestTrades(symbol: string, venue: Venue): KisCall<readonly TradeRow[]> {
  return {
    method: "GET",
    path: "/uapi/domestic-stock/v1/quotations/inquire-ccnl",
    trId: "FHKST01010300",
    params: { FID_COND_MRKT_DIV_CODE: venueCode(venue), FID_INPUT_ISCD: symbol },
    read: readTrades,
  };
}
