/** When a request left, by the host's two clocks. */
interface Sent {
  /** Epoch ms. */
  readonly at: number;
  /** Monotonic ms. */
  readonly monotonic: number;
}

/** A host's clock this far ahead of KIS's is none that lives by today: a replay, or a test. */
const IMPLAUSIBLE_SKEW_MS = 86_400_000;

/** Where KIS gave no sign of its time, the host's clock is not believed to be further ahead than that. */
const MOST_AHEAD_MS = 30 * 60_000;

/**
 * What time it is at KIS, never later than it is there: what ended by then has ended, whatever the host's clock says.
 *
 * Signs of it are the `Date` of an answer, and rows: a minute that has one has begun. A sign holds for later answers
 * as well, carried on by the monotonic clock: a gateway in front may strip `Date`.
 */
export class KisTime {
  /** KIS's time less the monotonic clock, at the least. */
  #offset = -Infinity;
  readonly #monotonic: () => number;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /**
   * An answer has come.
   *
   * @param shown - epoch ms of the newest minute that it shows begun.
   * @returns epoch ms by which to judge what it holds: the earlier of our clock when it was sent and KIS's.
   */
  asOf(sent: Sent, date: string | null, shown: number | undefined): number {
    const theirs = date === null ? Number.NaN : Date.parse(date);
    const isDated = Number.isFinite(theirs);
    // Rows of another day were seen under today's date: what lies ahead of both clocks is no sign.
    const begun = shown !== undefined && shown <= sent.at ? shown : -Infinity;
    const sign = isDated ? theirs : begun;
    this.#offset = Math.max(this.#offset, sign - this.#monotonic());
    if (isDated) return sent.at > theirs && sent.at - theirs < IMPLAUSIBLE_SKEW_MS ? theirs : sent.at;
    // This answer's own sign speaks of when it was given.
    const least = Math.max(this.#offset + sent.monotonic, begun, sent.at - MOST_AHEAD_MS);
    return Math.min(sent.at, least);
  }
}
