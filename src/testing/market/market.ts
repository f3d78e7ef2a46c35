import {
  ConfigError,
  type Hours,
  type MinuteBar,
  type TradingDay,
  type Venue,
  checkDay,
  checkNames,
  checkSymbols,
} from "../../core/index.js";
import { type TradingCalendar, krx } from "../../calendar/index.js";
import {
  type ActionHistory,
  type CorporateAction,
  type Factors,
  NO_ACTIONS,
  actionHistories,
} from "./corporate-action.js";
import {
  DEFAULT_SYMBOLS,
  type InstrumentTraits,
  type SimulatedInstrument,
  instrumentOf,
} from "./instrument.js";
import { mergeVenues } from "./merge-venues.js";
import { type IndexDay, createIndexDay } from "./price-index.js";
import { type PriceLevel, createPriceLevel } from "./price-level.js";
import { type SymbolDay, createSymbolDay } from "./symbol-day.js";

/** Options of {@link createMarket}. */
export interface MarketOptions {
  /** Any integer: the same seed, the same market. @defaultValue 1 */
  readonly seed?: number;
  /** Short codes; others are unknown to the market. @defaultValue some dozens of every kind */
  readonly symbols?: readonly string[];
  /** Sessions of the market. @defaultValue krx */
  readonly calendar?: TradingCalendar;
  /** What companies do to their shares. @defaultValue nothing */
  readonly actions?: readonly CorporateAction[];
  /**
   * Traits of single symbols, by symbol: days of listing, halt and delisting, whether Nextrade trades it, days with
   * off-hours trades only. @defaultValue none
   */
  readonly instruments?: Readonly<Record<string, InstrumentTraits>>;
}

/** Which minutes of a day to give. */
export interface TruthOptions {
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** @defaultValue "regular" */
  readonly hours?: Hours;
}

/** A symbol's final bar of a day: prices of the regular session, volume and turnover of all hours. */
export interface SimulatedDailyBar {
  /** KST day. */
  readonly tradingDay: TradingDay;
  /** KRW; the previous close on a day without regular trades. */
  readonly open: number;
  /** KRW; the previous close on a day without regular trades. */
  readonly high: number;
  /** KRW; the previous close on a day without regular trades. */
  readonly low: number;
  /** KRW; the previous close on a day without regular trades. */
  readonly close: number;
  /** Shares of all hours, off-session trades included. */
  readonly volume: number;
  /** KRW of all hours; off-session trades before the open are not in it. */
  readonly turnover: number;
  /** Shares traded in the regular session alone. */
  readonly regularVolume: number;
  /** KRW traded in the regular session alone. */
  readonly regularTurnover: number;
}

/** A whole simulated market: every minute of every symbol and day, from a seed, without any I/O. */
export interface Market {
  /** Seed from which everything is drawn. */
  readonly seed: number;
  /** Ascending by code unit. */
  readonly symbols: readonly string[];
  /** When this market trades. */
  readonly calendar: TradingCalendar;
  /** @returns `undefined` for a symbol the market does not know. */
  instrument(symbol: string): SimulatedInstrument | undefined;
  /**
   * @returns the traded minutes of a day, ascending, final, whatever the clock of a simulator says. `accVolume`
   * counts from the first minute of the hours asked for. Empty on a closed or untraded day.
   * @throws `ConfigError` for an unknown symbol; `CalendarRangeError` for a day outside the calendar.
   */
  truth(symbol: string, day: TradingDay, options?: TruthOptions): readonly MinuteBar[];
  /** @returns the day as one bar; `undefined` on a closed day, before the listing and after the delisting. */
  dailyBar(
    symbol: string,
    day: TradingDay,
    options?: Pick<TruthOptions, "venue">,
  ): SimulatedDailyBar | undefined;
  /** @returns KRW: the reference of the limits of `day`, which is the close before it, or what an action made of that. */
  previousClose(symbol: string, day: TradingDay): number;
  /** @returns KRW: the last trade of the regular session of `day`, or of the last one with a trade. */
  close(symbol: string, day: TradingDay): number;
  /** The columns behind {@link truth}; `undefined` on a closed day, before the listing, or off that venue. */
  symbolDay(symbol: string, day: TradingDay, venue?: Venue): SymbolDay | undefined;
  /** @returns the day of a stock index by KIS's code (`"0001"` is KOSPI); `undefined` on a closed day or for another. */
  indexDay(code: string, day: TradingDay): IndexDay | undefined;
  /** Corporate actions, ascending by effective day, of one symbol or of all. */
  actions(symbol?: string): readonly CorporateAction[];
  /** What the actions effective after `day`, up to and with `until`, make of a price and of a number of shares. */
  factors(symbol: string, day: TradingDay, until: TradingDay): Factors;
  /** KRW: the par value of a share on a day; only splits change it. */
  parValue(symbol: string, day: TradingDay): number;
  /** Shares listed on a day. */
  listedShares(symbol: string, day: TradingDay): number;
}

/** Shares that every simulated company begins with; only corporate actions change the number. */
const LISTED_SHARES = 100_000_000;
/** Par value, KRW. A share that will be split begins with a higher one. */
const PAR = 100;
const SPLIT_PAR = 5000;
const BEFORE_ALL = "1999-01-01";

/** Days kept: a day of columns is about 25 KB. */
const KEPT_DAYS = 1024;
/** Days of indices kept, some 12 KB each: a daily answer needs a hundred, and the next one most of them again. */
const KEPT_INDEX_DAYS = 256;

const NAMES: readonly string[] = Object.keys({
  seed: true,
  symbols: true,
  calendar: true,
  actions: true,
  instruments: true,
} satisfies Record<keyof MarketOptions, true>);

/**
 * Invents a whole market from a seed. A day of a symbol depends on the seed, the symbol and the day alone, so that any
 * one of thousands is cheap to ask for, in any order, with the same answer.
 *
 * @example
 * ```ts
 * const market = createMarket({ seed: 7, symbols: ["005930", "000660"] });
 * const bars = market.truth("005930", "2026-11-20"); // traded minutes, ascending
 * const simulator = createKisSimulator({ market }); // serves just this market
 * ```
 * @throws `ConfigError` for an unknown option, a symbol that is no short code, or a seed that is no integer.
 */
export function createMarket(options: MarketOptions = {}): Market {
  checkNames(options, NAMES);
  const seed = options.seed ?? 1;
  if (!Number.isSafeInteger(seed)) throw new ConfigError("seed", "an integer", seed);
  const calendar = options.calendar ?? krx;
  const traits = options.instruments ?? {};
  const named = Object.keys(traits);
  const chosen = [
    ...checkSymbols(options.symbols ?? DEFAULT_SYMBOLS),
    ...(named.length === 0 ? [] : checkSymbols(named, "instruments")),
  ];
  const symbols = [...new Set(chosen)].sort((a, b) => (a < b ? -1 : 1));
  const histories = actionHistories(options.actions ?? []);
  const known = new Set(symbols);
  for (const symbol of histories.keys()) {
    if (!known.has(symbol)) throw new ConfigError("actions.symbol", "a symbol of this market", symbol);
  }
  const sources = new Map<string, Source>();
  const kept = new Map<string, SymbolDay>();
  const indexDays = new Map<string, IndexDay | undefined>();

  const sourceOf = (symbol: string): Source => {
    let source = sources.get(symbol);
    if (source === undefined) {
      if (!known.has(symbol)) throw new ConfigError("symbol", "a symbol of this market", symbol);
      const instrument = instrumentOf(symbol, seed, traits[symbol]);
      const history = histories.get(symbol) ?? NO_ACTIONS;
      source = { instrument, history, level: createPriceLevel(instrument, seed, calendar, history) };
      sources.set(symbol, source);
    }
    return source;
  };

  const build = (symbol: string, day: TradingDay, venue: Venue): SymbolDay => {
    const source = { ...sourceOf(symbol), calendar, seed };
    if (venue !== "UN") return createSymbolDay(source, day, venue);
    return mergeVenues(createSymbolDay(source, day, "KRX"), createSymbolDay(source, day, "NXT"), calendar);
  };

  const symbolDay = (symbol: string, day: TradingDay, venue: Venue = "KRX"): SymbolDay | undefined => {
    const { instrument } = sourceOf(symbol);
    if (!calendar.isTradingDay(day) || day < instrument.listedOn) return undefined;
    if (instrument.delistedOn !== undefined && day >= instrument.delistedOn) return undefined;
    const name = `${symbol}/${day}/${venue}`;
    let found = kept.get(name);
    if (found === undefined) keep(kept, name, (found = build(symbol, day, venue)), KEPT_DAYS);
    return found.minutes.length === 0 ? undefined : found;
  };

  return {
    seed,
    symbols,
    calendar,
    instrument: (symbol) => (known.has(symbol) ? sourceOf(symbol).instrument : undefined),
    symbolDay,
    actions: (symbol) =>
      symbol === undefined
        ? [...histories.values()]
            .flatMap(({ actions }) => actions)
            .sort((a, b) => (a.effectiveDay < b.effectiveDay ? -1 : 1))
        : (histories.get(symbol)?.actions ?? []),
    factors: (symbol, day, until) => sourceOf(symbol).history.between(day, until),
    parValue(symbol, day) {
      const { actions } = sourceOf(symbol).history;
      const splits = actions.filter(({ kind }) => kind === "split" || kind === "reverse-split");
      const done = splits.filter(({ effectiveDay }) => effectiveDay <= day);
      return done.reduce((par, { shares }) => par / shares, splits.length === 0 ? PAR : SPLIT_PAR);
    },
    listedShares: (symbol, day) =>
      Math.round(LISTED_SHARES * sourceOf(symbol).history.between(BEFORE_ALL, day).shares),
    indexDay(code, day) {
      const name = `${code}/${day}`;
      if (indexDays.has(name)) return indexDays.get(name);
      const made = createIndexDay(code, checkDay(day, "day"), { seed, calendar });
      keep(indexDays, name, made, KEPT_INDEX_DAYS);
      return made;
    },
    close: (symbol, day) => sourceOf(symbol).level.close(day),
    previousClose: (symbol, day) => sourceOf(symbol).level.previousClose(day),
    truth(symbol, day, { venue = "KRX", hours = "regular" } = {}) {
      const found = symbolDay(symbol, checkDay(day, "day"), venue);
      if (found === undefined) return [];
      const from = hours === "all" ? 0 : found.regularFrom;
      const to = hours === "all" ? found.minutes.length : found.regularTo;
      return barsOf(found, from, to);
    },
    dailyBar(symbol, day, { venue = "KRX" } = {}) {
      const found = symbolDay(symbol, checkDay(day, "day"), venue);
      return found === undefined ? undefined : dailyOf(found);
    },
  };
}

/** Keeps a value, and drops the oldest one if there are too many. */
function keep<Value>(kept: Map<string, Value>, name: string, value: Value, most: number): void {
  const oldest = kept.size >= most ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
  kept.set(name, value);
}

interface Source {
  readonly instrument: SimulatedInstrument;
  readonly level: PriceLevel;
  readonly history: ActionHistory;
}

function barsOf(day: SymbolDay, from: number, to: number): MinuteBar[] {
  const bars: MinuteBar[] = [];
  let accVolume = 0;
  for (let index = from; index < to; index++) {
    const volume = day.volume[index] ?? 0;
    if (volume === 0) continue;
    accVolume += volume;
    bars.push({
      time: day.minutes[index] ?? 0,
      open: day.open[index] ?? 0,
      high: day.high[index] ?? 0,
      low: day.low[index] ?? 0,
      close: day.close[index] ?? 0,
      volume,
      accVolume,
      turnover: (day.accTurnover[index] ?? 0) - (day.accTurnover[index - 1] ?? 0),
    });
  }
  return bars;
}

function dailyOf(day: SymbolDay): SimulatedDailyBar {
  const bars = barsOf(day, day.regularFrom, day.regularTo);
  const first = bars[0];
  const last = bars.at(-1);
  const flat = day.previousClose;
  return {
    tradingDay: day.tradingDay,
    open: first?.open ?? flat,
    high: first === undefined ? flat : bars.reduce((high, bar) => Math.max(high, bar.high), 0),
    low: bars.reduce((low, bar) => Math.min(low, bar.low), first?.low ?? flat),
    close: last?.close ?? flat,
    volume: (day.accVolume[day.minutes.length - 1] ?? 0) + day.offSessionVolume,
    turnover: offHoursTurnover(day, last) ?? day.accTurnover[day.minutes.length - 1] ?? 0,
    regularVolume: last?.accVolume ?? 0,
    regularTurnover: bars.reduce((sum, bar) => sum + (bar.turnover ?? 0), 0),
  };
}

/** Off-hours trades at the last close are all of the day's turnover where there are no others. */
function offHoursTurnover(day: SymbolDay, last: MinuteBar | undefined): number | undefined {
  return last === undefined && day.offSessionVolume > 0
    ? day.offSessionVolume * day.previousClose
    : undefined;
}
