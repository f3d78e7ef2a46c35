import { tradingDayAfter } from "../../calendar/index.js";
import {
  MINUTE_MS,
  type MinuteBar,
  type TradingDay,
  countThrough,
  isRetryable,
  kstDay,
} from "../../core/index.js";
import { type TradeSourceEvent, leaveTrades } from "../evidence/index.js";
import { type LiveBarsOptions, type LiveSettings, checkLiveOptions } from "./live-bars-options.js";
import { MarketClock, isSameDay } from "./market-clock.js";
import { MinuteBuilder } from "./minute-builder.js";
import { SymbolSeal } from "./symbol-seal.js";

/** What {@link liveBars} gives; of one symbol, sealed bars ascend, each minute once. */
export type LiveBarEvent =
  /**
   * A minute has ended: its bar as the trades made it. Given again where a later trade or gap changes it.
   * `missingShares` of it did not come; where the gap reaches over several minutes, they may be any of those.
   */
  | {
      /** Tells the event: `bar` is provisional, `sealed` is final. */
      readonly kind: "bar";
      /** Short code as KRX prints it. */
      readonly symbol: string;
      /** The minute's bar. */
      readonly bar: MinuteBar;
      /** Shares that the stream did not deliver; 0 where it was whole. */
      readonly missingShares: number;
    }
  /** The minute is final; `differs` from the bar that was given, or should have been. */
  | {
      /** Tells the event: `bar` is provisional, `sealed` is final. */
      readonly kind: "sealed";
      /** Short code as KRX prints it. */
      readonly symbol: string;
      /** The minute's bar. */
      readonly bar: MinuteBar;
      /** Whether the final bar is another than the provisional one. */
      readonly differs: boolean;
    };

/** How long a minute waits for its last trades; they take milliseconds to arrive. */
const GRACE_MS = 1000;
/** No wait is longer: a clock that is moved in one step is noticed within it. */
const LONGEST_WAIT_MS = 1000;
/** Symbols asked about at a time; the source paces the requests. */
const CONCURRENCY = 8;
/** Passes after the trades have ended, a minute apart, in which what is left is sealed. */
const LAST_PASSES = 3;

/**
 * Minute bars from ticks: provisional at the minute's end, sealed when the source's bar is final.
 *
 * Volume and turnover come from KIS's running totals, so a lost tick may cost a high or a low, never volume. An
 * untraded minute gives no event. A source or a stream that fails ends nothing: the other goes on.
 *
 * @example
 * ```ts
 * const symbols = ["005930"];
 * for await (const { kind, bar } of liveBars({ trades: client.stream({ symbols }), source: client, symbols }))
 *   console.log(kind, bar.time, bar.close); // "bar", then "sealed" when it is final
 * ```
 * @returns events in order of their coming.
 * @throws {@link ConfigError} naming the option that is missing or wrong.
 * @throws {@link CalendarRangeError} when the day leaves the calendar; the signal's reason, untouched.
 */
export async function* liveBars(options: LiveBarsOptions): AsyncGenerator<LiveBarEvent, void, undefined> {
  const settings = checkLiveOptions(options);
  const live = new LiveSeries(settings);
  const { signal } = settings;
  try {
    live.start();
    yield* live.earlier();
    for (;;) {
      signal?.throwIfAborted();
      live.look();
      for (let event = live.take(); event !== undefined; event = live.take()) yield event;
      if (live.isOver) return;
      await live.wait();
    }
  } finally {
    await live.end();
  }
}

/** One session's minutes. */
interface LiveDay {
  readonly day: string;
  /** The market's time as it was believed then. */
  readonly openedAt: number;
  readonly minutes: readonly number[];
  readonly labels: ReadonlySet<number>;
  readonly seals: ReadonlyMap<string, SymbolSeal>;
}

class LiveSeries {
  readonly #settings: LiveSettings;
  readonly #market: MarketClock;
  readonly #builders: ReadonlyMap<string, MinuteBuilder>;
  readonly #events: LiveBarEvent[] = [];
  readonly #ending = new AbortController();
  #iterator: AsyncIterator<TradeSourceEvent> | undefined;
  #wake = new AbortController();
  #trades: "on" | "ended" | "failed" = "on";
  #day: LiveDay | undefined;
  /** Where the series begins: nothing before it is given. */
  #from: number | undefined;
  /** When the loop began, by the clock as it stood then. */
  #begunAt = Infinity;
  /** Up to where each symbol's earlier bars reach. */
  readonly #reached = new Map<string, number>();
  #pass: Promise<void> | undefined;
  /** The final minute of the last pass, and when it was, by the market's time. */
  #passedFor = -Infinity;
  #passedAt = -Infinity;
  #lastPasses = 0;
  #sourceIsLost = false;

  constructor(settings: LiveSettings) {
    this.#settings = settings;
    this.#market = new MarketClock(() => settings.clock.now());
    this.#builders = new Map(settings.symbols.map((symbol) => [symbol, new MinuteBuilder(symbol)]));
  }

  start(): void {
    this.#from = this.#settings.from;
    this.#begunAt = this.#settings.clock.now();
    this.#settings.signal?.addEventListener("abort", () => this.#wake.abort(), {
      signal: this.#ending.signal,
    });
    void this.#read();
  }

  /** What lies before today: stored bars, then the source's, of each symbol. */
  async *earlier(): AsyncGenerator<LiveBarEvent, void, undefined> {
    const { from, history, symbols, source, venue, hours, calendar, signal, logger } = this.#settings;
    if (from === undefined) return;
    for (const symbol of symbols) {
      let reached = from - MINUTE_MS;
      const sealed = (bar: MinuteBar): LiveBarEvent => {
        reached = bar.time;
        return { kind: "sealed", symbol, bar, differs: false };
      };
      for await (const bar of history?.(symbol) ?? []) {
        signal?.throwIfAborted();
        if (bar.time > reached && bar.volume > 0) yield sealed(bar);
      }
      const today = kstDay(this.#market.now());
      let day: TradingDay | undefined = kstDay(reached + MINUTE_MS);
      for (; day !== undefined && day < today; day = tradingDayAfter(calendar, day)) {
        if (!calendar.isTradingDay(day)) continue;
        try {
          const request = {
            symbol,
            tradingDay: day,
            venue,
            hours,
            ...(signal === undefined ? {} : { signal }),
          };
          for (const bar of (await source.minuteBars(request)).bars)
            if (bar.time > reached) yield sealed(bar);
        } catch (error) {
          signal?.throwIfAborted();
          logger.warn(
            { err: error, symbol, tradingDay: day },
            "an earlier day could not be read; going on without",
          );
        }
      }
      this.#reached.set(symbol, reached);
      this.#builders.get(symbol)?.sealedThrough(reached, undefined);
    }
    // A trade that came meanwhile opened the day, and did not know what is sealed already.
    this.#day = undefined;
  }

  take(): LiveBarEvent | undefined {
    return this.#events.shift();
  }

  get isOver(): boolean {
    return this.#trades !== "on" && this.#pass === undefined && this.#isSealed;
  }

  async wait(): Promise<void> {
    if (this.#events.length > 0) return;
    const { clock } = this.#settings;
    await clock.sleep(LONGEST_WAIT_MS, this.#wake.signal).catch(() => undefined);
    if (this.#wake.signal.aborted) this.#wake = new AbortController();
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await leaveTrades(this.#iterator, this.#settings.clock);
  }

  /** Gives what has ended, and asks about what is final. */
  look(): void {
    const now = this.#market.now();
    this.#openDay(now);
    for (const [symbol, builder] of this.#builders) {
      for (const { bar, missingShares } of builder.ended(now - GRACE_MS))
        this.#events.push({ kind: "bar", symbol, bar, missingShares });
    }
    this.#startPass(now);
  }

  async #read(): Promise<void> {
    const { trades, logger } = this.#settings;
    try {
      this.#iterator = trades[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = await this.#iterator.next();
        if (this.#ending.signal.aborted) return;
        if (done === true) break;
        this.#heard(value);
      }
      this.#trades = "ended";
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      this.#trades = "failed";
      logger.warn({ err: error }, "the trades are over; the source alone goes on");
    }
    const now = this.#market.now();
    const minutes = this.#day?.minutes ?? [];
    const last = minutes[countThrough(minutes, now) - 1] ?? -Infinity;
    for (const builder of this.#builders.values()) builder.endsAt(now, last);
    this.#wake.abort();
  }

  #heard(event: TradeSourceEvent): void {
    const now = this.#settings.clock.now();
    if (event.kind === "trade") this.#market.saw(event.time);
    if (event.kind === "disconnected") {
      for (const builder of this.#builders.values()) builder.unsureAt(this.#market.at(now));
      return;
    }
    const builder = "symbol" in event ? this.#builders.get(event.symbol) : undefined;
    if (builder === undefined) return;
    if (event.kind === "subscribed") builder.startsAt(this.#market.at(now));
    else if (event.kind === "gap") builder.gap(event);
    else if (event.kind === "trade") {
      const time = this.#market.now();
      this.#openDay(time, event.time);
      // An odd stamp; or the clock is not put right yet, and then this minute's bar waits for its seal.
      if (!isSameDay(event.time, time)) return;
      builder.trade(event, (minute) => this.#day?.labels.has(minute) === true);
      // A minute that has just ended is given without waiting for the next look.
      if (event.time % MINUTE_MS < 2 * GRACE_MS) this.#wake.abort();
    }
  }

  /** @param stamp - of the trade that has just come. */
  #openDay(now: number, stamp?: number): void {
    const day = kstDay(now);
    // A clock that stood hours ahead was put right, and a trade says the same: not one that jumps back on its own.
    const isEarlier =
      stamp !== undefined &&
      Math.abs(now - stamp) < MINUTE_MS &&
      now < (this.#day?.openedAt ?? -Infinity) - MINUTE_MS;
    if (this.#day?.day === day && !isEarlier) return;
    const { calendar, venue, hours } = this.#settings;
    const minutes = calendar.minutes(day, { venue, hours });
    if (minutes.length === 0) return;
    // Likewise one that stood in the days to come.
    const isBack = isEarlier || (this.#day !== undefined && day < this.#day.day);
    if (isBack) for (const builder of this.#builders.values()) builder.startsEarlier(now);
    const begun = isBack ? Math.min(now, this.#market.at(this.#begunAt)) : now;
    const first = (isBack ? this.#settings.from : this.#from) ?? begun;
    this.#from = first;
    const before = (symbol: string): number => {
      const reached = Math.max(first - MINUTE_MS, this.#reached.get(symbol) ?? -Infinity);
      const count = countThrough(minutes, Math.floor(reached / MINUTE_MS) * MINUTE_MS);
      return minutes[count - 1] ?? (minutes[0] ?? 0) - MINUTE_MS;
    };
    this.#day = {
      day,
      openedAt: now,
      minutes,
      labels: new Set(minutes),
      seals: new Map(
        [...this.#builders].map(([symbol, builder]) => [symbol, new SymbolSeal(builder, before(symbol))]),
      ),
    };
    this.#passedFor = -Infinity;
  }

  /** Nothing is left that could be sealed, or it was tried often enough. */
  get #isSealed(): boolean {
    const day = this.#day;
    if (day === undefined || this.#sourceIsLost) return true;
    const last = day.minutes.at(-1) ?? 0;
    const isLeft = ([symbol, seal]: [string, SymbolSeal]): boolean =>
      this.#trades === "failed"
        ? seal.through < last
        : seal.through < last && this.#builders.get(symbol)?.hasUnsealed(last) === true;
    return this.#lastPasses > LAST_PASSES || ![...day.seals].some(isLeft);
  }

  #startPass(now: number): void {
    const day = this.#day;
    const { settleMs } = this.#settings;
    if (day === undefined || this.#pass !== undefined || this.#sourceIsLost) return;
    const count = countThrough(day.minutes, now - MINUTE_MS - settleMs);
    const final = day.minutes[count - 1];
    if (final === undefined) return;
    // Once a minute; and again where an answer did not reach, as it happens after the closing auction.
    if (final <= this.#passedFor && now - this.#passedAt < MINUTE_MS) return;
    const isLast = count === day.minutes.length;
    const due = [...day.seals].filter(([, seal]) => seal.isDue(final, isLast, now));
    this.#passedFor = final;
    this.#passedAt = now;
    if (this.#trades === "ended" || (this.#trades === "failed" && isLast)) this.#lastPasses++;
    if (due.length === 0) return;
    this.#pass = this.#ask(due, day, final, now).finally(() => {
      this.#pass = undefined;
      this.#wake.abort();
    });
  }

  async #ask(
    due: (readonly [string, SymbolSeal])[],
    day: LiveDay,
    final: number,
    askedAt: number,
  ): Promise<void> {
    const { source, venue, hours, logger } = this.#settings;
    const left = [...due];
    // Opened anew since, the same day has other seals.
    const isStale = (): boolean => this.#day !== day && this.#day?.day === day.day;
    const work = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [symbol, seal] = next;
        if (this.#ending.signal.aborted || this.#sourceIsLost || isStale()) return;
        try {
          const request = { symbol, venue, hours, signal: this.#ending.signal };
          const answer = await source.minuteBars({ ...request, from: seal.from });
          if (this.#ending.signal.aborted || isStale() || answer.tradingDay !== day.day) continue;
          for (const { bar, differs } of seal.take(answer, day.minutes, final, askedAt)) {
            this.#reached.set(symbol, bar.time);
            this.#events.push({ kind: "sealed", symbol, bar, differs });
          }
        } catch (error) {
          if (this.#ending.signal.aborted) return;
          logger.warn({ err: error, symbol }, "a minute could not be sealed; trying again");
          if (!isRetryable(error) && this.#trades !== "on") this.#sourceIsLost = true;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, due.length) }, work));
  }
}
