import { type TradingCalendar, krx } from "../calendar/index.js";
import {
  ConfigError,
  type Logger,
  StorageError,
  type TradingDay,
  type Venue,
  checkDay,
  checkOptions,
  checkSignal,
  checkVenue,
  silentLogger,
} from "../core/index.js";
import { type ObjectStore, deleteKeys } from "../storage/index.js";
import { buildDay } from "./build-columns.js";
import type { DayTable } from "./day-table.js";
import { ALL_FIELDS, DEFAULT_FIELDS, type KlineField } from "./lines/index.js";
import { type WrittenObject, createKlineStore } from "./kline-store.js";
import { type ParsedKey, unseal } from "./objects/index.js";
import { mismatchOf } from "./mismatch.js";
import type { DamagedObject } from "./read-day.js";

/** What to compact, see {@link compact}. */
export interface CompactOptions {
  /** Where the day's objects are, and where the merged one goes. */
  readonly store: ObjectStore;
  /** KST day. */
  readonly tradingDay: TradingDay;
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** Delete the merged objects after the new one is proved to hold all of them. @defaultValue false */
  readonly deleteSources?: boolean;
  /** Build the day's columns as well. @defaultValue true */
  readonly columns?: boolean;
  /** Beginning of every key. @defaultValue "hantoo-stock-kline-1m" */
  readonly prefix?: string;
  /** 1 (fast) to 22 (small). @defaultValue 10 */
  readonly zstdLevel?: number;
  /** @defaultValue {@link krx} */
  readonly calendar?: TradingCalendar;
  /** @defaultValue silent */
  readonly logger?: Logger;
  /** Ends the run with its reason; what is stored stays valid, sources included. */
  readonly signal?: AbortSignal;
}

/** What {@link compact} did. */
export interface CompactReport {
  /** KST day that was merged. */
  readonly tradingDay: TradingDay;
  /** Venue that was merged. */
  readonly venue: Venue;
  /**
   * `compacted`: one object holds the day. `unchanged`: there was at most one. `refused`: an object is damaged or
   * holds cells that would be lost; nothing was written or deleted.
   */
  readonly outcome: "compacted" | "unchanged" | "refused";
  /** The one object; absent unless compacted. */
  readonly object?: WrittenObject;
  /** Keys that were merged into it. */
  readonly sources: readonly string[];
  /** Keys that were deleted. */
  readonly deleted: readonly string[];
  /** The damaged objects for which it was refused: sync the day again, then delete these. */
  readonly damaged: readonly DamagedObject[];
}

/**
 * Merges the objects of a day and venue into one. The new object names its sources, and readers leave these out whether
 * they are deleted or not. It is read back and compared before anything is deleted; if it is killed at any point, the
 * merged content stays the same. Objects that others add meanwhile are left alone and win over the merged ones. A day
 * that is already compacted is left as it is, apart from sources that may be deleted.
 *
 * @example
 * ```ts
 * const { outcome, object } = await compact({ store, tradingDay: "2026-11-20", deleteSources: true });
 * ```
 * @throws {@link ConfigError} if an option is not usable.
 * @throws {@link StorageError} if the store fails, or does not give back what was written; nothing is deleted then.
 */
export async function compact(options: CompactOptions): Promise<CompactReport> {
  checkOptions(options, "an object with `store` and `tradingDay`");
  const { deleteSources = false, ...rest } = options;
  if (typeof deleteSources !== "boolean")
    throw new ConfigError("deleteSources", "true or false", deleteSources);
  const { columns = true, ...day } = rest;
  if (typeof columns !== "boolean") throw new ConfigError("columns", "true or false", columns);
  const report = await compactDay({ ...day, mayDelete: () => deleteSources });
  if (columns && report.outcome !== "refused") {
    const { store, calendar, logger, signal, prefix } = day;
    const klineStore = createKlineStore({
      store,
      ...(prefix !== undefined && { prefix }),
      ...(calendar && { calendar }),
      ...(logger && { logger }),
    });
    const { venue, tradingDay } = report;
    await buildDay({ klineStore, store, calendar, logger, venue, tradingDay, signal, isExact: false });
  }
  return report;
}

/** {@link CompactOptions} for callers in this package. */
export interface CompactDayOptions extends Omit<CompactOptions, "deleteSources" | "columns"> {
  /** Which sources may be deleted once they are replaced. */
  readonly mayDelete: (key: string) => boolean;
}

/** {@link compact}, deleting some of the sources. */
export async function compactDay(options: CompactDayOptions): Promise<CompactReport> {
  checkSignal(options.signal);
  const { store, prefix, calendar = krx, logger = silentLogger, zstdLevel, signal, mayDelete } = options;
  const tradingDay = checkDay(options.tradingDay, "tradingDay");
  const venue = checkVenue(options.venue ?? "KRX");
  const klineStore = createKlineStore({
    store,
    calendar,
    logger,
    ...(prefix !== undefined && { prefix }),
    ...(zstdLevel !== undefined && { zstdLevel }),
  });
  const day = { tradingDay, venue, hours: "all", signal } as const;
  const own = new Set<string>();
  /** Deletes newest first: a reader that lists meanwhile finds older ones, which lose to what it has read. */
  const deleteSome = async (sources: readonly string[]): Promise<string[]> => {
    const keys = sources.filter((key) => own.has(key) || mayDelete(key)).toReversed();
    for (let at = 0; at < keys.length; at += DELETED_AT_ONCE) {
      signal?.throwIfAborted();
      await deleteKeys(store, keys.slice(at, at + DELETED_AT_ONCE));
    }
    return keys;
  };

  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const minutes = within(calendar.minutes(tradingDay, day), await klineStore.listDay(tradingDay, venue));
    let read = await klineStore.readDay({ ...day, minutes });
    // Cells were outside: an object holds more than its name says, or came since. Then read all minutes of the day.
    if (read.isCut) read = await klineStore.readDay(day);
    const { table, damaged, keptOut, merged, source } = read;
    const sources = read.objects.map(({ key }) => key);
    /** Whether these compacted objects merged only what is merged here: then they lose to this one and hide nothing. */
    const areContained = async (objects: readonly ParsedKey[]): Promise<boolean> => {
      for (const { key } of objects) {
        const bytes = await store.get(key);
        const unsealed = bytes && (await unseal(bytes));
        const named = unsealed === undefined || "damage" in unsealed ? undefined : unsealed.facts.sources;
        if (named?.every((name) => sources.includes(`${klineStore.prefix}/${name}`)) !== true) return false;
      }
      return true;
    };
    const report = { tradingDay, venue, sources, deleted: [], damaged };
    if (damaged.length > 0 || keptOut.length > 0) {
      logger.warn({ tradingDay, venue, damaged, keptOut }, "not compacted: some of the day cannot be merged");
      return { ...report, outcome: "refused" };
    }
    if (table.cellCount() === 0) return { ...report, outcome: "unchanged" };
    if (merged.length < 2) {
      const deleted = await deleteSome(sources.filter((key) => !merged.includes(key)));
      return { ...report, outcome: "unchanged", deleted };
    }

    // Named one second after the last source, not now: a correction that is being written must still win.
    const retrieval = (read.objects.at(-1)?.retrieval ?? 0) + 1000;
    const [object] = await klineStore.write(table, {
      fields: fieldsOf(table),
      retrieval,
      source,
      sources: sources.map((key) => key.slice(klineStore.prefix.length + 1)).sort(),
      signal,
    });
    if (object === undefined) return { ...report, outcome: "unchanged" };
    own.add(object.key);
    const back = await store.get(object.key);
    if (back === undefined) continue; // another compaction has merged and deleted it
    const difference = await mismatchOf(back, table);
    if (difference !== undefined) throw notAsWritten(object.key, difference);
    // Objects added meanwhile win when read. One that would lose by its Retrieval is merged in another attempt.
    const after = await klineStore.listDay(tradingDay, venue);
    const at = after.findIndex(({ key }) => key === object.key);
    const earlier = after.slice(0, Math.max(0, at)).filter(({ key }) => !sources.includes(key));
    if (at < 0) continue;
    if (earlier.length > 0 && (attempt < FOLDS || !(await areContained(earlier)))) continue;
    return { ...report, outcome: "compacted", object, deleted: await deleteSome(sources) };
  }
  throw new StorageError(
    `cannot compact ${tradingDay}: other processes keep compacting that day; leave it to one of them`,
    {
      operation: "put",
      key: klineStore.prefix,
    },
  );
}

/** Each attempt after the first means that someone compacted the day at this very moment. */
const MAX_ATTEMPTS = 10;
/**
 * How often a compaction by another process is merged again, so that one object is left. Two processes at the same pace
 * would do so for ever; after so many times each leaves the other's object to the next pass.
 */
const FOLDS = 3;
/** The most that S3's DeleteObjects takes. */
const DELETED_AT_ONCE = 1000;

/**
 * Only the minutes that these objects cover, and the day's first, from which cumulative values count. A table of all 621
 * minutes of a day instead of a session's 381 would take 50 MB more for 4,000 symbols.
 */
function within(minutes: readonly number[], objects: readonly ParsedKey[]): readonly number[] {
  const start = objects.reduce((least, object) => Math.min(least, object.start), Infinity);
  const end = objects.reduce((most, object) => Math.max(most, object.end), -Infinity);
  return minutes.filter((minute, at) => at === 0 || (minute >= start && minute <= end));
}

/** The columns to write: with `turnover` if any cell has it, so that nothing known is lost. */
function fieldsOf(table: DayTable): readonly KlineField[] {
  const isKnown = (symbol: string): boolean =>
    table.column(symbol, "turnover")?.some((value) => !Number.isNaN(value)) ?? false;
  return table.symbols().some(isKnown) ? ALL_FIELDS : DEFAULT_FIELDS;
}

function notAsWritten(key: string, reason: string): StorageError {
  return new StorageError(
    `\`${key}\` was written and does not read back as written (${reason}); nothing was deleted: check the store`,
    { operation: "get", key },
  );
}
