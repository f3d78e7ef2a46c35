import Bottleneck from "bottleneck";
import type { Clock } from "../../core/index.js";
import type { PaceShape } from "./rate-presets.js";

/** What a pace that machines share says of one call. */
export interface Admission {
  /** Milliseconds to wait and ask again; 0 if the call may leave now, and is counted. */
  readonly waitMs: number;
  /** The call has its answer, and counts for `remainingMs` more. Never fails. */
  readonly free?: (remainingMs: number) => void;
}

/** Gives leave to send, one call at a time, evenly spaced. */
export interface Pacer {
  /** Resolves when one more call may leave. Ask again only after it did. */
  grant(): Promise<void>;
  /** The last check before a call leaves, where the pace is shared by machines. */
  admit?(shape: PaceShape): Promise<Admission>;
  /** Milliseconds between two grants from now on; for all who share the pace. */
  space(minTimeMs: number): void;
  close(): void;
}

/** How far the wall clock may move against the monotonic one before Bottleneck's plan is thrown away. */
const CLOCK_STEP_MS = 100;

/**
 * Paces one process with Bottleneck, one job in it at a time: its queue costs 0.9 kB and its stop 1 ms a job.
 *
 * Bottleneck plans by the wall clock, so a host's clock set back by an hour would halt it for an hour. When
 * the wall clock steps, a fresh one takes over.
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
