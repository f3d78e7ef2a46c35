import type { ByteWriter, ParquetWriter, SchemaElement } from "hyparquet-writer";
import { KEY_COLUMNS, type ParquetLibrary, type StoredRows } from "../../archive/index.js";
import { StorageError } from "../../core/index.js";

const REQUIRED = { repetition_type: "REQUIRED" } as const;
const price = (name: string): SchemaElement => ({ name, type: "DOUBLE", ...REQUIRED });
const shares = (name: string): SchemaElement => ({ name, type: "INT64", ...REQUIRED });

/** Names are those of the stored lines. */
const SCHEMA: readonly SchemaElement[] = [
  { name: "root", num_children: 9 },
  ...KEY_COLUMNS,
  price("open"),
  price("high"),
  price("low"),
  price("close"),
  shares("volume"),
  shares("acc_vol"),
  { name: "turnover", type: "DOUBLE", repetition_type: "OPTIONAL" },
];
/** `time`, and the columns of {@link StoredRows}. */
const NUMBERS = 8;
const VOLUME = 5;
const ACC_VOLUME = 6;
const TURNOVER = 7;

/** A Parquet file that takes rows and keeps no more than one row group of them unpacked. */
export class ParquetFile {
  readonly #bytes: ByteWriter;
  readonly #writer: ParquetWriter;
  readonly #untraded: "flat" | "skip";
  readonly #symbols: string[] = [];
  readonly #numbers: Float64Array;
  readonly #groupRows: number;
  #rows = 0;

  /** @param untraded - whether minutes with volume 0 are left out. */
  constructor(
    library: ParquetLibrary,
    groupRows: number,
    untraded: "flat" | "skip",
    facts: Readonly<Record<string, string>>,
  ) {
    this.#groupRows = groupRows;
    this.#untraded = untraded;
    this.#numbers = new Float64Array(groupRows * NUMBERS);
    this.#bytes = new library.ByteWriter();
    this.#writer = new library.ParquetWriter({
      writer: this.#bytes,
      schema: [...SCHEMA],
      kvMetadata: Object.entries(facts).map(([key, value]) => ({ key, value })),
      createdBy: "hantoo",
    });
  }

  /** How many bars it holds. */
  get rows(): number {
    return this.#rows + this.#symbols.length;
  }

  /**
   * Adds a symbol's bars of a day: minutes without a price, before the day's first trade or in a hole, are none.
   *
   * @param rows - with all columns.
   * @throws {@link StorageError} for a volume that counts no whole shares.
   */
  add(symbol: string, { time, columns }: StoredRows): void {
    const least = this.#untraded === "flat" ? 0 : Number.MIN_VALUE;
    for (let from = 0; from < time.length; from++) {
      // Either all prices are known or none.
      const volume = columns[VOLUME - 1]?.[from] ?? Number.NaN;
      if (!(volume >= least) || Number.isNaN(columns[0]?.[from])) continue;
      if (!Number.isSafeInteger(volume) || !Number.isSafeInteger(columns[ACC_VOLUME - 1]?.[from]))
        throw notWhole(symbol, time[from] ?? 0);
      const row = this.#symbols.push(symbol) - 1;
      this.#numbers[row] = time[from] ?? 0;
      for (let column = 1; column < NUMBERS; column++)
        this.#numbers[column * this.#groupRows + row] = columns[column - 1]?.[from] ?? Number.NaN;
      if (row + 1 === this.#groupRows) this.#pack();
    }
  }

  /** @returns the whole file. */
  finish(): Uint8Array {
    if (this.#symbols.length > 0) this.#pack();
    void this.#writer.finish(); // into memory: synchronous
    return this.#bytes.getBytes();
  }

  #pack(): void {
    const column = (at: number): Float64Array =>
      this.#numbers.slice(at * this.#groupRows, at * this.#groupRows + this.#symbols.length);
    const plain = { statistics: false, offsetIndex: false } as const;
    const dictionary = { encoding: "RLE_DICTIONARY", ...plain } as const;
    const delta = { encoding: "DELTA_BINARY_PACKED", ...plain } as const;
    void this.#writer.write({
      rowGroupSize: this.#groupRows,
      // Amounts stay numbers: most fit into 32 bits, which the writer packs without a bigint each.
      columnData: [
        { name: "symbol", data: this.#symbols, ...dictionary, statistics: true },
        { name: "time", data: BigInt64Array.from(column(0), BigInt), ...delta, statistics: true },
        ...["open", "high", "low", "close"].map((name, at) => ({
          name,
          data: column(1 + at),
          ...dictionary,
        })),
        { name: "volume", data: column(VOLUME), ...delta },
        { name: "acc_vol", data: column(ACC_VOLUME), ...delta },
        {
          name: "turnover",
          data: Array.from(column(TURNOVER), (value) => (Number.isNaN(value) ? null : value)),
          encoding: "PLAIN",
          ...plain,
        },
      ],
    });
    this.#rows += this.#symbols.length;
    this.#symbols.length = 0;
  }
}

function notWhole(symbol: string, time: number): StorageError {
  const at = new Date(time).toISOString();
  return new StorageError(`stored bar of ${symbol} at ${at} has a volume that is no whole number`, {
    operation: "get",
    key: symbol,
  });
}
