import { MINUTE_MS, type TradingDay, brokenRule, isTradedBar, minuteOf } from "../../../core/index.js";
import type { MinutePage, MinuteRow } from "../../wire/index.js";

/** A row of the day, on the minute it speaks of. */
export interface DayRow {
  /** Epoch ms of the start of the minute. */
  readonly minute: number;
  /** `undefined` where the row cannot be a bar: no price, no count of shares, a label off the minute. */
  readonly bar: TradedRow | undefined;
  /** KRW that its own shares can have cost, at least and at most; unknown without prices or shares. */
  readonly own: Worth | undefined;
  /** KRW from the start of the day to the end of this minute. */
  readonly total: number | undefined;
}

/** KRW of some shares. */
export interface Worth extends Range {
  /** All of them at the highest price shown. */
  readonly dearest: number;
}

/** What a row says was traded: prices in KRW, volume in shares. */
export interface TradedRow {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Both ends inclusive. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** Which rows count. */
interface Demand {
  readonly day: TradingDay;
  /** Epoch ms of the first minute wanted; pages are asked for until it is reached. */
  readonly first: number;
  /** The turnover of the day up to `first` is known: no row before it is needed. */
  readonly hasBase: boolean;
}

/**
 * What a page brought: all that was wanted, a next label (epoch ms) to ask for, or no way on. With `before`, the
 * label of the page that has the row before the first minute: without it that minute's turnover is not known.
 */
export type PageOutcome =
  | { readonly kind: "covered"; readonly before?: number }
  | { readonly kind: "more"; readonly next: number }
  | { readonly kind: "stuck" };

/** How a page was asked for. */
export interface Asking {
  /** The label asked for, epoch ms, on a whole minute. */
  readonly label: number;
  /** The row with that very label is not trusted: while a day is under way KIS may put the forming bar there. */
  readonly echoes: boolean;
  /** A second look: its rows replace those of the first. */
  readonly again?: boolean;
}

/**
 * Collects the rows of one symbol's day from pages, newest first, and knows when the first minute is reached.
 *
 * Proof of that is a row at or before the first minute, or a row of an earlier day below the day's own. A page that is
 * empty, or ends early, proves nothing.
 */
export class DayRows {
  readonly #demand: Demand;
  readonly #rows = new Map<number, DayRow>();
  /** Minutes for which there is a row with volume 0. */
  readonly #untraded = new Set<number>();
  #hasOtherDays = false;

  constructor(demand: Demand) {
    this.#demand = demand;
  }

  add(page: MinutePage, asking: Asking): PageOutcome {
    const { day, first } = this.#demand;
    const { label, echoes } = asking;
    const step = echoes ? 0 : MINUTE_MS;
    // A row of another day has been seen above the day's own: only what comes after them is the day before.
    const lastOwn = page.rows.findLastIndex((row) => row.day === day);
    let newest = Number.POSITIVE_INFINITY;
    let oldest: number | undefined;
    for (const [index, row] of page.rows.entries()) {
      if (row.day !== day) {
        this.#hasOtherDays = true;
        if (row.day < day && index > lastOwn) return { kind: "covered" };
        continue;
      }
      // Below the open, FHKST03010200 runs on into the day before under today's date: labels jump up there.
      if (row.time > newest) break;
      newest = row.time;
      if (row.time >= label + MINUTE_MS) continue;
      const isEcho = echoes && minuteOf(row.time) === label;
      if (!isEcho) this.#keep(row, asking.again === true);
      oldest = row.time;
      // The row before the first minute is kept too: turnover is a difference.
      if (!isEcho && row.time < first) return { kind: "covered" };
    }
    if (oldest === undefined) return { kind: "stuck" };
    const next = minuteOf(oldest) - (oldest % MINUTE_MS === 0 ? step : 0);
    if (minuteOf(oldest) <= first && (this.#rows.has(minuteOf(oldest)) || this.#untraded.has(oldest))) {
      return this.#isAlone(first) ? { kind: "covered" } : { kind: "covered", before: next };
    }
    return next < label ? { kind: "more", next } : { kind: "stuck" };
  }

  #keep(row: MinuteRow, replaces: boolean): void {
    const minute = minuteOf(row.time);
    if (row.volume === 0) {
      if (row.time === minute) this.#untraded.add(minute);
      return;
    }
    const known = this.#rows.get(minute);
    const found = dayRow(row);
    // A label off its minute, beside the minute's own row, is an echo of what was asked.
    if (row.time !== minute && (known !== undefined || this.#untraded.has(minute))) return;
    if (known === undefined || known.bar === undefined || (replaces && found.bar !== undefined))
      this.#rows.set(minute, found);
  }

  /** The row of a minute stands alone: its own trades explain the day's turnover up to its end, or it has none. */
  #isAlone(minute: number): boolean {
    const row = this.#rows.get(minute);
    if (this.#demand.hasBase || row === undefined) return true;
    return isWithin(row.own, row.total);
  }

  /** Rows that say that something was traded, ascending; unreadable ones are among them. */
  get rows(): readonly DayRow[] {
    return [...this.#rows.values()].sort((a, b) => a.minute - b.minute);
  }

  /** Rows of the day, those of volume 0 counted. */
  get size(): number {
    return this.#rows.size + this.#untraded.size;
  }

  /** Rows of another day were among them. */
  get hasOtherDays(): boolean {
    return this.#hasOtherDays;
  }

  /** Nothing was traded between the day's first `turnover` KRW and the oldest row. */
  startsAt(turnover: number): boolean {
    const [oldest] = this.rows;
    return oldest?.total !== undefined && isWithin(oldest.own, oldest.total - turnover);
  }
}

/** Half a won a share: KRX cuts the half of a price midway between two ticks (press, 2025-03-20), its turnover need not. */
const HALF_A_WON = 0.5;

function dayRow(row: MinuteRow): DayRow {
  const { open = 0, high = 0, low = 0, close = 0, volume = 0 } = row;
  const values = { open, high, low, close, volume };
  const isBar = isTradedBar(values);
  const prices = brokenRule(values) === undefined ? [low, high] : [open, high, low, close];
  const minute = minuteOf(row.time);
  return {
    minute,
    bar: isBar && row.time === minute ? values : undefined,
    own: isBar ? worthOf(volume, prices) : undefined,
    total: row.turnoverToDate,
  };
}

function worthOf(volume: number, prices: readonly number[]): Worth {
  const highest = Math.max(...prices);
  return {
    least: Math.min(...prices) * volume,
    most: (highest + HALF_A_WON) * volume,
    dearest: highest * volume,
  };
}

/** Whether KRW lie in a range; what is unknown does not. */
export function isWithin(range: Range | undefined, turnover: number | undefined): boolean {
  return range !== undefined && turnover !== undefined && turnover >= range.least && turnover <= range.most;
}
