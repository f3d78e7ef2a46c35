import { MINUTE_MS } from "../core/index.js";

/**
 * Requests for the minutes from `have` up to `final`, at the most. Counted over the clock, not over the session:
 * FHKST03010200 also has rows for the ten minutes in which the closing auction collects orders. And one minute
 * more within the day: a page that ends on the first minute wanted does not show that it is the first.
 */
export function plannedCalls(
  minutes: readonly number[],
  have: number,
  final: number,
  minutesPerCall: number,
): number {
  const first = minutes[have];
  const last = minutes[final - 1];
  if (first === undefined || last === undefined || have >= final) return 0;
  return Math.ceil(((last - first) / MINUTE_MS + (have > 0 ? 2 : 1)) / minutesPerCall);
}
