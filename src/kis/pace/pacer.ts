import Bottleneck from "bottleneck";
import type { Clock } from "../../core/index.js";
import type { PaceShape } from "./rate-presets.js";

/** The answer of a shared pace to one call. */
export interface Admission {
  /** Milliseconds to wait and ask again; 0 if the call may leave now, and is counted. */
  readonly waitMs: number;
  /** Tells that the call is answered and counts for `remainingMs` more. Never fails. */
  readonly free?: (remainingMs: number) => void;
}

/** Grants calls one at a time, evenly spaced. */
export interface Pacer {
  /** Resolves when one more call may leave. Ask again only after it did. */
  grant(): Promise<void>;
  /** The last check before a call leaves, where the pace is shared by machines. */
  admit?(shape: PaceShape): Promise<Admission>;
  /** Milliseconds between two grants from now on; for all who share the pace. */
  space(minTimeMs: number): void;
  close(): void;
}

/** A larger step of the wall clock against the monotonic one makes Bottleneck's plan void. */
const CLOCK_STEP_MS = 100;

/**
 * Paces one process with Bottleneck. It holds one job at a time, because a queued job costs 0.9 kB, and 1 ms to stop.
 *
 * Bottleneck plans by the wall clock: a clock set back by an hour would halt it for an hour. So when the wall clock steps,
 * a new one takes over.
 */
export function createLocalPacer(minTimeMs: number, clock: Clock): Pacer {
  let minTime = minTimeMs;
  const offset = (): number => clock.now() - clock.monotonic();
  let bottleneck = new Bottleneck({ minTime });
  let planned = offset();
  return {
    async grant() {
      if (Math.abs(offset() - planned) > CLOCK_STEP_MS) {
        bottleneck = new Bottleneck({ minTime });
        planned = offset();
      }
      await bottleneck.schedule(() => Promise.resolve());
    },
    space(ms) {
      minTime = ms;
      void bottleneck.updateSettings({ minTime });
    },
    close() {
      void bottleneck.disconnect();
    },
  };
}
