import type { TradingDay, Venue } from "../../core/index.js";

/** One symbol's day as stored. */
export interface DailyRow {
  /** KRW; the open, high and low are `null` on a day without a trade. */
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  /** KRW. */
  readonly close: number;
  /** Shares. */
  readonly volume: number;
  /** KRW; `undefined` where the source left it blank. */
  readonly turnover: number | undefined;
  /** The source will not change it any more. */
  readonly isFinal: boolean;
}

/** A {@link DailyRow} and when it was stored. */
export interface ReadRow extends DailyRow {
  /** Epoch ms, the Retrieval of its object. */
  readonly readAt: number;
}

/** Columns of a {@link DailyTable}, in order; NaN is "nothing". */
export const DAILY_COLUMNS = [
  "open",
  "high",
  "low",
  "close",
  "volume",
  "turnover",
  "final",
  "readAt",
] as const;
const WIDTH = DAILY_COLUMNS.length;
const [CLOSE, FINAL, READ_AT] = [3, 6, 7];

/** Daily rows of many symbols at one venue, held by column: 64 bytes a day and symbol. */
export class DailyTable {
  readonly venue: Venue;
  /** KST days, ascending. Rows are addressed by index into it. */
  readonly days: readonly TradingDay[];
  readonly #indexes: ReadonlyMap<TradingDay, number>;
  readonly #symbols = new Map<string, Float64Array>();

  constructor(venue: Venue, days: readonly TradingDay[]) {
    this.venue = venue;
    this.days = days;
    this.#indexes = new Map(days.map((day, index) => [day, index]));
  }

  /** Symbols with at least one row, sorted by code unit. */
  symbols(): string[] {
    return [...this.#symbols.keys()].sort();
  }

  /** Index of a day; -1 if the table has none. */
  indexOf(day: TradingDay): number {
    return this.#indexes.get(day) ?? -1;
  }

  get(symbol: string, index: number): ReadRow | undefined {
    const values = this.#symbols.get(symbol);
    const at = (column: number): number => values?.[column * this.days.length + index] ?? Number.NaN;
    if (Number.isNaN(at(CLOSE))) return undefined;
    const price = (column: number): number | null => (Number.isNaN(at(column)) ? null : at(column));
    return {
      open: price(0),
      high: price(1),
      low: price(2),
      close: at(CLOSE),
      volume: at(4),
      turnover: Number.isNaN(at(5)) ? undefined : at(5),
      isFinal: at(FINAL) === 1,
      readAt: at(READ_AT),
    };
  }

  /** Puts a row given as its numbers in the order of {@link DAILY_COLUMNS}, replacing what is there; unchecked. */
  setNumbers(symbol: string, index: number, numbers: ArrayLike<number>): void {
    let values = this.#symbols.get(symbol);
    if (values === undefined)
      this.#symbols.set(symbol, (values = new Float64Array(WIDTH * this.days.length).fill(Number.NaN)));
    for (let column = 0; column < WIDTH; column++)
      values[column * this.days.length + index] = numbers[column] ?? Number.NaN;
  }

  set(symbol: string, index: number, row: ReadRow): void {
    const { open, high, low, close, volume, turnover, isFinal, readAt } = row;
    const none = Number.NaN;
    this.setNumbers(symbol, index, [
      open ?? none,
      high ?? none,
      low ?? none,
      close,
      volume,
      turnover ?? none,
      isFinal ? 1 : 0,
      readAt,
    ]);
  }

  /** One column of one symbol, not a copy, as long as `days`; `undefined` for a symbol without a row. */
  column(symbol: string, name: (typeof DAILY_COLUMNS)[number]): Float64Array | undefined {
    const start = DAILY_COLUMNS.indexOf(name) * this.days.length;
    return this.#symbols.get(symbol)?.subarray(start, start + this.days.length);
  }
}
