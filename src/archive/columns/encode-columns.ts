import { gzipSync } from "node:zlib";
import type { ByteWriter, ColumnSource, ParquetWriter, SchemaElement } from "hyparquet-writer";
import { COLUMNS, type DayTable, isStored } from "../day-table.js";
import { type ColumnGroup, sha256Of } from "./manifest.js";

/** The part of `hyparquet-writer` that is used; the caller loads it on first use. */
export interface ParquetLibrary {
  readonly ByteWriter: typeof ByteWriter;
  readonly ParquetWriter: typeof ParquetWriter;
}

/** A day as one Parquet object. */
export interface EncodedColumns {
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly groups: readonly ColumnGroup[];
}

/** Rows of a group, about: smaller ones make the manifest and footer larger than the read. @see bench/archive */
export const GROUP_ROWS = 16_384;
/**
 * Rows of a page: two symbols' day. Pages of one made a day a fifteenth larger, since each is compressed on its own;
 * pages of four made one symbol's read decode four days' rows.
 */
const PAGE_ROWS = 762;
const VALUE_BYTES = 8;
/** A tenth to a fifth smaller than snappy, and as quick to write: figures in the page. @see decisions/012-columns.md */
export const CODEC = "GZIP";
const GZIP_LEVEL = 6;

const REQUIRED = { repetition_type: "REQUIRED" } as const;
const OPTIONAL = { repetition_type: "OPTIONAL" } as const;

/** The columns that say of which symbol and minute a row is; `time` is a UTC instant, so that no reader guesses a zone. */
export const KEY_COLUMNS: readonly SchemaElement[] = [
  {
    name: "symbol",
    type: "BYTE_ARRAY",
    converted_type: "UTF8",
    logical_type: { type: "STRING" },
    ...REQUIRED,
  },
  {
    name: "time",
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
    ...REQUIRED,
  },
];

/** Names, types and order of the columns: a reader that skips the footer relies on them. */
export const COLUMN_SCHEMA: readonly SchemaElement[] = [
  ...KEY_COLUMNS,
  ...["open", "high", "low", "close"].map((name): SchemaElement => ({ name, type: "DOUBLE", ...OPTIONAL })),
  ...["volume", "acc_vol", "turnover"].map((name): SchemaElement => ({ name, type: "INT64", ...OPTIONAL })),
];

/**
 * All cells of a table as Parquet, sorted by symbol and time, in groups of whole symbols.
 *
 * @returns the object; or why the day cannot be held in columns: an amount that is no whole number.
 */
export function encodeColumns(
  table: DayTable,
  library: ParquetLibrary,
  facts: Readonly<Record<string, string>>,
): EncodedColumns | { readonly unfit: string } {
  const writer = new library.ByteWriter();
  const parquet = new library.ParquetWriter({
    writer,
    schema: [{ name: "root", num_children: COLUMN_SCHEMA.length }, ...COLUMN_SCHEMA],
    codec: CODEC,
    compressors: { GZIP: (bytes: Uint8Array) => gzipSync(bytes, { level: GZIP_LEVEL }) },
    statistics: false,
    kvMetadata: Object.entries(facts).map(([key, value]) => ({ key, value })),
    createdBy: "hantoo",
  });
  const times = table.minutes.map(BigInt);
  const groups: (Omit<ColumnGroup, "sha256"> & { rows: number })[] = [];
  let rows = 0;
  for (const symbols of groupsOf(table)) {
    const columns = columnsOf(table, symbols, times);
    if ("unfit" in columns) return columns;
    const offset = writer.offset;
    const count = columns.symbol.length;
    void parquet.write({
      columnData: columnData(columns),
      rowGroupSize: count,
      pageSize: PAGE_ROWS * VALUE_BYTES + 1,
    });
    groups.push({
      offset,
      length: writer.offset - offset,
      rows: count,
      firstSymbol: symbols[0] ?? "",
      lastSymbol: symbols.at(-1) ?? "",
    });
    rows += count;
  }
  void parquet.finish(); // into memory: synchronous
  const bytes = writer.getBytes();
  const sealed = groups.map((group) => ({
    ...group,
    sha256: sha256Of(bytes.subarray(group.offset, group.offset + group.length)),
  }));
  return { bytes, rows, groups: sealed };
}

/** Symbols that share a group. */
function* groupsOf(table: DayTable): Generator<string[]> {
  let symbols: string[] = [];
  let rows = 0;
  for (const symbol of table.symbols()) {
    const count = table.symbolCellCount(symbol);
    if (rows > 0 && rows + count > GROUP_ROWS) {
      yield symbols;
      symbols = [];
      rows = 0;
    }
    symbols.push(symbol);
    rows += count;
  }
  if (rows > 0) yield symbols;
}

interface GroupColumns {
  readonly symbol: string[];
  readonly time: BigInt64Array;
  /** In the order of {@link COLUMNS}. Amounts too are numbers: most fit into 32 bits, packed without a bigint each. */
  readonly values: (number | null)[][];
}

function columnsOf(
  table: DayTable,
  symbols: readonly string[],
  times: readonly bigint[],
): GroupColumns | { readonly unfit: string } {
  const length = table.minutes.length;
  const rows = symbols.reduce((sum, symbol) => sum + table.symbolCellCount(symbol), 0);
  const symbol: string[] = [];
  const time = new BigInt64Array(rows);
  const values = COLUMNS.map((): (number | null)[] => []);
  for (const name of symbols) {
    const numbers = table.columns(name) ?? new Float64Array();
    for (let index = 0; index < length; index++) {
      if (!isStored(numbers, length, index)) continue;
      time[symbol.length] = times[index] ?? 0n;
      symbol.push(name);
      for (let column = 0; column < COLUMNS.length; column++) {
        const value = numbers[column * length + index] ?? Number.NaN;
        const isAmount = column >= FIRST_AMOUNT && value === value;
        if (isAmount && !Number.isSafeInteger(value)) {
          return { unfit: `${COLUMNS[column] ?? ""} of ${name} is ${value}, no whole number` };
        }
        values[column]?.push(value === value ? value : null);
      }
    }
  }
  return { symbol, time, values };
}

const FIRST_AMOUNT = COLUMNS.indexOf("volume");

/** Statistics on `symbol` alone, by which other readers skip groups. */
function columnData({ symbol, time, values }: GroupColumns): ColumnSource[] {
  const delta = "DELTA_BINARY_PACKED";
  const plain = { offsetIndex: false } as const;
  return [
    { name: "symbol", data: symbol, encoding: "RLE_DICTIONARY", statistics: true, ...plain },
    { name: "time", data: time, encoding: delta, ...plain },
    ...values.map((data, column): ColumnSource => {
      const name = COLUMN_SCHEMA[column + 2]?.name ?? "";
      return column < FIRST_AMOUNT
        ? { name, data, encoding: "PLAIN", ...plain }
        : { name, data, encoding: delta, ...plain };
    }),
  ];
}
