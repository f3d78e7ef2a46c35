import { MINUTE_MS } from "../core/index.js";

/**
 * The most requests that the minutes from `have` up to `final` take. They are counted over clock time, not over session
 * minutes: FHKST03010200 also has rows for the ten minutes in which the closing auction collects orders. Within the day
 * it is one minute more: a page that ends on the first minute wanted does not prove that no minute is missing there.
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
