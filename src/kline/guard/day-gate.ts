import type { DayTable } from "../../archive/index.js";
import { type Logger, type OutsideTrades, type TradingDay, raceAbort } from "../../core/index.js";
import { CEILING, isNetworkError, reachOf } from "../../engine/index.js";
import type { BarSource, NewCell, SymbolDay } from "../evidence/index.js";
import { unvouched } from "./day-hours.js";

/** Where the calendar and the source disagree about a day. */
export interface CalendarConflict {
  /** KST day in question. */
  readonly tradingDay: TradingDay;
  /**
   * `closed-by-source`: the calendar has a session, and the source says that there was none, or cannot tell and none
   * of at least five symbols traded; nothing is stored. `hours`: trades at labels for which the calendar has no session.
   */
  readonly kind: "closed-by-source" | "hours";
  /** Those it was seen at, in order. */
  readonly symbols: readonly string[];
  /** Epoch ms of the first and last minute with such trades; only of `hours`. */
  readonly from?: number;
  /** Epoch ms of the last minute with such trades, inclusive; only of `hours`. */
  readonly to?: number;
  /** Shares traded in them; only of `hours`. */
  readonly shares?: number;
}

/** What came of a symbol's day at the gate. `isFree`: it was looked at before its turn, and another one told its calls. */
export type GatedDay = (SymbolDay & { readonly isFree?: boolean }) | "closed";

interface DayGateOptions {
  readonly source: Pick<BarSource, "tradingDay">;
  /** What is stored of the day. */
  readonly stored: DayTable;
  /** The session's last minute is final. */
  readonly isOver: () => boolean;
  /** A later KST day has begun: what is answered now knows all of this one. */
  readonly isPast: () => boolean;
  readonly logger: Logger;
}

/** So many symbols without a trade, and none with one, close a day of which the source does not tell. */
const SILENT_SYMBOLS = 5;

/** Fetches one symbol's day, whatever the gate says. */
type FetchDay = (symbol: string) => Promise<SymbolDay>;

/** Keeps a day from being stored if its session did not take place, whatever the calendar says. */
export class DayGate {
  readonly #options: DayGateOptions;
  readonly #silent = new Set<string>();
  readonly #outside = new Map<string, OutsideTrades>();
  readonly #begun = new Set<string>();
  readonly #waiting: (() => void)[] = [];
  readonly #ahead = new Map<string, SymbolDay & { readonly isFree: boolean }>();
  #isPast = false;
  #tellsHoles = false;
  #verdict: "open" | "closed" | "doubtful" | undefined;
  #symbols: readonly string[] = [];
  #asked: Promise<void> | undefined;
  #inFlight = 0;
  #fault: unknown;

  constructor(options: DayGateOptions) {
    this.#options = options;
  }

  get #tradingDay(): TradingDay {
    return this.#options.stored.tradingDay;
  }

  /** The source, or silence, says that there was no session. */
  get isClosed(): boolean {
    return this.#verdict === "closed";
  }

  /** What was found so far. @param symbols - those that the day is looked at for. */
  conflicts(symbols: readonly string[]): readonly CalendarConflict[] {
    const tradingDay = this.#tradingDay;
    if (this.isClosed) return [{ tradingDay, kind: "closed-by-source", symbols }];
    if (this.#outside.size === 0) return [];
    const seen = [...this.#outside.values()];
    return [
      {
        tradingDay,
        kind: "hours",
        symbols: [...this.#outside.keys()].sort(),
        from: Math.min(...seen.map(({ from }) => from)),
        to: Math.max(...seen.map(({ to }) => to)),
        shares: seen.reduce((sum, { shares }) => sum + shares, 0),
      },
    ];
  }

  /** A pass begins. @param symbols - of these five are asked before silence is believed, in a pass over fewer as well. */
  begin(symbols: readonly string[]): void {
    this.#symbols = symbols;
    this.#ahead.clear();
    this.#begun.clear();
    this.#fault = undefined;
    this.#isPast = this.#options.isPast();
  }

  /** A symbol of this day shows trades at labels that the calendar does not know, and only later is that settled. */
  get mayDoubt(): boolean {
    return this.#outside.size > 0 && this.#tellsHoles && !this.#isPast;
  }

  /**
   * Last minutes for which nobody vouches, see {@link unvouched}, at the end of a pass. A day that is over at its
   * beginning has none: the day's totals spoke with each answer. Nor does a source that looks for no holes: no later
   * answer of it could lift one.
   *
   * @param day - all that is known of it. @param closing - index of the closing auction's minute, -1 without one.
   */
  unvouched(day: DayTable, symbols: Iterable<string>, closing: number): ReadonlyMap<string, NewCell> {
    if (!this.mayDoubt) return new Map();
    return unvouched(day, symbols, { outside: new Set(this.#outside.keys()), closing });
  }

  /** Whether a symbol was looked at before its turn, so that its own costs no call. */
  isAhead(symbol: string): boolean {
    return this.#ahead.has(symbol);
  }

  /** Asks the source about the day, once; before its first call. */
  ask(signal?: AbortSignal): Promise<void> {
    this.#asked ??= this.#ask(signal).catch((error: unknown) => {
      this.#asked = undefined;
      throw error;
    });
    return this.#asked;
  }

  /** Fetches a symbol's day, unless the day is closed. While it is doubtful nothing of it is given on. */
  async pass(symbol: string, fetch: FetchDay, signal: AbortSignal): Promise<GatedDay> {
    await this.ask(signal);
    if (this.isClosed) return "closed";
    let day = await this.#fetchOwn(symbol, fetch);
    while (this.#isUndecided) {
      // Those under way may tell; the last of them looks further.
      if (this.#inFlight > 0) await this.#wake(signal);
      else day = { ...day, calls: day.calls + (await this.#probe(fetch)) };
    }
    if (this.#verdict === "doubtful" && this.#fault === undefined && this.#options.isOver())
      this.#close("the source does not tell whether the market was open, and no symbol shows a trade");
    if (this.isClosed) return "closed";
    if (this.#verdict === "open") return day;
    const error = day.error ?? this.#fault;
    return { ...withheld(day), ...(error === undefined ? {} : { error }) };
  }

  #wake(signal: AbortSignal): Promise<void> {
    return raceAbort(new Promise<void>((wake) => this.#waiting.push(wake)), signal);
  }

  get #isUndecided(): boolean {
    return this.#verdict === "doubtful" && this.#silent.size < SILENT_SYMBOLS && this.#fault === undefined;
  }

  async #fetchOwn(symbol: string, fetch: FetchDay): Promise<SymbolDay> {
    const ahead = this.#ahead.get(symbol);
    this.#ahead.delete(symbol);
    if (ahead !== undefined) return ahead;
    this.#begun.add(symbol);
    return this.#weighed(symbol, fetch);
  }

  /** Looks at symbols whose turn has not come, until it is known or all are through. @returns what it cost. */
  async #probe(fetch: FetchDay): Promise<number> {
    let calls = 0;
    for (const symbol of this.#symbols) {
      if (!this.#isUndecided) return calls;
      if (this.#begun.has(symbol)) continue;
      calls += await this.#look(symbol, fetch);
    }
    // Too few symbols to tell: each one is stored as its own evidence says.
    if (this.#isUndecided && this.#inFlight === 0) this.#verdict = "open";
    return calls;
  }

  /** Fetches a symbol before its turn. @returns what it cost, which is told once. */
  async #look(symbol: string, fetch: FetchDay): Promise<number> {
    this.#begun.add(symbol);
    const day = await this.#weighed(symbol, fetch);
    // The ceiling of calls says nothing of the symbol: it is left for its turn.
    if (day.error !== CEILING) this.#ahead.set(symbol, { ...day, calls: 0, isFree: day.calls > 0 });
    return day.calls;
  }

  async #weighed(symbol: string, fetch: FetchDay): Promise<SymbolDay> {
    this.#inFlight++;
    try {
      const day = await fetch(symbol);
      this.#weigh(day);
      return day;
    } finally {
      this.#inFlight--;
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  async #ask(signal: AbortSignal | undefined): Promise<void> {
    const { source, stored, logger } = this.#options;
    const { tradingDay } = stored;
    const hasTraded = stored.symbols().some((symbol) => hasTrade(stored, symbol));
    const said = await raceAbort(Promise.resolve(source.tradingDay?.(tradingDay)), signal).catch(
      (err: unknown) => {
        signal?.throwIfAborted();
        logger.warn({ tradingDay, err }, "the source cannot be asked whether it is a trading day");
        return undefined;
      },
    );
    if (said === false)
      this.#close("the source says that the market is closed, the calendar that it is open");
    else this.#verdict = said === true || hasTraded ? "open" : "doubtful";
  }

  #close(why: string): void {
    const { logger } = this.#options;
    const tradingDay = this.#tradingDay;
    this.#verdict = "closed";
    logger.warn(
      { tradingDay },
      `${why}; nothing of the day is stored: give it to \`createCalendar\` as a closure`,
    );
  }

  #weigh(day: SymbolDay): void {
    const { symbol, bars, outside, error, isAnswered } = day;
    if (outside !== undefined) this.#outside.set(symbol, outside);
    this.#tellsHoles ||= day.tellsHoles;
    // The next symbol would meet it as well.
    if (error !== undefined && reachOf(error) !== "piece") this.#fault ??= error;
    if (this.#verdict !== "doubtful") return;
    if (bars > 0 || outside !== undefined) this.#verdict = "open";
    else if (error === undefined || isAnswered) this.#silent.add(symbol);
    else if (isNetworkError(error)) this.#fault ??= error;
  }
}

/** A day of which nothing is to be stored yet. */
function withheld(day: SymbolDay): SymbolDay {
  return { ...day, cells: [], revised: [], known: 0, complete: false, verified: false };
}

/** Whether a trade of the symbol is stored. */
export function hasTrade(table: DayTable, symbol: string): boolean {
  return table.column(symbol, "volume")?.some((volume) => volume > 0) ?? false;
}
