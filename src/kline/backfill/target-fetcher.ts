import { type DayTable, type KlineField, createDayTable } from "../../archive/index.js";
import {
  type Clock,
  type Logger,
  type TradingDay,
  finalCount,
  kstDay,
  raceAbort,
  silentLogger,
} from "../../core/index.js";
import { type FetchOptions, type Fetched, type Piece, isRefused } from "../../engine/index.js";
import { type BarSource, type SymbolDay, closingIndex, emptyDay, fetchSymbolDay } from "../evidence/index.js";
import { type CalendarConflict, DayGate } from "../guard/index.js";
import type { PlanFacts, PlannedTarget } from "./plan.js";
import type { StoredDays } from "./stored-days.js";

/** A target in the queue of the engine. */
export type QueuedTarget = PlannedTarget & Piece;

/** The answer for a target. */
export type FetchedTarget = SymbolDay & Fetched & { readonly isClosed?: boolean };

interface TargetFetcherOptions {
  readonly options: {
    readonly client: BarSource;
    readonly rescaled?: "leave" | "store";
    readonly logger?: Logger;
  };
  readonly fields: readonly KlineField[];
  readonly facts: PlanFacts;
  readonly clock: Clock;
  readonly stored: StoredDays;
  readonly queue: readonly QueuedTarget[];
  /** Symbols of which something is stored on any of the run's days. */
  readonly known: ReadonlySet<string>;
}

/** Refusals after which a symbol is not asked for: a delisted one would cost an hourly `catchUp` a call for each day. */
const MOST_REFUSALS = { stored: 2, stranger: 1 } as const;

/** Fetches what is missing of targets; each answer passes the gate of its day. */
export class TargetFetcher {
  readonly #options: TargetFetcherOptions;
  readonly #refused = new Map<string, readonly unknown[]>();
  readonly #gates = new Map<TradingDay, DayGate>();
  /** By symbol of which nothing is stored: the first target that was asked for. */
  readonly #strangers = new Map<string, Promise<unknown>>();
  readonly #mayBeStrange: boolean;
  /** By day, the targets of this run. */
  readonly #targets = new Map<TradingDay, Map<string, QueuedTarget>>();
  /** By day, those that are over. */
  readonly #over = new Map<TradingDay, number>();

  constructor(options: TargetFetcherOptions) {
    this.#options = options;
    for (const target of options.queue) {
      const day = this.#targets.get(target.tradingDay) ?? new Map<string, QueuedTarget>();
      this.#targets.set(target.tradingDay, day.set(target.symbol, target));
    }
    // In an empty store every symbol is new, which says nothing about any of them.
    const symbols = new Set(options.queue.map(({ symbol }) => symbol));
    this.#mayBeStrange = options.known.size > 0 || symbols.size === 1;
  }

  /** The days on which the calendar and the source were seen to disagree. */
  conflicts(): readonly CalendarConflict[] {
    return [...this.#gates].flatMap(([day, gate]) =>
      gate.conflicts([...(this.#targets.get(day)?.keys() ?? [])]),
    );
  }

  /** Takes a target that is over. @returns whether it was its day's last one. */
  isLastOver({ tradingDay }: QueuedTarget): boolean {
    const over = (this.#over.get(tradingDay) ?? 0) + 1;
    this.#over.set(tradingDay, over);
    return over === this.#targets.get(tradingDay)?.size;
  }

  /**
   * The closing minutes of a day that nothing proves, once all its targets are over.
   *
   * @param read - reads what is stored of the day by now.
   * @returns the holes to store; `undefined` if there are none.
   */
  async doubts(tradingDay: TradingDay, read: () => Promise<DayTable>): Promise<DayTable | undefined> {
    const gate = this.#gates.get(tradingDay);
    if (gate?.mayDoubt !== true) return undefined;
    const stored = await read();
    const table = createDayTable(stored);
    const closing = closingIndex(stored, this.#options.facts.calendar);
    for (const [symbol, { index, cell }] of gate.unvouched(stored, stored.symbols(), closing))
      table.set(symbol, index, cell);
    return table.cellCount() > 0 ? table : undefined;
  }

  /** Whether another target's fetch has brought this one along. */
  isAhead({ symbol, tradingDay }: QueuedTarget): boolean {
    return this.#gates.get(tradingDay)?.isAhead(symbol) === true;
  }

  /** Counts refusals: a symbol that KIS refuses for good (a stored one twice in a row) is not asked for again. */
  #judge(symbol: string, { error }: SymbolDay): void {
    if (isRefused(error)) this.#refused.set(symbol, [...(this.#refused.get(symbol) ?? []), error]);
    else this.#refused.delete(symbol);
  }

  /**
   * Fetches a target. A store that cannot be read makes it fail. Of a symbol without stored bars one target goes first,
   * alone: KIS may not know the symbol, and one refusal says so for every day.
   */
  async fetch(target: QueuedTarget, how: FetchOptions): Promise<FetchedTarget> {
    const { symbol } = target;
    if (!this.#isStranger(symbol)) return this.#fetch(target, how);
    const first = this.#strangers.get(symbol);
    if (first !== undefined) {
      await raceAbort(first, how.signal);
      return this.#fetch(target, how);
    }
    const fetched = this.#fetch(target, how);
    this.#strangers.set(
      symbol,
      fetched.catch(() => undefined),
    );
    return fetched;
  }

  #isStranger(symbol: string): boolean {
    return this.#mayBeStrange && !this.#options.known.has(symbol);
  }

  /** @returns why a symbol is not asked for any more. */
  #refusalOf(symbol: string): unknown {
    const refusals = this.#refused.get(symbol) ?? [];
    const most = this.#isStranger(symbol) ? MOST_REFUSALS.stranger : MOST_REFUSALS.stored;
    return refusals.length >= most ? refusals.at(-1) : undefined;
  }

  async #fetch(
    { symbol, tradingDay }: QueuedTarget,
    { signal, onCall }: FetchOptions,
  ): Promise<FetchedTarget> {
    const { options, fields, facts, clock } = this.#options;
    const { venue, hours, settleMs } = facts;
    const refusal = this.#refusalOf(symbol);
    if (refusal !== undefined) return { ...emptyDay(symbol), rows: 0, error: refusal, isFree: true };
    try {
      const fetchDay = async (name: string): Promise<SymbolDay> => {
        const error = this.#refusalOf(name);
        if (error !== undefined) return { ...emptyDay(name), error };
        const day = await fetchSymbolDay({
          source: options.client,
          onCall,
          stored: await this.#open(tradingDay, name),
          symbol: name,
          tradingDay,
          venue,
          hours,
          now: clock.now(),
          settleMs,
          turnover: fields.includes("turnover"),
          rescaled: options.rescaled ?? "leave",
          reread: this.#targets.get(tradingDay)?.get(name)?.reread === true,
          signal,
        });
        this.#judge(name, day);
        return day;
      };
      const gate = await this.#gateOf(tradingDay, symbol);
      const day = await gate.pass(symbol, fetchDay, signal);
      if (day === "closed") return { ...emptyDay(symbol), rows: 0, isClosed: true };
      return { ...day, rows: day.cells.length };
    } catch (error) {
      signal.throwIfAborted();
      return { ...emptyDay(symbol), rows: 0, error };
    }
  }

  #open(tradingDay: TradingDay, symbol: string): Promise<DayTable> {
    const target = this.#targets.get(tradingDay)?.get(symbol);
    if (target === undefined) throw new TypeError(`${symbol} ${tradingDay} is no target of this run`);
    return this.#options.stored.open(target);
  }

  async #gateOf(tradingDay: TradingDay, symbol: string): Promise<DayGate> {
    const { options, facts, clock } = this.#options;
    const table = await this.#open(tradingDay, symbol);
    let gate = this.#gates.get(tradingDay);
    if (gate === undefined) {
      const { minutes } = table;
      gate = new DayGate({
        source: options.client,
        stored: table,
        isOver: () => finalCount(minutes, clock.now(), facts.settleMs) === minutes.length,
        isPast: () => kstDay(clock.now()) > tradingDay,
        logger: options.logger ?? silentLogger,
      });
      gate.begin([...(this.#targets.get(tradingDay)?.keys() ?? [])]);
      this.#gates.set(tradingDay, gate);
    }
    return gate;
  }
}
