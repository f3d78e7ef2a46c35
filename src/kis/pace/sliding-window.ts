/** A call that counts against the rate. */
export interface Entry {
  /** When its turn came; monotonic ms, as all times here. */
  readonly sentAt: number;
  /** When its answer was read, or it was given up; `undefined` while it is on its way. */
  answeredAt: number | undefined;
  /** KIS refused it for the rate. */
  isRefused: boolean;
}

/** No request is on its way for longer: by then it has arrived, or never will. */
export const LONGEST_FLIGHT_MS = 60_000;
/** After this many answers, the fastest of them counts as the least time of a call. */
const TRUSTED_ANSWERS = 64;
const REMEMBERED_ANSWERS = 512;
/** A call may take less time than the fastest answer: by half of the usual scatter, or by a part of the margin. */
const DOUBT = { ofScatter: 0.5, ofMargin: 0.25 };
/** Weight of the newest answer in the mean scatter. */
const NEWEST = 1 / 32;

/**
 * The guard of the pace: it counts the calls that KIS may have seen within the window. Neither a stalled event loop, nor
 * a TLS handshake, nor a slow network can bring more than `limit` calls into any window at KIS.
 *
 * A request arrives between its turn and its answer; when exactly is not known. The fastest answer shows the least time
 * that a call takes. If an answer took x longer, its request arrived at most x later than planned. So a call counts for
 * `windowMs` plus x after its turn, and without end while it has no answer. See decisions/013-pace.md for the proof.
 */
export class SlidingWindow {
  #limit: number;
  #windowMs: number;
  #marginMs: number;
  #entries: Entry[] = [];
  #answers = 0;
  /** The fastest answer of the current batch of answers, and of the batch before. */
  #fastest = Number.POSITIVE_INFINITY;
  #fastestBefore = Number.POSITIVE_INFINITY;
  /** How much longer than the fastest an answer takes on average. */
  #scatterMs = 0;

  /**
   * @param limit - calls in any window; integer >= 1.
   * @param windowMs - length of the window.
   * @param marginMs - how much later than planned any answered call may have arrived.
   */
  constructor(limit: number, windowMs: number, marginMs = 0) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#marginMs = marginMs;
  }

  /** Another rate from now on; what was sent already still counts. */
  resize(limit: number, windowMs: number, marginMs: number): void {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#marginMs = marginMs;
  }

  /** Milliseconds from `now` until one more call fits; 0 if it fits now. An answer may make room sooner. */
  waitMs(now: number): number {
    // letThroughBefore() may ask for the second before a call that is still under way.
    const oldest = this.#entries.find(({ answeredAt }) => answeredAt === undefined)?.sentAt ?? now;
    this.#entries = this.#entries.filter((entry) => this.endOf(entry) > now || entry.sentAt > oldest - 1000);
    const ends: number[] = [];
    for (const entry of this.#entries) {
      const end = this.endOf(entry);
      if (end > now) ends.push(end);
    }
    const over = ends.length - this.#limit;
    if (over < 0) return 0;
    return (ends.sort((a, b) => a - b)[over] ?? now) - now;
  }

  /** A call whose turn is now. */
  enter(now: number): Entry {
    const entry: Entry = { sentAt: now, answeredAt: undefined, isRefused: false };
    this.#entries.push(entry);
    return entry;
  }

  /**
   * Its answer was read, or it was given up.
   *
   * @param isAnswer - `now` tells how long a call takes; false where it is only taken for the end.
   */
  leave(entry: Entry, now: number, isAnswer = true): void {
    entry.answeredAt = now;
    if (!isAnswer) return;
    const tookMs = now - entry.sentAt;
    this.#fastest = Math.min(this.#fastest, tookMs);
    const fastest = Math.min(this.#fastest, this.#fastestBefore);
    this.#scatterMs += (tookMs - fastest - this.#scatterMs) * NEWEST;
    if (++this.#answers % (REMEMBERED_ANSWERS / 2) !== 0) return;
    this.#fastestBefore = this.#fastest;
    this.#fastest = Number.POSITIVE_INFINITY;
  }

  /** Until when a call counts. */
  endOf({ sentAt, answeredAt }: Entry): number {
    if (answeredAt === undefined) return sentAt + LONGEST_FLIGHT_MS;
    const late = Math.max(this.#marginMs, answeredAt - sentAt - this.#wayMs());
    return sentAt + Math.min(this.#windowMs + late, LONGEST_FLIGHT_MS);
  }

  /** The least time that a call takes; rather too small than too large. */
  #wayMs(): number {
    if (this.#answers < TRUSTED_ANSWERS) return 0;
    const doubtMs = Math.max(this.#marginMs * DOUBT.ofMargin, this.#scatterMs * DOUBT.ofScatter);
    return Math.max(0, Math.min(this.#fastest, this.#fastestBefore) - doubtMs);
  }

  /** Calls of the second before `entry` that KIS has not refused so far. */
  letThroughBefore(entry: Entry): number {
    let count = 0;
    for (const { sentAt, isRefused } of this.#entries) {
      if (!isRefused && sentAt <= entry.sentAt && sentAt > entry.sentAt - 1000) count++;
    }
    return count;
  }
}
