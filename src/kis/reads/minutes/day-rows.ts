import { MINUTE_MS, type TradingDay, brokenRule, isTradedBar, minuteOf } from "../../../core/index.js";
import type { MinutePage, MinuteRow } from "../../wire/index.js";

/** A row of the day, on the minute it speaks of. */
export interface DayRow {
  /** Epoch ms of the start of the minute. */
  readonly minute: number;
  /** `undefined` where the row cannot be a bar: no price, no count of shares, a label off the minute. */
  readonly bar: TradedRow | undefined;
  /** What its shares can have cost at its prices; `undefined` without prices or shares. */
  readonly possible: PossibleTurnover | undefined;
  /** KRW from the start of the day to the end of this minute. */
  readonly total: number | undefined;
}

/** The turnover that a number of shares can have made, KRW. */
export interface PossibleTurnover extends Range {
  /** KRW if all of them traded at the highest price shown. */
  readonly atHigh: number;
}

/** What a row says was traded: prices in KRW, volume in shares. */
export interface TradedRow {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** A range of KRW, both ends inclusive. */
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
 * What a page brought: everything that was wanted (`covered`), a label to ask for next (`more`, epoch ms), or no way to
 * go on (`stuck`). `before` is the label of the page that has the row before the first minute: without that row, the
 * turnover of the first minute is not known.
 */
export type PageOutcome =
  | { readonly kind: "covered"; readonly before?: number }
  | { readonly kind: "more"; readonly next: number }
  | { readonly kind: "stuck" };

/** How a page was asked for. */
export interface PageRequest {
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
 * It is reached by a row at or before the first minute, or by a row of an earlier day after the rows of this day. A page
 * that is empty, or ends early, proves nothing.
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

  add(page: MinutePage, asking: PageRequest): PageOutcome {
    const { day, first } = this.#demand;
    const { label, echoes } = asking;
    const step = echoes ? 0 : MINUTE_MS;
    // A row of another day was seen above the rows of this day. Only one below them belongs to the day before.
    const lastOwn = page.rows.findLastIndex((row) => row.day === day);
    let newest = Number.POSITIVE_INFINITY;
    let oldest: number | undefined;
    for (const [index, row] of page.rows.entries()) {
      if (row.day !== day) {
        this.#hasOtherDays = true;
        if (row.day < day && index > lastOwn) return { kind: "covered" };
        continue;
      }
      // Before the open, FHKST03010200 goes on with rows of the day before, under today's date: there labels jump up.
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
    // A label that is off the minute, beside the minute's own row, repeats the label that was asked for.
    if (row.time !== minute && (known !== undefined || this.#untraded.has(minute))) return;
    if (known === undefined || known.bar === undefined || (replaces && found.bar !== undefined))
      this.#rows.set(minute, found);
  }

  /** Whether no row before the minute is needed: its trades explain the day's turnover up to its end, or it has none. */
  #isAlone(minute: number): boolean {
    const row = this.#rows.get(minute);
    if (this.#demand.hasBase || row === undefined) return true;
    return isWithin(row.possible, row.total);
  }

  /** Rows of minutes that traded, ascending; rows that cannot be read are among them. */
  get rows(): readonly DayRow[] {
    return [...this.#rows.values()].sort((a, b) => a.minute - b.minute);
  }

  /** Number of rows of the day, those of volume 0 included. */
  get size(): number {
    return this.#rows.size + this.#untraded.size;
  }

  /** Whether the pages had rows of another day, too. */
  get hasOtherDays(): boolean {
    return this.#hasOtherDays;
  }

  /** Whether nothing was traded between the day's first `turnover` KRW and the oldest row. */
  startsAt(turnover: number): boolean {
    const [oldest] = this.rows;
    return oldest?.total !== undefined && isWithin(oldest.possible, oldest.total - turnover);
  }
}

/** KRX shows a price midway between two ticks without its half won (press, 2025-03-20); the turnover may have it. */
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
    possible: isBar ? possibleTurnover(volume, prices) : undefined,
    total: row.turnoverToDate,
  };
}

function possibleTurnover(volume: number, prices: readonly number[]): PossibleTurnover {
  const highest = Math.max(...prices);
  return {
    least: Math.min(...prices) * volume,
    most: (highest + HALF_A_WON) * volume,
    atHigh: highest * volume,
  };
}

/** Whether KRW lie in a range; what is unknown does not. */
export function isWithin(range: Range | undefined, turnover: number | undefined): boolean {
  return range !== undefined && turnover !== undefined && turnover >= range.least && turnover <= range.most;
}
