import {
  ConfigError,
  type Hours,
  type TradingDay,
  checkOptions,
  checkPort,
  compactDay,
  venueCode,
} from "../../core/index.js";
import { FileStore, type ObjectStore } from "../../storage/index.js";
import { type DayTable, type Range, type RangeOptions, checkRange } from "../../archive/index.js";
import { ParquetFile } from "./parquet-file.js";

import { tableBars } from "../evidence/index.js";

/** What to export, where to, and how it is cut into files. */
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
  /** With `by: "symbol"`, for the files that grow side by side; less takes more passes. @defaultValue 256 MiB */
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
  /** Stored objects that failed their proof: their bars are in no file. */
  readonly damaged: readonly {
    /** Key of the object. */
    readonly key: string;
    /** What is wrong with it. */
    readonly reason: string;
  }[];
}

/** Rows packed at once: what DuckDB's own writer uses is 122,880; one symbol's file is short and many are open. */
const DAY_GROUP_ROWS = 100_000;
const SYMBOL_GROUP_ROWS = 8192;
/** A bar in a file that grows: eight numbers, and packed about 20 bytes (measured, see bench/storage.ts). */
const UNPACKED_BYTES = 64;
const PACKED_BYTES = 20;

/**
 * Writes stored bars as Parquet files: from each symbol's first trade of a day on, ascending by symbol (in a
 * day's file) and time.
 *
 * Columns: `symbol` string, `time` timestamp (UTC, milliseconds: the START of the minute), `open`, `high`, `low`,
 * `close` double (KRW), `volume`, `acc_vol` int64 (shares), `turnover` double (KRW, null where it is not stored).
 * A hole, a minute that traded and that nobody can read, has no row.
 * A file is written whole or not at all, and one of the same name is replaced. A day or symbol without a bar
 * gives none. In memory are one day and, by symbol, `maxMemoryBytes` of files.
 *
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
  const job: Job = {
    range,
    days: range.calendar.tradingDays(range.from, range.to),
    async read(tradingDay, symbols) {
      signal?.throwIfAborted();
      const chosen = { ...(symbols && { symbols }), ...(signal && { signal }) };
      const day = await range.klineStore.readDay({ tradingDay, venue, hours, ...chosen });
      for (const { key, reason } of day.damaged) damaged.set(key, reason);
      return day.table;
    },
    open: (groupRows) =>
      new ParquetFile(library, groupRows, { venue, hours, time: "start of the minute, UTC" }),
    fill(file, table, symbol) {
      for (const bar of tableBars(table, symbol, untraded)) file.add(symbol, bar);
    },
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
  await (by === "day" ? exportDays(job) : exportSymbols(job, maxMemoryBytes));
  files.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { files, damaged: [...damaged].map(([key, reason]) => ({ key, reason })) };
}

/** The ways in and out that both cuts share. */
interface Job {
  readonly range: Range;
  readonly days: readonly TradingDay[];
  readonly read: (day: TradingDay, symbols: readonly string[] | undefined) => Promise<DayTable>;
  readonly open: (groupRows: number) => ParquetFile;
  readonly fill: (file: ParquetFile, table: DayTable, symbol: string) => void;
  readonly save: (name: string, file: ParquetFile) => Promise<void>;
}

async function exportDays({ range, days, read, open, fill, save }: Job): Promise<void> {
  for (const day of days) {
    const table = await read(day, range.symbols);
    const file = open(DAY_GROUP_ROWS);
    for (const symbol of table.symbols()) {
      fill(file, table, symbol);
      table.delete(symbol);
    }
    await save(compactDay(day), file);
  }
}

/** As many passes over the days as it takes to keep the open files within memory. */
async function exportSymbols(
  { range, days, read, open, fill, save }: Job,
  maxMemoryBytes: number,
): Promise<void> {
  const { groupRows, most } = openFiles(range, days, maxMemoryBytes);
  let left = range.symbols === undefined ? undefined : [...range.symbols].sort();
  do {
    // Until a first pass has shown which symbols there are, files are opened for those that are met first.
    const batch = left?.slice(0, most);
    const later = new Set(left?.slice(most));
    const opened = new Map<string, ParquetFile>();
    for (const day of days) {
      const table = await read(day, batch);
      for (const symbol of table.symbols()) {
        if (opened.size === most && !opened.has(symbol)) later.add(symbol);
        if (later.has(symbol)) continue;
        const file = opened.get(symbol) ?? open(groupRows);
        opened.set(symbol, file);
        fill(file, table, symbol);
      }
    }
    for (const [symbol, file] of [...opened].sort(([a], [b]) => (a < b ? -1 : 1))) {
      await save(`${symbol}_${compactDay(range.from)}_${compactDay(range.to)}`, file);
      opened.delete(symbol);
    }
    left = [...later].sort();
  } while (left.length > 0);
}

/** How large a row group one symbol needs, and how many symbols' files can grow side by side in `bytes`. */
function openFiles(
  { calendar, venue, hours }: Range,
  days: readonly TradingDay[],
  bytes: number,
): { readonly groupRows: number; readonly most: number } {
  const rows = days.reduce((sum, day) => sum + calendar.minutes(day, { venue, hours }).length, 0);
  const groupRows = Math.max(1, Math.min(rows, SYMBOL_GROUP_ROWS));
  const each = groupRows * UNPACKED_BYTES + rows * PACKED_BYTES;
  return { groupRows, most: Math.max(1, Math.floor(bytes / each)) };
}
