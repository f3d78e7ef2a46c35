import { z } from "zod";
import { type TradingDay, expandDay } from "../../core/index.js";
import { numberIn, readAnswer, rowsOf, text } from "./field.js";
import type { KisCall } from "./kis-call.js";

/** What one group bought net on a day; negative where it sold more. */
export interface NetFlow {
  /** Shares. */
  readonly volume: number;
  /** KRW, to the million. */
  readonly turnover: number;
}

/** Who bought and sold a symbol on a day. */
export interface InvestorFlow {
  /** KST. */
  readonly tradingDay: TradingDay;
  /** Net of private investors. */
  readonly individual: NetFlow;
  /** Net of foreign investors. */
  readonly foreign: NetFlow;
  /** Net of domestic institutions. */
  readonly institution: NetFlow;
}

const GROUPS = { individual: "prsn", foreign: "frgn", institution: "orgn" } as const;
const MILLION = 1_000_000;

const answer = z.object({
  output: rowsOf({
    stck_bsop_date: text,
    prsn_ntby_qty: text,
    frgn_ntby_qty: text,
    orgn_ntby_qty: text,
    prsn_ntby_tr_pbmn: text,
    frgn_ntby_tr_pbmn: text,
    orgn_ntby_tr_pbmn: text,
  }),
});

/**
 * 주식현재가 투자자: net purchases of the last 30 days or so, newest first; live and paper. Today's figures are blank until
 * the session has ended: such a day is left out.
 *
 * @see KIS portal inquire-investor, FHKST01010900 (read 2026-11-28): volumes in shares, amounts in million KRW
 */
export function investorFlows(symbol: string): KisCall<readonly InvestorFlow[]> {
  return {
    method: "GET",
    path: "/uapi/domestic-stock/v1/quotations/inquire-investor",
    trId: "FHKST01010900",
    params: { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: symbol },
    read: (body) =>
      readAnswer(answer, body).output.flatMap((row): InvestorFlow[] => {
        const tradingDay = expandDay(row.stck_bsop_date);
        const flow = (group: keyof typeof GROUPS): NetFlow | undefined => {
          const volume = numberIn(row[`${GROUPS[group]}_ntby_qty`]);
          const turnover = numberIn(row[`${GROUPS[group]}_ntby_tr_pbmn`]);
          return volume === undefined || turnover === undefined
            ? undefined
            : { volume, turnover: turnover * MILLION };
        };
        const [individual, foreign, institution] = [flow("individual"), flow("foreign"), flow("institution")];
        if (individual === undefined || foreign === undefined || institution === undefined) return [];
        if (tradingDay === undefined) return [];
        return [{ tradingDay, individual, foreign, institution }];
      }),
  };
}
