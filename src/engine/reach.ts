import { type ErrorCode, isHantooError } from "../core/index.js";

/**
 * How far an error reaches. `piece`: the next one may do better. `group`: every piece of the same group (a day) would
 * meet it. `all`: every further piece would, so that asking on would only be a storm.
 */
export type Reach = "piece" | "group" | "all";

const REACH: ReadonlyMap<ErrorCode, Reach> = new Map([
  ["kis_auth", "all"],
  ["kis_rate_limit", "all"],
  // What an environment lacks, the calendar knows and an option allows depends on the day that is asked for.
  ["kis_unsupported", "group"],
  ["calendar_range", "group"],
  ["config", "group"],
]);

/** Thrown into a fetch that would pass the ceiling of calls. */
export const CEILING: unique symbol = Symbol("maxCalls");

/** @returns how far an error of a source reaches, by its `code`. */
export function reachOf(error: unknown): Reach {
  if (error === CEILING) return "all";
  if (!isHantooError(error)) return "piece";
  return REACH.get(error.code) ?? "piece";
}

/** Whether the source refuses a piece for good: asking again mends nothing. */
export function isRefused(error: unknown): boolean {
  return isHantooError(error) && error.code === "kis_api" && !error.retryable;
}

/** Whether the way to the source failed, so that several in a row mean that it is cut. */
export function isNetworkError(error: unknown): boolean {
  return isHantooError(error) && (error.code === "transport" || error.code === "timeout");
}
