import { ConfigError, type Venue } from "../../core/index.js";
import type { RetryOptions } from "./retry-policy.js";

/** Options of every call. */
export interface CallOptions {
  /** Ends the call in any state: while it waits for its turn, is under way, or waits to be tried again. */
  readonly signal?: AbortSignal | undefined;
  /** `"high"` goes before every `"normal"` call in line. @defaultValue "normal" */
  readonly priority?: "high" | "normal" | undefined;
  /** Milliseconds for one attempt, from sending to the last byte. @defaultValue the client's `timeoutMs` */
  readonly timeoutMs?: number | undefined;
  /** Retries of this call: a count, or the parts that differ. @defaultValue the client's `retry` */
  readonly retry?: RetryOptions | number | undefined;
}

/** The call options among the other options of a request. */
export function callOptionsOf({ signal, priority, timeoutMs, retry }: CallOptions): CallOptions {
  return { signal, priority, timeoutMs, retry };
}

/** Options of a call about a symbol. */
export interface QuoteOptions extends CallOptions {
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
}

/** What a read hands to each of its calls. */
export interface SendOptions extends CallOptions {
  /** Called before each request is sent. If it throws, the call fails with that error. */
  readonly onSend?: (() => void) | undefined;
}

/**
 * @returns `timeoutMs`, checked.
 * @throws {@link ConfigError} unless it is a number >= 1.
 */
export function checkTimeout(timeoutMs: number): number {
  if (Number.isFinite(timeoutMs) && timeoutMs >= 1) return timeoutMs;
  throw new ConfigError("timeoutMs", "a number >= 1", timeoutMs);
}

/** @throws {@link ConfigError} naming the first option that is out of range. */
export function checkCallOptions({ priority, timeoutMs, onSend }: SendOptions): void {
  if (priority !== undefined && priority !== "high" && priority !== "normal") {
    throw new ConfigError("priority", '"high" or "normal"', priority);
  }
  if (timeoutMs !== undefined) checkTimeout(timeoutMs);
  if (onSend !== undefined && typeof onSend !== "function")
    throw new ConfigError("onCall", "a function", onSend);
}
