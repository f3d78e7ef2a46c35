import type { ClockOption, Logger } from "../../core/index.js";
import type { RedisClient } from "./redis-pacer.js";

/** How one call stands in line. */
export interface ScheduleOptions {
  /** Leaves the line without costing a slot; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** `"high"` goes before every `"normal"` one; each lane is first in, first out. @defaultValue "normal" */
  readonly priority?: "high" | "normal";
  /** Goes before all others: it has stood in line already, and was refused for the rate. @defaultValue false */
  readonly again?: boolean;
}

/** A call's turn, handed to its work: says which call it was that KIS refused. */
export interface Turn {
  /**
   * KIS refused this very call for the rate. To be said before `work` ends: the pace falls at once to what KIS let
   * through.
   *
   * @param afterMs - how long to leave KIS alone, where it said so.
   */
  refused(afterMs?: number): void;
}

/** How fast a limiter goes at this moment, and what it knows. */
export interface Pace {
  /** Calls in any second at the most, whatever is learned. */
  readonly ceiling: number;
  /** Calls a second now. */
  readonly current: number;
  /** Calls that KIS refused for the rate, so far. */
  readonly refusals: number;
  /** Epoch ms at which `current` was learned, here or by an earlier process; `undefined` while it is a first guess. */
  readonly learnedAt: number | undefined;
}

/** Keeps calls within a rate. Share one among all that use the same app key. */
export interface Limiter {
  /**
   * Runs `work` when its turn comes. `work` sends one request, and its promise ends with the answer: a call counts
   * against the rate from its turn until a second after KIS can have seen it at the latest. The limiter sees nothing
   * but that promise: work that hands its request to a socket and ends counts as seen at once, and the handshakes of
   * cold connections may then bring more than the rate into a second at KIS. `KisClient` ends it with the answer.
   *
   * @returns what `work` returns.
   * @throws {@link ConfigError} if the limiter is closed, or `maxWaiting` calls wait already.
   */
  schedule<T>(work: (turn?: Turn) => T | PromiseLike<T>, options?: ScheduleOptions): Promise<T>;
  /** To be told of a refusal for the rate by work that does not use its {@link Turn}: slows every caller at once. */
  refused(afterMs?: number): void;
  /** What it does now. A limiter of your own may leave it out, and then a refused call waits by the back-off. */
  readonly pace?: Pace;
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
