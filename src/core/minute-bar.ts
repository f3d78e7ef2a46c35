import type { TradingDay } from "./trading-day.js";
import type { Hours, Venue } from "./venue.js";

/** One traded, final minute of one symbol. */
export interface MinuteBar {
  /** Epoch ms of the START of the minute. */
  readonly time: number;
  /** KRW. */
  readonly open: number;
  /** KRW. */
  readonly high: number;
  /** KRW. */
  readonly low: number;
  /** KRW. */
  readonly close: number;
  /** Shares traded in this minute. */
  readonly volume: number;
  /** Shares from the first minute of the session to the end of this one. */
  readonly accVolume: number;
  /** KRW traded in this minute. Absent when read from objects stored without it. */
  readonly turnover?: number;
}

/** Which minutes to ask for. */
export interface MinuteBarsRequest {
  readonly symbol: string;
  /** KST date. @defaultValue today, KST */
  readonly tradingDay?: TradingDay;
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** @defaultValue "regular" */
  readonly hours?: Hours;
  /**
   * Epoch ms of the first minute wanted: earlier ones are not asked for, so fewer calls. `accVolume` of the
   * bars then counts from this minute. @defaultValue the session's first minute
   */
  readonly from?: number;
  /**
   * Called before each request is sent, retries included: counts what an answer costs, also one that fails. What it
   * throws ends the call untouched, and nothing is sent. @defaultValue nothing
   */
  readonly onCall?: () => void;
  readonly signal?: AbortSignal;
}

/** What a source knows of one symbol's day. */
export interface MinuteBars {
  readonly symbol: string;
  readonly venue: Venue;
  readonly tradingDay: TradingDay;
  /** The traded, final minutes, ascending by `time`, each once. Nothing else. */
  readonly bars: readonly MinuteBar[];
  /**
   * Epoch ms of the last minute the answer speaks for: a session minute at or before it without a bar was
   * untraded, a later one is not known yet. Before the session's first minute where nothing is known yet.
   */
  readonly through: number;
  /** KRW; only for today, where the answer shows it. */
  readonly previousClose?: number;
  /** `through` is the session's last minute. Never before the closing auction's bar is settled. */
  readonly complete: boolean;
  /** Requests that this answer cost. */
  readonly calls: number;
}
