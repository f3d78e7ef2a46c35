import { ConfigError } from "../../core/index.js";
import type { KisEnvironment } from "../wire/index.js";

/** Named paces; `"new-account"` is for a live key in its first three days. */
export type RatePreset = "live" | "paper" | "new-account";

/** A rate: calls in any second, and how unevenly they may arrive. */
export interface Rate {
  /** Calls that any sliding second may hold. */
  readonly ratePerSecond: number;
  /** Milliseconds added to the second, because the network delays calls unevenly. */
  readonly marginMs: number;
  /** Where a pace that finds its own rate begins. @defaultValue `ratePerSecond` */
  readonly startPerSecond?: number;
}

/**
 * KIS's limits per app key, over all REST calls.
 *
 * @see KIS notice of 2026-04-20 (live 18, paper 1 a second) and of 2026-04-03 (3 a second for the first three
 * days of a live account; paper excepted); a notice of 2026-09-16 exists whose text was not found (2026-11-21)
 */
export const RATE_PRESETS: Readonly<Record<RatePreset, Rate>> = {
  live: { ratePerSecond: 18, marginMs: 20 },
  // At one call a second the margin decides alone: users keep 1.05 s.
  paper: { ratePerSecond: 1, marginMs: 45 },
  "new-account": { ratePerSecond: 3, marginMs: 25 },
};

/** Nobody reported a long run above 15.3/s without refusals; 15 to 16 had none anywhere (2026-11-28). */
const LIVE_START = 15;

const DEFAULT_MARGIN_MS = 20;
/** Bottleneck needs about 2.4 ms for a job, so it reaches no more than this (measured 2026-11-21). */
const FASTEST = 400;

/** @throws {@link ConfigError} if a number is out of range. */
export function checkRate(ratePerSecond: number, marginMs: number = DEFAULT_MARGIN_MS): Rate {
  if (!(typeof ratePerSecond === "number" && ratePerSecond > 0)) {
    throw new ConfigError("ratePerSecond", "a number > 0", ratePerSecond);
  }
  if (!(marginMs >= 0 && marginMs <= 1000)) throw new ConfigError("marginMs", "0 to 1000", marginMs);
  return { ratePerSecond: Math.min(ratePerSecond, FASTEST), marginMs };
}

/** @throws {@link ConfigError} if `value` is neither a preset nor a rate. */
export function checkRateLimit(value: RatePreset | number | undefined, environment: KisEnvironment): Rate {
  if (value === undefined) {
    const preset = RATE_PRESETS[environment];
    return environment === "live" ? { ...preset, startPerSecond: LIVE_START } : preset;
  }
  if (typeof value === "number" && value > 0) return checkRate(value);
  if (typeof value === "string" && Object.hasOwn(RATE_PRESETS, value)) return RATE_PRESETS[value];
  throw new ConfigError("rateLimit", '"live", "paper", "new-account", or calls a second, above 0', value);
}

/** A rate as window and spacing. */
export interface PaceShape {
  /** Sends allowed in any window. */
  readonly limit: number;
  readonly windowMs: number;
  /** How much later than planned an answered call may have arrived. */
  readonly marginMs: number;
  /** Planned time between two sends: as short as the window allows, so that the guard decides how many fit. */
  readonly spacingMs: number;
}

/** The window and spacing of a rate. Below one call a second the window becomes longer than a second. */
export function paceShape({ ratePerSecond, marginMs }: Rate): PaceShape {
  const limit = Math.max(1, Math.floor(ratePerSecond));
  const windowMs = (limit / ratePerSecond) * 1000;
  return { limit, windowMs, marginMs, spacingMs: windowMs / limit };
}
