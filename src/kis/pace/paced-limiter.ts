import { type Clock, ConfigError, type Logger } from "../../core/index.js";
import { AbortGroups } from "./abort-groups.js";
import type { Limiter, ScheduleOptions } from "./limiter.js";
import type { Pacer } from "./pacer.js";
import { FULL_RATE, type RateState, afterRefusal, shareAt } from "./rate-governor.js";
import { type PaceShape, type Rate, paceShape } from "./rate-presets.js";
import { SendLog } from "./send-log.js";
import { WaitingLine } from "./waiting-line.js";

interface Waiter {
  readonly owner: object | undefined;
  readonly start: () => void;
  readonly fail: (reason: unknown) => void;
}

interface PacedLimiterOptions {
  readonly rate: Rate;
  readonly maxWaiting: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly open: (shape: PaceShape) => Promise<Pacer>;
}

const closed = (): ConfigError => new ConfigError("limiter", "open", "a closed one");

/**
 * The line of calls in front of a pacer. The pacer grants leave to whoever is first by then, so that leaving the
 * line early costs nobody a slot; a grant that meets an empty line stays good for the next call.
 */
export class PacedLimiter implements Limiter {
  readonly #options: PacedLimiterOptions;
  readonly #lanes: { readonly high: WaitingLine<Waiter>; readonly normal: WaitingLine<Waiter> };
  readonly #aborts = new AbortGroups();
  readonly #crowded = new Set<() => void>();
  #rate: Rate;
  #shape: PaceShape;
  #log: SendLog;
  #pacer: Promise<Pacer> | undefined;
  #state: RateState = FULL_RATE;
  #spacingMs: number;
  #granted = false;
  #pumping = false;
  #closed = false;

  constructor(options: PacedLimiterOptions) {
    this.#options = options;
    this.#lanes = { high: new WaitingLine(), normal: new WaitingLine() };
    this.#rate = options.rate;
    this.#shape = paceShape(options.rate);
    this.#spacingMs = this.#shape.spacingMs;
    this.#log = new SendLog(this.#shape.limit, this.#shape.windowMs);
  }

  get ratePerSecond(): number {
    return this.#rate.ratePerSecond;
  }

  get waiting(): number {
    return this.#lanes.high.length + this.#lanes.normal.length;
  }

  /** @param owner - whom {@link dismiss} may name. */
  schedule<T>(work: () => T | PromiseLike<T>, how: ScheduleOptions = {}, owner?: object): Promise<T> {
    const { signal, priority = "normal" } = how;
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      if (this.#closed) return reject(closed());
      const { maxWaiting } = this.#options;
      if (this.waiting >= maxWaiting) {
        return reject(new ConfigError("maxWaiting", "more than the calls that wait", maxWaiting));
      }
      let settle = (): void => undefined;
      const place = this.#lanes[priority].join({
        owner,
        start: () => {
          settle();
          try {
            resolve(work());
          } catch (error) {
            reject(error);
          }
        },
        fail: (reason) => {
          settle();
          reject(reason);
        },
      });
      if (signal !== undefined) {
        settle = this.#aborts.add(signal, () => {
          if (!place.leave()) return;
          this.#thinned();
          reject(signal.reason);
        });
      }
      void this.#pump();
    });
  }

  refused(): void {
    this.#state = afterRefusal(this.#state, this.#options.clock.monotonic());
    this.#options.logger.warn(
      { share: this.#state.share, ratePerSecond: this.ratePerSecond },
      "KIS refused for the rate; slowing down",
    );
  }

  async room(below = 1000, signal?: AbortSignal): Promise<void> {
    if (!(below >= 1)) throw new ConfigError("below", "a number >= 1", below);
    while (this.waiting >= below && !this.#closed) {
      signal?.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const go = (): void => {
          this.#crowded.delete(go);
          signal?.removeEventListener("abort", stop);
          resolve();
        };
        const stop = (): void => {
          this.#crowded.delete(go);
          reject(signal?.reason);
        };
        this.#crowded.add(go);
        signal?.addEventListener("abort", stop, { once: true });
      });
    }
  }

  /** Another rate from now on; what has left already still counts. */
  reshape(rate: Rate): void {
    if (rate.ratePerSecond === this.#rate.ratePerSecond && rate.marginMs === this.#rate.marginMs) return;
    this.#rate = rate;
    this.#shape = paceShape(rate);
    this.#log = this.#log.reshaped(this.#shape.limit, this.#shape.windowMs);
  }

  /** Fails the waiting calls of one owner. */
  dismiss(owner: object): void {
    const reason = closed();
    for (const lane of Object.values(this.#lanes)) {
      for (const waiter of lane.removeWhere((waiting) => waiting.owner === owner)) waiter.fail(reason);
    }
    this.#thinned();
  }

  async close(): Promise<void> {
    this.#closed = true;
    // One error for all: 20,000 stack traces take half a second.
    const reason = closed();
    for (const lane of Object.values(this.#lanes)) {
      for (const waiter of lane.removeWhere(() => true)) waiter.fail(reason);
    }
    this.#thinned();
    const pacer = this.#pacer;
    this.#pacer = undefined;
    await pacer?.then((open) => open.close()).catch(() => undefined);
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    const { clock } = this.#options;
    while (this.waiting > 0 && !this.#closed) {
      try {
        const pacer = await (this.#pacer ??= this.#options.open(this.#shape));
        this.#space(pacer);
        if (!this.#granted) {
          await pacer.grant();
          this.#granted = true;
          continue;
        }
        const now = clock.monotonic();
        const waitMs = this.#log.waitMs(now);
        if (waitMs > 0) {
          await clock.sleep(waitMs);
          continue;
        }
        const moreMs = pacer.admit === undefined ? 0 : await pacer.admit();
        if (moreMs > 0) {
          await clock.sleep(moreMs);
          continue;
        }
        const next = this.#lanes.high.take() ?? this.#lanes.normal.take();
        if (next === undefined) continue;
        this.#granted = false;
        this.#log.add(clock.monotonic());
        next.start();
        this.#thinned();
      } catch (error) {
        // Without a pace nothing is sent: who is first is told, the next one asks again.
        (this.#lanes.high.take() ?? this.#lanes.normal.take())?.fail(error);
        this.#thinned();
      }
    }
    this.#pumping = false;
  }

  #space(pacer: Pacer): void {
    const spacingMs = this.#shape.spacingMs / shareAt(this.#state, this.#options.clock.monotonic());
    // A recovery moves in steps of a hundredth, so that it costs no update a call.
    if (Math.abs(spacingMs / this.#spacingMs - 1) < 0.01 && spacingMs !== this.#shape.spacingMs) return;
    if (spacingMs === this.#spacingMs) return;
    this.#spacingMs = spacingMs;
    pacer.space(spacingMs);
  }

  #thinned(): void {
    for (const go of this.#crowded) go();
  }
}
