import {
  ConfigError,
  type Hours,
  type Logger,
  type TradingDay,
  checkOptions,
  kstDay,
  silentLogger,
} from "../core/index.js";
import { type KlineRecord, type RangeOptions, readKlines } from "../kline/index.js";
import { createPartition, isPartitioned } from "./create-table.js";
import { type PgClient, checkClient, run } from "./pg-client.js";
import { type BarRow, DEFAULT_TABLE, checkTable, upsertSql, upsertValues } from "./sql.js";

/** Which stored bars to load, and where. */
export interface LoadBarsOptions extends RangeOptions {
  readonly client: PgClient;
  /** As {@link createTable} made it, or one like it. @defaultValue "stock_prices_minute" */
  readonly table?: string;
  /** @defaultValue all that are stored */
  readonly symbols?: Iterable<string>;
  /** @defaultValue "all": whatever is stored of the day, after-market among it */
  readonly hours?: Hours;
  /** Minutes without trades: flat at the last price with volume 0, or left out. @defaultValue "flat" */
  readonly untraded?: "flat" | "skip";
  /** For the column of that name. @defaultValue "KIS" for KRX, "KIS-NXT", "KIS-UN" */
  readonly source?: string;
  /** Rows in one statement. @defaultValue 5000 */
  readonly batchRows?: number;
  /** Called after each statement. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** How far {@link loadBars} is. */
export interface LoadProgress {
  /** KST day of the last row sent. */
  readonly tradingDay: TradingDay;
  /** Rows sent so far. */
  readonly rows: number;
  /** Of them, rows that were new or different. */
  readonly written: number;
}

/** What {@link loadBars} did. */
export interface LoadReport {
  /** Bars that were stored. */
  readonly rows: number;
  /** Of them, rows that were new or different: 0 when it is run again. */
  readonly written: number;
  /** Stored objects that failed their proof: their bars were not loaded. */
  readonly damaged: readonly { readonly key: string; readonly reason: string }[];
}

/**
 * Loads stored bars into a PostgreSQL table, from each symbol's first trade of a day on. A row that is there and
 * equal is left untouched, a different one is replaced, so running it again, or twice at once, is harmless.
 *
 * Each statement commits by itself: after an error, what was sent before stays, and a second run goes on.
 *
 * @throws `ConfigError` if an option is not usable, before any I/O.
 * @throws `CalendarRangeError` if the range leaves the calendar's.
 * @throws `StorageError` if the store or the database fails.
 */
export async function loadBars(options: LoadBarsOptions): Promise<LoadReport> {
  checkClient(checkOptions(options, "an object with `client`, `store`, `from` and `to`").client);
  const { client, venue = "KRX", untraded = "flat", batchRows = 5000, signal, onProgress } = options;
  const table = checkTable(options.table ?? DEFAULT_TABLE);
  const source = options.source ?? (venue === "KRX" ? "KIS" : `KIS-${venue}`);
  if (untraded !== "flat" && untraded !== "skip") {
    throw new ConfigError("untraded", '"flat" or "skip"', untraded);
  }
  if (typeof source !== "string" || source.includes("\0")) throw new ConfigError("source", "a text", source);
  // Eight array literals of some 30 bytes a row: far below the 1 GB that PostgreSQL takes for one value.
  if (!Number.isInteger(batchRows) || batchRows < 1 || batchRows > 100_000) {
    throw new ConfigError("batchRows", "an integer from 1 to 100000", batchRows);
  }
  const damaged: { key: string; reason: string }[] = [];
  const records = readKlines({ ...options, logger: listening(options.logger ?? silentLogger, damaged) });
  const statement = upsertSql(table);
  let needsPartitions: boolean | undefined;
  let sent = 0;
  let written = 0;

  const send = async (tradingDay: TradingDay, rows: BarRow[]): Promise<void> => {
    signal?.throwIfAborted();
    const [answer] = (await run(client, table, statement, upsertValues(rows, source))) as {
      written: number;
    }[];
    sent += rows.length;
    written += answer?.written ?? 0;
    onProgress?.({ tradingDay, rows: sent, written });
  };

  let day: TradingDay = "";
  const batch: BarRow[] = [];
  for await (const record of records) {
    const tradingDay = kstDay(record.time);
    if (tradingDay !== day) {
      if (batch.length > 0) await send(day, batch.splice(0));
      needsPartitions ??= await isPartitioned(client, table);
      if (needsPartitions) await createPartition(client, table, tradingDay);
      day = tradingDay;
    }
    for (const row of rowsOf(record)) if (untraded === "flat" || row.volume > 0) batch.push(row);
    while (batch.length >= batchRows) await send(day, batch.splice(0, batchRows));
  }
  if (batch.length > 0) await send(day, batch);
  return { rows: sent, written, damaged };
}

/** Before a symbol's first trade of the day there is no price, and so no row; a hole has none either. */
function rowsOf({ time, fields, data }: KlineRecord): BarRow[] {
  const [open, high, low, close, volume] = (["open", "high", "low", "close", "volume"] as const).map((name) =>
    fields.indexOf(name),
  );
  const rows: BarRow[] = [];
  for (const [symbol, values] of Object.entries(data)) {
    const at = (index = -1): number | null => values[index] ?? null;
    const bar = { open: at(open), high: at(high), low: at(low), close: at(close), volume: at(volume) };
    if (isPriced(bar)) rows.push({ symbol, time, ...bar });
  }
  return rows;
}

function isPriced(
  bar: Record<string, number | null>,
): bar is Record<"open" | "high" | "low" | "close" | "volume", number> {
  return Object.values(bar).every((value) => value !== null);
}

/** Passes everything on, and notes the objects that the reader calls damaged. */
function listening(logger: Logger, damaged: { key: string; reason: string }[]): Logger {
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.info(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error(facts, message) {
      if ("key" in facts && "reason" in facts)
        damaged.push({ key: String(facts.key), reason: String(facts.reason) });
      logger.error(facts, message);
    },
  };
}
