import type { TradingCalendar } from "../calendar/index.js";
import { type Hours, type Logger, StorageError, type TradingDay, type Venue } from "../core/index.js";
import type { ObjectStore } from "../storage/index.js";
import {
  type ColumnsDay,
  type DayManifest,
  VALUE_COLUMNS,
  isInStep,
  readManifest,
  readSymbols,
  writeManifest,
} from "./columns/index.js";
import { COLUMNS, DayTable } from "./day-table.js";
import type { ParsedKey } from "./object-key.js";
import type { DayRead } from "./read-day.js";

/** A day's objects, and its manifest where that is in step with them. */
export interface DayStep {
  /** By Retrieval. */
  readonly objects: readonly ParsedKey[];
  readonly manifest: DayManifest | undefined;
}

/** Where columns lie, and the objects that they are a view of. */
interface ColumnsSource {
  readonly store: ObjectStore;
  readonly prefix: string;
  readonly calendar: TradingCalendar;
  readonly logger: Logger;
  readonly listDay: (tradingDay: TradingDay, venue: Venue) => Promise<ParsedKey[]>;
}

/** Which part of a day to read from its columns. */
export interface ColumnsRequest {
  readonly tradingDay: TradingDay;
  readonly venue: Venue;
  readonly hours: Hours;
  readonly symbols: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lists a day and reads its manifest. Columns are a view: whatever is wrong with them, the objects are read instead.
 *
 * @throws {@link StorageError} if the listing fails.
 */
export async function readStep(
  { store, prefix, logger, listDay }: ColumnsSource,
  { tradingDay, venue }: Pick<ColumnsRequest, "tradingDay" | "venue">,
): Promise<DayStep> {
  const found = readManifest({ store, prefix, tradingDay, venue }).catch((error: unknown) => {
    if (!(error instanceof StorageError)) throw error;
    logger.warn({ tradingDay, venue, err: error }, "a day's columns cannot be read; its objects are");
    return undefined;
  });
  const [objects, manifest] = await Promise.all([listDay(tradingDay, venue), found]);
  const isUsable = manifest !== undefined && objects.length > 0 && isInStep(manifest, prefix, objects);
  return { objects, manifest: isUsable ? manifest : undefined };
}

/**
 * Reads a few symbols of a day from its columns: a listing, the manifest and the groups the symbols lie in.
 *
 * @returns what the objects would give; `undefined` where the columns are not in step with them, or so many symbols are
 * asked for that the objects are read sooner.
 */
export async function readDayFromColumns(
  source: ColumnsSource,
  request: ColumnsRequest,
): Promise<DayRead | undefined> {
  const { store, prefix, calendar, logger } = source;
  const { tradingDay, venue, hours, symbols, signal } = request;
  const { objects, manifest } = await readStep(source, request);
  if (manifest === undefined) return undefined;
  if (symbols.length > Math.max(FEW_SYMBOLS, manifest.symbols.length / 4)) return undefined;
  signal?.throwIfAborted();
  const read = await readSymbols({ store, prefix, tradingDay, venue }, manifest, new Set(symbols)).catch(
    (error: unknown) => {
      if (!(error instanceof StorageError || error instanceof RangeError)) throw error;
      return undefined;
    },
  );
  if (read === undefined) {
    logger.warn({ tradingDay, venue }, "a day's columns are not their manifest's; build them anew");
    return undefined;
  }
  const allMinutes = new Set(calendar.minutes(tradingDay, { venue, hours: "all" }));
  const table = new DayTable({ tradingDay, venue, minutes: calendar.minutes(tradingDay, { venue, hours }) });
  const numbers = new Float64Array(COLUMNS.length);
  for (const { symbol, time, values } of read) {
    const columns = VALUE_COLUMNS.map((name) => values.get(name) ?? new Float64Array());
    for (const [row, minute] of time.entries()) {
      // Built under a calendar with other minutes: what this one keeps out, the objects tell.
      if (!allMinutes.has(minute)) return undefined;
      const index = table.indexOf(minute);
      if (index < 0) continue;
      for (const [column, list] of columns.entries()) numbers[column] = list[row] ?? Number.NaN;
      table.setNumbers(symbol, index, numbers);
    }
  }
  return {
    table,
    objects,
    merged: [],
    damaged: [],
    keptOut: [],
    isCut: false,
    source: manifest.source,
  };
}

/** Symbols that are always read from columns. */
const FEW_SYMBOLS = 16;

/** What {@link markRead} notes. */
export interface MarkReadOptions extends ColumnsDay {
  readonly symbols: Iterable<string>;
  /** When their day was read in full from the source, epoch ms. */
  readonly at: number;
}

/**
 * Notes in a day's manifest that symbols were read in full from the source, so that a re-read which changed nothing is
 * not repeated. Two writers at once: one of the notes may be lost, and the read is repeated.
 *
 * @returns whether there is a manifest to note it in.
 * @throws {@link StorageError} if the store fails.
 */
export async function markRead(options: MarkReadOptions): Promise<boolean> {
  const manifest = await readManifest(options);
  if (manifest === undefined) return false;
  const symbols = new Set(options.symbols);
  const seconds = Math.floor(options.at / 1000);
  const readAt = manifest.symbols.map((symbol, at) =>
    symbols.has(symbol) ? seconds : (manifest.readAt[at] ?? null),
  );
  await writeManifest(options, { ...manifest, readAt });
  return true;
}
