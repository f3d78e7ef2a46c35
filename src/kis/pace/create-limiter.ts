import { ConfigError, checkClock, checkOptions, show, silentLogger } from "../../core/index.js";
import type { Limiter, LimiterOptions } from "./limiter.js";
import { PacedLimiter } from "./paced-limiter.js";
import { createLocalPacer } from "./pacer.js";
import type { PaceMemory } from "./rate-finder.js";
import { checkRate } from "./rate-presets.js";

/** With 20, two processes on one host had one call in a thousand refused. With 60 they reach 92 % of 18/s. */
const SHARED_MARGIN_MS = 60;

/**
 * Paces calls: evenly spaced by Bottleneck, and guarded by what KIS can have seen of each call, so that no sliding
 * second at KIS ever holds more than `ratePerSecond`. Each refusal slows the pace at once; it comes back over minutes.
 *
 * @example
 * ```ts
 * const limiter = createLimiter({ ratePerSecond: 18 });
 * const clients = [new KisClient({ ...keys, limiter }), new KisClient({ ...keys, limiter })]; // one pace for both
 * await limiter.schedule(() => fetch("https://…")); // and for a call of your own
 * await limiter.close();
 * ```
 * @throws {@link ConfigError} if an option is out of range.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  return createPacedLimiter(options);
}

/** What a client's own limiter needs besides: where its pace begins, and where it keeps what it learns. */
interface PacedLimiterExtras {
  readonly startPerSecond?: number | undefined;
  readonly memory?: PaceMemory | undefined;
}

/** {@link createLimiter} for the limiter that the clients of an app key share. */
export function createPacedLimiter(options: LimiterOptions, extras: PacedLimiterExtras = {}): PacedLimiter {
  checkOptions(options, "an object with `ratePerSecond`");
  const { maxWaiting = 100_000, logger = silentLogger, redis, id = "hantoo" } = options;
  const clock = checkClock(options.clock);
  const { marginMs = redis === undefined ? undefined : SHARED_MARGIN_MS } = options;
  const { startPerSecond, memory } = extras;
  const checked = checkRate(options.ratePerSecond, marginMs);
  const rate = startPerSecond === undefined ? checked : { ...checked, startPerSecond };
  if (!(Number.isInteger(maxWaiting) && maxWaiting >= 1)) {
    throw new ConfigError("maxWaiting", "an integer >= 1", maxWaiting);
  }
  if (typeof id !== "string" || !/^[\w.:-]{1,100}$/.test(id)) {
    throw new ConfigError("id", "1 to 100 of A-Z, a-z, 0-9, _ . : -", show(id));
  }
  return new PacedLimiter({
    rate,
    maxWaiting,
    clock,
    logger,
    memory,
    open: async (shape) => {
      if (redis === undefined) return createLocalPacer(shape.spacingMs, clock);
      const { createRedisPacer } = await import("./redis-pacer.js");
      return createRedisPacer({ redis, id, shape, clock, logger });
    },
  });
}
