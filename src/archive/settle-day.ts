import { type BuiltDay, buildDay } from "./build-columns.js";
import { type CompactDayOptions, type CompactReport, compactDay } from "./compact.js";
import { createKlineStore } from "./kline-store.js";
import { readFacts } from "./objects/index.js";

/** Which day to settle. */
export interface SettleDayOptions extends CompactDayOptions {
  /** Bring the day's columns in step. @defaultValue true */
  readonly columns?: boolean;
}

/** What {@link settleDay} did. */
export interface SettledDay {
  /** Absent where the day was compacted already. */
  readonly compaction?: CompactReport;
  /** Absent where columns are turned off, or the compaction was refused. */
  readonly columns?: BuiltDay;
}

/**
 * Compacts a day into one object and brings its columns in step. If both are so already, it costs a listing and two
 * small reads.
 *
 * @throws {@link StorageError} if the store fails; everything stays stored, in more objects.
 */
export async function settleDay(options: SettleDayOptions): Promise<SettledDay> {
  const { columns = true, ...rest } = options;
  const { store, tradingDay, venue = "KRX", mayDelete, prefix, calendar, logger, zstdLevel, signal } = rest;
  const klineStore = createKlineStore({
    store,
    ...(prefix !== undefined && { prefix }),
    ...(calendar !== undefined && { calendar }),
    ...(logger !== undefined && { logger }),
    ...(zstdLevel !== undefined && { zstdLevel }),
  });
  const listed = await klineStore.listDay(tradingDay, venue);
  const last = listed.at(-1);
  const others = listed.slice(0, -1).map(({ key }) => key);
  const named = others.length > 0 && last && (await readFacts(store, last.key))?.sources;
  const isNamed = new Set(named || []);
  const isCompacted =
    others.every((key) => isNamed.has(key.slice(klineStore.prefix.length + 1))) && !others.some(mayDelete);
  const compaction = isCompacted ? undefined : await compactDay(rest);
  if (!columns || compaction?.outcome === "refused") return compaction === undefined ? {} : { compaction };
  const built = await buildDay({
    klineStore,
    store,
    calendar,
    logger,
    venue,
    tradingDay,
    signal,
    isExact: false,
  });
  return { ...(compaction && { compaction }), columns: built };
}

/**
 * {@link settleDay}, but a failure goes to the logger: everything is stored already.
 *
 * @throws the signal's reason, untouched. Nothing else.
 */
export async function trySettleDay(options: SettleDayOptions): Promise<SettledDay | undefined> {
  const { tradingDay, venue, logger, signal } = options;
  try {
    return await settleDay(options);
  } catch (error) {
    signal?.throwIfAborted();
    logger?.error(
      { tradingDay, venue, err: error },
      "the day could not be compacted; its objects are as they were",
    );
    return undefined;
  }
}
