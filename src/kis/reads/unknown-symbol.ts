import { KisApiError, type Venue } from "../../core/index.js";

/** Assumed, not documented: KIS answers a code it does not know with success, no rows and a price of 0. */
export function unknownSymbol(symbol: string, venue: Venue, trId: string): KisApiError {
  return new KisApiError(
    `KIS knows no symbol ${symbol} at ${venue}: it answered with success and without a price`,
    {
      status: 200,
      trId,
      rtCd: "0",
      msgCd: "",
    },
  );
}
