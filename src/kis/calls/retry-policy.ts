import { ConfigError } from "../../core/index.js";

/** How often one call is tried again, and after which pauses. */
export interface RetryOptions {
  /** Attempts after the first. @defaultValue 4 */
  readonly limit?: number;
  /** Longest pause before the first retry, in milliseconds; it doubles each time. @defaultValue 300 */
  readonly baseDelayMs?: number;
  /** Longest pause between two attempts, in milliseconds. @defaultValue 8000 */
  readonly maxDelayMs?: number;
}

export type RetryPolicy = Required<RetryOptions>;

const DEFAULT_RETRY: RetryPolicy = { limit: 4, baseDelayMs: 300, maxDelayMs: 8000 };

/**
 * @param defaults - what holds where `value` says nothing.
 * @throws {@link ConfigError} if a number is out of range.
 */
export function checkRetry(
  value: RetryOptions | number | undefined,
  defaults: RetryPolicy = DEFAULT_RETRY,
): RetryPolicy {
  const given = typeof value === "number" ? { limit: value } : (value ?? {});
  if (typeof given !== "object") throw new ConfigError("retry", "a number of retries or its options", value);
  const { limit = defaults.limit, baseDelayMs = defaults.baseDelayMs } = given;
  // A call may ask for a longer first pause than the client's cap, without naming a cap of its own.
  const { maxDelayMs = Math.max(defaults.maxDelayMs, given.baseDelayMs === undefined ? 0 : baseDelayMs) } =
    given;
  if (!(Number.isInteger(limit) && limit >= 0 && limit <= 20)) {
    throw new ConfigError("retry.limit", "an integer of 0 to 20", limit);
  }
  if (!(baseDelayMs >= 0 && baseDelayMs <= 600_000)) {
    throw new ConfigError("retry.baseDelayMs", "0 to 600000", baseDelayMs);
  }
  if (!(maxDelayMs >= baseDelayMs && maxDelayMs <= 600_000)) {
    throw new ConfigError("retry.maxDelayMs", "`retry.baseDelayMs` to 600000", maxDelayMs);
  }
  return { limit, baseDelayMs, maxDelayMs };
}
