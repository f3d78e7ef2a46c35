import type { TradingCalendar } from "../../calendar/index.js";
import {
  type Clock,
  MINUTE_MS,
  type TradingDay,
  type Venue,
  checkSymbol,
  checkVenue,
  kstDay,
  kstInstant,
} from "../../core/index.js";
import type { KisCaller, QuoteOptions } from "../calls/index.js";
import { type TradeRow, latestTrades } from "../wire/index.js";

/** One trade; KRW and shares. */
export interface Trade {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** Venue asked for. */
  readonly venue: Venue;
  /** Epoch ms, to the second. */
  readonly time: number;
  /** Price of the trade, KRW. */
  readonly price: number;
  /** Shares of the trade. */
  readonly volume: number;
  /** Change from the previous close, KRW; negative when down. */
  readonly change?: number;
  /** 체결강도 in percent: bought against sold so far today. */
  readonly strength?: number;
}

/** The latest trades of a symbol, ascending by time. */
export async function fetchTrades(
  symbol: string,
  call: KisCaller,
  options: QuoteOptions,
  { clock, calendar }: { readonly clock: Clock; readonly calendar: TradingCalendar },
): Promise<readonly Trade[]> {
  const venue = checkVenue(options.venue ?? "KRX");
  const { value } = await call(latestTrades(checkSymbol(symbol), venue), options);
  return datedTrades(value, { symbol, venue, now: clock.now(), calendar });
}

/**
 * Adds the day to rows, which have only a time. The newest row is of the latest trading day on which its time is not
 * after `now`. Where an older row has a later time, it is of the trading day before.
 *
 * @param rows - newest first.
 * @returns ascending by time.
 */
export function datedTrades(
  rows: readonly TradeRow[],
  { symbol, venue, now, calendar }: { symbol: string; venue: Venue; now: number; calendar: TradingCalendar },
): readonly Trade[] {
  const today = kstDay(now);
  let day: TradingDay = calendar.isTradingDay(today) ? today : calendar.previousTradingDay(today);
  // Clocks differ: a trade up to a minute ahead is still of today.
  const newest = rows[0];
  if (newest !== undefined && kstInstant(day, newest.clock) > now + MINUTE_MS)
    day = calendar.previousTradingDay(day);
  let later = newest?.clock ?? "";
  return rows
    .map(({ clock, price, volume, change, strength }) => {
      if (clock > later) day = calendar.previousTradingDay(day);
      later = clock;
      return {
        symbol,
        venue,
        time: kstInstant(day, clock),
        price,
        volume,
        ...(change === undefined ? {} : { change }),
        ...(strength === undefined ? {} : { strength }),
      };
    })
    .reverse();
}
