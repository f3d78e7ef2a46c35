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
  /** Short code as KRX prints it, such as `005930` or `0037T0`. */
  readonly symbol: string;
  /** KST date. @defaultValue today, KST */
  readonly tradingDay?: TradingDay;
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** @defaultValue "regular" */
  readonly hours?: Hours;
  /**
   * Epoch ms of the first minute wanted. Earlier bars are left out, and today not even asked for if the shares before it
   * are known. `accVolume` still counts from the session's first minute.
   * @defaultValue the session's first minute
   */
  readonly from?: number;
  /**
   * Called before each request, retries included. If it throws, nothing is sent and the call rejects with that error.
   * @defaultValue nothing
   */
  readonly onCall?: () => void;
  /** Ends the call with its reason, also while it waits for its turn. */
  readonly signal?: AbortSignal;
}

/** Minutes that traded by KIS's running totals, and of which no row can be read. */
export interface MinuteHole {
  /** Epoch ms of the first minute. */
  readonly from: number;
  /** Epoch ms of the last minute, inclusive. */
  readonly to: number;
  /**
   * `"lost"`: a row is missing between two others. `"unreadable"`: a row is there and says nothing that can be read.
   * `"closing"`: the totals say that the closing auction traded, and no row stands at its label.
   */
  readonly kind: "lost" | "unreadable" | "closing";
  /**
   * Turnover that these minutes must have had together, KRW: the least that the totals allow, and exact where the shares
   * of the later row went at one price. Absent if the totals do not tell.
   */
  readonly turnover?: number;
}

/** A bar that breaks a rule of bars, given as KIS has it. */
export interface OddBar {
  /** Epoch ms of the START of the minute. */
  readonly time: number;
  /** Which rule, as a short name: `"open-outside-range"`, `"close-outside-range"`, … */
  readonly rule: string;
}

/** Trades at labels for which the calendar has no session: its hours are not the day's. */
export interface OutsideTrades {
  /** Epoch ms of the first such minute. */
  readonly from: number;
  /** Epoch ms of the last one, inclusive. */
  readonly to: number;
  /** Shares traded in them. */
  readonly shares: number;
}

/** What an answer says besides its bars: minutes that cannot be read, and surprises. */
export interface MinuteEvidence {
  /** Minutes up to `through` that traded and cannot be read; ascending, not overlapping. */
  readonly holes: readonly MinuteHole[];
  /** Of the `bars`, those that break a rule; ascending. */
  readonly odd: readonly OddBar[];
  /** Trades outside the session: then `complete` is false and `through` is before the session's last minute. */
  readonly outside: OutsideTrades | undefined;
  /** `"rescaled"`: the prices are on the scale of a later corporate action. */
  readonly basis: "traded" | "rescaled";
  /** The day's prices as traded, by the raw daily bar, where they prove that `basis` is `"rescaled"`. */
  readonly tradedDay?: Pick<MinuteBar, "open" | "high" | "low" | "close">;
}

/** What a source knows of one symbol's day. */
export interface MinuteBars extends MinuteEvidence {
  /** Short code asked for. */
  readonly symbol: string;
  /** Venue asked for. */
  readonly venue: Venue;
  /** KST day all the bars belong to. */
  readonly tradingDay: TradingDay;
  /** The traded, final minutes, ascending by `time`, each once. Nothing else. */
  readonly bars: readonly MinuteBar[];
  /**
   * Epoch ms of the last minute the answer speaks for: a session minute at or before it that is neither in `bars`
   * nor in `holes` was untraded, a later one is not known yet. Before the session's first minute if nothing is known yet.
   */
  readonly through: number;
  /** Close of the trading day before, KRW; only for today, where the answer shows it. */
  readonly previousClose?: number;
  /** Shares of the day so far, trades off session included; only for today, where the answer shows it. */
  readonly dayVolume?: number;
  /** `through` is the session's last minute. Never before the closing auction's bar is settled. */
  readonly complete: boolean;
  /** Requests that this answer cost. */
  readonly calls: number;
}
