import { type OddBar, type TradingDay, type Venue, brokenRule, isTradedBar } from "../../core/index.js";
import { type CompactReport, type DayTable, type WrittenObject, isHole } from "../../archive/index.js";
import type { CalendarConflict } from "../guard/index.js";
import {
  type CoverageRow,
  type CoverageTotal,
  coverageRow,
  isRescaled,
  summarizeCoverage,
} from "../evidence/index.js";

/** How far a pass is. */
export interface SyncProgress {
  /** Symbols brought up to date, or given up. */
  readonly done: number;
  /** Symbols of this pass. */
  readonly total: number;
  /** Symbols given up so far. */
  readonly failed: number;
  /** Requests made so far. */
  readonly calls: number;
}

/** What one pass did. */
export interface SyncReport {
  /** KST day the pass was about. */
  readonly tradingDay: TradingDay;
  /** Venue of the bars. */
  readonly venue: Venue;
  /** Objects that became durable in the store, in order; those that had waited in the spool among them. */
  readonly uploaded: readonly WrittenObject[];
  /** What the pass cost. */
  readonly fetched: {
    /** Requests made, those of failed symbols among them. */
    readonly calls: number;
    /** Traded minutes received. */
    readonly bars: number;
  };
  /** Minutes of symbols that were stored before and are left as they were. */
  readonly unchanged: number;
  /** Minutes that had other values and are stored again. */
  readonly revised: readonly RevisedMinutes[];
  /**
   * Minutes of this day, as it is stored now, that traded by the source's totals and have no readable row; and closing
   * minutes that nothing proves, because others traded at labels the calendar does not know (`calendarConflicts`).
   */
  readonly holes: readonly SymbolMinutes[];
  /** Stored bars of this day that break a rule of bars, as the source has them. */
  readonly odd: readonly (OddBar & {
    /** Symbol of the bar. */
    readonly symbol: string;
  })[];
  /** Where the calendar and the source disagree about the day. */
  readonly calendarConflicts: readonly CalendarConflict[];
  /** Symbols that the source has on another price scale, restored to the prices traded. */
  readonly restored: readonly string[];
  /** Coverage of the logger's symbols on this day; with {@link storeError}, what waits in memory counts as stored. */
  readonly coverage: {
    /** All symbols summed. */
    readonly total: CoverageTotal;
    /** A row a symbol, ascending. */
    readonly days: readonly CoverageRow[];
  };
  /** Symbols that could not be brought up to date, and why. What came before the fault is stored. */
  readonly failures: readonly SyncFailure[];
  /** The store fails, and what was fetched waits in the spool or, in `run()`, in memory. Without a spool `sync()` throws. */
  readonly storeError?: unknown;
  /** The day's compaction; only if the pass left the day whole and it was not one object yet. */
  readonly compaction?: CompactReport;
}

/** Some minutes of one symbol. */
export interface SymbolMinutes {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** Epoch ms, ascending. */
  readonly minutes: readonly number[];
}

/** Minutes of one symbol that differed from what was stored. */
export type RevisedMinutes = SymbolMinutes;

/** A symbol that failed, and why. */
export interface SyncFailure {
  /** Symbol whose day is not complete for it. */
  readonly symbol: string;
  /** Why; mostly a `HantooError`. */
  readonly error: unknown;
}

/** What the coverage of a report is made from. */
interface DayCoverageFacts {
  readonly symbols: readonly string[];
  readonly known: DayTable;
  readonly final: number;
  readonly damaged: readonly { readonly start: number; readonly end: number }[];
  readonly failures: readonly SyncFailure[];
}

/** @returns a row for each symbol, in order, and their sum. */
export function reportCoverage({
  symbols,
  known,
  final,
  damaged,
  failures,
}: DayCoverageFacts): SyncReport["coverage"] {
  const errors = new Map(failures.map(({ symbol, error }) => [symbol, error]));
  const days = symbols.map((symbol) =>
    coverageRow(known, symbol, {
      final,
      damaged,
      failed: errors.has(symbol),
      rescaled: isRescaled(errors.get(symbol)),
      tooOld: false,
    }),
  );
  return { total: summarizeCoverage(days), days };
}

/** The holes and odd bars of a day as it is known now. */
export function dayFindings(known: DayTable, symbols: readonly string[]): Pick<SyncReport, "holes" | "odd"> {
  const holes: SymbolMinutes[] = [];
  const odd: (OddBar & { readonly symbol: string })[] = [];
  for (const symbol of symbols) {
    const lost: number[] = [];
    const volumes = known.column(symbol, "volume");
    for (const [index, time] of volumes === undefined ? [] : known.minutes.entries()) {
      if (volumes?.[index] === 0) continue;
      const cell = known.get(symbol, index);
      if (cell === undefined) continue;
      if (isHole(cell)) lost.push(time);
      const rule = isTradedBar(cell) ? brokenRule(cell) : undefined;
      if (rule !== undefined) odd.push({ symbol, time, rule });
    }
    if (lost.length > 0) holes.push({ symbol, minutes: lost });
  }
  return { holes, odd };
}
