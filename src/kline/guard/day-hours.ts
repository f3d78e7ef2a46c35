import { type DayTable, isHole } from "../../archive/index.js";
import { IncompleteDataError, type OutsideTrades } from "../../core/index.js";
import { type NewCell, type SymbolDay, isLiquid } from "../evidence/index.js";

/** So many thin symbols are looked at for one that tells; after that each one's own evidence counts. */
const MOST_QUIET = 5;

/**
 * Whether a day had the hours that the calendar says. A symbol that trades in most minutes tells; a thin one, whose few
 * trades all lie within them, does not: on a day of other hours its last minute is not called known either.
 */
export class DayHours {
  readonly #minutes: readonly number[];
  readonly #outside = new Map<string, OutsideTrades>();
  readonly #quiet = new Set<string>();
  #isVouched: boolean;

  /** @param stored - what is stored of the day: a whole day of a symbol that trades in most minutes vouches. */
  constructor(stored: DayTable) {
    const { minutes } = stored;
    this.#minutes = minutes;
    this.#isVouched = stored
      .symbols()
      .some(
        (symbol) =>
          stored.prefixLength(symbol) === minutes.length &&
          isLiquid(minutes.length, (index) => stored.get(symbol, index)),
      );
  }

  /** Trades at labels for which the calendar has no session, by symbol. */
  get outside(): ReadonlyMap<string, OutsideTrades> {
    return this.#outside;
  }

  /** Nothing tells yet whether the hours are the calendar's. */
  get isOpen(): boolean {
    return !this.#isVouched && this.#outside.size === 0 && this.#quiet.size < MOST_QUIET;
  }

  /** A pass begins. */
  begin(): void {
    this.#quiet.clear();
  }

  /** Learns from a symbol's day. */
  weigh({ symbol, outside, complete, vouchesHours, error }: SymbolDay): void {
    if (outside !== undefined) this.#outside.set(symbol, outside);
    else if (vouchesHours) this.#isVouched = true;
    else if (complete || error !== undefined) this.#quiet.add(symbol);
  }

  /** @returns a symbol's day as far as others vouch for it: on a day of other hours not to its last minute. */
  proved(day: SymbolDay): SymbolDay {
    if (!day.complete || this.#outside.size === 0) return day;
    const last = this.#minutes.length - 1;
    const at = this.#minutes[last] ?? 0;
    const [other = ""] = this.#outside.keys();
    const error = new IncompleteDataError(
      `${other} traded at labels for which the calendar has no session, so nothing vouches for the last minute of ` +
        `${day.symbol} either; give the day its hours with \`createCalendar\``,
      { expected: last + 1, have: last, missing: [{ from: at, to: at }] },
    );
    return {
      ...day,
      cells: day.cells.filter(({ index }) => index !== last),
      revised: day.revised.filter((time) => time !== at),
      known: last,
      complete: false,
      verified: false,
      error: day.error ?? error,
    };
  }

  /**
   * What was believed before another symbol told better: on a day of other hours a last minute that is stored as
   * untraded is a hole.
   *
   * @param stored - with what was found since.
   */
  unproved(stored: DayTable, symbols: Iterable<string>): ReadonlyMap<string, readonly NewCell[]> {
    const holes = new Map<string, readonly NewCell[]>();
    if (this.#outside.size === 0) return holes;
    const index = this.#minutes.length - 1;
    for (const symbol of symbols) {
      const cell = stored.get(symbol, index);
      if (cell === undefined || isHole(cell) || cell.volume !== 0) continue;
      const nothing = { open: null, high: null, low: null, close: null, volume: null };
      holes.set(symbol, [{ index, cell: { ...nothing, accVolume: cell.accVolume } }]);
    }
    return holes;
  }
}
