import { MINUTE_MS, type TradingDay } from "../../../core/index.js";

/** What is known of a symbol's day up to the end of a minute. */
export interface SharesSoFar {
  /** Epoch ms of the minute. */
  readonly minute: number;
  /** Shares from the session's first minute on. */
  readonly volume: number;
  /** KRW of the day so far. */
  readonly turnover: number;
}

/** Marks are kept so far apart, and the newest: a request from between two asks for half a page more at the most. */
const APART_MS = 30 * MINUTE_MS;

/**
 * Remembers how many shares of a symbol were traded up to which minute of the day under way. So a request that starts
 * later can count on from there, and needs no earlier pages. Kept for one day only.
 */
export class SharesBook {
  #day: TradingDay = "";
  readonly #marks = new Map<string, SharesSoFar[]>();

  /** The latest mark before a minute. */
  before(day: TradingDay, key: string, minute: number): SharesSoFar | undefined {
    if (day !== this.#day) return undefined;
    return this.#marks.get(key)?.findLast((mark) => mark.minute < minute);
  }

  /** @param found - ascending. */
  keep(day: TradingDay, key: string, found: readonly SharesSoFar[]): void {
    const [first] = found;
    if (first === undefined || day < this.#day) return;
    if (day !== this.#day) this.#marks.clear();
    this.#day = day;
    const marks = (this.#marks.get(key) ?? []).filter(({ minute }) => minute < first.minute);
    for (const mark of found) {
      const [beforeLast, last] = marks.slice(-2);
      if (beforeLast !== undefined && last !== undefined && mark.minute - beforeLast.minute < APART_MS)
        marks.pop();
      marks.push(mark);
    }
    this.#marks.set(key, marks);
  }
}
