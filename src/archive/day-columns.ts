import { type Hours, StorageError, type TradingDay, type Venue } from "../core/index.js";
import {
  type ColumnsDay,
  type DayManifest,
  type BriefManifest,
  VALUE_COLUMNS,
  isInStep,
  readManifest,
  readBriefManifest,
  readSymbols,
} from "./columns/index.js";
import { COLUMNS, DayTable } from "./day-table.js";
import { type ParsedKey, UNKNOWN_SOURCE } from "./objects/index.js";
import type { DayRead, DaySource } from "./read-day.js";

/** A day's objects, and its manifest if that is in step with them. */
export interface DayListing<Manifest extends BriefManifest = DayManifest> {
  /** By Retrieval. */
  readonly objects: readonly ParsedKey[];
  readonly manifest: Manifest | undefined;
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
 * Lists a day and reads its manifest. Columns are derived: whatever is wrong with them, the objects are read instead.
 *
 * @throws {@link StorageError} if the listing fails.
 */
export function readListing(source: DaySource, day: ListingRequest): Promise<DayListing> {
  return readListingBy(readManifest, source, day);
}

/** {@link readListing} for readers of bars. */
export function readBriefListing(source: DaySource, day: ListingRequest): Promise<DayListing<BriefManifest>> {
  return readListingBy(readBriefManifest, source, day);
}

type ListingRequest = Pick<ColumnsRequest, "tradingDay" | "venue">;

async function readListingBy<Manifest extends BriefManifest>(
  read: (day: ColumnsDay) => Promise<Manifest | undefined>,
  { store, prefix, logger, listDay }: DaySource,
  { tradingDay, venue }: ListingRequest,
): Promise<DayListing<Manifest>> {
  // Not at the same time: a day without objects needs no manifest, and several days are read in parallel anyway.
  const objects = await listDay(tradingDay, venue);
  if (objects.length === 0) return { objects, manifest: undefined };
  const manifest = await read({ store, prefix, tradingDay, venue }).catch((error: unknown) => {
    if (!(error instanceof StorageError)) throw error;
    logger.warn(
      { tradingDay, venue, err: error },
      "a day's columns cannot be read; its objects are read instead",
    );
    return undefined;
  });
  const isUsable = manifest !== undefined && isInStep(manifest, prefix, objects);
  return { objects, manifest: isUsable ? manifest : undefined };
}

/** Which part of a day to read as rows. */
export interface RowsRequest extends Omit<ColumnsRequest, "symbols"> {
  /** @defaultValue all */
  readonly symbols?: readonly string[] | undefined;
  /** @defaultValue all of {@link COLUMNS} */
  readonly fields?: readonly (typeof COLUMNS)[number][];
}

/** One symbol's stored minutes, and the columns asked for, in that order. */
export interface StoredRows {
  readonly time: Float64Array;
  readonly columns: readonly Float64Array[];
}

/**
 * Reads symbols of a day from its columns: a listing, the manifest and the groups the symbols lie in.
 *
 * @returns what the objects would give, by symbol; `undefined` where the columns are not in step with them.
 */
export async function readRowsFromColumns(
  source: DaySource,
  request: RowsRequest,
): Promise<ReadonlyMap<string, StoredRows> | undefined> {
  const listing = await readBriefListing(source, request);
  if (listing.objects.length === 0) return new Map();
  return listing.manifest && readRows(source, request, listing.manifest);
}

export async function readRows(
  { store, prefix, calendar, logger }: DaySource,
  { tradingDay, venue, hours, signal, symbols, fields = COLUMNS }: RowsRequest,
  manifest: BriefManifest,
): Promise<ReadonlyMap<string, StoredRows> | undefined> {
  signal?.throwIfAborted();
  const names = fields.map((field) => VALUE_COLUMNS[COLUMNS.indexOf(field)] ?? field);
  const day = { store, prefix, tradingDay, venue };
  const read = await readSymbols(day, manifest, symbols && new Set(symbols), names).catch(
    (error: unknown) => {
      if (!(error instanceof StorageError || error instanceof RangeError)) throw error;
      return undefined;
    },
  );
  if (read === undefined) {
    logger.warn({ tradingDay, venue }, "a day's columns do not match their manifest; build them again");
    return undefined;
  }
  const known = calendar.minutes(tradingDay, { venue, hours: "all" });
  const wanted = hours === "all" ? known : calendar.minutes(tradingDay, { venue, hours });
  const rows = new Map<string, StoredRows>();
  for (const { symbol, time, values } of read) {
    // The columns were built with a calendar of other minutes: read the objects, which show what this one leaves out.
    if (!isAmong(time, known)) return undefined;
    const columns = names.map((name) => values.get(name) ?? new Float64Array());
    // Not by the manifest's `hours`: these come from the calendar with which the columns were built.
    const isWhole = wanted === known || isAmong(time, wanted);
    const isWanted = new Set(isWhole ? [] : wanted);
    const isKept = isWhole ? [] : Array.from(time, (minute) => isWanted.has(minute));
    const cut = (numbers: Float64Array): Float64Array =>
      isWhole ? numbers : numbers.filter((_, row) => isKept[row]);
    const kept = cut(time);
    if (kept.length > 0) rows.set(symbol, { time: kept, columns: columns.map(cut) });
  }
  return rows;
}

/**
 * {@link readRowsFromColumns} as a table.
 *
 * @returns `undefined` also if so many symbols are wanted that reading the objects is faster.
 */
export async function readDayFromColumns(
  source: DaySource,
  request: ColumnsRequest,
): Promise<DayRead | undefined> {
  const { tradingDay, venue, hours, symbols } = request;
  const { objects, manifest } = await readBriefListing(source, request);
  const isEmpty = objects.length === 0;
  if (manifest === undefined && !isEmpty) return undefined;
  if (manifest && symbols.length > Math.max(FEW_SYMBOLS, manifest.symbols.length / 4)) return undefined;
  // Columns do not say which minutes lack a proof; the objects do.
  const unproved = new Set(manifest?.unproved);
  if (symbols.some((symbol) => unproved.has(symbol))) return undefined;
  const rows = manifest ? await readRows(source, request, manifest) : new Map<string, StoredRows>();
  if (rows === undefined) return undefined;
  const minutes = source.calendar.minutes(tradingDay, { venue, hours });
  const table = new DayTable({ tradingDay, venue, minutes });
  for (const [symbol, { time, columns }] of rows) table.setRows(symbol, time, columns);
  const whole = { merged: [], damaged: [], keptOut: [], isCut: false };
  return { table, objects, ...whole, source: manifest?.source ?? UNKNOWN_SOURCE };
}

/** Whether each of some minutes is one of the others; both ascending. */
function isAmong(some: ArrayLike<number>, all: ArrayLike<number>): boolean {
  let at = 0;
  for (let index = 0; index < some.length; index++) {
    while (at < all.length && (all[at] ?? 0) < (some[index] ?? 0)) at++;
    if (all[at] !== some[index]) return false;
  }
  return true;
}

/** Symbols that are always read from columns. */
const FEW_SYMBOLS = 16;
