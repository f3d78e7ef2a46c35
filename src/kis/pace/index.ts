export { createLimiter } from "./create-limiter.js";
export { borrowLimiter, shareLimiter } from "./limiter-registry.js";
export type { Limiter, LimiterOptions, ScheduleOptions } from "./limiter.js";
export { RATE_PRESETS, checkRateLimit, type Rate, type RatePreset } from "./rate-presets.js";
export type { RedisClient } from "./redis-pacer.js";
export { SendLog } from "./send-log.js";
