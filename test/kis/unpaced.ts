import type { Clock, Limiter } from "hantoo";
import { KisClient, type KisClientOptions, createMemoryTokenStore, systemClock } from "hantoo";
import type { KisSimulator } from "hantoo/testing";

/** Lets every call pass at once: for tests of anything but the pace. */
export function unpaced(): Limiter & { readonly calls: number; readonly refusals: number } {
  const seen = { calls: 0, refusals: 0 };
  return {
    ratePerSecond: 400,
    waiting: 0,
    schedule: async (work, { signal } = {}) => {
      signal?.throwIfAborted();
      seen.calls++;
      return work();
    },
    refused: () => void seen.refusals++,
    room: () => Promise.resolve(),
    close: () => Promise.resolve(),
    get calls() {
      return seen.calls;
    },
    get refusals() {
      return seen.refusals;
    },
  };
}

/** Pauses up to this long are passed over; what is longer are time limits, which nothing here should reach. */
const PAUSE_MS = 5000;

/** The simulator's time of day; pauses pass at once, time limits are the host's. */
export function clockOf(simulator: Pick<KisSimulator, "clock">): Clock {
  let passedMs = 0;
  return {
    now: () => simulator.clock.now(),
    monotonic: () => systemClock.monotonic() + passedMs,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      if (ms > PAUSE_MS) return systemClock.sleep(ms, signal);
      passedMs += ms;
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
}

/** A client of a simulator in this process. */
export function clientOf(
  simulator: Pick<KisSimulator, "clock" | "fetch">,
  options: Partial<KisClientOptions> = {},
): KisClient {
  return new KisClient({
    appKey: "test",
    appSecret: "test",
    fetch: simulator.fetch,
    clock: clockOf(simulator),
    limiter: unpaced(),
    tokenStore: createMemoryTokenStore(),
    ...options,
  });
}
