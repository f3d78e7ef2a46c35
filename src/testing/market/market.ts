import {
  ConfigError,
  type Hours,
  type MinuteBar,
  type TradingDay,
  type Venue,
  checkDay,
  checkSymbols,
} from "../../core/index.js";
import { type TradingCalendar, krx } from "../../calendar/index.js";
import { DEFAULT_SYMBOLS, type SimulatedInstrument, instrumentOf } from "./instrument.js";
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
}

/** Which minutes of a day to give. */
export interface TruthOptions {
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** @defaultValue "regular" */
  readonly hours?: Hours;
}

/** A day of one symbol in its regular session: the minutes of that session, added up. */
export interface SimulatedDailyBar {
  readonly tradingDay: TradingDay;
  /** KRW, all four; the previous close on a day without trades. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Shares, off-session trades before the open included. */
  readonly volume: number;
  /** KRW. */
  readonly turnover: number;
}

/** A whole simulated market: every minute of every symbol and day, from a seed, without any I/O. */
export interface Market {
  readonly seed: number;
  /** Ascending by code unit. */
  readonly symbols: readonly string[];
  readonly calendar: TradingCalendar;
  /** @returns `undefined` for a symbol the market does not know. */
  instrument(symbol: string): SimulatedInstrument | undefined;
  /**
   * @returns the traded minutes of a day, ascending, final, whatever the clock of a simulator says. `accVolume`
   * counts from the first minute of the hours asked for. Empty on a closed or untraded day.
   * @throws `ConfigError` for an unknown symbol; `CalendarRangeError` for a day outside the calendar.
   */
  truth(symbol: string, day: TradingDay, options?: TruthOptions): readonly MinuteBar[];
  /** @returns the regular session as one bar; `undefined` on a closed day and before the listing. */
  dailyBar(
    symbol: string,
    day: TradingDay,
    options?: Pick<TruthOptions, "venue">,
  ): SimulatedDailyBar | undefined;
  /** @returns KRW: the close before `day`, the reference of its limits. */
  previousClose(symbol: string, day: TradingDay): number;
  /** @returns KRW: the last trade of the regular session of `day`, or of the last one with a trade. */
  close(symbol: string, day: TradingDay): number;
  /** The columns behind {@link truth}; `undefined` on a closed day, before the listing, or off that venue. */
  symbolDay(symbol: string, day: TradingDay, venue?: Venue): SymbolDay | undefined;
  /** @returns the day of a stock index by KIS's code (`"0001"` is KOSPI); `undefined` on a closed day or for another. */
  indexDay(code: string, day: TradingDay): IndexDay | undefined;
}

/** Days kept: a day of columns is about 25 KB. */
const KEPT_DAYS = 1024;

/**
 * @returns a market in which a day of a symbol depends on nothing but (seed, symbol, day): cheap to ask for
 * any one of thousands, in any order, with the same answer.
 * @throws `ConfigError` for a symbol that is no short code, or a seed that is no integer.
 */
export function createMarket(options: MarketOptions = {}): Market {
  const seed = options.seed ?? 1;
  if (!Number.isSafeInteger(seed)) throw new ConfigError("seed", "an integer", seed);
  const calendar = options.calendar ?? krx;
  const symbols = [...checkSymbols(options.symbols ?? DEFAULT_SYMBOLS)].sort((a, b) => (a < b ? -1 : 1));
  const known = new Set(symbols);
  const sources = new Map<string, { readonly instrument: SimulatedInstrument; readonly level: PriceLevel }>();
  const kept = new Map<string, SymbolDay>();

  const sourceOf = (
    symbol: string,
  ): { readonly instrument: SimulatedInstrument; readonly level: PriceLevel } => {
    let source = sources.get(symbol);
    if (source === undefined) {
      if (!known.has(symbol)) throw new ConfigError("symbol", "a symbol of this market", symbol);
      const instrument = instrumentOf(symbol, seed);
      source = { instrument, level: createPriceLevel(instrument, seed, calendar) };
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
    const name = `${symbol}/${day}/${venue}`;
    let found = kept.get(name);
    if (found === undefined) {
      found = build(symbol, day, venue);
      const oldest = kept.size >= KEPT_DAYS ? kept.keys().next().value : undefined;
      if (oldest !== undefined) kept.delete(oldest);
      kept.set(name, found);
    }
    return found.minutes.length === 0 ? undefined : found;
  };

  return {
    seed,
    symbols,
    calendar,
    instrument: (symbol) => (known.has(symbol) ? sourceOf(symbol).instrument : undefined),
    symbolDay,
    indexDay: (code, day) => createIndexDay(code, checkDay(day, "day"), { seed, calendar }),
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
    volume: (last?.accVolume ?? 0) + day.offSessionVolume,
    turnover: bars.reduce((sum, bar) => sum + (bar.turnover ?? 0), 0),
  };
}
