/** One trade; of one symbol they come in order of the running totals. */
export interface LiveTrade {
  readonly kind: "trade";
  readonly symbol: string;
  /** Epoch ms. */
  readonly time: number;
  /** KRW. */
  readonly price: number;
  /** Shares. */
  readonly volume: number;
  /** Shares of the day, this trade included. */
  readonly accVolume: number;
  /** KRW of the day, this trade included. */
  readonly accTurnover: number;
  /** Who took, where that is known. */
  readonly side?: "buy" | "sell" | undefined;
}

/** Trades that did not come: so many shares and KRW, all within the span. */
export interface LiveGap {
  readonly kind: "gap";
  readonly symbol: string;
  readonly shares: number;
  readonly turnover: number;
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
}

/** What a source of trades says of a symbol, and of itself. */
export type TradeSourceEvent =
  | LiveTrade
  | LiveGap
  | { readonly kind: "subscribed" | "refused"; readonly symbol: string; readonly code?: string }
  | {
      readonly kind: "connected" | "disconnected";
      readonly code?: number | string;
      readonly downMs?: number;
    }
  | { readonly kind: "lagging"; readonly queued: number };

/** Where trades come from as they happen. `KisClient.stream()` gives one; the caller joins the two rooms. */
export type TradeSource = AsyncIterable<TradeSourceEvent>;
