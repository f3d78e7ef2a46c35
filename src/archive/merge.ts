import { COLUMNS, DayTable, type DayTableOptions, isStored } from "./day-table.js";
import { type ParsedContent, keepAccTurnover } from "./lines/index.js";

const VOLUME = COLUMNS.indexOf("volume");
const ACC_VOLUME = COLUMNS.indexOf("accVolume");
const TURNOVER = COLUMNS.indexOf("turnover");

/**
 * Merges the objects of one day and venue. Add them by Retrieval, then key: the later wins per cell, but for a hole,
 * which never wins over trades.
 */
export class DayMerge {
  readonly #table: DayTable;
  readonly #accTurnover = new Map<string, Float64Array>();
  readonly #firstMinute: number | undefined;

  /** @param firstMinute - epoch ms of the day's first minute of all hours, from which cumulative KRW counts. */
  constructor(options: DayTableOptions, firstMinute?: number) {
    this.#table = new DayTable(options);
    this.#firstMinute = firstMinute;
  }

  /**
   * Cells at minutes that this table does not have are passed over.
   *
   * @param isProved - the object had a trailer; the cells of one without are marked.
   */
  add({ table: source, accTurnover }: ParsedContent, isProved = true): void {
    const target = this.#table;
    const length = source.minutes.length;
    const indexes = source.minutes.map((minute) => target.indexOf(minute));
    const numbers = new Float64Array(COLUMNS.length);
    for (const symbol of source.symbols()) {
      const columns = source.columns(symbol) ?? new Float64Array();
      const acc = accTurnover.get(symbol);
      for (let from = 0; from < length; from++) {
        const to = indexes[from] ?? -1;
        if (to < 0 || !isStored(columns, length, from)) continue;
        const isHole = Number.isNaN(columns[VOLUME * length + from]);
        const before = target.columns(symbol)?.[VOLUME * target.minutes.length + to] ?? Number.NaN;
        if (isHole && before > 0) continue;
        for (let column = 0; column < COLUMNS.length; column++) {
          numbers[column] = columns[column * length + from] ?? Number.NaN;
        }
        target.setNumbers(symbol, to, numbers);
        if (!isProved) target.markUnproved(symbol, to);
        keepAccTurnover(this.#accTurnover, symbol, to, target.minutes.length, acc?.[from] ?? Number.NaN);
      }
    }
  }

  /**
   * The merged table. Where an older logger left `acc_vol` out it is summed over what is stored, and the KRW of
   * a minute is the difference of its cumulative KRW to that of the minute before, where both are known.
   */
  finish(): DayTable {
    for (const symbol of this.#table.symbols()) this.#complete(symbol);
    return this.#table;
  }

  #complete(symbol: string): void {
    const values = this.#table.columns(symbol);
    if (values === undefined) return;
    const length = this.#table.minutes.length;
    const acc = this.#accTurnover.get(symbol);
    let accVolume = 0;
    for (let index = 0; index < length; index++) {
      if (!isStored(values, length, index)) continue;
      const volume = values[VOLUME * length + index] || 0; // NaN in a hole
      const at = ACC_VOLUME * length + index;
      if (Number.isNaN(values[at])) values[at] = accVolume + volume;
      accVolume = values[at] ?? 0;
      const isTurnoverKnown = acc === undefined || !Number.isNaN(values[TURNOVER * length + index]);
      if (isTurnoverKnown || Number.isNaN(values[VOLUME * length + index])) continue;
      values[TURNOVER * length + index] = volume === 0 ? 0 : this.#turnover(acc, index);
    }
  }

  /** NaN where it cannot be told. */
  #turnover(acc: Float64Array, index: number): number {
    const isFirst = index === 0 && this.#table.minutes[0] === this.#firstMinute;
    const before = isFirst ? 0 : (acc[index - 1] ?? Number.NaN);
    const turnover = (acc[index] ?? Number.NaN) - before;
    return turnover >= 0 ? turnover : Number.NaN;
  }
}
