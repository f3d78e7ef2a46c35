import { COLUMNS, type DayTable } from "../day-table.js";

const VOLUME = COLUMNS.indexOf("volume");
const TURNOVER = COLUMNS.indexOf("turnover");

/**
 * The older logger's last field, `acc_krw_vol`: KRW traded since the day's first minute. It is turned into the turnover of
 * each minute when the whole day is read, since the minute before may be in another object.
 */
export class CumulativeTurnover {
  readonly #rows = new Map<string, Float64Array>();
  readonly #minutes: readonly number[];

  /** @param minutes - those of the table that it belongs to, epoch ms. */
  constructor(minutes: readonly number[]) {
    this.#minutes = minutes;
  }

  /** @param won - since the day's first minute; NaN where a later object's cell does not say. */
  set(symbol: string, index: number, won: number): void {
    let row = this.#rows.get(symbol);
    if (row === undefined) {
      if (Number.isNaN(won)) return;
      row = new Float64Array(this.#minutes.length).fill(Number.NaN);
      this.#rows.set(symbol, row);
    }
    row[index] = won;
  }

  get(symbol: string, index: number): number {
    return this.#rows.get(symbol)?.[index] ?? Number.NaN;
  }

  /**
   * Sets each minute's turnover that the table lacks, where its own and the minute before it are known.
   *
   * @param firstMinute - epoch ms of the day's first minute of all hours, from which KRW counts.
   */
  resolve(table: DayTable, firstMinute: number | undefined): void {
    const length = this.#minutes.length;
    for (const [symbol, row] of this.#rows) {
      const values = table.columns(symbol);
      if (values === undefined) continue;
      for (let index = 0; index < length; index++) {
        const volume = values[VOLUME * length + index] ?? Number.NaN;
        const at = TURNOVER * length + index;
        if (Number.isNaN(volume) || !Number.isNaN(values[at])) continue; // not stored, a hole, or told by its own object
        const before = index === 0 && this.#minutes[0] === firstMinute ? 0 : (row[index - 1] ?? Number.NaN);
        const turnover = (row[index] ?? Number.NaN) - before;
        if (volume === 0) values[at] = 0;
        else if (turnover >= 0) values[at] = turnover;
      }
    }
  }
}
