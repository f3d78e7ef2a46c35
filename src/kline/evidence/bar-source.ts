import type {
  MinuteBar,
  MinuteBars,
  MinuteBarsRequest,
  MinuteEvidence,
  TradingDay,
} from "../../core/index.js";

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
   * The last minutes of an index, such as `KisClient` has them; what a logger of `indices` asks for.
   *
   * @returns ended minutes, ascending, one for each minute of which the source has a row.
   */
  indexMinutes?(request: SourceIndexMinutesRequest): Promise<SourceIndexMinutes>;

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

/** Which index's last minutes to ask a {@link BarSource} for. */
export interface SourceIndexMinutesRequest {
  /** KIS's code: `"0001"` KOSPI, `"1001"` KOSDAQ. */
  readonly index: string;
  /** As in {@link MinuteBarsRequest}. */
  readonly onCall?: () => void;
  /** Ends the call with its reason. */
  readonly signal?: AbortSignal;
}

/** The last minutes of an index, as far back as a {@link BarSource} has them. */
export interface SourceIndexMinutes {
  /** Code that was asked for. */
  readonly index: string;
  /** Points, shares and KRW; a minute in which nothing traded has volume 0. */
  readonly bars: readonly Omit<MinuteBar, "accVolume">[];
  /** Requests that this answer cost. */
  readonly calls: number;
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
  /** Minutes back from now, or from the session's end, that it is sure to have. @defaultValue the whole day */
  readonly keptMinutes?: number;
}

/**
 * KIS's live limits: 18 calls a second since 2026-04-20, 120 rows a call of FHKST03010230. Minutes are kept for a year
 * officially; measured on 2026-09-14 they reached back to 2025-09-03, which are 251 trading days.
 *
 * @see FHKST03010230 (read 2026-11-21)
 */
export const LIVE_CAPACITY: Required<Omit<SourceCapacity, "keptMinutes">> = {
  ratePerSecond: 18,
  minutesPerCall: 120,
  keptDays: 251,
};
