export { createLimiter } from "./create-limiter.js";
export { shareLimiter } from "./limiter-registry.js";
export type { Limiter, LimiterOptions, Pace, ScheduleOptions, Turn } from "./limiter.js";
export { RATE_PRESETS, checkRateLimit, type Rate, type RatePreset } from "./rate-presets.js";
export type { RedisClient } from "./redis-pacer.js";
export { SlidingWindow } from "./sliding-window.js";
