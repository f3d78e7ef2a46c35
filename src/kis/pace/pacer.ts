import Bottleneck from "bottleneck";
import type { Clock } from "../../core/index.js";
import type { PaceShape } from "./rate-presets.js";

/** The answer of a pace that machines share, for one call. */
export interface Admission {
  /** Milliseconds to wait and ask again; 0 if the call may leave now, and is counted. */
  readonly waitMs: number;
  /** Reports that the call is answered and counts for `remainingMs` more. Never fails. */
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

/** If the wall clock moves further than this against the monotonic one, Bottleneck's plan is wrong. */
const CLOCK_STEP_MS = 100;

/**
 * Paces one process with Bottleneck. Bottleneck holds one job at a time, because a queued job costs 0.9 kB, and 1 ms to
 * stop.
 *
 * Bottleneck plans by the wall clock: if the clock is set back by an hour, it halts for an hour. So a new Bottleneck
 * takes over when the wall clock is moved.
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
