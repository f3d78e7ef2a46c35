import { ConfigError, type TradingDay, type Venue } from "../core/index.js";

/**
 * What is known of one symbol in one minute: it traded (`volume` above 0), it did not (0), or it is a hole (`null`): the
 * source's totals show trades that no readable row explains. A hole is known, so its cell is present.
 */
export interface Cell {
  /** KRW; all four prices are `null` before the day's first trade, and in a hole. */
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
  /** Shares traded in this minute; 0 where nothing traded, `null` in a hole. */
  readonly volume: number | null;
  /** Shares from the session's first minute to the end of this one, without those of holes, which are unknown. */
  readonly accVolume: number;
  /** KRW traded in this minute; of a hole what the totals say; absent if unknown. */
  readonly turnover?: number;
  /** It comes from an object without a trailer: older loggers stored minutes that were still forming. */
  readonly unproved?: true;
}

/** Whether a minute is known to have traded, but no readable row says how. */
export function isHole(cell: Cell): boolean {
  return cell.volume === null;
}

/** Which day and which minutes a {@link DayTable} holds. */
export interface DayTableOptions {
  readonly tradingDay: TradingDay;
  readonly venue: Venue;
  /** Starts of the minutes, epoch ms, ascending: those of the session, `calendar.minutes(...)`. */
  readonly minutes: readonly number[];
}

/** Order of the columns inside the array that {@link DayTable.columns} gives. */
export const COLUMNS = ["open", "high", "low", "close", "volume", "accVolume", "turnover"] as const;
const WIDTH = COLUMNS.length;
const VOLUME = 4;
const ACC_VOLUME = 5;
const TURNOVER = 6;

/** Whether a minute is present among the numbers of a symbol, see {@link DayTable.columns}. */
export function isStored(columns: Float64Array, length: number, index: number): boolean {
  const volume = columns[VOLUME * length + index] ?? Number.NaN;
  const accVolume = columns[ACC_VOLUME * length + index] ?? Number.NaN;
  return volume === volume || accVolume === accVolume; // NaN differs from itself
}

interface Row {
  /** 1 where a minute is unproved; absent where none is. */
  unproved?: Uint8Array;
  /** Column after column, each as long as the day has minutes. NaN is "nothing". */
  readonly values: Float64Array;
  present: number;
}

/**
 * Minute bars of many symbols on one day and venue, held by column: 56 bytes a minute and symbol.
 *
 * A cell is present when its volume or its cumulative volume is known: a hole has only the latter, a cell of an older
 * logger may have only the former. A present cell is known; an absent one was not fetched.
 */
export class DayTable {
  readonly tradingDay: TradingDay;
  readonly venue: Venue;
  /** Starts of the minutes, epoch ms, ascending. Cells are addressed by index into it. */
  readonly minutes: readonly number[];
  readonly #rows = new Map<string, Row>();
  #indexes: ReadonlyMap<number, number> | undefined;
  #cells = 0;

  constructor(options: DayTableOptions) {
    this.tradingDay = options.tradingDay;
    this.venue = options.venue;
    this.minutes = options.minutes;
  }

  /** Symbols with at least one cell, sorted by code unit. */
  symbols(): string[] {
    return [...this.#rows.keys()].sort();
  }

  /** How many cells are present, all symbols together. */
  cellCount(): number {
    return this.#cells;
  }

  /** How many cells of one symbol are present. */
  symbolCellCount(symbol: string): number {
    return this.#rows.get(symbol)?.present ?? 0;
  }

  /** Index of the minute that starts at `time`; -1 if the table has no such minute. */
  indexOf(time: number): number {
    this.#indexes ??= new Map(this.minutes.map((minute, index) => [minute, index]));
    return this.#indexes.get(time) ?? -1;
  }

  has(symbol: string, index: number): boolean {
    const row = this.#rows.get(symbol);
    return row !== undefined && this.#isPresent(row, index);
  }

  get(symbol: string, index: number): Cell | undefined {
    const row = this.#rows.get(symbol);
    if (row === undefined || !this.#isPresent(row, index)) return undefined;
    const at = (column: number): number => row.values[column * this.minutes.length + index] ?? Number.NaN;
    const known = (column: number): number | null => (Number.isNaN(at(column)) ? null : at(column));
    const turnover = at(TURNOVER);
    return {
      open: known(0),
      high: known(1),
      low: known(2),
      close: known(3),
      volume: known(VOLUME),
      accVolume: at(ACC_VOLUME),
      ...(Number.isNaN(turnover) ? {} : { turnover }),
      ...(row.unproved?.[index] === 1 ? { unproved: true } : {}),
    };
  }

  /** Marks a present minute as unproved. Setting the minute again removes the mark. */
  markUnproved(symbol: string, index: number): void {
    const row = this.#rows.get(symbol);
    if (row === undefined || !this.#isPresent(row, index)) return;
    row.unproved ??= new Uint8Array(this.minutes.length);
    row.unproved[index] = 1;
  }

  /** Whether any minute of the symbol is unproved. */
  isUnproved(symbol: string): boolean {
    return this.#rows.get(symbol)?.unproved?.includes(1) ?? false;
  }

  /**
   * Puts a cell, replacing what is there.
   *
   * @throws {@link ConfigError} if the table has no such minute, or the numbers are no bar.
   */
  set(symbol: string, index: number, cell: Cell): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.minutes.length) {
      throw new ConfigError("index", `a minute of the day, 0 to ${this.minutes.length - 1}`, index);
    }
    const { open, high, low, close, volume, accVolume, turnover } = cell;
    // Readers leave out what is no bar, so it must not be stored.
    const prices = [open, high, low, close];
    const isPriced =
      prices.every((price) => price === null) && !volume
        ? true
        : volume !== null && prices.every((price) => price !== null);
    const isAmount = (value: number | null): boolean => (value ?? 0) >= 0 && Number.isFinite(value ?? 0);
    if (!isPriced || ![...prices, volume, accVolume, turnover ?? 0].every(isAmount)) {
      const expected = `finite numbers >= 0 for ${symbol}, all prices, or none and a volume of 0 or null`;
      throw new ConfigError("cell", expected, cell);
    }
    const none = Number.NaN;
    this.#put(symbol, index, [
      open ?? none,
      high ?? none,
      low ?? none,
      close ?? none,
      volume ?? none,
      accVolume,
      turnover ?? none,
    ]);
    if (cell.unproved === true) this.markUnproved(symbol, index);
  }

  /** Whether a minute is present and a hole. */
  isHole(symbol: string, index: number): boolean {
    const row = this.#rows.get(symbol);
    if (row === undefined || !this.#isPresent(row, index)) return false;
    return Number.isNaN(row.values[VOLUME * this.minutes.length + index]);
  }

  /** Count of minutes present from the first one on without a gap. */
  prefixLength(symbol: string): number {
    const row = this.#rows.get(symbol);
    if (row === undefined) return 0;
    let index = 0;
    while (index < this.minutes.length && this.#isPresent(row, index)) index++;
    return index;
  }

  /** Forgets a symbol and frees its memory. */
  delete(symbol: string): void {
    this.#cells -= this.symbolCellCount(symbol);
    this.#rows.delete(symbol);
  }

  /**
   * The numbers of one symbol, not a copy, for reading in bulk: column after column in the order of
   * {@link COLUMNS}, each `minutes.length` long, NaN for nothing. `undefined` for a symbol without a cell.
   */
  columns(symbol: string): Float64Array | undefined {
    return this.#rows.get(symbol)?.values;
  }

  /** One column of {@link columns}, not a copy. */
  column(symbol: string, name: (typeof COLUMNS)[number]): Float64Array | undefined {
    const start = COLUMNS.indexOf(name) * this.minutes.length;
    return this.columns(symbol)?.subarray(start, start + this.minutes.length);
  }

  /** Puts a cell given as its seven numbers in the order of {@link COLUMNS}, NaN for nothing; unchecked. */
  setNumbers(symbol: string, index: number, numbers: ArrayLike<number>): void {
    this.#put(symbol, index, numbers);
  }

  /**
   * Puts one symbol's cells, unchecked: at each of some minutes, ascending, what the columns have at its place, in the
   * order of {@link COLUMNS}, NaN for nothing. Minutes that the table does not have are passed over.
   */
  setRows(symbol: string, time: ArrayLike<number>, columns: readonly ArrayLike<number>[]): void {
    const numbers = new Float64Array(WIDTH);
    const { minutes } = this;
    let index = 0;
    for (let row = 0; row < time.length; row++) {
      const minute = time[row] ?? Number.NaN;
      while (index < minutes.length && (minutes[index] ?? 0) < minute) index++;
      if (minutes[index] !== minute) continue;
      for (let column = 0; column < WIDTH; column++) numbers[column] = columns[column]?.[row] ?? Number.NaN;
      this.#put(symbol, index, numbers);
    }
  }

  #put(symbol: string, index: number, numbers: ArrayLike<number>): void {
    const length = this.minutes.length;
    let row = this.#rows.get(symbol);
    if (row === undefined) {
      row = { values: new Float64Array(WIDTH * length).fill(Number.NaN), present: 0 };
      this.#rows.set(symbol, row);
    }
    if (!this.#isPresent(row, index)) {
      row.present++;
      this.#cells++;
    }
    if (row.unproved !== undefined) row.unproved[index] = 0;
    for (let column = 0; column < WIDTH; column++) {
      row.values[column * length + index] = numbers[column] ?? Number.NaN;
    }
  }

  #isPresent(row: Row, index: number): boolean {
    if (index < 0 || index >= this.minutes.length) return false; // there lies another column
    return isStored(row.values, this.minutes.length, index);
  }
}

/** A {@link DayTable} without cells. */
export function createDayTable(options: DayTableOptions): DayTable {
  return new DayTable(options);
}
