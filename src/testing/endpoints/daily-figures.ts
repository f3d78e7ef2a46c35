import { type TradingDay, type Venue, addDays, kstInstant } from "../../core/index.js";
import { viewDay } from "../market/index.js";
import type { EndpointContext } from "./endpoint.js";

/** One day's row of the daily chart as KIS gives it at an instant. */
export interface DailyFigures {
  readonly tradingDay: TradingDay;
  /** KRW; the previous close on a day without trades. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly turnover: number;
  readonly previousClose: number;
  readonly traded: boolean;
}

/** KIS's overnight batch has put the regular close back by the next morning (seen restored at 07:13). */
const BATCH = "07:00";

/**
 * The exchange's row is the regular session. Since 2026-09-14 it takes in the after-market from 16:00 on, close
 * included, until the batch of the next morning.
 *
 * @returns `undefined` for a closed day, before the listing, and before the day's first minute.
 */
export function dailyFigures(
  { market, config, now }: EndpointContext,
  symbol: string,
  venue: Venue,
  tradingDay: TradingDay,
): DailyFigures | undefined {
  const day = market.symbolDay(symbol, tradingDay, venue);
  const first = day?.minutes[0];
  if (day === undefined || first === undefined || now < first) return undefined;
  const view = viewDay(day, now, config.booking);
  const evening = now < kstInstant(addDays(tradingDay, 1), BATCH);
  const from = venue === "KRX" ? day.regularFrom : 0;
  const to = venue === "KRX" && !evening ? day.regularTo : day.minutes.length;
  let [open, high, low, close, volume] = [0, 0, Number.POSITIVE_INFINITY, 0, 0];
  for (let index = from; index < Math.min(to, view.begun); index++) {
    const minute = view.minute(index);
    if (minute.volume === 0) continue;
    if (open === 0) open = minute.open;
    high = Math.max(high, minute.high);
    low = Math.min(low, minute.low);
    close = minute.close;
    volume += minute.volume;
  }
  const end = Math.min(to, view.begun) - 1;
  const turnover = end < from ? 0 : view.minute(end).accTurnover;
  const { previousClose } = day;
  if (volume === 0) {
    const flat = { open: previousClose, high: previousClose, low: previousClose, close: previousClose };
    return { tradingDay, ...flat, volume: 0, turnover: 0, previousClose, traded: false };
  }
  volume += day.offSessionVolume;
  return { tradingDay, open, high, low, close, volume, turnover, previousClose, traded: true };
}
