import { type TradingCalendar, krx } from "../calendar/index.js";
import {
  type Clock,
  ConfigError,
  type Logger,
  StorageError,
  type TradingDay,
  type Venue,
  checkPort,
  isHantooError,
  silentLogger,
  systemClock,
} from "../core/index.js";
import type { ObjectStore } from "../storage/index.js";
import { DEFAULT_ZSTD_LEVEL, seal } from "./sealed/index.js";
import type { DayTable } from "./day-table.js";
import { type KlineField, DEFAULT_FIELDS, checkFields, formatDay } from "./lines/index.js";
import {
  DEFAULT_PREFIX,
  type ParsedKey,
  byRetrieval,
  checkKeyPrefix,
  dayPrefix,
  formatKey,
  parseKey,
} from "./object-key.js";
import { type DayRead, type ReadDayOptions, readObjects } from "./read-objects.js";
import { type RetrievalClock, createRetrievalClock } from "./retrieval.js";

/** Where and how minute bars are stored. */
export interface KlineStoreOptions {
  readonly store: ObjectStore;
  /** Beginning of every key. @defaultValue "hantoo-stock-kline-1m" */
  readonly prefix?: string;
  /** Columns to write. @defaultValue open, high, low, close, volume, acc_vol */
  readonly fields?: readonly KlineField[];
  /** 1 (fast) to 22 (small). @defaultValue 10: see decisions/008-kline-format.md */
  readonly zstdLevel?: number;
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
  /** Epoch ms, a whole second, from which on to name it: it was known then, and waited. @defaultValue as above */
  readonly since?: number;
  readonly signal?: AbortSignal;
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
}

/** How many seconds to move on for other writers' keys before giving up: nobody has so many writers. */
const MAX_CONFLICTS = 1000;

/**
 * @param named - shared by stores between which objects move on under their names. @defaultValue one of its own
 * @throws {@link ConfigError} if an option is not usable.
 */
export function createKlineStore(options: KlineStoreOptions, named?: RetrievalClock): KlineStore {
  const { store, calendar = krx, clock = systemClock, random = Math.random, logger = silentLogger } = options;
  const { zstdLevel = DEFAULT_ZSTD_LEVEL } = options;
  const prefix = checkKeyPrefix(options.prefix ?? DEFAULT_PREFIX);
  const fields = checkFields(options.fields ?? DEFAULT_FIELDS);
  if (!Number.isInteger(zstdLevel) || zstdLevel < 1 || zstdLevel > 22) {
    throw new ConfigError("zstdLevel", "an integer from 1 to 22", zstdLevel);
  }
  checkPort(store, "store", ["get", "put", "list"], "an ObjectStore such as `new FileStore(dir)`");
  checkPort(calendar, "calendar", ["minutes", "tradingDays"], "`krx` or made by `createCalendar()`");
  checkPort(logger, "logger", ["info", "warn", "error"], "a logger such as `console`");
  const retrievals = named ?? createRetrievalClock({ clock, random });
  const reported = new Set<string>();

  const listDay = async (tradingDay: TradingDay, venue: Venue): Promise<ParsedKey[]> => {
    const found: ParsedKey[] = [];
    for await (const key of store.list(dayPrefix(prefix, tradingDay))) {
      const parsed = parseKey(prefix, key);
      if (parsed === undefined) report(key);
      else if (parsed.venue === venue) found.push(parsed);
    }
    found.sort(byRetrieval);
    const last = found.at(-1);
    if (last !== undefined) retrievals.saw(last);
    return found;
  };

  const report = (key: string): void => {
    if (reported.has(key)) return;
    reported.add(key);
    logger.warn(
      { key, prefix },
      "an object that is no kline object lies under the prefix; it is passed over",
    );
  };

  /** What is known of `ifAbsent`: decided by the store, not decided, or nobody says. */
  const guard = async (): Promise<Guard> => {
    const conditional = await store.conditionalWrites?.();
    return conditional === undefined ? "unsaid" : conditional ? "store" : "none";
  };

  const write = async (table: DayTable, how: WriteOptions = {}): Promise<WrittenObject[]> => {
    const extent = extentOf(table);
    if (extent === undefined) return [];
    const { start, end, minutes } = extent;
    const { venue, tradingDay } = table;
    how.signal?.throwIfAborted();
    // The content has no name here: 70 MB of a market's day are free before the put, and before it is read back.
    const bytes = await seal(
      formatDay(table, how.fields === undefined ? fields : checkFields(how.fields)),
      zstdLevel,
    );
    const guarded = await guard();
    // Only where it is known that nobody guards a key does each writer keep to seconds of its own.
    const shared = guarded === "none";
    let retrieval =
      how.retrieval ??
      (how.since === undefined
        ? retrievals.next(tradingDay, venue, shared)
        : retrievals.from(how.since, shared));
    for (let attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
      how.signal?.throwIfAborted();
      const key = formatKey(prefix, { venue, start, end, retrieval });
      if (await putOnce(key, bytes, guarded)) {
        retrievals.saw({ tradingDay, venue, retrieval });
        return [{ key, minutes, bars: table.cellCount(), bytes: bytes.length }];
      }
      retrieval = retrievals.after(retrieval, shared);
    }
    throw new StorageError(
      `cannot name an object of ${tradingDay}: the next ${MAX_CONFLICTS} seconds are all taken by other writers`,
      { operation: "put", key: formatKey(prefix, { venue, start, end, retrieval }) },
    );
  };

  /** True when an object with exactly these bytes has that key, by this put or by an earlier one of ours. */
  const putOnce = async (key: string, bytes: Buffer, guarded: Guard): Promise<boolean> => {
    try {
      if (guarded === "unsaid" && (await store.get(key)) !== undefined) return await holds(key, bytes);
      await store.put(key, bytes, { ifAbsent: true });
      // Where the store does not decide, another writer may have passed the same check at the same moment.
      return guarded === "store" || (await holds(key, bytes));
    } catch (error) {
      if (!isHantooError(error) || error.code !== "storage_conflict") throw error;
      return holds(key, bytes);
    }
  };

  const holds = async (key: string, bytes: Buffer): Promise<boolean> => {
    const stored = await store.get(key);
    return stored !== undefined && bytes.equals(stored);
  };

  return {
    prefix,
    listDay,
    write,
    readDay: (day) => readObjects(day, { store, calendar, logger, listDay }),
  };
}

/** Who sees to it that no two writers take one key. */
type Guard = "store" | "none" | "unsaid";

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
