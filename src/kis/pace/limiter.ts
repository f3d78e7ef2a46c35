import type { ClockOption, Logger } from "../../core/index.js";
import type { RedisClient } from "./redis-pacer.js";

/** How one call waits for its turn. */
export interface ScheduleOptions {
  /** Takes the call out of the line. It rejects with the signal's reason, and costs the others no time. */
  readonly signal?: AbortSignal | undefined;
  /** `"high"` goes before every `"normal"` one; each lane is first in, first out. @defaultValue "normal" */
  readonly priority?: "high" | "normal";
  /** Goes before all others: a call that waited already and was refused for the rate. @defaultValue false */
  readonly again?: boolean;
}

/** The turn of one call. Its work uses it to report that KIS refused the call. */
export interface Turn {
  /**
   * Reports that KIS refused this call because of the rate. Call it before `work` ends: the pace falls at once to the
   * rate that KIS let through.
   *
   * @param afterMs - how long KIS asked to be left alone, if it did.
   */
  refused(afterMs?: number): void;
}

/** How fast calls leave now, and what was learned of KIS's limit. */
export interface Pace {
  /** Most calls in any second, whatever is learned. */
  readonly ceiling: number;
  /** Calls a second now. */
  readonly current: number;
  /** Calls that KIS refused for the rate, so far. */
  readonly refusals: number;
  /** Epoch ms at which `current` was learned, here or by an earlier process; `undefined` while it is a first guess. */
  readonly learnedAt: number | undefined;
}

/** Keeps calls within a rate. Share one among all clients of an app key. */
export interface Limiter {
  /**
   * Runs `work` when its turn comes. `work` sends one request, and its promise ends with the answer: a call counts
   * against the rate from its turn until a second after KIS can have seen it at the latest. The limiter sees nothing
   * but that promise: one that ends before the answer counts as seen at once. Work that returns no promise tells of no
   * answer: for a second after a rest of four, its request counts as up to 300 ms late, the handshake of a cold
   * connection. `KisClient` ends its promise with the answer.
   *
   * @returns what `work` returns.
   * @throws {@link ConfigError} if the limiter is closed, or `maxWaiting` calls wait already.
   */
  schedule<T>(work: (turn?: Turn) => T | PromiseLike<T>, options?: ScheduleOptions): Promise<T>;
  /** Reports a refusal because of the rate for a call without a {@link Turn}; slows every caller at once. */
  refused(afterMs?: number): void;
  /** The pace now. A limiter of your own may leave it out: a refused call then waits by its back-off. */
  readonly pace?: Pace;
  /** Calls a second at full pace. */
  readonly ratePerSecond: number;
  /** Calls in line. */
  readonly waiting: number;
  /**
   * Resolves when fewer than `below` calls wait. Await it before each call, and the line never fills memory.
   *
   * @param below - 1 or more. @defaultValue 1000
   */
  room(below?: number, signal?: AbortSignal): Promise<void>;
  /** Rejects every waiting call at once, and ends. */
  close(): Promise<void>;
}

/** Options of {@link createLimiter}. */
export interface LimiterOptions {
  /** Most calls in any second; above 0, and at most 400. */
  readonly ratePerSecond: number;
  /**
   * Milliseconds by which a call may reach KIS later or sooner than the calls beside it. The guard keeps
   * `ratePerSecond` calls in any `1000 + marginMs`.
   *
   * @defaultValue 20; 60 with `redis`, where a grant is older by one network call
   */
  readonly marginMs?: number;
  /** Most calls that may wait; one more is an error. @defaultValue 100000 */
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
