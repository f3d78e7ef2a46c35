import { KST_OFFSET_MS } from "../../core/index.js";

/** How far a clock may be off before the trades' own time is believed instead. */
const TOLERATED_AHEAD_MS = 5000;
const TOLERATED_BEHIND_MS = 1000;
/** So many trades at least: of three, the middle one is right though one stamp is odd. */
const LEAST_TRADES = 3;
/** A clock that is set right is believed again after twice as long. */
const SPAN_MS = 600_000;
const DAY_MS = 86_400_000;

/**
 * The market's time by a clock that may be off by seconds, or stand in another year: the least that a trade's arrival
 * was lately later than its stamp is what the clock is ahead. The very least may be one odd stamp; the next one counts.
 */
export class MarketClock {
  readonly #now: () => number;
  /** The three least of this span of time and of the one before. */
  #least: readonly number[] = [];
  #before: readonly number[] = [];
  #since = -Infinity;
  #aheadMs = 0;

  /** @param now - epoch ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A trade stamped so arrived now. @param time - epoch ms. */
  saw(time: number): void {
    const now = this.#now();
    if (!(Math.abs(now - this.#since) < SPAN_MS)) {
      this.#before = this.#least;
      this.#least = [];
      this.#since = now;
    }
    const aheadMs = now - time;
    const isNew = this.#least.length < LEAST_TRADES || aheadMs < (this.#least[LEAST_TRADES - 1] ?? 0);
    if (!isNew) return;
    this.#least = [...this.#least, aheadMs].sort((a, b) => a - b).slice(0, LEAST_TRADES);
    const all = [...this.#least, ...this.#before].sort((a, b) => a - b);
    this.#aheadMs = all.length < LEAST_TRADES ? 0 : (all[1] ?? 0);
  }

  /** Epoch ms. */
  now(): number {
    return this.at(this.#now());
  }

  /** The market's time at an instant of the clock. */
  at(clockMs: number): number {
    const ahead = this.#aheadMs;
    return ahead > TOLERATED_AHEAD_MS || ahead < -TOLERATED_BEHIND_MS ? clockMs - ahead : clockMs;
  }
}

/** Whether two instants, epoch ms, are of one day, KST. */
export function isSameDay(a: number, b: number): boolean {
  return Math.floor((a + KST_OFFSET_MS) / DAY_MS) === Math.floor((b + KST_OFFSET_MS) / DAY_MS);
}
