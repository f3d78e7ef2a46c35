import { countThrough, minuteOf } from "../../core/index.js";
import type { SymbolDay } from "../market/index.js";

/** One trade with the day's totals after it. */
export interface Trade {
  /** Epoch ms. */
  readonly time: number;
  /** KRW. */
  readonly price: number;
  /** Shares. */
  readonly volume: number;
  readonly side: "buy" | "sell";
  /** Shares and KRW from the day's first trade to this one; off-session shares are not in it. */
  readonly accVolume: number;
  readonly accTurnover: number;
}

/** The trades of minute `index`, ascending. */
function tradesOf(day: SymbolDay, index: number): Trade[] {
  const start = day.minutes[index] ?? 0;
  let accVolume = day.accVolume[index - 1] ?? 0;
  let accTurnover = day.accTurnover[index - 1] ?? 0;
  return day.ticks(index).map(({ offsetMs, price, volume, side }) => {
    accVolume += volume;
    accTurnover += price * volume;
    return { time: start + offsetMs, price, volume, side, accVolume, accTurnover };
  });
}

/** @returns up to `count` trades at or before `untilMs`, newest first. The after-market's close print is not listed. */
export function tradesUpTo(day: SymbolDay, untilMs: number, count: number): Trade[] {
  const trades: Trade[] = [];
  for (let index = countThrough(day.minutes, untilMs) - 1; index >= 0 && trades.length < count; index--) {
    if ((day.volume[index] ?? 0) === 0 || index === day.closePrint) continue;
    const minute = tradesOf(day, index).filter(({ time }) => time <= untilMs);
    trades.push(...minute.reverse());
  }
  return trades.slice(0, count);
}

/** @returns the trades after `fromMs` up to and with `untilMs`, ascending. */
export function tradesBetween(day: SymbolDay, fromMs: number, untilMs: number): Trade[] {
  const trades: Trade[] = [];
  const first = Math.max(0, countThrough(day.minutes, minuteOf(fromMs)) - 1);
  const end = countThrough(day.minutes, untilMs);
  for (let index = first; index < end; index++) {
    if ((day.volume[index] ?? 0) === 0 || index === day.closePrint) continue;
    trades.push(...tradesOf(day, index).filter(({ time }) => time > fromMs && time <= untilMs));
  }
  return trades;
}
