import { type Hours, checkOptions, warningLogger } from "../../core/index.js";
import {
  COLUMNS,
  type DayTable,
  isStored,
  ALL_FIELDS,
  DEFAULT_FIELDS,
  type KlineRecord,
  columnsOf,
  type RangeOptions,
  checkRange,
  formatTimestamp,
} from "../../archive/index.js";

/** What to read, see {@link readKlines}. */
export interface ReadKlinesOptions extends RangeOptions {
  /** @defaultValue all that are stored */
  readonly symbols?: Iterable<string>;
  /** @defaultValue "all": whatever is stored of the day, after-market among it */
  readonly hours?: Hours;
}

/**
 * Reads stored minutes of many symbols, a day in memory at a time.
 *
 * Before a symbol's first trade of a day its prices are `null`. In a hole, a minute that traded and cannot be read, its
 * volume is `null` as well. A minute that was not fetched lacks the symbol. A record has `turnover` if it is known of every
 * symbol in it, holes aside. Damaged objects are left out and logged; without a logger Node prints a warning. See
 * {@link coverage} for what is missing.
 *
 * @example
 * ```ts
 * for await (const { timestamp, data } of readKlines({ store, from: "2026-11-20", to: "2026-11-20" }))
 *   console.log(timestamp, data["005930"]); // "2026-11-20_09:00" [open, high, low, close, volume, acc_vol]
 * ```
 * @returns merged records with at least one symbol, ascending by time.
 * @throws {@link ConfigError} if an option is not usable, before any I/O.
 * @throws {@link CalendarRangeError} if the range leaves the calendar's.
 * @throws {@link StorageError} if the store fails.
 */
export async function* readKlines(options: ReadKlinesOptions): AsyncGenerator<KlineRecord, void, undefined> {
  checkOptions(options, "an object with `store`, `from` and `to`");
  const logger = options.logger ?? warningLogger;
  const { klineStore, calendar, from, to, symbols, ...day } = checkRange(
    { ...options, logger },
    options.hours ?? "all",
  );
  const { signal } = options;
  for (const tradingDay of calendar.tradingDays(from, to)) {
    const { table } = await klineStore.readDay({ ...day, tradingDay, symbols, signal });
    const stored = table.symbols();
    for (const index of table.minutes.keys()) {
      signal?.throwIfAborted();
      const record = recordAt(table, stored, index);
      if (record !== undefined) yield record;
    }
  }
}

const TURNOVER = COLUMNS.indexOf("turnover");

/** One minute of a table as a record; `undefined` if no symbol is present in it. */
function recordAt(table: DayTable, symbols: readonly string[], index: number): KlineRecord | undefined {
  const length = table.minutes.length;
  const time = table.minutes[index] ?? 0;
  const present: [symbol: string, columns: Float64Array][] = [];
  let [known, unknown] = [0, 0];
  for (const symbol of symbols) {
    const columns = table.columns(symbol);
    if (columns === undefined || !isStored(columns, length, index)) continue;
    present.push([symbol, columns]);
    if (!Number.isNaN(columns[TURNOVER * length + index])) known++;
    else if (!table.isHole(symbol, index)) unknown++;
  }
  if (present.length === 0) return undefined;
  const fields = known > 0 && unknown === 0 ? ALL_FIELDS : DEFAULT_FIELDS;
  const offsets = columnsOf(fields).map((column) => column * length + index);
  const data: Record<string, (number | null)[]> = {};
  for (const [symbol, columns] of present) {
    data[symbol] = offsets.map((offset) => {
      const value = columns[offset] ?? Number.NaN;
      return Number.isNaN(value) ? null : value;
    });
  }
  return { timestamp: formatTimestamp(time), time, fields, data };
}
