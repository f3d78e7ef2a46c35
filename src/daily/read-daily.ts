import { DEFAULT_PREFIX, checkKeyPrefix } from "../archive/index.js";
import { type TradingCalendar, checkCalendar, krx } from "../calendar/index.js";
import {
  ConfigError,
  type Logger,
  type TradingDay,
  type Venue,
  checkDay,
  checkOptions,
  checkSignal,
  checkSymbolOrIndex,
  checkSymbolsOrIndices,
  checkVenue,
  warningLogger,
} from "../core/index.js";
import {
  FACTOR_PREFIX,
  type Multipliers,
  UNADJUSTED,
  checkAsOf,
  createFactorLog,
  createScale,
  factorsInForce,
} from "../factors/index.js";
import type { ObjectStore } from "../storage/index.js";
import { type RegularDay, createRegularDays } from "./regular-days.js";
import { DAILY_PREFIX, type DailyTable, type ReadRow, createDailyStore } from "./rows/index.js";

/** One stored day of a symbol. */
export interface StoredDailyBar {
  /** KST. */
  readonly tradingDay: TradingDay;
  /** KRW; open, high and low are `null` on a day without a trade. */
  readonly open: number | null;
  /** Highest price in KRW; null as `open` is. */
  readonly high: number | null;
  /** Lowest price in KRW; null as `open` is. */
  readonly low: number | null;
  /** KRW. */
  readonly close: number;
  /** Shares, the after-market included. */
  readonly volume: number;
  /** KRW; never adjusted. Absent where KIS left it blank. */
  readonly turnover?: number;
  /** KIS will not change it any more. */
  readonly isFinal: boolean;
  /** Epoch ms at which it was stored. */
  readonly readAt: number;
  /** Which rule of bars it breaks, as KIS has it: `"no-regular-trade"`, `"open-outside-range"`, … */
  readonly odd?: string;
  /** KRW: the close of the regular session, from stored minutes; there on the same evening. */
  readonly regularClose?: number;
  /** Shares of the regular session, likewise. */
  readonly regularVolume?: number;
}

/** Options of both readers. */
interface ReadOptions {
  /** Where the objects are; only read. */
  readonly store: ObjectStore;
  /** First KST day, inclusive. */
  readonly from: TradingDay;
  /** Last KST day, inclusive. */
  readonly to: TradingDay;
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** Prices and volumes on the scale of the newest day, by the stored factors. @defaultValue false: as traded */
  readonly adjusted?: boolean;
  /** Epoch ms: gives the answer that this call would have given at that time. @defaultValue now */
  readonly asOf?: number;
  /** Beginning of every key. @defaultValue "hantoo-stock-kline-1d" */
  readonly prefix?: string;
  /** Beginning of every key of factors. @defaultValue "hantoo-stock-factors" */
  readonly factorPrefix?: string;
  /** @defaultValue {@link krx} */
  readonly calendar?: TradingCalendar;
  /** Told of what had to be left out. @defaultValue an error becomes a warning of the process */
  readonly logger?: Logger;
  /** Ends the reading with its reason. */
  readonly signal?: AbortSignal;
}

/** What to read, see {@link readDaily}. */
export interface ReadDailyOptions extends ReadOptions {
  /** A short code; of an index KIS's four digits. */
  readonly symbol: string;
  /** Beginning of the keys of minutes, for the regular close. @defaultValue "hantoo-stock-kline-1m" */
  readonly minutePrefix?: string;
}

/** What to read, see {@link readDailyTable}. */
export interface ReadDailyTableOptions extends ReadOptions {
  /** @defaultValue all that are stored */
  readonly symbols?: Iterable<string>;
}

/** Days of many symbols in columns. */
export interface DailyColumns {
  /** KST days, ascending: the trading days of the range. */
  readonly days: readonly TradingDay[];
  /** In the order asked for; by code unit where none were. */
  readonly symbols: readonly string[];
  /** Each `days.length * symbols.length` long, day by day: index `day * symbols.length + symbol`. NaN where none. */
  readonly open: Float64Array;
  /** KRW, laid out as `open` is; NaN where none. */
  readonly high: Float64Array;
  /** KRW, laid out as `open` is; NaN where none. */
  readonly low: Float64Array;
  /** KRW, laid out as `open` is; NaN where none. */
  readonly close: Float64Array;
  /** Shares, laid out as `open` is; NaN where none. */
  readonly volume: Float64Array;
  /** KRW, laid out as `open` is; NaN where none. */
  readonly turnover: Float64Array;
  /** 1 final, 0 not yet. */
  readonly final: Float64Array;
}

interface Read {
  readonly table: DailyTable;
  readonly days: readonly TradingDay[];
  readonly venue: Venue;
  readonly multipliers: (symbol: string) => (day: TradingDay) => Multipliers;
}

async function read(options: ReadOptions, symbols: readonly string[] | undefined): Promise<Read> {
  const { store, logger = warningLogger, adjusted = false, signal } = options;
  const calendar = checkCalendar(options.calendar);
  const asOf = checkAsOf(options.asOf);
  const prefix = checkKeyPrefix(options.prefix ?? DAILY_PREFIX);
  const factorPrefix = checkKeyPrefix(options.factorPrefix ?? FACTOR_PREFIX, "factorPrefix");
  const from = checkDay(options.from, "from");
  const to = checkDay(options.to, "to");
  if (to < from) throw new ConfigError("to", `a day not before \`from\` (${from})`, to);
  if (typeof adjusted !== "boolean") throw new ConfigError("adjusted", "true or false", adjusted);
  const venue = checkVenue(options.venue ?? "KRX");
  const days = calendar.tradingDays(from, to);
  const rows = createDailyStore({ store, prefix, logger });
  const { table } = await rows.readSpan({
    venue,
    days,
    asOf,
    rowsOnly: true,
    signal,
    ...(symbols && { symbols: new Set(symbols) }),
  });
  const log = createFactorLog({ store, prefix: factorPrefix, logger });
  const factors = adjusted ? factorsInForce(await log.readAll(signal), asOf) : [];
  return {
    table,
    days,
    venue,
    multipliers: (symbol) => {
      const scale = createScale(factors.filter((factor) => factor.symbol === symbol));
      return scale.isFlat ? () => UNADJUSTED : (day) => scale.at(day);
    },
  };
}

/**
 * The stored days of one symbol, ascending; a day without a row is not there.
 *
 * @example
 * ```ts
 * for await (const bar of readDaily({ store, symbol: "005930", from: "2026-01-02", to: "2026-11-20", adjusted: true }))
 *   console.log(bar.tradingDay, bar.close);
 * ```
 * @throws {@link ConfigError} if an option is not usable, before any I/O.
 * @throws {@link StorageError} if the store fails.
 */
export async function* readDaily(options: ReadDailyOptions): AsyncGenerator<StoredDailyBar, void, undefined> {
  checkOptions(options, "an object with `store`, `symbol`, `from` and `to`");
  checkSignal(options.signal);
  const symbol = checkSymbolOrIndex(options.symbol, "symbol");
  const minutePrefix = checkKeyPrefix(options.minutePrefix ?? DEFAULT_PREFIX, "minutePrefix");
  const { table, days, venue, multipliers } = await read(options, [symbol]);
  const { store, calendar = krx, logger = warningLogger, asOf = Infinity, signal } = options;
  const regular = createRegularDays({
    store,
    prefix: minutePrefix,
    calendar,
    logger,
    venue,
    asOf,
  });
  const scaleOf = multipliers(symbol);
  for (const [index, tradingDay] of days.entries()) {
    const row = table.get(symbol, index);
    if (row === undefined) continue;
    signal?.throwIfAborted();
    yield barOf(tradingDay, row, scaleOf(tradingDay), await regular(symbol, tradingDay, signal));
  }
}

function barOf(
  tradingDay: TradingDay,
  row: ReadRow,
  { price, volume }: Multipliers,
  regular: RegularDay | undefined,
): StoredDailyBar {
  const scaled = (value: number | null): number | null => (value === null ? null : value * price);
  const odd = oddity(row);
  return {
    tradingDay,
    open: scaled(row.open),
    high: scaled(row.high),
    low: scaled(row.low),
    close: row.close * price,
    volume: row.volume * volume,
    ...(row.turnover === undefined ? {} : { turnover: row.turnover }),
    isFinal: row.isFinal,
    readAt: row.readAt,
    ...(odd === undefined ? {} : { odd }),
    ...(regular && { regularClose: regular.close * price, regularVolume: regular.volume * volume }),
  };
}

/** Which rule of bars a row breaks; `undefined` for none. */
function oddity({ open, high, low, close, volume }: ReadRow): string | undefined {
  if (open === null || high === null || low === null) return undefined;
  if (volume > 0 && (open === 0 || high === 0 || low === 0)) return "no-regular-trade";
  if (open > high || open < low) return "open-outside-range";
  return close > high || close < low ? "close-outside-range" : undefined;
}

/**
 * The stored days of many symbols in columns, for arithmetic.
 *
 * @example
 * ```ts
 * const { days, symbols, close } = await readDailyTable({ store, from: "2026-01-02", to: "2026-11-20", adjusted: true });
 * const closeOf = (day: number, symbol: number) => close[day * symbols.length + symbol];
 * ```
 * @throws {@link ConfigError} if an option is not usable, before any I/O.
 * @throws {@link StorageError} if the store fails.
 */
export async function readDailyTable(options: ReadDailyTableOptions): Promise<DailyColumns> {
  checkOptions(options, "an object with `store`, `from` and `to`");
  checkSignal(options.signal);
  const wanted = options.symbols === undefined ? undefined : checkSymbolsOrIndices(options.symbols);
  const { table, days, multipliers } = await read(options, wanted);
  const symbols = wanted ?? table.symbols();
  const create = (): Float64Array => new Float64Array(days.length * symbols.length).fill(Number.NaN);
  const columns = {
    open: create(),
    high: create(),
    low: create(),
    close: create(),
    volume: create(),
    turnover: create(),
    final: create(),
  };
  const names = Object.keys(columns) as (keyof typeof columns)[];
  for (const [at, symbol] of symbols.entries()) {
    const scaleOf = multipliers(symbol);
    const found = names.map((name) => table.column(symbol, name));
    if (found[0] === undefined) continue;
    for (const [index, day] of days.entries()) {
      const { price, volume } = scaleOf(day);
      for (const [column, name] of names.entries()) {
        const value = found[column]?.[index] ?? Number.NaN;
        const factor = name === "volume" ? volume : name === "turnover" || name === "final" ? 1 : price;
        columns[name][index * symbols.length + at] = value * factor;
      }
    }
  }
  return { days, symbols, ...columns };
}
