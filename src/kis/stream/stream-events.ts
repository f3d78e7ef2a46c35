import type { BookRecord, ExpectedRecord, IndexRecord, OperationRecord, TradeRecord } from "../wire/index.js";

/** The feeds of a stream. Each takes one registration for each symbol. */
export type StreamFeed = "trade" | "book" | "expected" | "operation" | "index";

/** One trade. Those of a symbol come in the order of its running totals, each once. */
export interface TradeEvent extends TradeRecord {
  /** Tells the event: a trade. */
  readonly kind: "trade";
}

/** Trades that did not come, as the running totals prove. All of them lie within the span. */
export interface GapEvent {
  /** Tells the event: trades that did not come. */
  readonly kind: "gap";
  /** Symbol whose trades are missing. */
  readonly symbol: string;
  /** Shares that are missing, exactly. */
  readonly shares: number;
  /** KRW that is missing. It can be off by the half won of mid-prices, which KIS leaves out. */
  readonly turnover: number;
  /** Epoch ms of the trade before the gap. */
  readonly from: number;
  /** Epoch ms of the trade after it. */
  readonly to: number;
}

/** KIS took or refused a registration. Beyond the session's cap the code is `OPSP0008`. */
export interface RegistrationEvent {
  /** Whether KIS took the symbol. */
  readonly kind: "subscribed" | "refused";
  /** The symbol; of the feed `"index"`, the index. */
  readonly symbol: string;
  /** Which of KIS's feeds it is about. */
  readonly feed: StreamFeed;
  /** KIS's code with a refusal, such as `OPSP0008` for one symbol too many. */
  readonly code?: string;
}

/** The socket opened or closed. */
export interface ConnectionEvent {
  /** Whether the socket opened or closed. */
  readonly kind: "connected" | "disconnected";
  /** Why it closed: WebSocket's close code, or KIS's (`OPSP8996`: the key is in use elsewhere). */
  readonly code?: number | string;
  /** How long there was no connection, in milliseconds; absent the first time. */
  readonly downMs?: number;
}

/** The consumer is slower than the market. Nothing is lost yet. */
export interface LaggingEvent {
  /** Tells the event: the consumer is slow. */
  readonly kind: "lagging";
  /** Events that wait for the consumer. */
  readonly queued: number;
}

/** The events of a stream of trades. */
export type TradeStreamEvent = TradeEvent | GapEvent | RegistrationEvent | ConnectionEvent | LaggingEvent;

/** An order book as it stood. */
export interface BookEvent extends BookRecord {
  /** Tells the event: the order book. */
  readonly kind: "book";
}

/** The price at which an auction would end; not a trade. */
export interface ExpectedEvent extends ExpectedRecord {
  /** Tells the event: the expected price of an auction. */
  readonly kind: "expected";
}

/** An event of a symbol, such as a halt or a volatility interruption. */
export interface OperationEvent extends OperationRecord {
  /** Tells the event: halts and phases of the market. */
  readonly kind: "operation";
}

/** The level of an index. */
export interface IndexEvent extends IndexRecord {
  /** Tells the event: a level of an index. */
  readonly kind: "index";
}

/** The events of a stream of several feeds. */
export type StreamEvent = TradeStreamEvent | BookEvent | ExpectedEvent | OperationEvent | IndexEvent;
