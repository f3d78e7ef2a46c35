import type { TradingDay, Venue } from "../core/index.js";
import type { Factor } from "../factors/index.js";

/** How far a pass has come. */
export interface DailyProgress {
  /** Symbols that are over: stored, or failed. */
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  /** Requests made. */
  readonly calls: number;
  /** Calls a second since the first one; 0 before. */
  readonly ratePerSecond: number;
  /** Milliseconds to the end at the pace so far. */
  readonly etaMs: number;
}

/** What a pass did. */
export interface DailyReport {
  readonly venue: Venue;
  /** First and last trading day that were looked at. */
  readonly from: TradingDay;
  readonly to: TradingDay;
  /** Objects that were written, and their rows. */
  readonly uploaded: readonly { readonly key: string; readonly rows: number }[];
  readonly fetched: { readonly calls: number; readonly rows: number };
  /** Symbols and indices for which nothing was to be asked. */
  readonly unchanged: number;
  /** Of the rows that were stored, those that are not final yet: a later pass replaces them. */
  readonly provisional: number;
  /** Changes of scale that were found and stored, corrections among them. */
  readonly factors: readonly Factor[];
  /** Symbols or indices that failed, and why. They do not stop the others. */
  readonly failures: readonly { readonly symbol: string; readonly error: unknown }[];
  /** Why it ended before the last symbol; absent if it did not. Call it again to go on. */
  readonly stopped?: "maxCalls" | "deadline";
}
