/** All numbers from `low` to `high`, both inclusive. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** What two intervals share; `undefined` if that is nothing. */
export function intersect(a: Interval, b: Interval): Interval | undefined {
  const low = Math.max(a.low, b.low);
  const high = Math.min(a.high, b.high);
  return low <= high ? { low, high } : undefined;
}

/**
 * The fraction with the smallest denominator in an interval, as a number: splits and bonus issues are ratios of small
 * whole numbers, and the prices that show them are rounded.
 *
 * @param interval - of positive numbers.
 * @see https://en.wikipedia.org/wiki/Stern%E2%80%93Brocot_tree
 */
export function simplestFraction({ low, high }: Interval): number {
  let [p0, q0, p1, q1] = [0, 1, 1, 0];
  let [from, to] = [low, high];
  // Continued fractions of both ends, as long as they agree; 64 terms are beyond what a double holds.
  for (let term = 0; term < 64; term++) {
    const whole = Math.floor(from);
    const isEnd = whole === from || whole + 1 <= to;
    const digit = isEnd ? Math.ceil(from) : whole;
    [p0, q0, p1, q1] = [p1, q1, digit * p1 + p0, digit * q1 + q0];
    if (isEnd) break;
    [from, to] = [1 / (to - whole), 1 / (from - whole)];
  }
  return p1 / q1;
}
