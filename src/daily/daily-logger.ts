import { tradingDayAfter } from "../calendar/index.js";
import { checkProvenance, checkSource } from "../archive/index.js";
import { ConfigError, type TradingDay, checkOptions, checkSignal } from "../core/index.js";
import { type FactorHint, factorsInForce } from "../factors/index.js";
import {
  type DailySettings,
  type HantooDailyLoggerOptions,
  checkDailyOptions,
} from "./daily-logger-options.js";
import { type PassOutcome, runPass } from "./daily-pass.js";
import type { DailyProgress, DailyReport } from "./daily-report.js";
import type { DailySource } from "./daily-source.js";
import { type ListedMaster, suspects } from "./detect.js";
import { planIndices, planStocks, wantedDays } from "./plan-tasks.js";

/** Options of {@link HantooDailyLogger.sync}. */
export interface DailySyncOptions {
  /** Aborting stores what was fetched, then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called after each change. */
  readonly onProgress?: (progress: DailyProgress) => void;
}

/**
 * Stores the daily bars of many symbols in an {@link ObjectStore} as they were traded: a split never rewrites them. A bar is
 * final from 06:00 KST of the next trading day on. Changes of scale are stored as dated factors; adjusted prices are made
 * on read.
 *
 * A pass depends only on what is stored and what the source has: call it each night, or twice, or after a kill.
 *
 * @example
 * ```ts
 * const daily = new HantooDailyLogger({ client, store, symbols: ["005930", "000660"], days: 300 });
 * const report = await daily.sync();
 * console.log(report.fetched.calls, report.factors);
 * ```
 */
export class HantooDailyLogger implements AsyncDisposable {
  readonly #settings: DailySettings;
  readonly #closing = new AbortController();
  #hints = new Map<string, FactorHint>();
  readonly #allowed = new Set<string>();
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws {@link ConfigError} naming the first option that is missing or out of range. */
  constructor(options: HantooDailyLoggerOptions) {
    this.#settings = checkDailyOptions(options);
  }

  /**
   * One pass: reads what is stored, fetches what is new or was not final, in the fewest calls, and stores it.
   *
   * @example
   * ```ts
   * const { fetched, factors, failures } = await daily.sync();
   * ```
   * @returns what was done. A symbol that failed is in `failures` and does not stop the others.
   * @throws {@link ConfigError} if the prefix holds rows of another kind of source, or the logger is closed.
   * @throws {@link KisAuthError}, {@link KisRateLimitError} and what else concerns every symbol, after the upload.
   * @throws {@link StorageError} if the store cannot be read; the signal's reason, untouched, after the upload.
   */
  async sync(options: DailySyncOptions = {}): Promise<DailyReport> {
    checkOptions(options, "an object, or left out");
    checkSignal(options.signal);
    if (options.onProgress !== undefined && typeof options.onProgress !== "function")
      throw new ConfigError("onProgress", "a function", options.onProgress);
    this.#checkOpen();
    const { signal: closing } = this.#closing;
    const signal = options.signal === undefined ? closing : AbortSignal.any([options.signal, closing]);
    const turn = this.#turn.then(() => this.#sync(signal, options.onProgress ?? (() => undefined)));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Names the symbols whose prices may be on a new scale, from two masters of one market, without a call. The next
   * {@link sync} reads them as traded and adjusted again; a false alarm adds no factor.
   *
   * @example
   * ```ts
   * const before = await downloadMaster("kospi", { store, date: "2026-11-19" }); // must be in the store
   * const today = await downloadMaster("kospi", { store });
   * const symbols = await daily.detect({ masters: [before, today] });
   * ```
   * @param options - `masters`: the older one, then the newer.
   * @returns symbols, in the order of the newer master.
   * @throws {@link ConfigError} if they are no two masters of one market.
   */
  async detect(options: { readonly masters: readonly [ListedMaster, ListedMaster] }): Promise<string[]> {
    const { masters } = checkOptions(options, "an object with `masters`");
    const [older, newer] = Array.isArray(masters) && masters.length === 2 ? masters : [];
    for (const master of [older, newer]) {
      if (!(master?.instruments instanceof Map))
        throw new ConfigError("masters", "two masters of one market, the older first", typeof master);
    }
    if (older?.market !== newer?.market)
      throw new ConfigError("masters", `two of one market, the first is of ${older?.market}`, newer?.market);
    const found = suspects(older as ListedMaster, newer as ListedMaster);
    this.#hints = new Map([...this.#hints, ...found]);
    return [...found.keys()];
  }

  /** Ends passes that are under way and stores what they have. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort(closedError());
    await this.#turn;
  }

  /** {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw closedError();
  }

  async #sync(signal: AbortSignal, onProgress: (progress: DailyProgress) => void): Promise<DailyReport> {
    signal.throwIfAborted();
    const settings = this.#settings;
    const { clock, symbols, indices, venue, source, indexRows, stocks, factorLog } = settings;
    await this.#checkProvenance(true, signal);
    const days = wantedDays(settings, clock.now());
    warnOfCalendarEnd(settings, days);
    const deadlineAt = clock.monotonic() + settings.deadlineMs;
    await this.#recallHints();
    const plan = await planStocks(settings, days, this.#hints, signal);
    const stored = { factors: factorsInForce(await factorLog.readAll(signal)), hints: this.#hints };
    const beforeWrite = (): Promise<void> => this.#checkProvenance(false);
    const shared = { deadlineAt, signal, onProgress, beforeWrite, ...stored };
    const first = await runPass(settings, {
      ...shared,
      ...plan,
      source,
      rows: stocks,
      venue,
      maxCalls: settings.maxCalls,
    });
    // Before a hint is forgotten, what it led to must be stored for good.
    for (const log of [factorLog, stocks]) await log.lookAgain(signal);
    await this.#forgetHints(first.looked);
    if (first.fault !== undefined) throw first.fault;
    const indexPlan = await planIndices(settings, days, signal);
    const second = await runPass(settings, {
      ...shared,
      ...indexPlan,
      source: indexSource(source),
      rows: indexRows,
      venue: "KRX",
      maxCalls: settings.maxCalls - first.calls,
    });
    await indexRows.lookAgain(signal);
    if (second.fault !== undefined) throw second.fault;
    const idle = symbols.length + indices.length - plan.tasks.length - indexPlan.tasks.length;
    const report = reportOf({ venue, days, idle, outcomes: [first, second] });
    const [failure] = report.failures;
    if (failure !== undefined) {
      const facts = { failed: report.failures.length, symbol: failure.symbol, err: failure.error };
      settings.logger.warn(facts, "symbols could not be brought up to date");
    }
    return report;
  }

  /** Refuses a source of another kind. Only answers tell a simulator from a host, so it is checked again before a write. */
  async #checkProvenance(isBegin: boolean, signal?: AbortSignal): Promise<void> {
    const { store, stocks, indexRows, source: client, acceptProvenance } = this.#settings;
    const source = client.provenance;
    if (source === undefined || this.#allowed.has(source)) return;
    const isOpen = isBegin && source.startsWith("host:");
    const accept = isOpen ? [...acceptProvenance, "simulator"] : acceptProvenance;
    for (const { prefix } of [stocks, indexRows]) {
      const where = { store, prefix, accept, ...(signal && { signal }) };
      if (isBegin)
        await checkSource({ ...where, source: () => client.provenance ?? source, ...this.#question() });
      else await checkProvenance({ ...where, source });
    }
    if (!isOpen) this.#allowed.add(client.provenance ?? source);
  }

  /** A question whose answer shows who answers, if the source can be asked one. */
  #question(): { readonly ask?: () => Promise<unknown> } {
    const { source, calendar, clock } = this.#settings;
    const day = calendar.previousTradingDay(calendar.lastTradingDay(clock.now()));
    return source.tradingDay === undefined ? {} : { ask: async () => source.tradingDay?.(day) };
  }

  /** Adds the hints that earlier passes did not check, and notes the new ones for the next pass. */
  async #recallHints(): Promise<void> {
    const { suspects: log, symbols } = this.#settings;
    const own = new Set(symbols);
    const told = new Map([...this.#hints].filter(([symbol]) => own.has(symbol)));
    const stored = await log.readAll();
    await log.note(new Map([...told].filter(([symbol]) => !stored.has(symbol))));
    this.#hints = new Map([...[...stored].filter(([symbol]) => own.has(symbol)), ...told]);
  }

  async #forgetHints(looked: ReadonlySet<string>): Promise<void> {
    const settled = [...this.#hints.keys()].filter((symbol) => looked.has(symbol));
    await this.#settings.suspects.clear(settled);
    for (const symbol of settled) this.#hints.delete(symbol);
  }
}

const closedError = (): ConfigError =>
  new ConfigError("logger", "open; create another one after close()", "a closed logger");

/** A row becomes final on the next trading morning. If the calendar does not know that day, the user must be told. */
function warnOfCalendarEnd({ calendar, logger }: DailySettings, days: readonly TradingDay[]): void {
  const last = days.at(-1);
  if (last === undefined || tradingDayAfter(calendar, last) !== undefined) return;
  const { coveredThrough } = calendar;
  logger.warn(
    { tradingDay: last, coveredThrough },
    `the calendar ends on ${coveredThrough} and knows no trading day after ${last}: its rows stay provisional until hantoo is updated`,
  );
}

/** A source whose symbols are indices. */
function indexSource(source: DailySource): DailySource {
  return {
    dailyBars: async ({ symbol, from, to, onCall, signal }) =>
      (await source.indexBars?.({
        index: symbol,
        from,
        to,
        ...(onCall && { onCall }),
        ...(signal && { signal }),
      })) ?? [],
  };
}

function reportOf({
  venue,
  days,
  idle,
  outcomes,
}: {
  readonly venue: DailyReport["venue"];
  readonly days: readonly TradingDay[];
  readonly idle: number;
  readonly outcomes: readonly PassOutcome[];
}): DailyReport {
  const sum = (of: (outcome: PassOutcome) => number): number =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const stopped = outcomes.find((outcome) => outcome.stopped !== undefined)?.stopped;
  return {
    venue,
    from: days[0] ?? "",
    to: days.at(-1) ?? "",
    uploaded: outcomes.flatMap(({ uploaded }) => uploaded),
    fetched: { calls: sum(({ calls }) => calls), rows: sum(({ rows }) => rows) },
    unchanged: idle,
    provisional: sum(({ provisional }) => provisional),
    factors: outcomes.flatMap(({ factors }) => factors),
    failures: outcomes.flatMap(({ failures }) => failures),
    ...(stopped === undefined ? {} : { stopped }),
  };
}
