import { ConfigError, checkClock, checkOptions, show, silentLogger } from "../../core/index.js";
import type { Limiter, LimiterOptions } from "./limiter.js";
import { PacedLimiter } from "./paced-limiter.js";
import { createLocalPacer } from "./pacer.js";
import { checkRate } from "./rate-presets.js";

/** With 20, two processes on one host had one call in a thousand refused; with 60 they keep 92 % of 18/s. */
const SHARED_MARGIN_MS = 60;

/**
 * Paces calls: evenly spaced by Bottleneck, and guarded by the times at which calls really left, so that no
 * sliding second ever holds more than `ratePerSecond`.
 *
 * @throws {@link ConfigError} if an option is out of range.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  return createPacedLimiter(options);
}

/** The same, with what sharing by app key needs besides. */
export function createPacedLimiter(options: LimiterOptions): PacedLimiter {
  checkOptions(options, "an object with `ratePerSecond`");
  const { maxWaiting = 100_000, logger = silentLogger, redis, id = "hantoo" } = options;
  const clock = checkClock(options.clock);
  const { marginMs = redis === undefined ? undefined : SHARED_MARGIN_MS } = options;
  const rate = checkRate(options.ratePerSecond, marginMs);
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
    open: async (shape) => {
      if (redis === undefined) return createLocalPacer(shape.spacingMs, clock);
      const { createRedisPacer } = await import("./redis-pacer.js");
      return createRedisPacer({ redis, id, shape, clock, logger });
    },
  });
}
