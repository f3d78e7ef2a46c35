import { MINUTE_MS, type TradingDay } from "../../../core/index.js";

/** A symbol's volume and turnover of the day up to the end of a minute. */
export interface RunningTotals {
  /** Epoch ms of the minute. */
  readonly minute: number;
  /** Shares from the session's first minute on. */
  readonly volume: number;
  /** KRW of the day so far. */
  readonly turnover: number;
}

/** Totals are kept this far apart, and the newest: a request from between two costs half a page more at the most. */
const APART_MS = 30 * MINUTE_MS;

/**
 * Keeps the running totals of symbols for the current day. A request that starts later goes on counting from them, and
 * needs no earlier pages.
 */
export class RunningTotalsCache {
  #day: TradingDay = "";
  readonly #totals = new Map<string, RunningTotals[]>();

  /** The latest totals before a minute. */
  before(day: TradingDay, key: string, minute: number): RunningTotals | undefined {
    if (day !== this.#day) return undefined;
    return this.#totals.get(key)?.findLast((totals) => totals.minute < minute);
  }

  /** @param found - ascending. */
  keep(day: TradingDay, key: string, found: readonly RunningTotals[]): void {
    const [first] = found;
    if (first === undefined || day < this.#day) return;
    if (day !== this.#day) this.#totals.clear();
    this.#day = day;
    const kept = (this.#totals.get(key) ?? []).filter(({ minute }) => minute < first.minute);
    for (const totals of found) {
      const [beforeLast, last] = kept.slice(-2);
      if (beforeLast !== undefined && last !== undefined && totals.minute - beforeLast.minute < APART_MS)
        kept.pop();
      kept.push(totals);
    }
    this.#totals.set(key, kept);
  }
}
