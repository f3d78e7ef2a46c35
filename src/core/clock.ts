import { ConfigError } from "./errors.js";

/** Source of time. Only this file reads the host's clock. */
export interface Clock {
  /** Wall time, epoch milliseconds UTC. May jump; use for labels and days, never for waiting. */
  now(): number;
  /** Milliseconds from an arbitrary origin, never decreasing. Use for waiting and ages. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds; rejects with `signal.reason` if aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The host's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
        // Node drops the fraction and can fire up to 1 ms early; past 2^31-1 it fires at once.
        Math.min(Math.ceil(ms) + 1, 2 ** 31 - 1),
      );
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};

/** What an option `clock` takes: a {@link Clock}, or only its `now()`; the host's clock has the rest. */
export type ClockOption = Pick<Clock, "now"> & Partial<Clock>;

/**
 * @returns `clock`, its missing methods taken from {@link systemClock}; {@link systemClock} if it is left out.
 * @throws {@link ConfigError} if it has no `now()`.
 */
export function checkClock(clock: ClockOption | undefined, option = "clock"): Clock {
  if (clock === undefined) return systemClock;
  if (typeof clock?.now !== "function") {
    throw new ConfigError(option, "an object with now(): epoch milliseconds", typeof clock);
  }
  if (clock.monotonic !== undefined && clock.sleep !== undefined) return clock as Clock;
  return {
    now: () => clock.now(),
    monotonic: () => (clock.monotonic ? clock.monotonic() : systemClock.monotonic()),
    sleep: (ms, signal) => (clock.sleep ? clock.sleep(ms, signal) : systemClock.sleep(ms, signal)),
  };
}
