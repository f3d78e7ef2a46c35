/** How far a clock may be off before the trades' own time is believed instead. */
const TOLERATED_AHEAD_MS = 5000;
const TOLERATED_BEHIND_MS = 1000;

/**
 * The market's time by a clock that may be off by seconds, or stand in another year: the least that a trade's arrival
 * was ever later than its stamp is what the clock is ahead.
 */
export class MarketClock {
  readonly #now: () => number;
  #aheadMs: number | undefined;

  /** @param now - epoch ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A trade stamped so arrived now. @param time - epoch ms. */
  saw(time: number): void {
    this.#aheadMs = Math.min(this.#aheadMs ?? Infinity, this.#now() - time);
  }

  /** Epoch ms. */
  now(): number {
    return this.at(this.#now());
  }

  /** The market's time at an instant of the clock. */
  at(clockMs: number): number {
    const ahead = this.#aheadMs ?? 0;
    return ahead > TOLERATED_AHEAD_MS || ahead < -TOLERATED_BEHIND_MS ? clockMs - ahead : clockMs;
  }
}
