import { MINUTE_MS } from "./kst.js";

/** KIS changes a minute for some six seconds after its end; ten leave room. */
export const SETTLE_MS = 10_000;

/** When a minute may be asked for: it has ended and KIS has settled it. */
export function finalAt(minute: number, settleMs: number): number {
  return minute + MINUTE_MS + settleMs;
}

/** How many leading `minutes` (ascending) have ended and settled by `now`. */
export function finalCount(minutes: readonly number[], now: number, settleMs: number): number {
  return countThrough(minutes, now - MINUTE_MS - settleMs);
}

/** How many of `minutes` (ascending) are at or before `through`. */
export function countThrough(minutes: readonly number[], through: number): number {
  let low = 0;
  let high = minutes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((minutes[middle] ?? Infinity) <= through) low = middle + 1;
    else high = middle;
  }
  return low;
}
