import {
  ConfigError,
  type MinuteBar,
  type TradingDay,
  type Venue,
  checkIndexCode,
  checkOptions,
  checkSignal,
  checkSymbol,
  isHantooError,
  isRetryable,
  kstDay,
} from "../../core/index.js";
import { type Cadence, cadenceOf, followDay } from "./follow/index.js";

import {
  type HantooKlineLoggerOptions,
  type LoggerSettings,
  checkLoggerOptions,
} from "./kline-logger-options.js";
import { tableBars } from "../evidence/index.js";
import { noteReads } from "../revisit/index.js";
import { isInShard, reachOf } from "../../engine/index.js";
import { LoggedDay } from "./logged-day.js";
import { dayToFollow, targetDay } from "./target-day.js";
import type { SyncProgress, SyncReport } from "./sync-report.js";
import { isWhole, settleLoggedDay } from "./settle-logged-day.js";
import { type LoggerStatus, statusOf } from "./status/index.js";

/** Options of {@link HantooKlineLogger.sync}. */
export interface SyncOptions {
  /** A trading day whose session has opened. @defaultValue the latest one */
  readonly tradingDay?: TradingDay;
  /** Read the whole day again and compare; what differs is stored again. @defaultValue false: fetch what is missing */
  readonly reread?: boolean;
  /** Aborting stores what was fetched, then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called after each symbol. */
  readonly onProgress?: (progress: SyncProgress) => void;
}

/** Options of {@link HantooKlineLogger.run}. */
export interface RunOptions {
  /** How many trading days to follow, this one included; `Infinity` never ends by itself. @defaultValue 1 */
  readonly days?: number;
  /** Aborting stores what was fetched, then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Logs minute bars of many symbols into an {@link ObjectStore}, final minutes only, each symbol's day without a gap.
 *
 * A pass depends only on what is stored and what the source has. Call it twice, from two processes, or after a kill at
 * any point: the merged content is that of one undisturbed run.
 *
 * It handles no signals of the process: on SIGTERM abort `signal`, or {@link close} it.
 *
 * @example
 * ```ts
 * const client = KisClient.fromEnv(process.env);
 * const store = new FileStore("./data");
 * await using logger = new HantooKlineLogger({ client, store, symbols: ["005930", "000660"] });
 * const { coverage, failures } = await logger.sync();
 * console.log(coverage.total.rate, failures);
 * ```
 */
export class HantooKlineLogger implements AsyncDisposable {
  /** Venue whose bars are logged. */
  readonly venue: Venue;
  #settings: LoggerSettings;
  readonly #symbols: Set<string>;
  readonly #closing = new AbortController();
  readonly #open = new Set<LoggedDay>();
  #turn: Promise<unknown> = Promise.resolve();
  #prepared: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  /** @throws {@link ConfigError} naming the first option that is missing, unknown or out of range. */
  constructor(options: HantooKlineLoggerOptions) {
    this.#settings = checkLoggerOptions(options);
    this.#symbols = new Set(this.#settings.symbols);
    this.venue = this.#settings.venue;
  }

  /** The symbols that are logged, given or added, in order; with `shard` only those of the shard. */
  get symbols(): readonly string[] {
    return [...this.#symbols].filter((symbol) => isInShard(symbol, this.#settings.shard));
  }

  /** The pace and lag of {@link run}, by the source's rate and the number of symbols. Nothing is sent for it. */
  get cadence(): Cadence {
    return cadenceOf(this.#settings, this.symbols.length);
  }

  /** Logs one more symbol, or index, from the next pass on and from the session's first minute. @throws {@link ConfigError} */
  add(symbol: string): void {
    this.#symbols.add(this.#checkName(symbol));
  }

  /** Stops logging a symbol; what is stored of it stays. */
  remove(symbol: string): void {
    this.#symbols.delete(symbol);
  }

  /**
   * The state of this logger: what is stored of the latest session, what is late, failed or lost, and how fast it goes.
   * It is made from what the passes saw, without I/O, in a few milliseconds for a whole market.
   *
   * @example
   * ```ts
   * const { isHealthy, problems, lag } = logger.status();
   * ```
   * @returns plain data that survives JSON unchanged.
   * @throws {@link CalendarRangeError} if the calendar ends before today.
   */
  status(): LoggerStatus {
    const settings = this.#settings;
    const { clock, watch, checkpoint } = settings;
    const now = clock.now();
    return statusOf({
      ...settings,
      now,
      tradingDay: targetDay(settings, now),
      symbols: this.symbols,
      day: watch.day,
      cadence: this.cadence,
      uploadMs: checkpoint.ms,
      allowedUntil: watch.allowedUntil,
      work: {
        isFollowing: watch.following > 0,
        storeError: watch.storeError,
        waiting: watch.waiting,
        lastPass: watch.lastPass,
        since: watch.since,
      },
    });
  }

  /**
   * Bars of one symbol on the day of {@link status}. While that day is followed they come from memory, with those that
   * are not stored yet; otherwise from the store.
   *
   * @example
   * ```ts
   * const bars = await logger.bars("005930");
   * ```
   * @returns the traded minutes so far, ascending.
   * @throws {@link ConfigError} if `symbol` is none. @throws {@link StorageError} if the store fails.
   */
  async bars(symbol: string): Promise<MinuteBar[]> {
    const { clock, klineStore, venue, hours } = this.#settings;
    const symbols = [this.#checkName(symbol)];
    const tradingDay = targetDay(this.#settings, clock.now());
    const open = [...this.#open].find((day) => day.tradingDay === tradingDay);
    const table = open?.table ?? (await klineStore.readDay({ tradingDay, venue, hours, symbols })).table;
    return [...tableBars(table, symbol, "skip")];
  }

  /**
   * One pass: reads what is stored, fetches what is missing, uploads what is new.
   *
   * Outside a session it is about the last trading day. A complete day costs no call.
   *
   * @example
   * ```ts
   * const today = await logger.sync();
   * const friday = await logger.sync({ tradingDay: "2026-11-20" });
   * ```
   *
   * @returns what was done. A symbol that failed is in `failures` and does not stop the others; after ten network
   * failures in a row the rest is not asked for, and is there with the same error.
   * @throws {@link ConfigError} if `tradingDay` is closed or has not opened, the logger is closed, or the prefix holds
   * bars of another kind, hours or fields than this logger's.
   * @throws {@link KisAuthError}, {@link KisRateLimitError} and what else concerns every symbol, after the upload.
   * @throws {@link StorageError} if the store fails; what was not uploaded is fetched by the next pass.
   * @throws the signal's reason, untouched, after the upload.
   */
  async sync(options: SyncOptions = {}): Promise<SyncReport> {
    checkOptions(options, "an object, or left out");
    const { signal, onProgress, reread = false } = options;
    this.#checkOpen();
    if (typeof reread !== "boolean") throw new ConfigError("reread", "true or false", reread);
    checkSignal(signal);
    if (onProgress !== undefined && typeof onProgress !== "function")
      throw new ConfigError("onProgress", "a function", onProgress);
    signal?.throwIfAborted();
    this.#settings.witness?.listen();
    const { clock, spool } = this.#settings;
    const tradingDay = targetDay(this.#settings, clock.now(), options.tradingDay);
    const stop = this.#stopSignal(signal);
    return this.#exclusive(async () => {
      stop.throwIfAborted();
      // With a spool, a store that fails for a while is no reason to stop.
      await this.#prepare((error) => spool !== undefined && isRetryable(error));
      const symbols = this.symbols;
      const day = await LoggedDay.open(this.#settings, tradingDay, stop, symbols);
      const at = this.#settings.clock.now();
      const outlivesStore = spool !== undefined;
      const pass = await day.pass({ symbols, all: symbols, reread, outlivesStore, signal: stop, onProgress });
      if (pass.lossError !== undefined) throw pass.lossError;
      const { stoppedBy } = pass;
      if (stoppedBy !== undefined && (stoppedBy.by === "store" || reachOf(stoppedBy.error) !== "piece"))
        throw stoppedBy.error;
      const { report } = pass;
      if (day.isBehind) return report;
      const written = new Set(report.uploaded.map(({ key }) => key));
      const compaction = isWhole(report)
        ? await settleLoggedDay(this.#settings, tradingDay, written, stop)
        : undefined;
      const read = [...pass.days.values()].filter(({ verified }) => verified).map(({ symbol }) => symbol);
      const place = this.#settings;
      await noteReads({ place, tradingDay, symbols: read, at, buildsColumns: false, signal: stop });
      return compaction === undefined ? report : { ...report, compaction };
    });
  }

  /**
   * Follows the session from its first minute on, with the fewest calls that keep the lag ({@link cadence}); waits for it
   * if it has not begun. It ends with the reconciliation: the day is read again in full, differences are stored as new
   * revisions, and the objects are compacted. After the close it only reconciles. Then it reads again what KIS may have
   * corrected on the days before (`revisitDays`), and fetches what is missing there. So a host that was off on one of
   * those days needs nothing else, as long as the prefix holds an earlier day.
   *
   * It goes on through suspension, changes of the clock, and failures of network, KIS and store. Nothing is fetched while
   * the consumer holds a report; leaving the loop stores what is in memory.
   *
   * @example
   * ```ts
   * for await (const { uploaded, failures } of logger.run({ signal })) {
   *   console.log(uploaded.map(({ key }) => key), failures);
   * }
   * ```
   *
   * @returns a report of each pass: those of the session, one of each earlier day that was read again (see its
   * `tradingDay`), and last that of the reconciliation.
   * @throws {@link KisAuthError} and other errors that waiting does not mend. @throws the signal's reason, untouched.
   * @throws {@link StorageError} if the store cannot be used at the start, or did not take everything by the end.
   */
  async *run(options: RunOptions = {}): AsyncGenerator<SyncReport, void, undefined> {
    checkOptions(options, "an object, or left out");
    const { days = 1, signal } = options;
    this.#checkOpen();
    checkSignal(signal);
    if (!(days === Infinity || (Number.isInteger(days) && days >= 1))) {
      throw new ConfigError("days", "an integer >= 1, or Infinity", days);
    }
    signal?.throwIfAborted();
    this.#settings.witness?.listen();
    const stop = this.#stopSignal(signal);
    const { watch } = this.#settings;
    let open: LoggedDay | undefined;
    const opened = (day: LoggedDay | undefined): void => {
      if (open !== undefined) this.#open.delete(open);
      if (day !== undefined) this.#open.add(day);
      open = day;
    };
    watch.following++;
    try {
      await this.#prepare(isRetryable);
      const settings = this.#settings;
      const { clock, calendar, settleMs } = settings;
      const context = {
        settings,
        symbols: () => this.symbols,
        exclusive: <T>(work: () => Promise<T>) => this.#exclusive(work),
        opened,
        signal: stop,
      };
      let tradingDay = dayToFollow(settings, clock.now(), settleMs);
      for (let day = 1; ; day++) {
        try {
          yield* followDay(context, tradingDay);
        } catch (error) {
          // Paper has no past days: after a weekend or a night of suspension only the next day can be followed.
          const isPast = kstDay(clock.now()) > tradingDay;
          if (day >= days || !isPast || !isHantooError(error) || error.code !== "kis_unsupported")
            throw error;
          settings.logger.warn(
            { tradingDay, err: error },
            "the source no longer has the day; going on with the next",
          );
        }
        if (day >= days) return;
        tradingDay = calendar.nextTradingDay(tradingDay);
      }
    } catch (error) {
      // close() ends the loop of a follower; that is no error.
      if (this.#closing.signal.aborted && !signal?.aborted && error === this.#closing.signal.reason) return;
      throw error;
    } finally {
      watch.following--;
    }
  }

  /**
   * Ends passes and runs that are under way and stores what they have. Idempotent. The client and the store are the
   * caller's and stay open.
   *
   * @throws {@link StorageError} if something fetched could not be stored.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#closing.abort(closedError());
    await this.#turn;
    try {
      for (const day of this.#open) await day.flush();
    } finally {
      await this.#settings.witness?.leave();
    }
  }

  #checkName(name: string): string {
    return this.#settings.isOfIndices ? checkIndexCode(name, "symbol") : checkSymbol(name);
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw closedError();
  }

  #stopSignal(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
  }

  /** Checks the prefix once, before anything is asked: nothing is fetched that could not be stored. */
  async #prepare(isBearable: (error: unknown) => boolean): Promise<void> {
    this.#prepared ??= this.#checkPrefix();
    try {
      await this.#prepared;
    } catch (error) {
      this.#prepared = undefined;
      if (!isBearable(error)) throw error;
    }
  }

  async #checkPrefix(): Promise<void> {
    const { store, fields, guard, withFields } = this.#settings;
    await store.verify?.();
    const agreed = await guard.begin();
    if (fields === undefined && agreed !== undefined)
      this.#settings = { ...this.#settings, ...withFields(agreed.fields) };
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

const closedError = (): ConfigError =>
  new ConfigError("logger", "open; create another one after close()", "a closed logger");
