import { countThrough } from "../../core/index.js";
import { tradesBetween, type Trade } from "../endpoints/index.js";
import type { SymbolDay } from "../market/index.js";

/** A trade, with the figures of the day up to it that a record of the stream shows. */
export interface TapeEntry {
  readonly trade: Trade;
  /** Whether it is an auction's print, which has no side. */
  readonly print: boolean;
  readonly open: Trade;
  readonly high: Trade;
  readonly low: Trade;
  /** Trades and shares with a side so far: auctions are in neither. */
  readonly buys: number;
  readonly sells: number;
  readonly buyVolume: number;
  readonly sellVolume: number;
}

/** Made once for each day of a symbol, and kept as long as the day's own object: all sessions read the same one. */
const tapes = new WeakMap<SymbolDay, readonly TapeEntry[]>();

/** @returns all trades of the day, ascending. */
export function tapeOf(day: SymbolDay): readonly TapeEntry[] {
  let tape = tapes.get(day);
  if (tape === undefined) tapes.set(day, (tape = readTape(day)));
  return tape;
}

/** @returns how many entries of the tape are at or before an instant. */
export function tapeThrough(tape: readonly TapeEntry[], through: number): number {
  let low = 0;
  let high = tape.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tape[middle]?.trade.time ?? Infinity) <= through) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readTape(day: SymbolDay): TapeEntry[] {
  const trades = tradesBetween(day, (day.minutes[0] ?? 0) - 1, (day.minutes.at(-1) ?? 0) + 59_999);
  const [first] = trades;
  if (first === undefined) return [];
  const opening = day.minutes[day.regularFrom];
  let [high, low] = [first, first];
  let [buys, sells, buyVolume, sellVolume] = [0, 0, 0, 0];
  let minute = -1;
  return trades.map((trade) => {
    if (trade.price > high.price) high = trade;
    if (trade.price < low.price) low = trade;
    const index = countThrough(day.minutes, trade.time) - 1;
    const isFirst = index !== minute;
    minute = index;
    const print = index === day.auction || (isFirst && day.auction >= 0 && day.minutes[index] === opening);
    if (!print && trade.side === "buy") {
      buys++;
      buyVolume += trade.volume;
    } else if (!print) {
      sells++;
      sellVolume += trade.volume;
    }
    return { trade, print, open: first, high, low, buys, sells, buyVolume, sellVolume };
  });
}
