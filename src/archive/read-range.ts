import { type TradingCalendar, krx } from "../calendar/index.js";
import {
  ConfigError,
  type Hours,
  type Logger,
  type TradingDay,
  type Venue,
  checkDay,
  checkHours,
  checkOptions,
  checkSignal,
  checkSymbols,
  checkSymbolsOrIndices,
  checkVenue,
} from "../core/index.js";
import type { ObjectStore } from "../storage/index.js";
import { DEFAULT_PREFIX } from "./objects/index.js";
import { type KlineStore, createKlineStore } from "./kline-store.js";

/** Where to read, and which days. */
export interface RangeOptions {
  /** Where the objects are; only read. */
  readonly store: ObjectStore;
  /** First day, KST, inclusive. */
  readonly from: TradingDay;
  /** Last day, KST, inclusive. */
  readonly to: TradingDay;
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** Beginning of every key; `"hantoo-index-kline-1m"` for indices. @defaultValue "hantoo-stock-kline-1m" */
  readonly prefix?: string;
  /** @defaultValue {@link krx} */
  readonly calendar?: TradingCalendar;
  /** Told of what had to be left out. @defaultValue silent */
  readonly logger?: Logger;
  /** Ends the reading with its reason. */
  readonly signal?: AbortSignal;
}

/** {@link RangeOptions}, checked. */
export interface Range {
  readonly klineStore: KlineStore;
  readonly calendar: TradingCalendar;
  readonly from: TradingDay;
  readonly to: TradingDay;
  readonly venue: Venue;
  readonly hours: Hours;
  readonly symbols: readonly string[] | undefined;
}

/**
 * Checks symbols or codes of indices. Indices have their own prefix: under that of stocks, four digits are a symbol with
 * lost digits.
 *
 * @throws {@link ConfigError} naming `option`.
 */
export function checkStoredNames(
  names: Iterable<unknown>,
  prefix: string = DEFAULT_PREFIX,
  option = "symbols",
): readonly string[] {
  return prefix === DEFAULT_PREFIX ? checkSymbols(names, option) : checkSymbolsOrIndices(names, option);
}

/** @throws {@link ConfigError} if an option is not usable. */
export function checkRange(
  options: RangeOptions & { readonly symbols?: Iterable<string> },
  hours: unknown,
): Range {
  checkOptions(options, "an object with `store`, `from` and `to`");
  checkSignal(options.signal);
  const { store, prefix, calendar = krx, logger } = options;
  const from = checkDay(options.from, "from");
  const to = checkDay(options.to, "to");
  if (to < from) throw new ConfigError("to", `a day not before \`from\` (${from})`, to);
  const checked = {
    calendar,
    from,
    to,
    venue: checkVenue(options.venue ?? "KRX"),
    hours: checkHours(hours),
    symbols: options.symbols === undefined ? undefined : checkStoredNames(options.symbols, prefix),
  };
  const given = { ...(prefix !== undefined && { prefix }), ...(logger !== undefined && { logger }) };
  return { ...checked, klineStore: createKlineStore({ store, calendar, ...given }) };
}
