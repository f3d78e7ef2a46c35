import type { MinuteBars, MinuteBarsRequest } from "../core/index.js";

/** Where minute bars come from. `KisClient` is one; the caller joins the two rooms. */
export interface BarSource {
  /**
   * @returns the traded, final minutes of one symbol's day and how far the answer speaks.
   * @throws whatever the source throws; an aborted `signal` rejects with its reason, untouched.
   */
  minuteBars(request: MinuteBarsRequest): Promise<MinuteBars>;

  /** What the source can do, for planning; the planner assumes KIS's live limits without it. */
  readonly capacity?: SourceCapacity;
}

/** How much a {@link BarSource} gives. */
export interface SourceCapacity {
  /** Calls a second. */
  readonly ratePerSecond: number;
  /** Minutes one call covers at the most. */
  readonly minutesPerCall: number;
}

/** KIS's live limits. @see facts: 18 calls a second since 2026-04-20; 120 rows a call of FHKST03010230 */
export const LIVE_CAPACITY: SourceCapacity = { ratePerSecond: 18, minutesPerCall: 120 };
