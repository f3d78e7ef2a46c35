import { type TradingDay, finalCount, isRetryable } from "../../core/index.js";
import { type DayWriter, createDayWriter } from "./day-writer.js";
import { overlay, type DayRead } from "../../archive/index.js";
import type { LoggerSettings } from "./kline-logger-options.js";

import { type SymbolDay, fetchSymbolDay } from "../evidence/index.js";
import { type Pass, type SyncProgress, runPass } from "./sync.js";
import { type RevisedMinutes, type SyncFailure, type SyncReport, dayCoverage } from "./sync-report.js";

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
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SyncProgress) => void) | undefined;
}

/** Uploads that fail in a row, each retried by the store itself, after which a pass gives up. */
const MAX_STORE_FAILURES = 3;

/** A trading day being brought up to date: what is known of it, and what waits for its upload. */
export class SyncDay {
  readonly tradingDay: TradingDay;
  /** Starts of the session's minutes, epoch ms, ascending. */
  readonly minutes: readonly number[];
  readonly #settings: LoggerSettings;
  readonly #read: Pick<DayRead, "table" | "damaged">;
  readonly #writer: DayWriter;

  private constructor(settings: LoggerSettings, read: Pick<DayRead, "table" | "damaged">) {
    const { klineStore, checkpoint, maxPendingBars, spool, clock } = settings;
    this.tradingDay = read.table.tradingDay;
    this.minutes = read.table.minutes;
    this.#settings = settings;
    this.#read = read;
    this.#writer = createDayWriter({
      klineStore,
      known: read.table,
      checkpoint,
      maxPendingCells: maxPendingBars,
      spool,
      clock,
    });
  }

  /**
   * Reads what is stored of a day, and what waits in the spool. With a spool, a store that is out is no obstacle:
   * what it has is not uploaded again when it is back.
   *
   * @throws {@link StorageError} if the store fails.
   */
  static async open(
    settings: LoggerSettings,
    tradingDay: TradingDay,
    signal?: AbortSignal,
  ): Promise<SyncDay> {
    const { klineStore, spool, venue, hours, logger } = settings;
    const day = { tradingDay, venue, hours };
    const stored = klineStore.readDay(signal === undefined ? day : { ...day, signal });
    if (spool === undefined) return new SyncDay(settings, await stored);
    const read = await stored.catch((error: unknown) => {
      if (!isRetryable(error)) throw error;
      logger.error({ tradingDay, error }, "the store is out; going on with the spool alone");
    });
    const waiting = await spool.readDay(day);
    if (read !== undefined) overlay(waiting.table, read.table);
    return new SyncDay(settings, read ?? waiting);
  }

  /** How many leading minutes are final now. */
  get final(): number {
    return finalCount(this.minutes, this.#settings.clock.now(), this.#settings.settleMs);
  }

  /** Minutes that are in memory only. */
  get pendingCells(): number {
    return this.#writer.pendingCells;
  }

  /** No more can be fetched before the store takes what waits. */
  get isFull(): boolean {
    return this.#writer.isFull;
  }

  /** Something is not in the store yet: it waits in memory, or in the spool. */
  get isBehind(): boolean {
    return this.#writer.pendingCells > 0 || this.#settings.spool?.isEmpty === false;
  }

  /** @throws {@link StorageError} if neither the store nor the spool takes what waits. */
  async flush(): Promise<void> {
    await this.#writer.flush();
  }

  /** @throws the signal's reason after the upload. @throws what a defect threw. */
  async pass(options: DayPassOptions): Promise<{ readonly report: SyncReport; readonly pass: Pass }> {
    const { source, venue, hours, clock, settleMs, turnover, concurrency } = this.#settings;
    const { symbols, all, reread = false, outlivesStore = false, signal, onProgress } = options;
    const { table: known } = this.#read;
    const revised: RevisedMinutes[] = [];
    const before = all.reduce((sum, symbol) => sum + known.symbolCellCount(symbol), 0);
    const fetchDay = async (symbol: string): Promise<SymbolDay> => {
      const day = await fetchSymbolDay({
        source,
        stored: known,
        symbol,
        tradingDay: this.tradingDay,
        venue,
        hours,
        now: clock.now(),
        settleMs,
        turnover,
        reread,
        ...(signal === undefined ? {} : { signal }),
      });
      const minutes = day.cells
        .filter(({ index }) => known.has(symbol, index))
        .map(({ index }) => this.minutes[index] ?? Number.NaN);
      if (minutes.length > 0) revised.push({ symbol, minutes });
      return day;
    };
    const pass = await runPass({
      symbols,
      fetchDay,
      writer: this.#writer,
      concurrency,
      isStoreLost: ({ error, count }) =>
        !outlivesStore && (count >= MAX_STORE_FAILURES || !isRetryable(error)),
      signal,
      onProgress,
    });
    const failures = failuresOf(pass);
    const storeError = pass.storeError ?? this.#writer.failure?.error;
    const changed = revised.reduce((sum, { minutes }) => sum + minutes.length, 0);
    const report: SyncReport = {
      tradingDay: this.tradingDay,
      venue,
      uploaded: this.#writer.takeUploaded(),
      fetched: { calls: pass.calls, bars: pass.bars },
      unchanged: before - changed,
      revised,
      coverage: dayCoverage({
        symbols: all,
        known,
        final: this.final,
        damaged: this.#read.damaged,
        failures,
      }),
      failures,
      ...(storeError === undefined ? {} : { storeError }),
    };
    return { report, pass };
  }
}

function failuresOf({ days, stoppedBy }: Pass): SyncFailure[] {
  const failures: SyncFailure[] = [];
  for (const { symbol, error } of days.values()) if (error !== undefined) failures.push({ symbol, error });
  for (const symbol of stoppedBy?.skipped ?? []) failures.push({ symbol, error: stoppedBy?.error });
  return failures;
}
