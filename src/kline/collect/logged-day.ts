import { type TradingDay, finalCount, isHantooError, isRetryable, kstDay } from "../../core/index.js";
import {
  type DayRead,
  type DayTable,
  type ReadDayOptions,
  UNKNOWN_SOURCE,
  overlay,
} from "../../archive/index.js";
import { Budget, type Fetched, type Piece, PieceRun } from "../../engine/index.js";
import { LIVE_CAPACITY, type SymbolDay, closingIndex, emptyDay, fetchSymbolDay } from "../evidence/index.js";
import { plannedCalls } from "../planned-calls.js";
import { DayGate, hasTrade } from "../guard/index.js";
import { DayUploads } from "./day-uploads.js";
import type { LoggerSettings } from "./kline-logger-options.js";
import {
  type RevisedMinutes,
  type SyncFailure,
  type SyncProgress,
  type SyncReport,
  reportCoverage,
  dayFindings,
} from "./sync-report.js";

/** One pass over a day. */
interface DayPassOptions {
  /** Symbols to bring up to date. */
  readonly symbols: readonly string[];
  /** Symbols the report is about. */
  readonly all: readonly string[];
  /** Read whole days again and compare. @defaultValue false */
  readonly reread?: boolean;
  /** Go on fetching while the store fails, as long as what waits fits. @defaultValue false */
  readonly outlivesStore?: boolean;
  /** Another pass follows: what has just been stored is looked at again by that one. @defaultValue false */
  readonly isOneOfMany?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SyncProgress) => void) | undefined;
}

/** A symbol's day as the engine sees it. */
interface SymbolPiece extends Piece {
  readonly symbol: string;
}

/** The outcome of a pass. */
export interface DayPass {
  readonly report: SyncReport;
  /** The answer for each symbol that was asked for, without its cells. */
  readonly days: ReadonlyMap<string, SymbolDay>;
  /** The error that concerns more than its symbol, so that the rest was not asked for. */
  readonly stoppedBy?: { readonly error: unknown; readonly by: "source" | "store" };
  /** Why what was fetched last is in memory only: neither the store nor a spool takes it. */
  readonly lossError?: unknown;
}

/** A trading day that is brought up to date: all that is known of it, and what waits for upload. */
export class LoggedDay {
  readonly tradingDay: TradingDay;
  /** Starts of the session's minutes, epoch ms, ascending. */
  readonly minutes: readonly number[];
  readonly #settings: LoggerSettings;
  readonly #read: Pick<DayRead, "table" | "damaged">;
  readonly #uploads: DayUploads;
  readonly #gate: DayGate;

  private constructor(settings: LoggerSettings, read: Pick<DayRead, "table" | "damaged">) {
    const { klineStore, columns, spool, guard, source, logger } = settings;
    this.tradingDay = read.table.tradingDay;
    this.minutes = read.table.minutes;
    this.#settings = settings;
    this.#read = read;
    this.#uploads = new DayUploads({ klineStore, known: read.table, spool, guard, columns });
    this.#gate = new DayGate({
      source,
      stored: read.table,
      isOver: () => this.final === this.minutes.length,
      isPast: () => kstDay(settings.clock.now()) > this.tradingDay,
      logger,
    });
  }

  /**
   * Reads what is stored of a day, and what waits in the spool. With a spool, a store that fails is no obstacle: what the
   * store has is not uploaded again when it is back.
   *
   * @param symbols - the symbols that will be asked for; of a whole day only they are read. @defaultValue all
   * @throws {@link StorageError} if the store fails.
   */
  static async open(
    settings: LoggerSettings,
    tradingDay: TradingDay,
    signal?: AbortSignal,
    symbols: readonly string[] = [],
  ): Promise<LoggedDay> {
    const { spool, venue, hours, logger } = settings;
    const day = { tradingDay, venue, hours };
    const stored = readStored(settings, { ...day, signal }, symbols);
    if (spool === undefined) return new LoggedDay(settings, await stored);
    const read = await stored.catch((error: unknown) => {
      if (!isRetryable(error)) throw error;
      logger.error({ tradingDay, err: error }, "the store is out; going on with the spool alone");
    });
    const waiting = await spool.readDay(day);
    if (read !== undefined) overlay(waiting.table, read.table);
    return new LoggedDay(settings, read ?? waiting);
  }

  /** All that is known of the day, stored or not yet. Not to be changed. */
  get table(): DayTable {
    return this.#read.table;
  }

  /** How many leading minutes are final now. */
  get final(): number {
    return finalCount(this.minutes, this.#settings.clock.now(), this.#settings.settleMs);
  }

  /** Whether there was no such session: the source says so, or no symbol traded. */
  get isClosed(): boolean {
    return this.#gate.isClosed;
  }

  /** Minutes that are in memory only. */
  get pendingCells(): number {
    return this.#uploads.pendingCells;
  }

  /** Whether so much waits for the store that nothing more may be fetched. */
  get isFull(): boolean {
    return this.pendingCells >= this.#settings.maxPendingBars;
  }

  /** Whether something is not in the store yet: it waits in memory or in the spool, or contradicts what waited there. */
  get isBehind(): boolean {
    return this.pendingCells > 0 || this.#settings.spool?.isEmpty === false || this.#disputed().length > 0;
  }

  /** @throws {@link StorageError} if neither the store nor the spool takes what waits. */
  async flush(): Promise<void> {
    await this.#uploads.flush();
  }

  /**
   * Brings symbols up to date, several at a time; uploads at checkpoints and at the end, whatever happens.
   *
   * @throws the signal's reason after the upload. @throws what a defect threw.
   */
  async pass(options: DayPassOptions): Promise<DayPass> {
    const { all, signal } = options;
    const { table: known, damaged } = this.#read;
    const disputed = await this.#drainSpool(signal);
    const symbols = [...new Set([...options.symbols, ...disputed])];
    const before = all.reduce((sum, symbol) => sum + known.symbolCellCount(symbol), 0);
    const ended = new Set(all.filter((symbol) => known.has(symbol, known.minutes.length - 1)));
    this.#gate.begin(all);
    await this.#gate.ask(signal);
    const { run, budget, revised, restored, plannedMs } = this.#begin({ ...options, symbols, disputed });
    this.#settings.watch.begins(this.#read, all, plannedMs);
    const days = new Map<string, SymbolDay>();
    const failures: SyncFailure[] = [];
    const left = new Set(symbols);
    try {
      for await (const { piece, fetched, error } of run.results(signal)) {
        left.delete(piece.symbol);
        // A failed upload is reported once for the day, not by symbol.
        const fault = fetched === undefined ? error : fetched.error;
        if (fault !== undefined) failures.push({ symbol: piece.symbol, error: fault });
        if (fetched !== undefined) days.set(piece.symbol, fetched);
      }
    } catch (error) {
      await this.#flushRest();
      throw error;
    }
    const { fault } = run;
    for (const symbol of left) failures.push({ symbol, error: fault?.error });
    this.#doubt(all, ended, revised);
    const loss = await this.#flushRest();
    await this.#uploads.lookAgain(options.isOneOfMany === true ? "leave" : "wait", signal);
    if (disputed.size > 0) await this.#settle(disputed, days);
    const storeError = (loss ?? this.#uploads.failure)?.error;
    const changed = revised.reduce((sum, { minutes }) => sum + minutes.length, 0);
    const report: SyncReport = {
      tradingDay: this.tradingDay,
      venue: this.#settings.venue,
      uploaded: this.#uploads.takeUploaded(),
      fetched: {
        calls: budget.calls,
        bars: [...days.values()].reduce((sum, { bars }) => sum + bars, 0),
      },
      unchanged: before - changed,
      revised,
      restored,
      ...dayFindings(known, all),
      calendarConflicts: this.#gate.conflicts(all),
      coverage: reportCoverage({ symbols: all, known, final: this.final, damaged, failures }),
      failures,
      ...(storeError === undefined ? {} : { storeError }),
    };
    this.#tell(report, days.keys());
    return {
      report,
      days,
      ...(fault === undefined ? {} : { stoppedBy: fault }),
      ...(loss === undefined ? {} : { lossError: loss.error }),
    };
  }

  /** Sets up the run of one pass; `revised` and `restored` are filled as it goes. */
  #begin(options: DayPassOptions & { readonly disputed: ReadonlySet<string> }) {
    const { symbols, disputed, outlivesStore = false, onProgress } = options;
    const isReread = (symbol: string): boolean => options.reread === true || disputed.has(symbol);
    const {
      source,
      venue,
      hours,
      clock,
      settleMs,
      turnover,
      rescaled,
      concurrency,
      checkpoint,
      maxPendingBars,
    } = this.#settings;
    const { ratePerSecond, minutesPerCall } = source.capacity ?? LIVE_CAPACITY;
    const { tradingDay, minutes } = this;
    const { table: known } = this.#read;
    const uploads = this.#uploads;
    const revised: RevisedMinutes[] = [];
    const restored: string[] = [];
    let answered: string[] = [];
    const pieces = symbols.map((symbol) => {
      const have = isReread(symbol) ? 0 : known.prefixLength(symbol);
      return { symbol, group: tradingDay, calls: plannedCalls(minutes, have, this.final, minutesPerCall) };
    });
    const plannedTotal = pieces.reduce((sum, { calls }) => sum + calls, 0);
    const budget = new Budget({ plannedCalls: plannedTotal, ratePerSecond, concurrency });
    const run: PieceRun<SymbolPiece, SymbolDay & Fetched> = new PieceRun<SymbolPiece, SymbolDay & Fetched>({
      pieces,
      clock,
      budget,
      concurrency,
      window: checkpoint.symbols + Math.max(checkpoint.symbols, concurrency),
      batch: { pieces: checkpoint.symbols, ms: checkpoint.ms },
      isFull: () => uploads.pendingCells >= maxPendingBars,
      outlivesStore,
      fetch: async ({ symbol }, { signal, onCall }) => {
        const fetchDay = (name: string): Promise<SymbolDay> =>
          fetchSymbolDay({
            source,
            onCall,
            stored: known,
            symbol: name,
            tradingDay,
            venue,
            hours,
            now: clock.now(),
            settleMs,
            turnover,
            rescaled,
            reread: isReread(name),
            signal,
          });
        const day = await this.#gate.pass(symbol, fetchDay, signal);
        if (day === "closed") return { ...emptyDay(symbol), rows: 0 };
        if (day.rescaled === "restored") restored.push(symbol);
        if (day.revised.length > 0) revised.push({ symbol, minutes: day.revised });
        // Cells take a third of the memory in a table. After an abort the answer is dropped.
        if (!signal.aborted) uploads.take(symbol, day.cells);
        answered.push(symbol);
        return { ...day, cells: [], rows: day.cells.length };
      },
      store: async () => {
        const symbols = answered;
        answered = [];
        try {
          await uploads.flush();
          if (uploads.failure === undefined) this.#settings.watch.stored(this.#read, symbols);
          return new Map();
        } catch (error) {
          return new Map([[tradingDay, error]]);
        }
      },
      onChange: () =>
        onProgress?.({ done: run.answered, total: symbols.length, failed: run.failed, calls: budget.calls }),
    });
    return { run, budget, revised, restored, plannedMs: (plannedTotal / ratePerSecond) * 1000 };
  }

  /** Stores closing minutes that nothing proves as holes; those of `ended` were stored before, so they are revised. */
  #doubt(all: readonly string[], ended: ReadonlySet<string>, revised: RevisedMinutes[]): void {
    const { table } = this.#read;
    const holes = this.#gate.unvouched(table, all, closingIndex(table, this.#settings.calendar));
    for (const [symbol, hole] of holes) {
      this.#uploads.take(symbol, [hole]);
      if (!ended.has(symbol)) continue;
      const at = revised.findIndex((one) => one.symbol === symbol);
      const before = revised[at]?.minutes ?? [];
      // A second reading may have revised the minute already.
      const minutes = [...new Set([...before, ...this.minutes.slice(-1)])];
      revised.splice(at < 0 ? revised.length : at, 1, { symbol, minutes });
    }
  }

  /** Passes the report on to the status, and failed symbols to the log. */
  #tell(report: SyncReport, answered: Iterable<string>): void {
    const { watch, logger } = this.#settings;
    const { tradingDay, failures } = report;
    watch.passed(report, answered, this.pendingCells);
    const [first] = failures;
    if (first === undefined) return;
    const facts = { tradingDay, failed: failures.length, symbol: first.symbol, err: first.error };
    logger.warn(facts, "symbols could not be brought up to date");
  }

  #disputed(): readonly string[] {
    const { spool, venue } = this.#settings;
    return spool?.disputed(this.tradingDay, venue) ?? [];
  }

  /**
   * Moves the spool into the store before anything is asked.
   *
   * @returns symbols to read again, as the store has them now; none while the store fails.
   */
  async #drainSpool(signal: AbortSignal | undefined): Promise<ReadonlySet<string>> {
    const { spool, klineStore, venue, hours, logger } = this.#settings;
    const { tradingDay } = this;
    const none: ReadonlySet<string> = new Set();
    if (spool === undefined || (spool.isEmpty && this.#disputed().length === 0)) return none;
    const { table: known } = this.#read;
    try {
      await this.#uploads.flush();
      const symbols = this.#disputed();
      if (symbols.length === 0 || !spool.isEmpty) return none;
      const { table } = await klineStore.readDay({ tradingDay, venue, hours, symbols, signal });
      for (const symbol of symbols) {
        for (const index of known.minutes.keys()) {
          const cell = table.get(symbol, index);
          if (cell !== undefined) known.set(symbol, index, cell);
        }
      }
      return new Set(symbols);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isHantooError(error)) throw error;
      logger.warn({ tradingDay, err: error }, "the store does not take what waits yet");
      return none;
    }
  }

  /** Settles disputed symbols that were read again, or that asking again cannot mend. */
  async #settle(disputed: ReadonlySet<string>, days: ReadonlyMap<string, SymbolDay>): Promise<void> {
    const { spool, venue, logger } = this.#settings;
    if (spool === undefined || this.pendingCells > 0 || !spool.isEmpty) return;
    const isDone = (symbol: string): boolean => {
      const day = days.get(symbol);
      return day !== undefined && (day.error === undefined || !isRetryable(day.error));
    };
    try {
      await spool.settle(this.tradingDay, venue, new Set([...disputed].filter(isDone)));
    } catch (error) {
      if (!isHantooError(error)) throw error;
      logger.warn({ tradingDay: this.tradingDay, err: error }, "symbols will be read again once more");
    }
  }

  /** Tries once more to upload the rest of a pass, which would be lost otherwise. */
  async #flushRest(): Promise<{ readonly error: unknown } | undefined> {
    try {
      await this.#uploads.flush();
      return undefined;
    } catch (error) {
      return { error };
    }
  }
}

/**
 * Reads a day; a few symbols from its columns, if these are enough. They are not if objects without provenance are among
 * their sources, or if none of the symbols traded: whether the day took place can then be seen in other symbols alone.
 */
async function readStored(
  { klineStore }: LoggerSettings,
  day: ReadDayOptions,
  symbols: readonly string[],
): Promise<DayRead> {
  const few = symbols.length === 0 ? undefined : await klineStore.readDayFromColumns({ ...day, symbols });
  const isProved = few !== undefined && !few.source.includes(UNKNOWN_SOURCE);
  if (isProved && symbols.some((symbol) => hasTrade(few.table, symbol))) return few;
  return klineStore.readDay(day);
}
