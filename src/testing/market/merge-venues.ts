import type { TradingCalendar } from "../../calendar/index.js";
import { createColumns, sumTrades } from "./day-columns.js";
import type { SymbolDay } from "./symbol-day.js";
import type { Tick } from "./tick.js";

/** @returns the day on both venues taken together: every trade of either, in order of time. */
export function mergeVenues(krx: SymbolDay, nxt: SymbolDay, calendar: TradingCalendar): SymbolDay {
  const { tradingDay } = krx;
  const at = (day: SymbolDay): ReadonlyMap<number, number> =>
    new Map(day.minutes.map((minute, index) => [minute, index]));
  const krxAt = at(krx);
  const nxtAt = at(nxt);
  const own = (hours: "all" | "regular"): readonly number[] =>
    calendar
      .minutes(tradingDay, { venue: "UN", hours })
      .filter((minute) => krxAt.has(minute) || nxtAt.has(minute));
  const minutes = own("all");
  const regular = own("regular");
  const regularFrom = regular.length === 0 ? 0 : minutes.indexOf(regular[0] ?? 0);
  const part = (day: SymbolDay, index: number | undefined): readonly Tick[] =>
    index === undefined ? [] : day.ticks(index);
  const ticks = (index: number): readonly Tick[] => {
    const minute = minutes[index] ?? 0;
    const both = [...part(krx, krxAt.get(minute)), ...part(nxt, nxtAt.get(minute))];
    return both.sort((a, b) => a.offsetMs - b.offsetMs);
  };
  const shares = (day: SymbolDay, index: number | undefined): number =>
    index === undefined ? 0 : (day.volume[index] ?? 0);
  const columns = createColumns(minutes.length);
  for (const [index, minute] of minutes.entries()) {
    columns.volume[index] = shares(krx, krxAt.get(minute)) + shares(nxt, nxtAt.get(minute));
  }
  sumTrades(columns, (index, visit) => {
    for (const { price, volume } of ticks(index)) visit(price, volume);
  });
  return {
    symbol: krx.symbol,
    tradingDay,
    minutes,
    regularFrom,
    regularTo: regularFrom + regular.length,
    closePrint: minutes.indexOf(krx.minutes[krx.closePrint] ?? 0),
    auction: minutes.indexOf(krx.minutes[krx.auction] ?? 0),
    ...columns,
    previousClose: krx.previousClose,
    offSessionVolume: krx.offSessionVolume,
    ticks,
  };
}
