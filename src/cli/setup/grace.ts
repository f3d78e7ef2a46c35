import type { Clock } from "hantoo";

/** What was begun with a store may take so long after a stop, in milliseconds. */
const GRACE_MS = 5000;

/** A signal that follows another one. */
export interface Grace {
  readonly signal: AbortSignal;
  /** Ends the waiting, so that no timer keeps the process. */
  end(): void;
}

/**
 * A signal that is aborted some seconds after `stopped`: time to clean up and to note what was done, while a store that
 * hangs keeps no command that was stopped.
 */
export function graceAfter(stopped: AbortSignal, clock: Pick<Clock, "sleep">): Grace {
  const late = new AbortController();
  const over = new AbortController();
  const wait = (): void => {
    clock.sleep(GRACE_MS, over.signal).then(
      () => late.abort(stopped.reason),
      () => undefined,
    );
  };
  if (stopped.aborted) wait();
  else stopped.addEventListener("abort", wait, { once: true, signal: over.signal });
  return { signal: late.signal, end: () => over.abort() };
}
