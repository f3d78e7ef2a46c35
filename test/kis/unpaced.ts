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

/** The host's timers under the simulator's time of day. */
export const clockOf = (simulator: Pick<KisSimulator, "clock">): Clock => ({
  ...systemClock,
  now: () => simulator.clock.now(),
});

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
