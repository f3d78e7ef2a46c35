import { type ErrorCode, isHantooError } from "../core/index.js";

/**
 * What an error concerns. `piece`: the next one may succeed. `group`: every piece of the same group (a day) would fail
 * alike. `all`: every further piece would, so that more requests would only be a storm.
 */
export type Reach = "piece" | "group" | "all";

const REACH: ReadonlyMap<ErrorCode, Reach> = new Map([
  ["kis_auth", "all"],
  ["kis_rate_limit", "all"],
  // These depend on the day: what an environment lacks, what the calendar knows, what an option allows.
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

/** Whether the source refuses a piece for good, so that asking again is useless. */
export function isRefused(error: unknown): boolean {
  return isHantooError(error) && error.code === "kis_api" && !error.retryable;
}

/** Whether the connection to the source failed; several such errors in a row mean that the network is dead. */
export function isNetworkError(error: unknown): boolean {
  return isHantooError(error) && (error.code === "transport" || error.code === "timeout");
}
