import type { TradingCalendar } from "../../calendar/index.js";
import type { FaultPlan } from "../faults/index.js";
import type { CorporateAction, InstrumentTraits, Market } from "../market/index.js";
import type { ClockMode } from "./simulator-clock.js";
import type { StreamOptions } from "./stream-options.js";

/** How many calls the simulator accepts. */
export interface LimitOptions {
  /** Quotations in any sliding second; `false` for no limit. @defaultValue 18 live, 1 paper */
  readonly perSecond?: number | false;
  /** Calls of tokenP, revokeP and Approval in any sliding second; `false` for no limit. @defaultValue 1 */
  readonly tokenPerSecond?: number | false;
  /** Whether tokenP answers once a minute only. @defaultValue true */
  readonly tokenPerMinute?: boolean;
  /** HTTP status of EGW00201; both were seen. @defaultValue 500 */
  readonly refusalStatus?: 500 | 200;
  /** Whether a second slides or is the clock's own; not known of KIS. @defaultValue "sliding" */
  readonly window?: "sliding" | "fixed";
  /** Whether a refused call takes a place in its second; not known of KIS. @defaultValue false */
  readonly countRefused?: boolean;
  /** Epoch ms of the simulator's clock: until then the key is new and has 3 calls a second. @defaultValue never */
  readonly newAccountUntil?: number;
  /** Other programs that use the same key, and take their part of each second. @defaultValue none */
  readonly others?: {
    /** Calls a second the other programs send. */
    readonly perSecond: number;
    /** Epoch ms from which they do; always where absent. */
    readonly from?: number;
    /** Epoch ms until which they do; for ever where absent. */
    readonly until?: number;
  };
  /** Servers that the limit is spread over; a call reaches one by chance. @defaultValue 1 */
  readonly servers?: number;
}

/**
 * Behaviours to choose where KIS's is not known, or was seen both ways. 0200 stands for FHKST03010200 (minutes of
 * today), 0230 for FHKST03010230 (minutes of any day).
 */
export interface QuirkOptions {
  /** Whether 0230 answers on paper; the portal says no, some got answers. @defaultValue false */
  readonly dailyMinutesOnPaper?: boolean;
  /** Status of token errors EGW00121, EGW00122 and EGW00123. @defaultValue 500 */
  readonly tokenErrorStatus?: 500 | 401 | 200;
  /** Code of a token that KIS ended before its time; maintenance was seen to use others than EGW00121. @defaultValue "EGW00121" */
  readonly endedTokenCode?: string;
  /** Whether tokenP goes on giving out a token that KIS ended, until it is revoked or six hours old. @defaultValue false */
  readonly sameEndedToken?: boolean;
  /** Whether a new token ends the ones before it. @defaultValue false */
  readonly oneToken?: boolean;
  /** How long after its minute a trade may still be booked, in ms. @defaultValue 6000 */
  readonly bookingMs?: number;
  /**
   * Minutes whose last trade is booked `afterMs` after the minute's start, so that a bar changes after it was
   * final: a share of all, drawn from the seed, or each by name. @defaultValue none
   */
  readonly corrections?: CorrectionShare | readonly Correction[];
  /** Milliseconds after its label from which 0200's row of the closing auction stays right. @defaultValue 1800000 */
  readonly auctionSettleMs?: number;
  /** Whether 0230 gives the rows of pre-market and after-market. @defaultValue true */
  readonly extendedRows?: boolean;
  /** How many trading days 0230 reaches back. @defaultValue 250 */
  readonly depthDays?: number;
  /** Whether chk-holiday lists a day twice now and then. @defaultValue false */
  readonly duplicateHolidays?: boolean;
  /** Rows of a chk-holiday page. @defaultValue 24 */
  readonly holidayRows?: number;
  /** Calendar days that chk-holiday lists from the first one asked for; `Infinity` for no end. @defaultValue Infinity */
  readonly holidayDays?: number;
  /** Whether chk-holiday leaves `sttl_day_yn` blank now and then. @defaultValue true */
  readonly blankSettlement?: boolean;
  /** Whether 0230 at UN has rows only for what Nextrade trades, as at NX. @defaultValue true */
  readonly unifiedNeedsNextrade?: boolean;
  /**
   * Whether 0200 at UN, asked for a label at or before its first minute, gives rows without data (`cntg_vol`
   * INT64_MIN, open, high and low 0) in place of the session before. @defaultValue true
   */
  readonly voidRows?: boolean;
  /** Open, high and low of a daily row of a day without regular trades. @defaultValue "zero" */
  readonly idleDailyRow?: "zero" | "flat";
  /** Whether the volume of adjusted daily rows is counted in today's shares. @defaultValue true */
  readonly adjustedVolume?: boolean;
  /** What KIS rescales in minutes that are older than a corporate action. @defaultValue "prices" */
  readonly rescaledMinutes?: "prices" | "prices-and-volume" | "none";
  /** Whether 0230, too, gives the forming bar under the label asked for. @defaultValue false */
  readonly echoDailyMinutes?: boolean;
  /** Whether answers have a `Date`; a gateway in front may strip it. @defaultValue true */
  readonly dated?: boolean;
}

/** A share of all minutes to be corrected late. */
export interface CorrectionShare {
  /** 0..1 */
  readonly probability: number;
  /** Milliseconds after the start of the minute at which its last trade is booked. */
  readonly afterMs: number;
}

/** One minute to be corrected late. */
export interface Correction {
  /** Symbol whose row changes. */
  readonly symbol: string;
  /** Epoch ms of the start of the minute. */
  readonly time: number;
  /** Milliseconds after the start of the minute at which its last trade is booked. */
  readonly afterMs: number;
}

/** Options of {@link createKisSimulator}. */
export interface KisSimulatorOptions {
  /** Any integer: the same seed, the same answers byte for byte. @defaultValue 1 */
  readonly seed?: number;
  /** Epoch ms at the start. @defaultValue the host's time */
  readonly now?: number;
  /** How time passes. @defaultValue "fixed" if `now` is given, else "running" */
  readonly clock?: ClockMode;
  /** Short codes of the market. @defaultValue some dozens of every kind */
  readonly symbols?: readonly string[];
  /** Corporate actions of the market. @defaultValue none */
  readonly actions?: readonly CorporateAction[];
  /** Traits of single symbols, by symbol: days of listing, halt and delisting, and more. @defaultValue none */
  readonly instruments?: Readonly<Record<string, InstrumentTraits>>;
  /** A market to serve, in place of one made from `seed`, `symbols`, `calendar`, `actions` and `instruments`. */
  readonly market?: Market;
  /** @defaultValue krx */
  readonly calendar?: TradingCalendar;
  /** Which of KIS's systems to simulate. @defaultValue "live" */
  readonly environment?: "live" | "paper";
  /**
   * A preset (`"new-account"` is 3 a second), calls a second, `false` for no limit, or each limit by itself.
   * @defaultValue those of `environment`
   */
  readonly limits?: "live" | "paper" | "new-account" | number | false | LimitOptions;
  /** What goes wrong, by script or by chance. @defaultValue nothing */
  readonly faults?: FaultPlan;
  /** @defaultValue "test" */
  readonly appKey?: string;
  /** @defaultValue "test" */
  readonly appSecret?: string;
  /** Behaviours of KIS that are rare or not known, see `BEHAVIOURS.md`. @defaultValue those of {@link QuirkOptions} */
  readonly quirks?: QuirkOptions;
  /** The WebSocket side. @defaultValue those of {@link StreamOptions} */
  readonly stream?: StreamOptions;
}
