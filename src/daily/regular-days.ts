import { createKlineStore } from "../archive/index.js";
import type { TradingCalendar } from "../calendar/index.js";
import type { Logger, TradingDay, Venue } from "../core/index.js";
import type { ObjectStore } from "../storage/index.js";

/** A day's regular session, summed from stored minutes. */
export interface RegularDay {
  /** KRW: the closing auction's price, or the last trade before it. */
  readonly close: number;
  /** Shares. */
  readonly volume: number;
}

/** Where the minutes are. */
interface RegularDaysOptions {
  readonly store: ObjectStore;
  readonly prefix: string;
  readonly calendar: TradingCalendar;
  readonly logger: Logger;
  readonly venue: Venue;
  /** Epoch ms: objects stored later are left out. */
  readonly asOf: number;
}

/**
 * @returns a function that sums one symbol's day; `undefined` if its regular session is not stored whole, or has a hole.
 */
export function createRegularDays(
  options: RegularDaysOptions,
): (symbol: string, tradingDay: TradingDay, signal?: AbortSignal) => Promise<RegularDay | undefined> {
  const { store, prefix, calendar, logger, venue, asOf } = options;
  const minutes = createKlineStore({ store, prefix, calendar, logger });
  return async (symbol, tradingDay, signal) => {
    const { table } = await minutes.readDay({
      tradingDay,
      venue,
      hours: "regular",
      symbols: [symbol],
      pick: ({ retrieval }) => retrieval <= asOf,
      signal,
    });
    if (table.prefixLength(symbol) < table.minutes.length) return undefined;
    let close: number | null = null;
    let volume = 0;
    for (const index of table.minutes.keys()) {
      const cell = table.get(symbol, index);
      if (cell === undefined || cell.volume === null) return undefined;
      volume += cell.volume;
      close = cell.close ?? close;
    }
    return close === null ? undefined : { close, volume };
  };
}
