import type { Clock } from "../../core/index.js";

/** How patiently a request is tried. */
export interface Patience {
  readonly clock: Clock;
  readonly random: () => number;
  /** Attempts at the most, the first included. */
  readonly maxAttempts: number;
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** First pause and cap of the full-jitter back-off. @see the AWS SDK's standard retry mode: 100 ms, 20 s (read 2026-11-21) */
const PAUSE_MS = 100;
const PAUSE_CAP_MS = 20_000;

/**
 * Runs `work` until it resolves, fails for good, or the attempts are used up; then throws the last failure.
 * An attempt without an end within `timeoutMs` is aborted and fails with an error named `TimeoutError`.
 *
 * @param work - gets the attempt's signal.
 * @throws `signal.reason`, untouched, if the caller aborts.
 */
export async function withRetries<T>(
  patience: Patience,
  isPassing: (error: unknown) => boolean,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    patience.signal?.throwIfAborted();
    try {
      return await withTimeout(patience, work);
    } catch (error) {
      patience.signal?.throwIfAborted();
      if (attempt >= patience.maxAttempts || !isPassing(error)) throw error;
    }
    const cap = Math.min(PAUSE_CAP_MS, PAUSE_MS * 2 ** (attempt - 1));
    await patience.clock.sleep(patience.random() * cap, patience.signal);
  }
}

async function withTimeout<T>(patience: Patience, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const attempt = new AbortController();
  const done = new AbortController();
  const late = new Promise<never>((_, reject) => {
    const fail = (reason: unknown): void => {
      attempt.abort(reason);
      reject(reason);
    };
    const onAbort = (): void => fail(patience.signal?.reason);
    patience.signal?.addEventListener("abort", onAbort, { once: true, signal: done.signal });
    patience.clock.sleep(patience.timeoutMs, done.signal).then(
      () => fail(new DOMException(`no answer within ${patience.timeoutMs} ms`, "TimeoutError")),
      () => undefined,
    );
  });
  try {
    return await Promise.race([work(attempt.signal), late]);
  } finally {
    done.abort();
  }
}
