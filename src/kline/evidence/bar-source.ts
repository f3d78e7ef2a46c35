import type { MinuteBars, MinuteBarsRequest, MinuteEvidence, TradingDay } from "../../core/index.js";

/** {@link MinuteBars} of any source: one that knows nothing of holes, odd bars and the like leaves them out. */
export type SourceBars = Omit<MinuteBars, keyof MinuteEvidence> & Partial<MinuteEvidence>;

/** Where minute bars come from. `KisClient` is one; the caller joins the two rooms. */
export interface BarSource {
  /**
   * @returns the traded, final minutes of one symbol's day and how far the answer speaks.
   * @throws whatever the source throws; an aborted `signal` rejects with its reason, untouched.
   */
  minuteBars(request: MinuteBarsRequest): Promise<SourceBars>;

  /**
   * Whether the market opens, or opened, on a day, as the source itself says.
   *
   * @returns `undefined` where it cannot tell.
   */
  tradingDay?(day: TradingDay): Promise<boolean | undefined>;

  /**
   * Where its bars come from: `"kis-live"`, `"kis-paper"`, `"simulator"`, `"host:NAME"`, or a name of your own.
   * Asked for before something is stored. @defaultValue "unknown"
   */
  readonly provenance?: string;

  /** What the source can do, for planning; the planner assumes KIS's live limits without it. */
  readonly capacity?: SourceCapacity;

  /** How fast it answers at this moment; shown in the logger's status. */
  readonly pace?: SourcePace | undefined;

  /** What it did to be let in; shown in the logger's status. */
  readonly tokens?: SourceTokens | undefined;
}

/** How fast a {@link BarSource} goes at this moment. */
export interface SourcePace {
  /** Calls in any second at the most. */
  readonly ceiling: number;
  /** Calls a second now. */
  readonly current: number;
  /** Calls that were refused for the rate, so far. */
  readonly refusals: number;
}

/** The tokens a {@link BarSource} had issued; each one sends the account's owner a message. */
export interface SourceTokens {
  /** So far, by this source; those that other programs shared with it are not counted. */
  readonly issued: number;
  /** When the last of them was, epoch ms; `undefined` where none was. */
  readonly issuedAt: number | undefined;
}

/** How much a {@link BarSource} gives. */
export interface SourceCapacity {
  /** Calls a second. */
  readonly ratePerSecond: number;
  /** Minutes one call covers at the most. */
  readonly minutesPerCall: number;
  /** Trading days back from today that it keeps, today included. @defaultValue KIS's 251 */
  readonly keptDays?: number;
}

/**
 * KIS's live limits: 18 calls a second since 2026-04-20, 120 rows a call of FHKST03010230. Minutes are kept for a year
 * officially; measured on 2026-09-14 they reached back to 2025-09-03, which are 251 trading days.
 *
 * @see FHKST03010230 (read 2026-11-21)
 */
export const LIVE_CAPACITY: Required<SourceCapacity> = {
  ratePerSecond: 18,
  minutesPerCall: 120,
  keptDays: 251,
};
