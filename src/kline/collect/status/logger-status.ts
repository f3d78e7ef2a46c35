import type { Hours, TradingDay, Venue } from "../../../core/index.js";
import type { SourcePace } from "../../evidence/index.js";
import type { CalendarConflict } from "../../guard/index.js";
import type { MinuteMap } from "./minute-map.js";

/** An error as a status shows it: without a stack, and free of secrets as every error of this package is. */
export interface StatusError {
  /** Of its class, such as `"TransportError"`. */
  readonly name: string;
  /** `code` of a {@link HantooError}; `"unknown"` of others. */
  readonly code: string;
  /** One sentence. */
  readonly message: string;
}

/** Something that is not as it should be. `late`: minutes are due and not stored. */
export interface StatusProblem {
  /** What of the logger it is about; `store`: it does not take what was fetched. */
  readonly kind: "late" | "failed" | "lost" | "store" | "calendar";
  /** One sentence. */
  readonly text: string;
}

/** How far storing is behind what was promised. */
export interface StatusLag {
  /** Age of the first final minute that half of the symbols lack, in milliseconds from its end; 0 where none is. */
  readonly ms: number;
  /**
   * How old a minute may become before it is stored, in milliseconds from its end; `null` where the rate cannot
   * follow: everything is due when the grace time after the session ends.
   */
  readonly promisedMs: number | null;
  /** Start of the last minute that is due by that promise, epoch ms; `null` before the first is. */
  readonly lastDue: number | null;
  /** Start of the last minute that half of the symbols have stored, with all before it, epoch ms. */
  readonly lastSealed: number | null;
  /** How many symbols lack a minute that is due. */
  readonly behind: number;
  /** The first twenty of them. */
  readonly behindSymbols: readonly string[];
}

/** How fast a session is followed, and how fast the source answers. */
export interface StatusPace {
  /** Each symbol is asked for once in so many minutes. */
  readonly everyMinutes: number;
  /** Calls a minute, on average. */
  readonly callsPerMinute: number;
  /** The share of the source's rate that this takes; above 1 it cannot be kept. */
  readonly utilisation: number;
  /** Whether the rate can follow, within the lag asked for. */
  readonly feasible: boolean;
  /** What the source says of itself; `null` where it says nothing. */
  readonly source: SourcePace | null;
}

/** What one pass did. */
export interface StatusPass {
  /** The day it was about, KST: an earlier one where stored days are read again. */
  readonly tradingDay: TradingDay;
  /** When it ended, epoch ms. */
  readonly at: number;
  /** Requests made. */
  readonly calls: number;
  /** Traded minutes received. */
  readonly bars: number;
  /** Objects that became durable. */
  readonly objects: number;
  /** Symbols that failed. */
  readonly failed: number;
  /** Minutes of symbols that were stored otherwise. */
  readonly revised: number;
}

/** A session's ends. */
export interface StatusSession {
  /** When trading begins, epoch ms. */
  readonly open: number;
  /** When it ends, epoch ms. */
  readonly close: number;
}

/** A session to come. */
export interface StatusOpening {
  /** KST. */
  readonly tradingDay: TradingDay;
  /** When trading begins, epoch ms. */
  readonly open: number;
}

/** Tokens that a source had issued. */
export interface StatusTokens {
  /** So far; each one sends the account's owner a message. */
  readonly issued: number;
  /** When the last of them was, epoch ms; `null` where none was. */
  readonly issuedAt: number | null;
}

/** A symbol that could not be brought up to date. */
export interface StatusFailure {
  /** Short code. */
  readonly symbol: string;
  /** Why. */
  readonly error: StatusError;
}

/** What a logger did. */
export interface StatusWork {
  /** Passes that have ended. */
  readonly passes: number;
  /** Requests made. */
  readonly calls: number;
  /** Traded minutes received. */
  readonly bars: number;
}

/**
 * Where a logger stands: the object behind `/status`. Every field is there, `null` where there is nothing to say, so
 * that it reads the same as JSON. The first six names are those of the older logger's monitoring.
 */
export interface LoggerStatus {
  /** Minutes of the day that are stored, all symbols together. */
  readonly today_total: number;
  /** Minutes of the whole day, those to come among them. */
  readonly expected_total: number;
  /** Stored and no hole, of those expected: 0 to 1. */
  readonly collection_rate: number;
  /** Symbols that are logged. */
  readonly stock_count: number;
  /** Start of the first stored minute, epoch ms. */
  readonly first_time: number | null;
  /** Start of the last stored minute, epoch ms. */
  readonly last_time: number | null;

  /** When this was true, epoch ms. */
  readonly at: number;
  /** Where the bars are from. */
  readonly venue: Venue;
  /** Which part of the day is logged. */
  readonly hours: Hours;
  /** The day it is about: the latest one whose session has opened. */
  readonly tradingDay: TradingDay;
  /** Of that day. */
  readonly session: StatusSession;
  /** Whether that session is under way. */
  readonly isOpen: boolean;
  /** The next session to open; `null` where the calendar ends before. */
  readonly nextSession: StatusOpening | null;
  /** Whether `run()` is under way. */
  readonly isFollowing: boolean;

  /** Nothing is late: `/healthz`. True before the session, and on a day the source calls closed. */
  readonly isHealthy: boolean;
  /** What is not as it should be; empty where all is well. A late day is one of them. */
  readonly problems: readonly StatusProblem[];
  /** How far storing is behind. */
  readonly lag: StatusLag;
  /** How fast it goes. */
  readonly pace: StatusPace;
  /** Tokens the source had issued; `null` where it does not tell. */
  readonly tokens: StatusTokens | null;

  /** Minutes of all symbols that have ended and settled. */
  readonly dueMinutes: number;
  /** Stored and no hole, of those: 0 to 1; 1 where none is due. */
  readonly dueRate: number;
  /** Stored minutes that traded, and of which nobody can read how. */
  readonly holes: number;
  /** Stored bars that break a rule of bars, as the source has them. */
  readonly odd: number;
  /** Minutes that were fetched and are in memory alone. */
  readonly waiting: number;
  /** Why the store does not take what was fetched; `null` while it does. */
  readonly storeError: StatusError | null;
  /** How many symbols could not be brought up to date at their last turn. */
  readonly failed: number;
  /** The first twenty of them, and why. */
  readonly failures: readonly StatusFailure[];
  /** Where the calendar and the source disagree about the day. */
  readonly calendarConflicts: readonly CalendarConflict[];

  /** `null` before the first has ended. */
  readonly lastPass: StatusPass | null;
  /** What was done since the logger was created. */
  readonly since: StatusWork;
  /** The day minute by minute. */
  readonly minutes: MinuteMap;
}
