import { type Clock, ConfigError, type Logger } from "../../core/index.js";
import { AbortGroups } from "./abort-groups.js";
import type { Limiter, Pace, ScheduleOptions, Turn } from "./limiter.js";
import type { Admission, Pacer } from "./pacer.js";
import { type PaceMemory, RateFinder } from "./rate-finder.js";
import type { PaceShape, Rate } from "./rate-presets.js";
import type { Entry } from "./sliding-window.js";
import { WaitingLine } from "./waiting-line.js";

interface Waiter {
  readonly start: (admission: Admission) => void;
  readonly fail: (reason: unknown) => void;
}

interface PacedLimiterOptions {
  readonly rate: Rate;
  readonly maxWaiting: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Only a pace that finds its own ceiling has one. */
  readonly memory?: PaceMemory | undefined;
  readonly open: (shape: PaceShape) => Promise<Pacer>;
}

const closed = (): ConfigError => new ConfigError("limiter", "open", "a closed one");
/** After a rest this long connections are cold: undici, the HTTP client of Node, keeps one for four seconds. */
const REST_MS = 4000;
/** Connections are opened for so long after a rest, and a request on a new one may arrive so much later. */
const COLD = { forMs: 1000, handshakeMs: 300 };
/** Calls more than this many spacings apart do not test the rate. */
const IN_USE = 1.5;

/**
 * The line of calls in front of a pacer. A grant goes to the call that is first at that moment, so a call that leaves
 * the line early wastes no grant. If nobody waits, the grant is kept for the next call.
 */
export class PacedLimiter implements Limiter {
  readonly #options: PacedLimiterOptions;
  /** Refused calls first, then high, then normal. */
  readonly #lanes: readonly WaitingLine<Waiter>[] = [new WaitingLine(), new WaitingLine(), new WaitingLine()];
  readonly #aborts = new AbortGroups();
  /** Callers that wait for room in the line. */
  readonly #roomWaiters = new Set<() => void>();
  readonly #finder: RateFinder;
  #pacer: Promise<Pacer> | undefined;
  #spacingMs: number;
  #lastSentAt = Number.NEGATIVE_INFINITY;
  #coldUntil = Number.NEGATIVE_INFINITY;
  #heldUntil = Number.NEGATIVE_INFINITY;
  #wake: (() => void) | undefined;
  #granted = false;
  #pumping = false;
  #closed = false;

  constructor(options: PacedLimiterOptions) {
    this.#options = options;
    this.#finder = new RateFinder(options);
    this.#spacingMs = this.#finder.shape.spacingMs;
  }

  get ratePerSecond(): number {
    return this.#finder.pace.ceiling;
  }

  get waiting(): number {
    return this.#lanes.reduce((count, lane) => count + lane.length, 0);
  }

  get pace(): Pace {
    return this.#finder.pace;
  }

  schedule<T>(work: (turn?: Turn) => T | PromiseLike<T>, how: ScheduleOptions = {}): Promise<T> {
    const { signal, priority = "normal", again = false } = how;
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      if (this.#closed) return reject(closed());
      const { maxWaiting } = this.#options;
      if (this.waiting >= maxWaiting) {
        return reject(new ConfigError("maxWaiting", "more than the calls that wait", maxWaiting));
      }
      let settle = (): void => undefined;
      const lane = this.#lanes[again ? 0 : priority === "high" ? 1 : 2] as WaitingLine<Waiter>;
      const place = lane.join({
        start: (admission) => {
          settle();
          this.#run(work, admission).then(resolve, reject);
        },
        fail: (reason) => {
          settle();
          reject(reason);
        },
      });
      if (signal !== undefined) {
        settle = this.#aborts.add(signal, () => {
          if (!place.leave()) return;
          this.#tellRoomWaiters();
          reject(signal.reason);
        });
      }
      void this.#pump();
    });
  }

  refused(afterMs?: number): void {
    this.#refuse(undefined, afterMs);
  }

  async room(below = 1000, signal?: AbortSignal): Promise<void> {
    if (!(below >= 1)) throw new ConfigError("below", "a number >= 1", below);
    while (this.waiting >= below && !this.#closed) {
      signal?.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const go = (): void => {
          this.#roomWaiters.delete(go);
          signal?.removeEventListener("abort", stop);
          resolve();
        };
        const stop = (): void => {
          this.#roomWaiters.delete(go);
          reject(signal?.reason);
        };
        this.#roomWaiters.add(go);
        signal?.addEventListener("abort", stop, { once: true });
      });
    }
  }

  /** Another ceiling from now on; what was sent already still counts. */
  reshape(rate: Rate): void {
    this.#finder.reshape(rate);
  }

  async close(): Promise<void> {
    this.#closed = true;
    // One error for all: 20,000 stack traces take half a second.
    const reason = closed();
    for (const lane of this.#lanes) for (const waiter of lane.takeAll()) waiter.fail(reason);
    this.#tellRoomWaiters();
    this.#wake?.();
    const pacer = this.#pacer;
    this.#pacer = undefined;
    await pacer?.then((open) => open.close()).catch(() => undefined);
    await this.#finder.saved;
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    const { clock } = this.#options;
    while (this.waiting > 0 && !this.#closed) {
      try {
        await this.#finder.recall();
        const pacer = await (this.#pacer ??= this.#options.open(this.#finder.shape));
        this.#space(pacer);
        if (!this.#granted) {
          await pacer.grant();
          this.#granted = true;
          continue;
        }
        const now = clock.monotonic();
        const waitMs = Math.max(this.#finder.window.waitMs(now), this.#heldUntil - now);
        if (waitMs > 0) {
          await this.#pause(waitMs);
          continue;
        }
        const admission = pacer.admit === undefined ? { waitMs: 0 } : await pacer.admit(this.#finder.shape);
        if (admission.waitMs > 0) {
          await this.#pause(admission.waitMs);
          continue;
        }
        const next = this.#takeFirst();
        if (next === undefined) {
          admission.free?.(0);
          continue;
        }
        this.#granted = false;
        next.start(admission);
        this.#tellRoomWaiters();
      } catch (error) {
        // Without a pace nothing is sent: the first call fails, and the next one asks again.
        this.#takeFirst()?.fail(error);
        this.#tellRoomWaiters();
      }
    }
    this.#pumping = false;
  }

  async #run<T>(work: (turn?: Turn) => T | PromiseLike<T>, admission: Admission): Promise<T> {
    const { clock } = this.#options;
    const sentAt = clock.monotonic();
    const entry = this.#finder.window.enter(sentAt);
    this.#used(sentAt);
    let isAwaited = true;
    try {
      const answer = work({ refused: (afterMs) => this.#refuse(entry, afterMs) });
      isAwaited = typeof answer === "object" && answer !== null && "then" in answer;
      return await answer;
    } finally {
      const now = clock.monotonic();
      // Work that is over at once tells nothing of its request, which a cold connection may still hold.
      const isHeld = !isAwaited && sentAt < this.#coldUntil;
      const endedAt = isHeld ? Math.max(now, sentAt + COLD.handshakeMs) : now;
      this.#finder.window.leave(entry, endedAt, !isHeld);
      admission.free?.(Math.max(0, this.#finder.window.endOf(entry) - now));
      this.#wake?.();
    }
  }

  /** Counts the time at this rate without a refusal: the rate may grow. */
  #used(now: number): void {
    const gapMs = now - this.#lastSentAt;
    this.#lastSentAt = now;
    if (gapMs > Math.max(REST_MS, 2 * this.#finder.shape.spacingMs)) this.#coldUntil = now + COLD.forMs;
    if (gapMs > this.#finder.shape.spacingMs * IN_USE) return;
    this.#finder.used(gapMs);
  }

  #refuse(entry: Entry | undefined, afterMs = 0): void {
    const now = this.#options.clock.monotonic();
    this.#heldUntil = Math.max(this.#heldUntil, now + afterMs);
    this.#finder.refused(entry, now);
  }

  #space(pacer: Pacer): void {
    const { spacingMs } = this.#finder.shape;
    if (spacingMs === this.#spacingMs) return;
    this.#spacingMs = spacingMs;
    pacer.space(spacingMs);
  }

  #takeFirst(): Waiter | undefined {
    for (const lane of this.#lanes) {
      const first = lane.take();
      if (first !== undefined) return first;
    }
    return undefined;
  }

  /** An answer ends the pause: it may have made room. */
  async #pause(ms: number): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await this.#options.clock.sleep(ms, woken.signal).catch(() => undefined);
    this.#wake = undefined;
  }

  #tellRoomWaiters(): void {
    for (const go of this.#roomWaiters) go();
  }
}
