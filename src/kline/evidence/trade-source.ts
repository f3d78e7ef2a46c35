import type { Clock } from "../../core/index.js";

/** One trade; of one symbol they come in order of the running totals. */
export interface LiveTrade {
  /** Tells the event: a trade. */
  readonly kind: "trade";
  /** Short code as KRX prints it. */
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
  /** Tells the event: trades that did not come. */
  readonly kind: "gap";
  /** Symbol whose trades are missing. */
  readonly symbol: string;
  /** Shares that did not come, exactly. */
  readonly shares: number;
  /** KRW that did not come. */
  readonly turnover: number;
  /** Epoch ms. */
  readonly from: number;
  /** Time of the trade after the gap, epoch ms. */
  readonly to: number;
}

/** What a source of trades says of a symbol, and of itself. */
export type TradeSourceEvent =
  | LiveTrade
  | LiveGap
  | {
      /** Tells the event. */
      readonly kind: "subscribed" | "refused";
      /** Symbol that was taken or refused. */
      readonly symbol: string;
      /** The source's own code for the reason, where it gave one. */
      readonly code?: string;
    }
  | {
      /** Tells the event. */
      readonly kind: "connected" | "disconnected";
      /** The source's own code for the reason, where it gave one. */
      readonly code?: number | string;
      /** How long it had been gone, in milliseconds; absent the first time. */
      readonly downMs?: number;
    }
  | {
      /** Tells the event. */
      readonly kind: "lagging";
      /** Events that wait for the consumer. */
      readonly queued: number;
    };

/** Where trades come from as they happen. `KisClient.stream()` gives one; the caller joins the two rooms. */
export type TradeSource = AsyncIterable<TradeSourceEvent>;

/** Closing a socket takes two seconds at the most. */
const LEAVE_MS = 5000;

/**
 * Leaves trades, and waits until their source is closed. A generator that waits for its next trade cannot be left before
 * one comes: in a quiet market nobody waits for it longer than a socket needs.
 */
export async function leaveTrades(
  trades: AsyncIterator<TradeSourceEvent> | undefined,
  clock: Pick<Clock, "sleep">,
): Promise<void> {
  const over = new AbortController();
  const left = Promise.resolve(trades?.return?.()).catch(() => undefined);
  await Promise.race([left, clock.sleep(LEAVE_MS, over.signal).catch(() => undefined)]);
  over.abort();
}
