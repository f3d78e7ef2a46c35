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
import type { ObjectStore } from "../storage/index.js";
import type { DayTable } from "./day-table.js";
import { ALL_FIELDS, DEFAULT_FIELDS, type KlineField } from "./lines/index.js";
import { type WrittenObject, createKlineStore } from "./kline-store.js";
import type { ParsedKey } from "./object-key.js";
import { differenceOf } from "./prove.js";
import type { DamagedObject } from "./read-objects.js";

/** What to compact, see {@link compact}. */
export interface CompactOptions {
  readonly store: ObjectStore;
  /** KST day. */
  readonly tradingDay: TradingDay;
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** Delete what was merged once the one object is proved to hold it all. @defaultValue false */
  readonly deleteSources?: boolean;
  /** Beginning of every key. @defaultValue "hantoo-stock-kline-1m" */
  readonly prefix?: string;
  /** 1 (fast) to 22 (small). @defaultValue 10 */
  readonly zstdLevel?: number;
  /** @defaultValue {@link krx} */
  readonly calendar?: TradingCalendar;
  /** @defaultValue silent */
  readonly logger?: Logger;
  readonly signal?: AbortSignal;
}

/** What {@link compact} did. */
export interface CompactReport {
  readonly tradingDay: TradingDay;
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
  /** Why it was refused: sync again to heal them, then delete these. */
  readonly damaged: readonly DamagedObject[];
}

/**
 * Merges the objects of a day and venue into one. It is read back and compared before anything is deleted; kill it
 * at any point and the merged content is the same. Objects that others add meanwhile are left alone, and win over
 * what was merged before them.
 *
 * @throws {@link ConfigError} if an option is not usable.
 * @throws {@link StorageError} if the store fails, or does not give back what was written; nothing is deleted then.
 */
export async function compact(options: CompactOptions): Promise<CompactReport> {
  checkOptions(options, "an object with `store` and `tradingDay`");
  checkSignal(options.signal);
  const { store, prefix, calendar = krx, logger = silentLogger, zstdLevel, signal } = options;
  const { deleteSources = false } = options;
  if (typeof deleteSources !== "boolean")
    throw new ConfigError("deleteSources", "true or false", deleteSources);
  const tradingDay = checkDay(options.tradingDay, "tradingDay");
  const venue = checkVenue(options.venue ?? "KRX");
  const klineStore = createKlineStore({
    store,
    calendar,
    logger,
    ...(prefix !== undefined && { prefix }),
    ...(zstdLevel !== undefined && { zstdLevel }),
  });
  const day = { tradingDay, venue, hours: "all", ...(signal && { signal }) } as const;
  /** Keys that this call wrote: the day is merged without them, since they are no news. */
  const own = new Set<string>();
  let retrieval = 0;

  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const pick = ({ key }: ParsedKey): boolean => !own.has(key);
    const listed = (await klineStore.listDay(tradingDay, venue)).filter(pick);
    const narrow = createKlineStore({
      store,
      calendar: within(calendar, listed),
      ...(prefix !== undefined && { prefix }),
    });
    let read = await narrow.readDay({ ...day, pick });
    // An object that holds more than its name says, or came since, has cells beyond: then all of the day's minutes.
    if (read.damaged.length > 0 || read.keptOut.length > 0) read = await klineStore.readDay({ ...day, pick });
    const { table, damaged, keptOut } = read;
    const sources = [...own, ...read.objects.map(({ key }) => key)];
    const report = { tradingDay, venue, sources, deleted: [], damaged };
    if (damaged.length > 0 || keptOut.length > 0) {
      logger.warn({ tradingDay, venue, damaged, keptOut }, "not compacted: some of the day cannot be merged");
      return { ...report, outcome: "refused" };
    }
    if (sources.length < 2 || table.cellCount() === 0) return { ...report, outcome: "unchanged" };

    // One second after the last that was merged, not now: a correction that is under way must still win.
    retrieval = Math.max(retrieval, read.objects.at(-1)?.retrieval ?? 0) + 1000;
    const [object] = await klineStore.write(table, {
      fields: fieldsOf(table),
      retrieval,
      ...(signal && { signal }),
    });
    if (object === undefined) return { ...report, outcome: "unchanged" };
    own.add(object.key);

    const back = await store.get(object.key);
    if (back === undefined) continue; // another compaction took it in already
    const difference = await differenceOf(back, table);
    if (difference !== undefined) throw unproved(object.key, difference);
    // What others added meanwhile under an earlier Retrieval would now lose to what was merged without it.
    const after = await klineStore.listDay(tradingDay, venue);
    const at = after.findIndex(({ key }) => key === object.key);
    if (at < 0 || after.slice(0, at).some(({ key }) => !sources.includes(key))) continue;

    const deleted: string[] = [];
    for (const key of deleteSources ? sources : []) {
      if (key === object.key) continue;
      signal?.throwIfAborted();
      await store.delete(key);
      deleted.push(key);
    }
    return { ...report, outcome: "compacted", object, deleted };
  }
  throw new StorageError(
    `cannot compact ${tradingDay}: others keep adding objects of that day; compact it when they are done`,
    { operation: "put", key: klineStore.prefix },
  );
}

/** Each attempt after the first means that someone wrote the day at this very moment. */
const MAX_ATTEMPTS = 10;

/**
 * Only the minutes that these objects name, and the day's first, from which cumulative values count: a table of a
 * day's 621 minutes for the 381 of a session would be 50 MB of nothing for 4,000 symbols.
 */
function within(calendar: TradingCalendar, objects: readonly ParsedKey[]): TradingCalendar {
  const start = objects.reduce((least, object) => Math.min(least, object.start), Infinity);
  const end = objects.reduce((most, object) => Math.max(most, object.end), -Infinity);
  const minutes: TradingCalendar["minutes"] = (...day) =>
    calendar.minutes(...day).filter((minute, at) => at === 0 || (minute >= start && minute <= end));
  return { ...calendar, minutes };
}

/** Whatever is known is kept: `turnover` as well, where any cell has it. */
function fieldsOf(table: DayTable): readonly KlineField[] {
  const isKnown = (symbol: string): boolean =>
    table.column(symbol, "turnover")?.some((value) => !Number.isNaN(value)) ?? false;
  return table.symbols().some(isKnown) ? ALL_FIELDS : DEFAULT_FIELDS;
}

function unproved(key: string, reason: string): StorageError {
  return new StorageError(
    `\`${key}\` was written and does not read back as written (${reason}); nothing was deleted: check the store`,
    { operation: "get", key },
  );
}
