import type { TradingDay, Venue } from "../core/index.js";

/** Which daily bars to ask for. */
export interface SourceDailyRequest {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** First KST day, inclusive. */
  readonly from: TradingDay;
  /** Last KST day, inclusive. */
  readonly to: TradingDay;
  /** On today's scale; `false`: as traded. */
  readonly adjusted: boolean;
  /** Venue whose days are asked for. */
  readonly venue: Venue;
  /** To be called before each request; what it throws must come back untouched. */
  readonly onCall?: () => void;
  /** Ends the call with its reason. */
  readonly signal?: AbortSignal;
}

/** One day of a symbol as a source has it; prices and turnover in KRW, volume in shares. */
export interface SourceDailyBar {
  /** KST day. */
  readonly tradingDay: TradingDay;
  /** 0 where the day has no regular trade. */
  readonly open: number;
  /** 0 where the day has no regular trade. */
  readonly high: number;
  /** 0 where the day has no regular trade. */
  readonly low: number;
  /** The previous close if the day has no trade at all. */
  readonly close: number;
  /** Shares traded on the day. */
  readonly volume: number;
  /** Absent where the source left it blank. */
  readonly turnover?: number;
  /** The source will not change it any more. */
  readonly isFinal: boolean;
}

/** Which daily bars of an index to ask for. */
export interface SourceIndexRequest {
  /** KIS's code: `"0001"` is KOSPI. */
  readonly index: string;
  /** First day, KST, inclusive. */
  readonly from: TradingDay;
  /** Last day, KST, inclusive. */
  readonly to: TradingDay;
  /** As in {@link SourceDailyRequest.onCall}. */
  readonly onCall?: () => void;
  /** Ends the call with its reason. */
  readonly signal?: AbortSignal;
}

/** Which rows of a calendar of corporate actions to ask for. */
export interface SourceActionsRequest {
  /** Which calendar to ask. */
  readonly kind: "split" | "bonus" | "rights" | "reduction" | "merger";
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** First KST day, inclusive. */
  readonly from: TradingDay;
  /** Last KST day, inclusive. */
  readonly to: TradingDay;
  /** As in {@link SourceDailyRequest.onCall}. */
  readonly onCall?: () => void;
  /** Ends the call with its reason. */
  readonly signal?: AbortSignal;
}

/** What a calendar says of a corporate action. It is evidence, never the factor itself. */
export interface SourceAction {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** First KST day on the new scale; absent where the calendar does not say. */
  readonly effectiveDate?: TradingDay;
  /** As the calendar states it, rounded; absent where it does not. */
  readonly ratio?: number;
}

/** Where daily bars come from. `KisClient` is one; the caller joins the two rooms. */
export interface DailySource {
  /**
   * @returns the days of the span that it has, ascending; none before a listing or after a delisting.
   * @throws whatever the source throws; an aborted `signal` rejects with its reason, untouched.
   */
  dailyBars(request: SourceDailyRequest): Promise<readonly SourceDailyBar[]>;
  /** Daily bars of an index, volume in shares and turnover in KRW; needed for `indices` alone. */
  indexBars?(request: SourceIndexRequest): Promise<readonly SourceDailyBar[]>;
  /**
   * A calendar of corporate actions, asked when prices show a change of scale: its rows become evidence. If it throws, only
   * the evidence is missing.
   */
  corporateActions?(request: SourceActionsRequest): Promise<readonly SourceAction[]>;
  /** Whether a day was a trading day; asked of a past one where stored rows contradict {@link provenance}. */
  tradingDay?(day: TradingDay): Promise<boolean | undefined>;
  /** Where its rows come from. @defaultValue "unknown" */
  readonly provenance?: string;
  /** What it can do, for planning. @defaultValue KIS's 18 calls a second */
  readonly capacity?: {
    /** Calls a second the source bears. */
    readonly ratePerSecond: number;
  };
}

/** Most days of one call of FHKST03010100. @see facts/daily-bars.md section 1 */
export const DAYS_PER_CALL = 100;
/** The same of FHKUP03500100, for indices; measured on 2026-09-16. @see facts/daily-bars.md section 4 */
export const INDEX_DAYS_PER_CALL = 50;
