import { type TradingCalendar, checkCalendar } from "../calendar/index.js";
import {
  type Clock,
  type Logger,
  type TradingDay,
  type Venue,
  checkSymbolsOrIndices,
  silentLogger,
  systemClock,
} from "../core/index.js";
import type { ObjectStore } from "../storage/index.js";
import {
  type ColumnsRequest,
  type DayListing,
  type RowsRequest,
  readDayFromColumns,
  readListing,
} from "./day-columns.js";
import { type DayCopy, type DayRows, copyDay, readDayRows } from "./day-rows.js";
import type { DayTable } from "./day-table.js";
import { type KlineField, DEFAULT_FIELDS, checkFields, formatDay } from "./lines/index.js";
import {
  DEFAULT_PREFIX,
  type ParsedKey,
  checkKeyPrefix,
  dayPrefix,
  formatKey,
  parseKey,
  type RetrievalClock,
  SecondLook,
  createObjectLog,
  createRetrievalClock,
} from "./objects/index.js";
import { storeAgain } from "./store-again.js";
import { type DayRead, type ReadDayOptions, readDay } from "./read-day.js";

/** Where and how minute bars are stored. */
export interface KlineStoreOptions {
  /** Where the objects are. */
  readonly store: ObjectStore;
  /** Beginning of every key. @defaultValue "hantoo-stock-kline-1m" */
  readonly prefix?: string;
  /** Columns to write. @defaultValue open, high, low, close, volume, acc_vol */
  readonly fields?: readonly KlineField[];
  /** 1 (fast) to 22 (small). @defaultValue 10: see decisions/008-kline-format.md */
  readonly zstdLevel?: number;
  /** Where the bars come from, such as `"kis-live"`: every object says so. @defaultValue "unknown" */
  readonly provenance?: string;
  /** @defaultValue {@link krx} */
  readonly calendar?: TradingCalendar;
  /** @defaultValue {@link systemClock} */
  readonly clock?: Clock;
  /** 0 <= value < 1. Spreads writers over a store without conditional writes. @defaultValue Math.random */
  readonly random?: () => number;
  /** Told of foreign and damaged objects. @defaultValue {@link silentLogger} */
  readonly logger?: Logger;
}

/** An object that is durable in the store. */
export interface WrittenObject {
  /** Key of the object in the store, prefix included. */
  readonly key: string;
  /** Minutes with at least one bar. */
  readonly minutes: number;
  /** Bars of all symbols together, untraded minutes among them. */
  readonly bars: number;
  /** Size as stored. */
  readonly bytes: number;
}

/** How to write one table. */
interface WriteOptions {
  /** Columns of this object. @defaultValue those of the store */
  readonly fields?: readonly KlineField[];
  /** Epoch ms, a whole second, to name the object by. @defaultValue now, and after all seen of that day */
  readonly retrieval?: number;
  /** Epoch ms, a whole second: the earliest Retrieval, for bars that were fetched then and waited. @defaultValue as above */
  readonly since?: number;
  /** Where the bars came from. @defaultValue that of the store */
  readonly source?: string;
  /** Keys that this object replaces, relative to the prefix. */
  readonly sources?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Minute bars in an {@link ObjectStore}: immutable objects, merged when read. */
export interface KlineStore {
  readonly prefix: string;

  /** Objects of a day and venue in the order of merging. Foreign keys are reported to the logger once. */
  listDay(tradingDay: TradingDay, venue: Venue): Promise<ParsedKey[]>;

  /**
   * Reads and merges a day. Damaged objects are named, never merged.
   *
   * @throws {@link StorageError} if the store fails.
   */
  readDay(options: ReadDayOptions): Promise<DayRead>;

  /** A day's objects, and the manifest of its columns where they hold all of them. */
  readListing(tradingDay: TradingDay, venue: Venue): Promise<DayListing>;

  /**
   * Reads a few symbols of a day from its columns; `undefined` if they are not in step, or reading them is not cheaper.
   * {@link readDay} does this by itself when `symbols` are given.
   */
  readDayFromColumns(request: ColumnsRequest): Promise<DayRead | undefined>;

  /** Reads symbols of a day as rows: from its columns where they are in step, else from its objects. */
  readRows(request: RowsRequest): Promise<DayRows>;

  /** Copies a day into another store, to be read there a few symbols at a time. */
  copyDay(request: RowsRequest, to: ObjectStore): Promise<DayCopy>;

  /**
   * Stores all present cells of a table as one immutable object.
   *
   * When it resolves the object is durable. When it throws, it may be stored or not: write again, the same
   * content twice is harmless.
   *
   * @returns the object; nothing for a table without cells.
   * @throws {@link StorageError} if the store fails.
   */
  write(table: DayTable, options?: WriteOptions): Promise<WrittenObject[]>;

  /**
   * Checks again what was written to a store without conditional writes: another writer's object may have taken a key
   * after it was read back. Then the bars are stored again, beside the other's. A store with conditional writes makes
   * this unnecessary, and then it costs nothing.
   *
   * @param how - `"wait"`: first wait (by the host's clock) until two seconds have passed since the last write. With
   * `"leave"`, younger objects are checked again the next time. @defaultValue "wait"
   * @returns the objects that had to be written again.
   * @throws {@link StorageError} if the store fails; what was not checked waits for the next time.
   */
  lookAgain(how?: "wait" | "leave", signal?: AbortSignal): Promise<WrittenObject[]>;
}

/**
 * @param named - shared by stores between which objects move, so that their names stay in order. @defaultValue its own
 * @throws {@link ConfigError} if an option is not usable.
 */
export function createKlineStore(options: KlineStoreOptions, named?: RetrievalClock): KlineStore {
  const { store, clock = systemClock, random = Math.random, logger = silentLogger } = options;
  const calendar = checkCalendar(options.calendar);
  const prefix = checkKeyPrefix(options.prefix ?? DEFAULT_PREFIX);
  const fields = checkFields(options.fields ?? DEFAULT_FIELDS);
  const retrievals = named ?? createRetrievalClock({ clock, random });
  const secondLook = new SecondLook({ store, clock, logger });
  const log = createObjectLog<ParsedKey>({
    store,
    prefix,
    parseKey,
    retrievals,
    zstdLevel: options.zstdLevel,
    source: options.provenance,
    logger,
    onUnguarded: secondLook.note,
  });

  const listDay = async (tradingDay: TradingDay, venue: Venue): Promise<ParsedKey[]> => {
    const found = await log.list(dayPrefix(prefix, tradingDay), (object) => object.venue === venue);
    const last = found.at(-1);
    if (last !== undefined) retrievals.saw(`${tradingDay} ${venue}`, last.retrieval);
    return found;
  };

  const place = { store, prefix, calendar, logger, listDay };
  const write: KlineStore["write"] = async (table, { fields: own, ...how } = {}) => {
    const extent = extentOf(table);
    if (extent === undefined) return [];
    const { minutes, ...span } = extent;
    const { venue, tradingDay } = table;
    how.signal?.throwIfAborted();
    const { key, bytes } = await log.write({
      ...how,
      // Not kept in a variable: so the 70 MB of a market's day are freed before the object is put and read back.
      content: formatDay(table, own === undefined ? fields : checkFields(own)),
      keyOf: (retrieval) => formatKey(prefix, { venue, ...span, retrieval }),
      scope: `${tradingDay} ${venue}`,
    });
    return [{ key, minutes, bars: table.cellCount(), bytes }];
  };
  const klineStore: KlineStore = {
    prefix,
    listDay,
    write,
    readListing: (tradingDay, venue) => readListing(place, { tradingDay, venue }),
    readDayFromColumns: (request) => readDayFromColumns(place, request),
    readRows: (request) => readDayRows(place, request),
    copyDay: (request, to) => copyDay(place, request, to),
    async readDay(day) {
      const symbols = day.symbols === undefined ? undefined : checkSymbolsOrIndices(day.symbols);
      const isPlain = day.pick === undefined && day.minutes === undefined && day.columns !== false;
      const fromColumns =
        symbols && isPlain ? await readDayFromColumns(place, { ...day, symbols }) : undefined;
      return fromColumns ?? readDay(symbols ? { ...day, symbols } : day, place);
    },
    lookAgain: (how = "wait", signal) =>
      secondLook.take(
        how,
        (lost) => storeAgain(lost, { ...place, readDay: (day) => readDay(day, place), write }),
        signal,
      ),
  };
  return klineStore;
}

/** First and last minute with a cell, and how many have one. */
function extentOf(table: DayTable): { start: number; end: number; minutes: number } | undefined {
  const held = new Uint8Array(table.minutes.length);
  for (const symbol of table.symbols()) {
    for (const index of held.keys()) if (table.has(symbol, index)) held[index] = 1;
  }
  const start = table.minutes[held.indexOf(1)];
  const end = table.minutes[held.lastIndexOf(1)];
  if (start === undefined || end === undefined) return undefined;
  return { start, end, minutes: held.reduce((sum, has) => sum + has, 0) };
}
