/** Counts arrivals in a second, and refuses what passes a limit. Times are monotonic milliseconds. */
export interface RequestWindow {
  /**
   * @param limit - admitted in this second, where it is not that of the window.
   * @returns whether the request of this moment is within the limit.
   */
  admit(atMs: number, limit?: number): boolean;
  /** Most arrivals seen in any sliding second, refused ones included. */
  readonly maxPerSecond: number;
}

/** How a window counts. */
export interface WindowRules {
  /** A sliding second, or the clock's own seconds. @defaultValue "sliding" */
  readonly window?: "sliding" | "fixed";
  /** Whether a refused request takes a place as an admitted one does. @defaultValue false */
  readonly countRefused?: boolean;
}

const SECOND_MS = 1000;

/** @param perSecond - admitted in any second; `Infinity` for no limit. */
export function createRequestWindow(
  perSecond: number,
  { window = "sliding", countRefused = false }: WindowRules = {},
): RequestWindow {
  const taken: number[] = [];
  const arrivals: number[] = [];
  let most = 0;
  const drop = (times: number[], untilMs: number): void => {
    let old = 0;
    while (old < times.length && (times[old] ?? 0) <= untilMs) old++;
    if (old > 0) times.splice(0, old);
  };
  return {
    admit(atMs, limit = perSecond) {
      drop(arrivals, atMs - SECOND_MS);
      arrivals.push(atMs);
      most = Math.max(most, arrivals.length);
      if (limit === Number.POSITIVE_INFINITY) return true;
      const secondBegan = Math.floor(atMs / SECOND_MS) * SECOND_MS;
      drop(taken, window === "sliding" ? atMs - SECOND_MS : secondBegan - 1);
      const isAdmitted = taken.length < limit;
      if (isAdmitted || countRefused) taken.push(atMs);
      return isAdmitted;
    },
    get maxPerSecond() {
      return most;
    },
  };
}
