import {
  ConfigError,
  type Logger,
  type TradingDay,
  type Venue,
  checkSignal,
  checkVenue,
  kstDay,
} from "../core/index.js";
import { createPartition } from "./create-table.js";
import { type PgClient, checkClient, run } from "./pg-client.js";
import { type BarRow, type TableLayout, checkTable, upsertSql, upsertValues } from "./sql.js";
import { checkTableVenue, defaultSource, inspectTable } from "./table-shape.js";

/** Minutes or days without trades: flat at the last price with volume 0, or left out. */
export type Untraded = "flat" | "skip";

/** How far {@link loadBars} or {@link loadDaily} is. */
export interface LoadProgress {
  /** KST day of the last row sent. */
  readonly tradingDay: TradingDay;
  /** Rows sent so far. */
  readonly rows: number;
  /** Of them, rows that were new or different. */
  readonly written: number;
}

/** What {@link loadBars} or {@link loadDaily} did. */
export interface LoadReport {
  /** Bars that were stored. */
  readonly rows: number;
  /** Of them, rows that were new or different: 0 when it is run again. */
  readonly written: number;
  /** Stored objects that are damaged: their bars were not loaded. */
  readonly damaged: readonly {
    /** Key of the object. */
    readonly key: string;
    /** What is wrong with it. */
    readonly reason: string;
  }[];
}

/** Options of both loads, as passed by the caller. */
interface LoadOptions {
  readonly client: PgClient;
  readonly table?: string;
  readonly venue?: Venue;
  readonly untraded?: Untraded;
  readonly source?: string;
  readonly batchRows?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** The same, checked, defaults filled in. */
export interface LoadSettings {
  readonly client: PgClient;
  readonly table: string;
  readonly layout: TableLayout;
  readonly venue: Venue;
  readonly untraded: Untraded;
  readonly source: string;
  readonly batchRows: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: LoadProgress) => void) | undefined;
}

/** @throws {@link ConfigError} naming the first option that is not usable. */
export function checkLoad(options: LoadOptions, layout: TableLayout): LoadSettings {
  const { client, untraded = "flat", batchRows = 5000, signal, onProgress } = options;
  checkClient(client);
  checkSignal(signal);
  const venue = checkVenue(options.venue ?? "KRX");
  const table = checkTable(options.table ?? layout.table);
  const source = options.source ?? defaultSource(venue);
  if (untraded !== "flat" && untraded !== "skip") {
    throw new ConfigError("untraded", '"flat" or "skip"', untraded);
  }
  if (typeof source !== "string" || source.includes("\0")) throw new ConfigError("source", "a text", source);
  // Some ten array literals of 30 bytes a row: far below the 1 GB that PostgreSQL takes for one value.
  if (!Number.isInteger(batchRows) || batchRows < 1 || batchRows > 100_000) {
    throw new ConfigError("batchRows", "an integer from 1 to 100000", batchRows);
  }
  return { client, table, layout, venue, untraded, source, batchRows, signal, onProgress };
}

/** Sends rows in batches; each statement commits by itself. */
export interface RowWriter {
  /** To be called before a day's first row: makes its partition if the table is partitioned. */
  openDay(day: TradingDay): Promise<void>;
  add(row: BarRow): void;
  /** Sends the batches that are full. */
  sendWhole(): Promise<void>;
  /** Sends the rest. */
  end(damaged: ReadonlyMap<string, string>): Promise<LoadReport>;
}

/** Nothing is asked of the database before the first day. */
export function createRowWriter(settings: LoadSettings): RowWriter {
  const { client, table, layout, source, batchRows, signal, onProgress } = settings;
  let columns = layout.values;
  let isPartitioned: boolean | undefined;
  let day: TradingDay = "";
  let sent = 0;
  let written = 0;
  const batch: BarRow[] = [];

  const send = async (rows: readonly BarRow[]): Promise<void> => {
    signal?.throwIfAborted();
    const values = upsertValues(rows, columns, source);
    const [answer] = (await run(client, table, upsertSql(table, columns), values)) as { written: number }[];
    sent += rows.length;
    written += answer?.written ?? 0;
    onProgress?.({ tradingDay: kstDay(rows.at(-1)?.time ?? 0), rows: sent, written });
  };
  const begin = async (): Promise<boolean> => {
    const shape = await inspectTable(client, table);
    await checkTableVenue(client, table, settings);
    columns = layout.values.filter(({ name, isOptional }) => isOptional !== true || shape.columns.has(name));
    return shape.isPartitioned;
  };

  return {
    async openDay(tradingDay) {
      if (tradingDay === day) return;
      isPartitioned ??= await begin();
      if (isPartitioned) {
        // Rows of the day before are sent first: they must not wait for this day's partition, which may fail.
        if (batch.length > 0) await send(batch.splice(0));
        await createPartition(client, table, tradingDay);
      }
      day = tradingDay;
    },
    add: (row) => void batch.push(row),
    async sendWhole() {
      while (batch.length >= batchRows) await send(batch.splice(0, batchRows));
    },
    async end(damaged) {
      if (batch.length > 0) await send(batch.splice(0));
      return {
        rows: sent,
        written,
        damaged: [...damaged].map(([key, reason]) => ({ key, reason })),
      };
    },
  };
}

/** Passes everything on, and notes the objects that the reader calls damaged. */
export function listening(logger: Logger, damaged: Map<string, string>): Logger {
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.info(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error(facts, message) {
      if ("key" in facts && "reason" in facts) damaged.set(String(facts.key), String(facts.reason));
      logger.error(facts, message);
    },
  };
}
