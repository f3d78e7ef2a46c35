import type { TradingDay, Venue } from "../core/index.js";
import type { Factor } from "../factors/index.js";

/** How far a pass has come. */
export interface DailyProgress {
  /** Symbols that are over: stored, or failed. */
  readonly done: number;
  /** Symbols in all. */
  readonly total: number;
  /** Symbols given up so far. */
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
  /** Venue of the bars. */
  readonly venue: Venue;
  /** First and last trading day that were looked at. */
  readonly from: TradingDay;
  /** Last trading day that was looked at, inclusive. */
  readonly to: TradingDay;
  /** Objects that were written, and their rows. */
  readonly uploaded: readonly {
    /** Key of the object in the store. */
    readonly key: string;
    /** Rows in it, a symbol and day each. */
    readonly rows: number;
  }[];
  /** What the run cost. */
  readonly fetched: {
    /** Calls sent to the source. */
    readonly calls: number;
    /** Rows that came back. */
    readonly rows: number;
  };
  /** Symbols and indices for which nothing was to be asked. */
  readonly unchanged: number;
  /** Of the rows that were stored, those that are not final yet: a later pass replaces them. */
  readonly provisional: number;
  /** Changes of scale that were found and stored, corrections among them. */
  readonly factors: readonly Factor[];
  /** Symbols or indices that failed, and why. They do not stop the others. */
  readonly failures: readonly {
    /** Symbol whose days are not complete. */
    readonly symbol: string;
    /** Why; mostly a `HantooError`. */
    readonly error: unknown;
  }[];
  /** Why it ended before the last symbol; absent if it did not. Call it again to go on. */
  readonly stopped?: "maxCalls" | "deadline";
}
