import {
  ConfigError,
  type Hours,
  type TradingDay,
  checkOptions,
  checkPort,
  compactDay,
  venueCode,
} from "../../core/index.js";
import { FileStore, type ObjectStore, createScratch } from "../../storage/index.js";
import {
  type DayCopy,
  type DayRows,
  type Range,
  type RangeOptions,
  type StoredRows,
  checkRange,
} from "../../archive/index.js";
import { ParquetFile } from "./parquet-file.js";

/** What to export, where to, and how to divide it into files. */
export interface ExportParquetOptions extends RangeOptions {
  /** Where the files go: a store, or the path of a folder. */
  readonly out: ObjectStore | string;
  /** One file a trading day, or one a symbol. @defaultValue "day" */
  readonly by?: "day" | "symbol";
  /** @defaultValue all that are stored */
  readonly symbols?: Iterable<string>;
  /** @defaultValue "all": whatever is stored of the day, after-market among it */
  readonly hours?: Hours;
  /** Minutes without trades: flat at the last price with volume 0, or left out. @defaultValue "flat" */
  readonly untraded?: "flat" | "skip";
  /**
   * With `by: "symbol"`, for the bars that wait for their files. What does not fit waits on disk: in `out` where that is
   * a folder, else in the host's folder for temporary files, about as much as the columns of the days.
   *
   * @defaultValue 256 MiB
   */
  readonly maxMemoryBytes?: number;
  /** Called after each file. */
  readonly onProgress?: (file: ExportedFile) => void;
}

/** A Parquet file that is durable in `out`. */
export interface ExportedFile {
  /** Such as `20261120_J.parquet`, or `005930_20261102_20261120_J.parquet`. */
  readonly key: string;
  /** Bars in it. */
  readonly rows: number;
  /** Size in bytes. */
  readonly bytes: number;
}

/** What {@link exportParquet} wrote, and what it could not read. */
export interface ExportReport {
  /** What was written, in order. */
  readonly files: readonly ExportedFile[];
  /** Stored objects that are damaged: their bars are in no file. */
  readonly damaged: readonly {
    /** Key of the object. */
    readonly key: string;
    /** What is wrong with it. */
    readonly reason: string;
  }[];
}

/** Rows of a row group; DuckDB's own writer uses 122,880. */
const DAY_GROUP_ROWS = 100_000;
const SYMBOL_GROUP_ROWS = 8192;
/** Memory of a waiting bar: eight numbers. */
const BAR_BYTES = 64;

/**
 * Writes stored bars as Parquet files: from each symbol's first trade of a day on, ascending by symbol (in a
 * day's file) and time.
 *
 * Columns: `symbol` string, `time` timestamp (UTC, milliseconds: the START of the minute), `open`, `high`, `low`,
 * `close` double (KRW), `volume`, `acc_vol` int64 (shares), `turnover` double (KRW, null where it is not stored).
 * A hole, a minute that traded and cannot be read, has no row.
 * A file is written whole or not at all, and one of the same name is replaced. A day or symbol without a bar
 * gives none. Each stored day is read once. In memory are one day and, by symbol, `maxMemoryBytes` of bars.
 *
 * @example
 * ```ts
 * const { files } = await exportParquet({ store, out: "./parquet", from: "2026-11-02", to: "2026-11-20" });
 * ```
 * @returns the files in the order of their keys, and the stored objects that are damaged.
 * @throws {@link ConfigError} if an option is not usable, before any I/O.
 * @throws {@link CalendarRangeError} if the range leaves the calendar's.
 * @throws {@link StorageError} if either store fails. Files written before stay.
 */
export async function exportParquet(options: ExportParquetOptions): Promise<ExportReport> {
  checkOptions(options, "an object with `store`, `out`, `from` and `to`");
  const { by = "day", untraded = "flat", maxMemoryBytes = 256 * 1024 * 1024, signal, onProgress } = options;
  if (by !== "day" && by !== "symbol") throw new ConfigError("by", '"day" or "symbol"', by);
  if (untraded !== "flat" && untraded !== "skip") {
    throw new ConfigError("untraded", '"flat" or "skip"', untraded);
  }
  if (!(maxMemoryBytes > 0)) throw new ConfigError("maxMemoryBytes", "bytes > 0", maxMemoryBytes);
  const range = checkRange(options, options.hours ?? "all");
  const out = typeof options.out === "string" ? new FileStore(options.out) : options.out;
  checkPort(out, "out", ["put"], "the path of a folder, or an ObjectStore");
  const library = await import("hyparquet-writer");
  const files: ExportedFile[] = [];
  const damaged = new Map<string, string>();
  const { venue, hours } = range;
  const scratch = await createScratch(out instanceof FileStore ? out.dir : undefined);
  const job: Job = {
    range,
    days: range.calendar.tradingDays(range.from, range.to),
    async read(tradingDay) {
      signal?.throwIfAborted();
      const day = await range.klineStore.readRows(requestOf(range, tradingDay, signal));
      for (const { key, reason } of day.damaged) damaged.set(key, reason);
      return day.rows;
    },
    async copy(tradingDay) {
      signal?.throwIfAborted();
      const day = await range.klineStore.copyDay(requestOf(range, tradingDay, signal), scratch.store);
      for (const { key, reason } of day.damaged) damaged.set(key, reason);
      return day;
    },
    open: (groupRows) =>
      new ParquetFile(library, groupRows, untraded, { venue, hours, time: "start of the minute, UTC" }),
    async save(name, file) {
      signal?.throwIfAborted();
      const { rows } = file;
      if (rows === 0) return;
      const key = `${name}_${venueCode(venue)}.parquet`;
      const bytes = file.finish();
      await out.put(key, bytes);
      const saved = { key, rows, bytes: bytes.byteLength };
      files.push(saved);
      onProgress?.(saved);
    },
  };
  try {
    await (by === "day" ? exportDays(job) : exportSymbols(job, maxMemoryBytes));
  } finally {
    await scratch.remove();
  }
  files.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { files, damaged: [...damaged].map(([key, reason]) => ({ key, reason })) };
}

function requestOf(
  { venue, hours, symbols }: Range,
  tradingDay: TradingDay,
  signal: AbortSignal | undefined,
) {
  return { tradingDay, venue, hours, symbols, signal };
}

/** The input and output that both kinds of export share. */
interface Job {
  readonly range: Range;
  readonly days: readonly TradingDay[];
  readonly read: (day: TradingDay) => Promise<DayRows["rows"]>;
  readonly copy: (day: TradingDay) => Promise<DayCopy>;
  readonly open: (groupRows: number) => ParquetFile;
  readonly save: (name: string, file: ParquetFile) => Promise<void>;
}

async function exportDays({ days, read, open, save }: Job): Promise<void> {
  for (const day of days) {
    const file = open(DAY_GROUP_ROWS);
    for (const [symbol, rows] of await read(day)) file.add(symbol, rows);
    await save(compactDay(day), file);
  }
}

/**
 * Reads every day once. The bars of a few symbols wait in memory. Those of a market wait on disk as columns, from which
 * as many symbols are read at a time as fit into memory.
 */
async function exportSymbols(job: Job, maxMemoryBytes: number): Promise<void> {
  const { range, days, copy, read } = job;
  const minutes = minutesOf(range, days);
  const mostRows = Math.max(1, Math.floor(maxMemoryBytes / BAR_BYTES));
  const waiting = new WaitingRows();
  if (range.symbols !== undefined && range.symbols.length * minutes <= mostRows) {
    for (const day of days) waiting.add(await read(day));
    await saveSymbols(job, waiting, [...range.symbols].sort(), minutes);
    return;
  }
  const copies: DayCopy[] = [];
  for (const day of days) copies.push(await copy(day));
  for (const symbols of batchesOf(copies, mostRows)) {
    for (const day of copies) waiting.add(await day.read(symbols));
    await saveSymbols(job, waiting, symbols, minutes);
  }
}

/** Bars by symbol, day after day. */
class WaitingRows {
  readonly #parts = new Map<string, StoredRows[]>();

  add(day: DayRows["rows"]): void {
    for (const [symbol, rows] of day) {
      const parts = this.#parts.get(symbol);
      if (parts === undefined) this.#parts.set(symbol, [rows]);
      else parts.push(rows);
    }
  }

  /** The parts of a symbol, which are then forgotten. */
  take(symbol: string): readonly StoredRows[] {
    const parts = this.#parts.get(symbol) ?? [];
    this.#parts.delete(symbol);
    return parts;
  }
}

async function saveSymbols(
  { range, open, save }: Job,
  waiting: WaitingRows,
  symbols: readonly string[],
  minutes: number,
): Promise<void> {
  for (const symbol of symbols) {
    const file = open(Math.max(1, Math.min(minutes, SYMBOL_GROUP_ROWS)));
    for (const rows of waiting.take(symbol)) file.add(symbol, rows);
    await save(`${symbol}_${compactDay(range.from)}_${compactDay(range.to)}`, file);
  }
}

/** All symbols of the days in order, cut so that no more than so many rows wait at once. */
function* batchesOf(days: readonly DayCopy[], mostRows: number): Generator<readonly string[]> {
  const rows = new Map<string, number>();
  for (const { counts } of days)
    for (const [symbol, count] of counts) rows.set(symbol, (rows.get(symbol) ?? 0) + count);
  let batch: string[] = [];
  let sum = 0;
  for (const symbol of [...rows.keys()].sort()) {
    const count = rows.get(symbol) ?? 0;
    if (batch.length > 0 && sum + count > mostRows) {
      yield batch;
      batch = [];
      sum = 0;
    }
    batch.push(symbol);
    sum += count;
  }
  if (batch.length > 0) yield batch;
}

/** How many bars a symbol can have in all the days. */
function minutesOf({ calendar, venue, hours }: Range, days: readonly TradingDay[]): number {
  return days.reduce((sum, day) => sum + calendar.minutes(day, { venue, hours }).length, 0);
}
