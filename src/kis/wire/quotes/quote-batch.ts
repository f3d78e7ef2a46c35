import { z } from "zod";
import { type Venue, venueCode } from "../../../core/index.js";
import { numberIn, present, readAnswer, rowsOf, text } from "../field.js";
import type { KisCall } from "../kis-call.js";
import { type Quote, priceIn, volumeIn } from "./quote.js";

/** Symbols of one call, at the most. */
export const QUOTE_BATCH = 30;

const answer = z.object({
  output: rowsOf({
    inter_shrn_iscd: text,
    inter_kor_isnm: text,
    inter2_prpr: text,
    inter2_prdy_vrss: text,
    prdy_ctrt: text,
    acml_vol: text,
    acml_tr_pbmn: text,
    inter2_oprc: text,
    inter2_hgpr: text,
    inter2_lwpr: text,
    inter2_mxpr: text,
    inter2_llam: text,
    inter2_askp: text,
    inter2_bidp: text,
    inter2_prdy_clpr: text,
    inter2_sdpr: text,
  }),
});

/** Rows without a code or a price are filler, or symbols KIS does not know. */
function readQuotes(body: unknown, venue: Venue): readonly Quote[] {
  return readAnswer(answer, body).output.flatMap((row, index): Quote[] => {
    const price = priceIn(row.inter2_prpr);
    if (row.inter_shrn_iscd === "" || price === undefined) return [];
    const change = numberIn(row.inter2_prdy_vrss);
    const derived = change === undefined ? undefined : price - change;
    return [
      {
        symbol: row.inter_shrn_iscd,
        venue,
        price,
        ...present({
          change,
          changePercent: numberIn(row.prdy_ctrt),
          previousClose: priceIn(row.inter2_prdy_clpr) ?? derived,
          volume: volumeIn(row.acml_vol, `output[${index}].acml_vol`),
          turnover: volumeIn(row.acml_tr_pbmn, `output[${index}].acml_tr_pbmn`),
          open: priceIn(row.inter2_oprc),
          high: priceIn(row.inter2_hgpr),
          low: priceIn(row.inter2_lwpr),
          upperLimit: priceIn(row.inter2_mxpr),
          lowerLimit: priceIn(row.inter2_llam),
          basePrice: priceIn(row.inter2_sdpr),
          ask: priceIn(row.inter2_askp),
          bid: priceIn(row.inter2_bidp),
          name: row.inter_kor_isnm === "" ? undefined : row.inter_kor_isnm,
        }),
      },
    ];
  });
}

/**
 * 관심종목(멀티종목) 시세조회: up to 30 symbols in one call; live only.
 *
 * @see KIS portal intstock-multprice, FHKST11300006 (read 2026-11-21)
 */
export function quoteBatch(symbols: readonly string[], venue: Venue): KisCall<readonly Quote[]> {
  const params: Record<string, string> = {};
  for (let place = 1; place <= QUOTE_BATCH; place++) {
    const symbol = symbols[place - 1];
    // Every key must be there; a blank one is an empty place.
    params[`FID_COND_MRKT_DIV_CODE_${place}`] = symbol === undefined ? "" : venueCode(venue);
    params[`FID_INPUT_ISCD_${place}`] = symbol ?? "";
  }
  return {
    method: "GET",
    path: "/uapi/domestic-stock/v1/quotations/intstock-multprice",
    trId: "FHKST11300006",
    params,
    read: (body) => readQuotes(body, venue),
  };
}
