import type { Clock, TradingDay } from "../../../core/index.js";
import type { DayTable } from "../../../archive/index.js";
import { type CoverageRow, coverageRow } from "../../evidence/index.js";
import type { SyncReport } from "../sync-report.js";
import type { StatusPass } from "./logger-status.js";

/** A day as it is stored. */
interface StoredDay {
  readonly table: DayTable;
  readonly damaged: readonly { readonly start: number; readonly end: number }[];
}

/** What is known of the day a status is about. */
export interface WatchedDay {
  readonly tradingDay: TradingDay;
  /** By symbol, as the store has it. */
  readonly rows: ReadonlyMap<string, CoverageRow>;
  /** Symbols that failed at their last turn, and why. */
  readonly failing: ReadonlyMap<string, unknown>;
  readonly odd: number;
  readonly calendarConflicts: SyncReport["calendarConflicts"];
}

/**
 * Remembers what a status needs of the latest day that was worked on, one row a symbol. Rows tell what is in the store,
 * never what is still to be uploaded.
 */
export class DayWatch {
  readonly #clock: Pick<Clock, "now">;
  #day: (WatchedDay & { rows: Map<string, CoverageRow>; failing: Map<string, unknown> }) | undefined;
  #allowedUntil: number | undefined;
  /** Why the store did not take what the last pass fetched. */
  storeError: unknown;
  /** Minutes in memory alone, after the last pass. */
  waiting = 0;
  /** What the last pass did. */
  lastPass: StatusPass | null = null;
  /** Passes that ended, requests made and traded minutes received, so far. */
  since = { passes: 0, calls: 0, bars: 0 };
  /** How many `run()`s are under way. */
  following = 0;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** The latest day that was worked on. */
  get day(): WatchedDay | undefined {
    return this.#day;
  }

  /** Epoch ms until which the first pass may be busy with what was missing before; `-Infinity` before it begins. */
  get allowedUntil(): number {
    return this.#allowedUntil ?? -Infinity;
  }

  /** A pass begins. @param plannedMs - how long its calls take at the source's rate. */
  begins({ table, damaged }: StoredDay, symbols: readonly string[], plannedMs: number): void {
    this.#allowedUntil ??= this.#clock.now() + plannedMs;
    const { tradingDay } = table;
    if (tradingDay < (this.#day?.tradingDay ?? "")) return;
    if (this.#day?.tradingDay !== tradingDay)
      this.#day = { tradingDay, rows: new Map(), failing: new Map(), odd: 0, calendarConflicts: [] };
    const unseen = symbols.filter((symbol) => this.#day?.rows.has(symbol) === false);
    this.#look({ table, damaged }, unseen);
  }

  /** What was fetched of these symbols is in the store now. */
  stored(day: StoredDay, symbols: Iterable<string>): void {
    if (day.table.tradingDay === this.#day?.tradingDay) this.#look(day, symbols);
  }

  /** A pass has ended. @param answered - symbols of which something came. */
  passed(report: SyncReport, answered: Iterable<string>, waiting: number): void {
    const { tradingDay, fetched, uploaded, failures, revised, storeError } = report;
    this.storeError = storeError;
    this.waiting = waiting;
    this.lastPass = {
      tradingDay,
      at: this.#clock.now(),
      calls: fetched.calls,
      bars: fetched.bars,
      objects: uploaded.length,
      failed: failures.length,
      revised: revised.reduce((sum, { minutes }) => sum + minutes.length, 0),
    };
    const { passes, calls, bars } = this.since;
    this.since = { passes: passes + 1, calls: calls + fetched.calls, bars: bars + fetched.bars };
    const day = this.#day;
    if (day?.tradingDay !== tradingDay) return;
    for (const symbol of answered) day.failing.delete(symbol);
    for (const { symbol, error } of failures) day.failing.set(symbol, error);
    // While the store fails the report's rows count what waits.
    if (storeError === undefined) for (const row of report.coverage.days) day.rows.set(row.symbol, row);
    this.#day = { ...day, odd: report.odd.length, calendarConflicts: report.calendarConflicts };
  }

  #look({ table, damaged }: StoredDay, symbols: Iterable<string>): void {
    const facts = { final: table.minutes.length, damaged, failed: false, tooOld: false };
    for (const symbol of symbols) this.#day?.rows.set(symbol, coverageRow(table, symbol, facts));
  }
}
