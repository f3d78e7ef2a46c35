import type { ByteWriter, ParquetWriter, SchemaElement } from "hyparquet-writer";
import { type MinuteBar, StorageError } from "../../core/index.js";

type Library = {
  readonly ByteWriter: typeof ByteWriter;
  readonly ParquetWriter: typeof ParquetWriter;
};

const REQUIRED = { repetition_type: "REQUIRED" } as const;
const price = (name: string): SchemaElement => ({ name, type: "DOUBLE", ...REQUIRED });
const shares = (name: string): SchemaElement => ({ name, type: "INT64", ...REQUIRED });

/** Names are those of the stored lines; `time` is an instant, so that readers need not guess a zone. */
const SCHEMA: readonly SchemaElement[] = [
  { name: "root", num_children: 9 },
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
  price("open"),
  price("high"),
  price("low"),
  price("close"),
  shares("volume"),
  shares("acc_vol"),
  { name: "turnover", type: "DOUBLE", repetition_type: "OPTIONAL" },
];
const NUMBERS = ["time", "open", "high", "low", "close", "volume", "accVolume", "turnover"] as const;

/** A Parquet file that takes bars one by one and keeps no more than one row group of them unpacked. */
export class ParquetFile {
  readonly #bytes: ByteWriter;
  readonly #writer: ParquetWriter;
  readonly #symbols: string[] = [];
  readonly #numbers: Float64Array;
  readonly #groupRows: number;
  #rows = 0;

  constructor(library: Library, groupRows: number, facts: Readonly<Record<string, string>>) {
    this.#groupRows = groupRows;
    this.#numbers = new Float64Array(groupRows * NUMBERS.length);
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

  /** @throws {@link StorageError} for a volume that counts no whole shares. */
  add(symbol: string, bar: MinuteBar): void {
    if (!Number.isSafeInteger(bar.volume) || !Number.isSafeInteger(bar.accVolume)) {
      const facts = { operation: "get", key: symbol } as const;
      const at = new Date(bar.time).toISOString();
      throw new StorageError(`stored bar of ${symbol} at ${at} has a volume that is no whole number`, facts);
    }
    const row = this.#symbols.push(symbol) - 1;
    for (const [column, name] of NUMBERS.entries()) {
      this.#numbers[column * this.#groupRows + row] = bar[name] ?? Number.NaN;
    }
    if (row + 1 === this.#groupRows) this.#pack();
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
    const integers = (at: number): BigInt64Array => BigInt64Array.from(column(at), BigInt);
    void this.#writer.write({
      rowGroupSize: this.#groupRows,
      columnData: [
        { name: "symbol", data: this.#symbols },
        { name: "time", data: integers(0), encoding: "DELTA_BINARY_PACKED" },
        ...["open", "high", "low", "close"].map((name, at) => ({ name, data: column(1 + at) })),
        { name: "volume", data: integers(5) },
        { name: "acc_vol", data: integers(6), encoding: "DELTA_BINARY_PACKED" },
        { name: "turnover", data: Array.from(column(7), (value) => (Number.isNaN(value) ? null : value)) },
      ],
    });
    this.#rows += this.#symbols.length;
    this.#symbols.length = 0;
  }
}
