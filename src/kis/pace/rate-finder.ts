import type { Clock, Logger } from "../../core/index.js";
import {
  type PaceState,
  afterRefusal,
  afterUse,
  firstState,
  formatLearned,
  readLearned,
} from "./governor.js";
import type { Pace } from "./limiter.js";
import { type PaceShape, type Rate, paceShape } from "./rate-presets.js";
import { type Entry, SlidingWindow } from "./sliding-window.js";

/** Where a pace keeps what it learned for the next process. */
export interface PaceMemory {
  recall(name: string): Promise<unknown>;
  remember(name: string, value: unknown): Promise<void>;
}

interface RateFinderOptions {
  readonly rate: Rate;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Only a pace that finds its own ceiling has one. */
  readonly memory?: PaceMemory | undefined;
}

/** Name of the fact beside the token. */
const FACT = "pace";
/** Refusals within a second of one another are one event: KIS's window is a second. */
const ONE_EVENT_MS = 1000;

/** Finds the rate that KIS accepts by calls and refusals, and remembers it for the next process. */
export class RateFinder {
  /** The guard of the pace, always of the current rate. */
  readonly window: SlidingWindow;
  readonly #options: RateFinderOptions;
  #rate: Rate;
  #state: PaceState;
  #shape: PaceShape;
  #recalled: Promise<void> | undefined;
  #saved: Promise<void> = Promise.resolve();
  #refusals = 0;
  #learnedAt: number | undefined;
  /** The last fall: when, from what, and the earliest of the refused calls that had left by then. */
  #fall: { readonly at: number; readonly before: PaceState; readonly first: Entry | undefined } | undefined;

  constructor(options: RateFinderOptions) {
    this.#options = options;
    this.#rate = options.rate;
    this.#state = firstState(options.rate.startPerSecond ?? options.rate.ratePerSecond);
    this.#shape = this.#shapeNow();
    const { limit, windowMs, marginMs } = this.#shape;
    this.window = new SlidingWindow(limit, windowMs, marginMs);
  }

  get pace(): Pace {
    const ceiling = this.#rate.ratePerSecond;
    const current = Math.min(ceiling, this.#state.rate);
    return { ceiling, current, refusals: this.#refusals, learnedAt: this.#learnedAt };
  }

  /** Window and spacing of the current rate. */
  get shape(): PaceShape {
    return this.#shape;
  }

  /** Resolves when what was learned last is kept. */
  get saved(): Promise<void> {
    return this.#saved;
  }

  /** Begins with what an earlier process learned; asks for it once. */
  recall(): Promise<void> {
    return (this.#recalled ??= this.#recall());
  }

  /** Another ceiling from now on; what was sent already still counts. */
  reshape(rate: Rate): void {
    if (rate.ratePerSecond === this.#rate.ratePerSecond && rate.marginMs === this.#rate.marginMs) return;
    this.#rate = rate;
    // A rate that was named is used at once, unless KIS refused it before.
    const named = rate.startPerSecond === undefined && this.#state.refusedRate === undefined;
    if (named && this.#state.rate < rate.ratePerSecond) this.#state = firstState(rate.ratePerSecond);
    this.#resize();
  }

  /** Calls have left at the current rate for `usedMs` more without a refusal: the rate may grow. */
  used(usedMs: number): void {
    const { rate } = this.#state;
    this.#state = afterUse(this.#state, this.#rate.ratePerSecond, usedMs);
    if (this.#state.rate !== rate) this.#changed("info", "the pace climbs");
  }

  /** KIS refused a call: the rate falls. @param now - monotonic ms. */
  refused(entry: Entry | undefined, now: number): void {
    this.#refusals++;
    if (entry !== undefined) entry.isRefused = true;
    // Calls sent before the last fall belong to the same event as it.
    const fall = this.#fall;
    const isSame = fall !== undefined && (entry?.sentAt ?? now - ONE_EVENT_MS) <= fall.at;
    const { at, before } = isSame ? fall : { at: now, before: this.#state };
    const known = isSame ? fall.first : undefined;
    const first = entry !== undefined && (known === undefined || entry.sentAt < known.sentAt) ? entry : known;
    this.#fall = { at, before, first };
    const letThrough = first === undefined ? undefined : this.window.letThroughBefore(first);
    const state = afterRefusal(before, this.#rate.ratePerSecond, letThrough);
    if (isSame && state.rate >= this.#state.rate) return;
    this.#state = state;
    this.#changed("warn", "KIS refused for the rate; slowing down");
  }

  #changed(level: "info" | "warn", message: string): void {
    const { clock, logger, memory } = this.#options;
    const { current, ceiling, refusals } = this.pace;
    logger[level]({ current, ceiling, refusals }, message);
    this.#learnedAt = clock.now();
    this.#resize();
    if (memory === undefined) return;
    const learned = formatLearned(this.#state, this.#learnedAt);
    this.#saved = this.#saved.then(() => memory.remember(FACT, learned)).catch(() => undefined);
  }

  async #recall(): Promise<void> {
    const { memory, clock } = this.#options;
    const value = await memory?.recall(FACT).catch(() => undefined);
    const learned = readLearned(value, clock.now());
    if (learned === undefined || this.#learnedAt !== undefined) return;
    const { at, rate, refusedRate, strikes } = learned;
    this.#state = { rate, refusedRate, strikes, cleanMs: 0 };
    this.#learnedAt = at;
    this.#resize();
  }

  #shapeNow(): PaceShape {
    const { ratePerSecond, marginMs } = this.#rate;
    return paceShape({ ratePerSecond: Math.min(ratePerSecond, this.#state.rate), marginMs });
  }

  #resize(): void {
    this.#shape = this.#shapeNow();
    const { limit, windowMs, marginMs } = this.#shape;
    this.window.resize(limit, windowMs, marginMs);
  }
}
