import type { TickVisitor } from "./tick.js";

/** The columns of a day, in one buffer: a market makes thousands of them. Sums may pass 2^31, the rest does not. */
export interface DayColumns {
  readonly open: Int32Array;
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly close: Int32Array;
  readonly volume: Int32Array;
  /** Price at which the minute begins: what the trades before it left behind. */
  readonly starts: Int32Array;
  readonly accVolume: Float64Array;
  readonly accTurnover: Float64Array;
}

/** @returns columns of `length` minutes, all 0. */
export function createColumns(length: number): DayColumns {
  const buffer = new ArrayBuffer(length * (2 * 8 + 6 * 4));
  const sums = (place: number): Float64Array => new Float64Array(buffer, place * 8 * length, length);
  const whole = (place: number): Int32Array => new Int32Array(buffer, (16 + place * 4) * length, length);
  return {
    accVolume: sums(0),
    accTurnover: sums(1),
    open: whole(0),
    high: whole(1),
    low: whole(2),
    close: whole(3),
    volume: whole(4),
    starts: whole(5),
  };
}

/** Fills the bars from the trades of each minute with a volume. `play` calls its visitor with each of them. */
export function sumTrades(
  { open, high, low, close, volume, accVolume, accTurnover }: DayColumns,
  play: (index: number, visit: TickVisitor) => void,
): void {
  let index = 0;
  // Sums stay in the columns: a variable that a closure shares would box every number.
  const visit: TickVisitor = (price, shares) => {
    if (open[index] === 0) open[index] = low[index] = price;
    if (price > (high[index] ?? 0)) high[index] = price;
    if (price < (low[index] ?? 0)) low[index] = price;
    close[index] = price;
    accTurnover[index] = (accTurnover[index] ?? 0) + price * shares;
  };
  let totalVolume = 0;
  for (; index < volume.length; index++) {
    const shares = volume[index] ?? 0;
    accTurnover[index] = index === 0 ? 0 : (accTurnover[index - 1] ?? 0);
    if (shares > 0) {
      play(index, visit);
      totalVolume += shares;
    }
    accVolume[index] = totalVolume;
  }
}
