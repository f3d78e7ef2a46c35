/** When a request was sent, by the host's two clocks. */
interface Sent {
  /** Epoch ms. */
  readonly at: number;
  /** Monotonic ms. */
  readonly monotonic: number;
}

/** Where another than KIS answers, a host's clock that is this far ahead of the answer's is on purpose: a replay, or a test. */
const IMPLAUSIBLE_SKEW_MS = 86_400_000;

/** If KIS gave no sign of its time, the host's clock is taken to be at most this far ahead. */
const MOST_AHEAD_MS = 30 * 60_000;

/**
 * Estimates the time at KIS, and is never ahead of it: a minute that has ended by this time has ended at KIS, whatever
 * the host's clock says.
 *
 * It goes by the `Date` of an answer and by its rows: a minute with a row has begun. Both count for later answers as
 * well, carried on by the monotonic clock, because a gateway in front may remove `Date`.
 */
export class KisTime {
  /** The least that KIS's time can be ahead of the monotonic clock, ms. */
  #offset = -Infinity;
  readonly #monotonic: () => number;
  readonly #isKis: () => boolean;

  /** @param isKis - KIS itself answers: its `Date` is believed, however far ahead the host's clock is. */
  constructor(monotonic: () => number, isKis: () => boolean) {
    this.#monotonic = monotonic;
    this.#isKis = isKis;
  }

  /** KIS has given a sign of its time. */
  get isKnown(): boolean {
    return this.#offset > -Infinity;
  }

  /**
   * Takes an answer.
   *
   * @param shown - epoch ms of the newest minute that it shows to have begun.
   * @returns epoch ms by which the answer is judged: our clock when the request was sent, or KIS's if that is earlier.
   */
  asOf(sent: Sent, date: string | null, shown: number | undefined): number {
    const theirs = date === null ? Number.NaN : Date.parse(date);
    const isDated = Number.isFinite(theirs);
    // Rows of another day were seen under today's date: a minute that is ahead of both clocks does not count.
    const begun = shown !== undefined && shown <= sent.at ? shown : -Infinity;
    const sign = isDated ? theirs : begun;
    this.#offset = Math.max(this.#offset, sign - this.#monotonic());
    if (isDated) {
      const isOnPurpose = !this.#isKis() && sent.at - theirs >= IMPLAUSIBLE_SKEW_MS;
      return isOnPurpose ? sent.at : Math.min(sent.at, theirs);
    }
    // This answer's own row shows when it was given.
    const least = Math.max(this.#offset + sent.monotonic, begun, sent.at - MOST_AHEAD_MS);
    return Math.min(sent.at, least);
  }
}
