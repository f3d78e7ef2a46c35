/**
 * The guard of the pace: when the last `limit` calls really left. Event-loop stalls bring planned sends
 * together; this is what keeps any sliding window within the limit all the same.
 */
export class SendLog {
  readonly #times: Float64Array;
  readonly #windowMs: number;
  #next = 0;

  /**
   * @param limit - sends allowed in any window; integer >= 1.
   * @param windowMs - length of the window, margin included.
   */
  constructor(limit: number, windowMs: number) {
    this.#times = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);
    this.#windowMs = windowMs;
  }

  /** Milliseconds from `now` (monotonic) until one more send fits; 0 if it fits now. */
  waitMs(now: number): number {
    return Math.max(0, (this.#times[this.#next] ?? Number.NEGATIVE_INFINITY) + this.#windowMs - now);
  }

  /** Notes a send at `now` (monotonic). */
  add(now: number): void {
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % this.#times.length;
  }

  /** The same sends, watched through another window. */
  reshaped(limit: number, windowMs: number): SendLog {
    const log = new SendLog(limit, windowMs);
    for (let i = 0; i < this.#times.length; i++) {
      log.add(this.#times[(this.#next + i) % this.#times.length] ?? Number.NEGATIVE_INFINITY);
    }
    return log;
  }
}
