/** First pause before another connect; it doubles up to the longest. */
const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
/**
 * After OPSP8996, and where a session takes no registration at all: KIS keeps the slot of a session that died uncleanly
 * for a while. @see facts, section 3
 */
const IN_USE_MS = 90_000;
const LONGEST_IN_USE_MS = 600_000;
/** KIS blocks keys that connect in an endless loop. After this many connects in this time every pause is the longest. */
const MANY = 8;
const MANY_WITHIN_MS = 300_000;

/** Decides when to connect next. Pauses double, only data resets them, and many connects in a row make them long. */
export class ReconnectPace {
  #failures = 0;
  #inUse = 0;
  #connects: number[] = [];
  #notBefore = Number.NEGATIVE_INFINITY;

  /** Monotonic ms of the earliest next connect. */
  get notBefore(): number {
    return this.#notBefore;
  }

  /** Counts a connect. @param now - monotonic ms. */
  connecting(now: number): void {
    this.#connects = [...this.#connects.filter((at) => now - at < MANY_WITHIN_MS), now];
  }

  /** A record came: the connection works. */
  sawData(): void {
    this.#failures = 0;
    this.#inUse = 0;
  }

  /**
   * A connection ended, or could not be made.
   *
   * @param now - monotonic ms.
   * @param random - from [0, 1). It makes the pause up to a quarter longer, so that machines do not all return at once.
   */
  ended(now: number, how: "in-use" | "other", random: number): void {
    let pause: number;
    if (how === "in-use") pause = Math.min(LONGEST_IN_USE_MS, IN_USE_MS * 2 ** this.#inUse++);
    else pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures++);
    if (this.#connects.length >= MANY) pause = Math.max(pause, LONGEST_MS);
    this.#notBefore = now + pause * (1 + random / 4);
  }
}
