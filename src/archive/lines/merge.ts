import { COLUMNS, DayTable, type DayTableOptions, isStored } from "../day-table.js";
import { CumulativeTurnover } from "./cumulative-turnover.js";
import type { ParsedContent } from "./parse-content.js";

const VOLUME = COLUMNS.indexOf("volume");
const ACC_VOLUME = COLUMNS.indexOf("accVolume");

/**
 * Merges the objects of one day and venue. Add them in the order of merging: the later one wins per cell, but a hole
 * never wins over trades.
 */
export class DayMerge {
  readonly #table: DayTable;
  #cumulative: CumulativeTurnover | undefined;
  readonly #firstMinute: number | undefined;

  /** @param firstMinute - epoch ms of the day's first minute of all hours, from which cumulative KRW counts. */
  constructor(options: DayTableOptions, firstMinute?: number) {
    this.#table = new DayTable(options);
    this.#firstMinute = firstMinute;
  }

  /**
   * Adds an object. Cells at minutes that this table does not have are passed over.
   *
   * @param isProved - whether the object had a trailer; cells of one without are marked as unproved.
   */
  add({ table: source, cumulative }: ParsedContent, isProved = true): void {
    const target = this.#table;
    if (cumulative !== undefined) this.#cumulative ??= new CumulativeTurnover(target.minutes);
    const length = source.minutes.length;
    const indexes = source.minutes.map((minute) => target.indexOf(minute));
    const numbers = new Float64Array(COLUMNS.length);
    for (const symbol of source.symbols()) {
      const columns = source.columns(symbol) ?? new Float64Array();
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
        this.#cumulative?.set(symbol, to, cumulative?.get(symbol, from) ?? Number.NaN);
      }
    }
  }

  /** The merged table. If an older logger left out `acc_vol`, it is summed over what is stored. */
  finish(): DayTable {
    for (const symbol of this.#table.symbols()) this.#sum(symbol);
    this.#cumulative?.resolve(this.#table, this.#firstMinute);
    return this.#table;
  }

  #sum(symbol: string): void {
    const values = this.#table.columns(symbol);
    if (values === undefined) return;
    const length = this.#table.minutes.length;
    let accVolume = 0;
    for (let index = 0; index < length; index++) {
      if (!isStored(values, length, index)) continue;
      const volume = values[VOLUME * length + index] || 0; // NaN in a hole
      const at = ACC_VOLUME * length + index;
      if (Number.isNaN(values[at])) values[at] = accVolume + volume;
      accVolume = values[at] ?? 0;
    }
  }
}
