import {
  ConfigError,
  type Hours,
  type MinuteBar,
  type TradingDay,
  checkOptions,
  checkSymbol,
} from "../../core/index.js";
import {
  DAYS_AHEAD,
  type DayRead,
  type RangeOptions,
  type ReadDayOptions,
  checkRange,
  readAhead,
} from "../../archive/index.js";
import { tableBars } from "./table-bars.js";

/** What to read, see {@link readBars}. */
export interface ReadBarsOptions extends RangeOptions {
  readonly symbol: string;
  /** @defaultValue "all": whatever is stored of the day, after-market among it */
  readonly hours?: Hours;
  /** Minutes without trades: flat at the last price with volume 0, or left out. @defaultValue "flat" */
  readonly untraded?: "flat" | "skip";
}

/** A day that was looked up in its columns. */
interface Read {
  readonly day: ReadDayOptions;
  readonly read: DayRead | undefined;
}

/**
 * Reads one symbol's stored minutes, from each day's first trade on.
 *
 * A minute that was not fetched has no bar: {@link coverage} tells it from one without trades.
 *
 * @returns bars, ascending by time.
 * @throws {@link ConfigError} if an option is not usable, before any I/O.
 * @throws {@link CalendarRangeError} if the range leaves the calendar's.
 * @throws {@link StorageError} if the store fails.
 */
export async function* readBars(options: ReadBarsOptions): AsyncGenerator<MinuteBar, void, undefined> {
  checkOptions(options, "an object with `store`, `symbol`, `from` and `to`");
  const { untraded = "flat", signal } = options;
  const symbol = checkSymbol(options.symbol);
  if (untraded !== "flat" && untraded !== "skip") {
    throw new ConfigError("untraded", '"flat" or "skip"', untraded);
  }
  const { klineStore, calendar, from, to, venue, hours } = checkRange(options, options.hours ?? "all");
  const fromColumns = async (tradingDay: TradingDay): Promise<Read> => {
    signal?.throwIfAborted();
    const day = { tradingDay, venue, hours, symbols: [symbol], ...(signal && { signal }) };
    return { day, read: await klineStore.readDayFromColumns(day) };
  };
  for await (const { day, read } of readAhead(calendar.tradingDays(from, to), DAYS_AHEAD, fromColumns)) {
    const { table } = read ?? (await klineStore.readDay({ ...day, columns: false }));
    for (const bar of tableBars(table, symbol, untraded)) {
      signal?.throwIfAborted();
      yield bar;
    }
  }
}
