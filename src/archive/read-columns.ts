import { ConfigError, type Hours, type TradingDay, checkOptions } from "../core/index.js";
import type { StoredRows } from "./day-columns.js";
import { COLUMNS } from "./day-table.js";
import { DAYS_AHEAD, readAhead } from "./read-ahead.js";
import { type RangeOptions, checkRange } from "./read-range.js";

/** A column of numbers of a {@link BarColumns}. */
export type BarColumn = "open" | "high" | "low" | "close" | "volume" | "accVolume" | "turnover";

/** What to read, see {@link readColumns}. */
export interface ReadColumnsOptions<Field extends BarColumn = BarColumn> extends RangeOptions {
  /** @defaultValue all that are stored */
  readonly symbols?: Iterable<string>;
  /** @defaultValue "all": whatever is stored of the day, after-market among it */
  readonly hours?: Hours;
  /** Columns to read; `symbol` and `time` are always there. @defaultValue all of them */
  readonly fields?: readonly Field[];
}

/** Stored minutes as columns of equal length: row `i` is what each has at `i`. */
export type BarColumns<Field extends BarColumn = BarColumn> = {
  /** Symbol of each row, ascending by code unit. */
  readonly symbol: string[];
  /** Epoch ms of the START of the minute. */
  readonly time: Float64Array;
} & {
  /** KRW and shares; NaN for what is not known, such as prices before a day's first trade. */
  readonly [Name in Field]: Float64Array;
};

/**
 * Reads every stored minute of a range into typed arrays, sorted by symbol (code unit) and then time. Untraded minutes
 * have volume 0, holes NaN.
 *
 * @example
 * ```ts
 * const { time, close } = await readColumns({ store, from, to, symbols: ["005930"], fields: ["close"] });
 * ```
 * @throws {@link ConfigError} if an option is not usable, before any I/O.
 * @throws {@link CalendarRangeError} if the range leaves the calendar's.
 * @throws {@link StorageError} if the store fails.
 */
export async function readColumns<Field extends BarColumn = BarColumn>(
  options: ReadColumnsOptions<Field>,
): Promise<BarColumns<Field>> {
  checkOptions(options, "an object with `store`, `from` and `to`");
  const { signal } = options;
  const fields = checkColumns(options.fields);
  const { klineStore, calendar, from, to, symbols, venue, hours } = checkRange(
    options,
    options.hours ?? "all",
  );
  const parts = new Map<string, StoredRows[]>();
  const days = calendar.tradingDays(from, to);
  const read = async (tradingDay: TradingDay): Promise<ReadonlyMap<string, StoredRows>> => {
    signal?.throwIfAborted();
    return (await klineStore.readRows({ tradingDay, venue, hours, symbols, signal, fields })).rows;
  };
  // One at a time for a whole market, whose day takes some hundred megabytes.
  const ahead =
    symbols === undefined ? 1 : Math.max(1, Math.min(DAYS_AHEAD, Math.floor(2000 / symbols.length)));
  for await (const day of readAhead(days, ahead, read)) {
    for (const [symbol, part] of day) {
      const before = parts.get(symbol);
      if (before === undefined) parts.set(symbol, [part]);
      else before.push(part);
    }
  }
  return joinParts(parts, fields);
}

function checkColumns(fields: readonly unknown[] | undefined): readonly BarColumn[] {
  const isColumn = (field: unknown): field is BarColumn => COLUMNS.includes(field as BarColumn);
  if (fields === undefined) return COLUMNS;
  if (!Array.isArray(fields) || !fields.every(isColumn))
    throw new ConfigError("fields", `an array of ${COLUMNS.join(", ")}`, fields);
  return [...new Set(fields)];
}

function joinParts(parts: Map<string, StoredRows[]>, fields: readonly BarColumn[]): BarColumns {
  let rows = 0;
  for (const list of parts.values()) for (const { time } of list) rows += time.length;
  const symbol = Array.from({ length: rows }, () => "");
  const time = new Float64Array(rows);
  const columns = fields.map(() => new Float64Array(rows));
  let at = 0;
  for (const name of [...parts.keys()].sort()) {
    for (const part of parts.get(name) ?? []) {
      symbol.fill(name, at, at + part.time.length);
      time.set(part.time, at);
      for (const [place, column] of columns.entries()) column.set(part.columns[place] ?? [], at);
      at += part.time.length;
    }
    parts.delete(name);
  }
  const named = Object.fromEntries(fields.map((field, place) => [field, columns[place]]));
  return { symbol, time, ...named } as BarColumns;
}
