import { isHantooError, isRetryable, retryAfterOf } from "../../../core/index.js";
import { type Cadence, isTurn, turnOf } from "./cadence.js";
import type { DayPass } from "../logged-day.js";

interface FollowedSymbol {
  /** Minutes that were final when the symbol was last asked for. */
  asked: number;
  /** Leading minutes that are known. */
  known: number;
  /** Answers in a row that failed or did not reach what was final. */
  setbacks: number;
  /** Monotonic ms before which it is not asked for. */
  retryAt: number;
  /** After the session's end it failed for a reason that asking again does not mend. */
  isLost: boolean;
  /** The whole session came in one answer. */
  isVerified: boolean;
}

/** First pause after a setback; it doubles up to the longest. */
const FIRST_PAUSE_MS = 30_000;
/** For what passes by itself: network, maintenance, an answer that is not ready. */
const LONGEST_PAUSE_MS = 5 * 60_000;
/** For a symbol that KIS refuses, and after the session for one that KIS does not have completely. */
const LONGEST_REFUSED_MS = 30 * 60_000;

/**
 * Decides whose turn it is while a session is followed. Pauses are counted on the monotonic clock, so that a change of
 * the wall clock neither shortens nor prolongs them.
 */
export class Turns {
  readonly #symbols = new Map<string, FollowedSymbol>();
  #pauses = 0;
  #pausedUntil = -Infinity;

  /**
   * @param symbols - all that are followed now, in order; a new one is due at once.
   * @param final - how many minutes of the session are final, of `total`.
   * @param now - monotonic ms.
   * @param mayWait - whether nothing is heard of a symbol from the first minute (index) that is not known of it on.
   * @returns those whose turn it is, in order.
   */
  due(
    symbols: readonly string[],
    final: number,
    total: number,
    { everyMinutes }: Cadence,
    now: number,
    mayWait: (symbol: string, known: number) => boolean = () => false,
  ): string[] {
    const followed = new Set(symbols);
    for (const symbol of this.#symbols.keys()) if (!followed.has(symbol)) this.#symbols.delete(symbol);
    if (now < this.#pausedUntil) return [];
    return symbols.filter((symbol, position) => {
      const state = this.#state(symbol);
      if (state.known >= final || state.isLost || now < state.retryAt) return false;
      if (final === total || state.setbacks > 0) return true;
      if (final - state.known < MOST_SILENT_MINUTES && mayWait(symbol, state.known)) return false;
      return isTurn(state.asked, final, turnOf(position, everyMinutes), everyMinutes);
    });
  }

  /** Takes note of what a pass brought. @param now - monotonic ms. */
  took({ days, stoppedBy }: DayPass, total: number, now: number): void {
    for (const { symbol, final, known, verified, error } of days.values()) {
      const state = this.#state(symbol);
      state.asked = final;
      state.known = known;
      if (verified) state.isVerified = true;
      const isBehind = known < final;
      state.setbacks = isBehind ? state.setbacks + 1 : 0;
      const mayPass = error === undefined || isRetryable(error);
      // Asking for hours for what KIS does not have yet would cost more calls than the rest of the day.
      const isAnswered = isHantooError(error) && error.code === "incomplete_data" && final === total;
      const longest = mayPass && !isAnswered ? LONGEST_PAUSE_MS : LONGEST_REFUSED_MS;
      state.retryAt = isBehind ? now + pauseOf(state.setbacks, longest) : -Infinity;
      state.isLost = !mayPass && final === total && isBehind;
    }
    if (stoppedBy === undefined) this.#pauses = 0;
    else
      this.#pausedUntil =
        now + Math.max(retryAfterOf(stoppedBy.error), pauseOf(++this.#pauses, LONGEST_PAUSE_MS));
  }

  /** Monotonic ms of the next retry of a symbol that is behind; `Infinity` if none is. @param now - monotonic ms. */
  nextRetryAt(now: number): number {
    if (this.#pausedUntil > now) return this.#pausedUntil;
    let next = Infinity;
    for (const state of this.#symbols.values()) {
      if (state.setbacks > 0 && !state.isLost) next = Math.min(next, state.retryAt);
    }
    return next;
  }

  /** Nothing more is to come of any of them. */
  isDone(symbols: readonly string[], total: number): boolean {
    return symbols.every((symbol) => {
      const state = this.#state(symbol);
      return state.known >= total || state.isLost;
    });
  }

  /** Those whose day did not come in one piece after the close: to be read again. */
  unverified(symbols: readonly string[]): string[] {
    return symbols.filter((symbol) => !this.#state(symbol).isVerified);
  }

  #state(symbol: string): FollowedSymbol {
    let state = this.#symbols.get(symbol);
    if (state === undefined) {
      state = { asked: 0, known: 0, setbacks: 0, retryAt: -Infinity, isLost: false, isVerified: false };
      this.#symbols.set(symbol, state);
    }
    return state;
  }
}

/**
 * How many minutes a symbol without trades on the stream may be behind: one call brings them all, also on paper (30 a
 * call), and no more than so many stay unproved.
 */
const MOST_SILENT_MINUTES = 15;

const pauseOf = (count: number, longest: number): number =>
  Math.min(longest, FIRST_PAUSE_MS * 2 ** (count - 1));
