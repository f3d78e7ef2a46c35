import type { ClockOption, Logger } from "../../core/index.js";
import type { RedisClient } from "./redis-pacer.js";

/** How one call stands in line. */
export interface ScheduleOptions {
  /** Leaves the line without costing a slot; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** `"high"` goes before every `"normal"` one; each lane is first in, first out. @defaultValue "normal" */
  readonly priority?: "high" | "normal";
}

/** Keeps calls within a rate. Share one among all that use the same app key. */
export interface Limiter {
  /**
   * Runs `work` when its turn comes; `work` must send at once.
   *
   * @returns what `work` returns.
   * @throws {@link ConfigError} if the limiter is closed, or `maxWaiting` calls wait already.
   */
  schedule<T>(work: () => T | PromiseLike<T>, options?: ScheduleOptions): Promise<T>;
  /** To be told of each refusal for the rate: slows every caller down at once and recovers over minutes. */
  refused(): void;
  /** Calls a second at full pace. */
  readonly ratePerSecond: number;
  /** Calls in line. */
  readonly waiting: number;
  /**
   * Resolves when fewer than `below` calls wait: a producer that awaits it before each call never fills memory.
   *
   * @param below - 1 or more. @defaultValue 1000
   */
  room(below?: number, signal?: AbortSignal): Promise<void>;
  /** Rejects every waiting call and ends; at once, however many wait. */
  close(): Promise<void>;
}

/** Options of {@link createLimiter}. */
export interface LimiterOptions {
  /** Calls in any second, at the most; > 0. No more than 400 are given. */
  readonly ratePerSecond: number;
  /**
   * Milliseconds by which a call may reach KIS later or sooner than its neighbours: the guard keeps
   * `ratePerSecond` calls in any `1000 + marginMs`.
   *
   * @defaultValue 20; 60 with `redis`, where a grant is another network call old when it is used
   */
  readonly marginMs?: number;
  /** Calls that may wait; one more is refused. @defaultValue 100000 */
  readonly maxWaiting?: number;
  /** Shares the pace over machines: an ioredis client, or its URL. @defaultValue this process alone */
  readonly redis?: RedisClient | string;
  /** Name under which machines share the pace in `redis`. @defaultValue "hantoo" */
  readonly id?: string;
  /** Used for the guard and for waiting; Bottleneck has the global clock. @defaultValue the host's clock */
  readonly clock?: ClockOption;
  /** @defaultValue silent */
  readonly logger?: Logger;
}
