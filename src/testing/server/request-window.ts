/** Counts arrivals in a sliding second, and refuses what passes a limit. Times are monotonic milliseconds. */
export interface RequestWindow {
  /** @returns whether the request of this moment is within the limit; refused ones take no place. */
  admit(atMs: number): boolean;
  /** Most arrivals seen in any second, refused ones included. */
  readonly maxPerSecond: number;
}

const SECOND_MS = 1000;

/** @param perSecond - admitted in any sliding second; `Infinity` for no limit. */
export function createRequestWindow(perSecond: number): RequestWindow {
  const admitted: number[] = [];
  const arrivals: number[] = [];
  let most = 0;
  const drop = (times: number[], atMs: number): void => {
    let old = 0;
    while (old < times.length && (times[old] ?? 0) <= atMs - SECOND_MS) old++;
    if (old > 0) times.splice(0, old);
  };
  return {
    admit(atMs) {
      drop(admitted, atMs);
      drop(arrivals, atMs);
      arrivals.push(atMs);
      most = Math.max(most, arrivals.length);
      if (admitted.length >= perSecond) return false;
      admitted.push(atMs);
      return true;
    },
    get maxPerSecond() {
      return most;
    },
  };
}
