import {
  ConfigError,
  type Hours,
  type MinuteBar,
  type TradingDay,
  checkOptions,
  warningLogger,
} from "../../core/index.js";
import {
  DAYS_AHEAD,
  type DayRead,
  type RangeOptions,
  type ReadDayOptions,
  checkKeyPrefix,
  checkRange,
  checkStoredNames,
  readAhead,
} from "../../archive/index.js";
import { type Multipliers, type Scale, UNADJUSTED, createScale, readFactors } from "../../factors/index.js";
import { tableBars } from "../evidence/index.js";

/** What to read, see {@link readBars}. */
export interface ReadBarsOptions extends RangeOptions {
  /** Short code as KRX prints it; of an index KIS's four digits, with the `prefix` of indices. */
  readonly symbol: string;
  /** @defaultValue "all": whatever is stored of the day, after-market among it */
  readonly hours?: Hours;
  /** Minutes without trades: flat at the last price with volume 0, or left out. @defaultValue "flat" */
  readonly untraded?: "flat" | "skip";
  /**
   * Prices and volumes on the scale of the newest day, by the factors that a `HantooDailyLogger` keeps; turnover stays.
   *
   * @defaultValue false: as traded
   */
  readonly adjusted?: boolean;
  /** Epoch ms: factors observed later are left out. @defaultValue now */
  readonly asOf?: number;
  /** Beginning of every key of factors. @defaultValue "hantoo-stock-factors" */
  readonly factorPrefix?: string;
}

/** A day, as far as its columns have it. */
interface Read {
  readonly day: ReadDayOptions;
  readonly read: DayRead | undefined;
}

/**
 * Reads one symbol's stored minutes, from each day's first trade on.
 *
 * A minute that was not fetched has no bar, nor has a hole: {@link coverage} tells them from a minute without trades.
 * Damaged objects are left out and logged; without a logger Node prints a warning.
 *
 * @example
 * ```ts
 * for await (const bar of readBars({ store, symbol: "005930", from: "2026-11-02", to: "2026-11-20" }))
 *   console.log(bar.time, bar.close, bar.volume);
 * ```
 * @returns bars, ascending by time.
 * @throws {@link ConfigError} if an option is not usable, before any I/O.
 * @throws {@link CalendarRangeError} if the range leaves the calendar's.
 * @throws {@link StorageError} if the store fails.
 */
export async function* readBars(options: ReadBarsOptions): AsyncGenerator<MinuteBar, void, undefined> {
  checkOptions(options, "an object with `store`, `symbol`, `from` and `to`");
  const { untraded = "flat", signal } = options;
  const [symbol = ""] = checkStoredNames([options.symbol], options.prefix, "symbol");
  if (untraded !== "flat" && untraded !== "skip") {
    throw new ConfigError("untraded", '"flat" or "skip"', untraded);
  }
  const logger = options.logger ?? warningLogger;
  const range = checkRange({ ...options, logger }, options.hours ?? "all");
  const { klineStore, calendar, from, to, venue, hours } = range;
  const scale = await scaleOf(options, symbol);
  const fromColumns = async (tradingDay: TradingDay): Promise<Read> => {
    signal?.throwIfAborted();
    const day = { tradingDay, venue, hours, symbols: [symbol], signal };
    return { day, read: await klineStore.readDayFromColumns(day) };
  };
  for await (const { day, read } of readAhead(calendar.tradingDays(from, to), DAYS_AHEAD, fromColumns)) {
    const { table } = read ?? (await klineStore.readDay({ ...day, columns: false }));
    const multipliers = scale?.at(day.tradingDay) ?? UNADJUSTED;
    for (const bar of tableBars(table, symbol, untraded)) {
      signal?.throwIfAborted();
      yield multipliers === UNADJUSTED ? bar : scaled(bar, multipliers);
    }
  }
}

async function scaleOf(options: ReadBarsOptions, symbol: string): Promise<Scale | undefined> {
  const { adjusted = false, store, asOf, factorPrefix, logger, signal } = options;
  if (typeof adjusted !== "boolean") throw new ConfigError("adjusted", "true or false", adjusted);
  if (!adjusted) return undefined;
  const factors = await readFactors({
    store,
    symbol,
    ...(asOf !== undefined && { asOf }),
    ...(factorPrefix !== undefined && { prefix: checkKeyPrefix(factorPrefix, "factorPrefix") }),
    ...(logger && { logger }),
    ...(signal && { signal }),
  });
  return createScale(factors);
}

function scaled(bar: MinuteBar, { price, volume }: Multipliers): MinuteBar {
  return {
    ...bar,
    open: bar.open * price,
    high: bar.high * price,
    low: bar.low * price,
    close: bar.close * price,
    volume: bar.volume * volume,
    accVolume: bar.accVolume * volume,
  };
}
