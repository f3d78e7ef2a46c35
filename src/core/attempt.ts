import type { Clock } from "./clock.js";

/** How long one attempt may take. */
export interface TimeLimit {
  readonly clock: Pick<Clock, "sleep">;
  /** Milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Makes the error of an attempt that takes longer than `timeoutMs`. */
  readonly timeoutError: () => unknown;
}

/**
 * Runs `work` once, for `timeoutMs` at most. Work that ignores its signal goes on, but nobody waits for it.
 *
 * @param work - gets a signal that is aborted when the attempt fails for any reason.
 * @throws `signal.reason`, untouched, if the caller aborts; the limit's `timeoutError`; what `work` throws.
 */
export async function attemptWithin<T>(
  { clock, timeoutMs, signal, timeoutError }: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const attempt = new AbortController();
  const over = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true, signal: over.signal });
    clock.sleep(timeoutMs, over.signal).then(
      () => reject(timeoutError()),
      () => undefined,
    );
  });
  try {
    return await Promise.race([work(attempt.signal), ended]);
  } catch (error) {
    attempt.abort(error);
    throw error;
  } finally {
    over.abort();
  }
}

/** Pauses between attempts, in milliseconds: the first one, and the longest. Each is twice as long as the one before. */
export interface BackOff {
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/** How often work is tried, and with which pauses. */
export interface RetrySettings {
  readonly clock: Pick<Clock, "sleep">;
  /** Draws the jitter; from [0, 1). */
  readonly random: () => number;
  readonly backOff: BackOff;
  /** Most attempts, the first one included. */
  readonly maxAttempts: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether another attempt may succeed. */
  readonly shouldRetry: (error: unknown) => boolean;
  /** Milliseconds to wait after this failure: the other side may ask for a longer pause. @defaultValue `drawnMs` */
  readonly pauseMs?: (error: unknown, drawnMs: number) => number;
  /** Called before each pause. @param attempt - the one that failed; 1 for the first. */
  readonly onRetry?: (error: unknown, attempt: number, delayMs: number) => void;
}

/**
 * Runs `work` until it resolves, fails for good, or the attempts are used up; then throws the last failure.
 *
 * @param work - gets the number of the attempt; 1 for the first.
 * @throws `signal.reason`, untouched, if the caller aborts.
 */
export async function withRetries<T>(
  settings: RetrySettings,
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  const { clock, random, backOff, maxAttempts, signal, shouldRetry, pauseMs, onRetry } = settings;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt >= maxAttempts || !shouldRetry(error)) throw error;
      const drawnMs = drawPause(backOff, attempt, random());
      const delayMs = pauseMs === undefined ? drawnMs : pauseMs(error, drawnMs);
      onRetry?.(error, attempt, delayMs);
      if (delayMs > 0) await clock.sleep(delayMs, signal);
    }
  }
}

/** Half of a pause is fixed and half is random, so that callers that failed together do not come back together. */
function drawPause({ baseDelayMs, maxDelayMs }: BackOff, retry: number, random: number): number {
  const most = Math.min(maxDelayMs, baseDelayMs * 2 ** (retry - 1));
  return Math.round(most / 2 + (random * most) / 2);
}
