import { type Clock, ConfigError } from "../../core/index.js";

/** Gives each upload a second as its name. An object gets a later second than all objects seen before it. */
export interface RetrievalClock {
  /** Notes an existing object. */
  saw(scope: string, retrieval: number): void;
  /**
   * Second for a new object, epoch ms: now, and later than all seen of that scope (a day and venue), so that a clock that
   * jumped back does not make a correction lose.
   *
   * @param shared - the store does not refuse a taken key, so this writer keeps to its own seconds.
   */
  next(scope: string, shared: boolean): number;
  /** Second for an object whose content waited since then. */
  from(since: number, shared: boolean): number;
  /** Second to try after one that was taken. */
  after(retrieval: number, shared: boolean): number;
}

const SECOND_MS = 1000;
/**
 * Where keys are not guarded, a writer uses one second of each minute, drawn at random: two loggers that upload
 * at the top of the same minute then name different objects.
 */
const SLOTS = 60;

/** @throws {@link ConfigError} if `random` is no function. */
export function createRetrievalClock(options: {
  readonly clock: Pick<Clock, "now">;
  readonly random: () => number;
}): RetrievalClock {
  const { clock, random } = options;
  if (typeof random !== "function")
    throw new ConfigError("random", "a function such as `Math.random`", random);
  const draw = (): number => Math.min(SLOTS - 1, Math.floor(random() * SLOTS));
  let slot = draw();
  const latest = new Map<string, number>();

  const place = (retrieval: number, shared: boolean): number => {
    const second = Math.ceil(retrieval / SECOND_MS);
    if (!shared) return second * SECOND_MS;
    return (second + ((((slot - second) % SLOTS) + SLOTS) % SLOTS)) * SECOND_MS;
  };

  return {
    saw(scope, retrieval) {
      latest.set(scope, Math.max(retrieval, latest.get(scope) ?? 0));
    },
    next(scope, shared) {
      const now = Math.floor(clock.now() / SECOND_MS) * SECOND_MS;
      const seen = latest.get(scope) ?? Number.NEGATIVE_INFINITY;
      // Two seconds later, since a compaction takes the second after the last object that it merged.
      return place(Math.max(now, seen + 2 * SECOND_MS), shared);
    },
    from: place,
    after(retrieval, shared) {
      if (shared) slot = draw();
      return place(retrieval + SECOND_MS, shared);
    },
  };
}
