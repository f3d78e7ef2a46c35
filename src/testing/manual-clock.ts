import type { Clock } from "../core/index.js";

/** A clock that stands still until it is moved: for tests without waiting. */
export interface ManualClock extends Clock {
  /** Moves on by `ms`, waking every sleeper in order at its own time. Resolves when they have run. */
  advance(ms: number): Promise<void>;
  /** Sets the wall time, also backwards, as a host's clock may jump; sleepers and `monotonic()` do not notice. */
  set(epochMs: number): void;
  /** Runs `work` to its end, moving on to the next sleeper whenever nothing else is left to do. */
  runUntil<T>(work: Promise<T>): Promise<T>;
  /** How many sleeps have not ended yet. */
  readonly sleeping: number;
}

// Long enough for chains of resolved promises and loopback-free I/O to come to rest between two steps.
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/**
 * A clock for tests. It moves only by the methods of {@link ManualClock}.
 *
 * @param startMs - wall time at the start, epoch ms.
 * @example
 * ```ts
 * const clock = createManualClock(Date.parse("2026-11-20T18:00:00+09:00"));
 * const pause = clock.sleep(60_000);
 * await clock.advance(60_000); // a minute later, without waiting
 * await pause;
 * ```
 */
export function createManualClock(startMs = 0): ManualClock {
  let elapsed = 0;
  let wall = startMs;
  let sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  const next = (): { readonly at: number; readonly wake: () => void } | undefined => {
    let first = sleepers[0];
    for (const sleeper of sleepers) if (first === undefined || sleeper.at < first.at) first = sleeper;
    return first;
  };
  const moveTo = (at: number): void => {
    wall += Math.max(0, at - elapsed);
    elapsed = Math.max(elapsed, at);
  };
  const step = (sleeper: { readonly at: number; readonly wake: () => void }): void => {
    sleepers = sleepers.filter((other) => other !== sleeper);
    moveTo(sleeper.at);
    sleeper.wake();
  };

  return {
    now: () => wall,
    monotonic: () => elapsed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason);
        };
        const sleeper = {
          at: elapsed + Math.max(0, ms),
          wake: () => {
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", onAbort, { once: true });
      }),
    async advance(ms) {
      const end = elapsed + ms;
      await settle();
      for (let due = next(); due !== undefined && due.at <= end; due = next()) {
        step(due);
        await settle();
      }
      moveTo(end);
    },
    set(epochMs) {
      wall = epochMs;
    },
    async runUntil<T>(work: Promise<T>): Promise<T> {
      let done = false;
      const finish = (): void => {
        done = true;
      };
      work.then(finish, finish);
      for (;;) {
        await settle();
        if (done) return work;
        const due = next();
        if (due !== undefined) step(due);
      }
    },
    get sleeping() {
      return sleepers.length;
    },
  };
}
