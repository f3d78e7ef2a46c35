import { StorageError } from "../core/index.js";
import type { ObjectStore } from "../storage/index.js";
import { type BriefManifest, columnsKey, copyColumns, writeColumns } from "./columns/index.js";
import {
  type RowsRequest,
  type StoredRows,
  readRows,
  readBriefListing,
  readRowsFromColumns,
} from "./day-columns.js";
import { COLUMNS, type DayTable, isStored } from "./day-table.js";
import { type DamagedObject, type DaySource, readDay } from "./read-day.js";

/** Rows of a day, wherever they were read. */
export interface DayRows {
  /** By symbol, in the order of the symbols. */
  readonly rows: ReadonlyMap<string, StoredRows>;
  /** Objects that were not merged. */
  readonly damaged: readonly DamagedObject[];
}

/** Reads symbols of a day as rows: from its columns where they are in step, else from its objects. */
export async function readDayRows(source: DaySource, request: RowsRequest): Promise<DayRows> {
  const rows = await readRowsFromColumns(source, request);
  return rows === undefined ? readObjectRows(source, request) : { rows, damaged: [] };
}

async function readObjectRows(source: DaySource, request: RowsRequest): Promise<DayRows> {
  const { table, damaged } = await readDay(request, source);
  const { fields = COLUMNS } = request;
  return {
    rows: new Map(table.symbols().map((symbol) => [symbol, takeRows(table, symbol, fields)])),
    damaged,
  };
}

/** The stored minutes of a symbol. The table forgets them, so that the day is not in memory twice. */
function takeRows(table: DayTable, symbol: string, fields: readonly (typeof COLUMNS)[number][]): StoredRows {
  const { minutes } = table;
  const numbers = table.columns(symbol) ?? new Float64Array();
  const stored = [...minutes.keys()].filter((index) => isStored(numbers, minutes.length, index));
  const cut = (field: (typeof COLUMNS)[number]): Float64Array => {
    const start = COLUMNS.indexOf(field) * minutes.length;
    return Float64Array.from(stored, (index) => numbers[start + index] ?? Number.NaN);
  };
  const time = Float64Array.from(stored, (index) => minutes[index] ?? Number.NaN);
  table.delete(symbol);
  return { time, columns: fields.map(cut) };
}

/** A copy of a day that is read a few symbols at a time; the day's objects are not fetched again. */
export interface DayCopy {
  /** How many minutes are stored of each symbol, at the most. */
  readonly counts: ReadonlyMap<string, number>;
  readonly damaged: readonly DamagedObject[];
  /** @returns their rows, all columns; a symbol without any is left out. */
  readonly read: (symbols: readonly string[]) => Promise<ReadonlyMap<string, StoredRows>>;
}

/**
 * Copies a day into another store as columns: its own if they are in step, else new ones made from its objects. Each
 * object is fetched once, however often the copy is read.
 *
 * @throws {@link StorageError} if either store fails.
 */
export async function copyDay(source: DaySource, request: RowsRequest, to: ObjectStore): Promise<DayCopy> {
  const { tradingDay, venue } = request;
  const day = { store: source.store, prefix: source.prefix, tradingDay, venue };
  const { objects, manifest } = await readBriefListing(source, request);
  if (objects.length === 0) return { counts: new Map(), damaged: [], read: async () => new Map() };
  if (manifest !== undefined && (await copyColumns(day, manifest, to))) {
    const copied = (symbols: readonly string[]) =>
      readRows({ ...source, store: to }, { ...request, symbols }, manifest);
    return {
      counts: countsOf(manifest, request.symbols),
      damaged: [],
      // Columns that were built with a calendar of other minutes cannot be read.
      read: async (symbols) =>
        (await copied(symbols)) ?? (await readObjectRows(source, { ...request, symbols })).rows,
    };
  }
  const { table, damaged, source: provenance } = await readDay(request, source);
  const counts = new Map(table.symbols().map((symbol) => [symbol, table.symbolCellCount(symbol)]));
  const aside = takeUnfit(table);
  const made = { ...day, store: to, table, sources: [], source: provenance, calendar: source.calendar };
  const written = table.cellCount() === 0 ? undefined : await writeColumns(made);
  const isWritten = written !== undefined && !("unfit" in written);
  return {
    counts,
    damaged,
    async read(symbols) {
      const own = symbols.flatMap((symbol) => {
        const rows = aside.get(symbol);
        return rows === undefined ? [] : [[symbol, rows] as const];
      });
      if (!isWritten) return new Map(own);
      const rows = await readRows({ ...source, store: to }, { ...request, symbols }, written);
      if (rows === undefined) {
        const key = columnsKey(day.prefix, venue, tradingDay);
        const facts = { operation: "get", key } as const;
        throw new StorageError(
          `the copy of ${tradingDay} does not read back as written: check the disk`,
          facts,
        );
      }
      return new Map([...rows, ...own]);
    },
  };
}

function countsOf(
  { symbols, have }: BriefManifest,
  wanted: readonly string[] | undefined,
): ReadonlyMap<string, number> {
  const chosen = wanted && new Set(wanted);
  const counts = new Map<string, number>();
  for (const [at, symbol] of symbols.entries())
    if (chosen?.has(symbol) !== false) counts.set(symbol, have[at] ?? 0);
  return counts;
}

/** Takes out the symbols with an amount that is no whole number, which columns cannot hold. */
function takeUnfit(table: DayTable): ReadonlyMap<string, StoredRows> {
  const isUnfit = (symbol: string): boolean =>
    AMOUNTS.some((name) =>
      table.column(symbol, name)?.some((value) => value === value && !Number.isSafeInteger(value)),
    );
  const odd = table.symbols().filter(isUnfit);
  return new Map(odd.map((symbol) => [symbol, takeRows(table, symbol, COLUMNS)]));
}

const AMOUNTS = ["volume", "accVolume", "turnover"] as const;
