import { type TradingCalendar, krx } from "../calendar/index.js";
import { type Logger, type TradingDay, type Venue, silentLogger } from "../core/index.js";
import type { ObjectStore } from "../storage/index.js";
import {
  type ColumnsDay,
  type DayManifest,
  columnsKey,
  isInStep,
  readManifest,
  sha256Of,
  sourcesDigest,
  writeColumns,
  writeManifest,
} from "./columns/index.js";
import type { KlineStore } from "./kline-store.js";
import { readFacts } from "./objects/index.js";
import { type RangeOptions, checkRange } from "./read-range.js";

/** Which days to build, see {@link buildColumns}. */
export type BuildColumnsOptions = RangeOptions;

/** What {@link buildColumns} did with one day. */
export interface BuiltDay {
  /** KST day whose columns these are. */
  readonly tradingDay: TradingDay;
  /**
   * `built`: written now. `in-step`: they already hold the day. `empty`: nothing is stored. `refused`: an object is
   * damaged, or holds what columns cannot hold; readers then read the objects.
   */
  readonly outcome: "built" | "in-step" | "empty" | "refused";
  /** Minutes in the columns, all symbols together. */
  readonly rows: number;
  /** Size of the Parquet object. */
  readonly bytes: number;
  /** Why it was refused. */
  readonly reason?: string;
}

/** What {@link buildColumns} did. */
export interface BuildColumnsReport {
  /** Venue whose columns were built. */
  readonly venue: Venue;
  /** The trading days of the range, ascending. */
  readonly days: readonly BuiltDay[];
}

/**
 * Writes the Parquet columns of days that have none, or whose objects have changed since. Columns are derived: deleting
 * them loses nothing. One day is in memory at a time.
 *
 * @example
 * ```ts
 * await buildColumns({ store, from: "2026-01-02", to: "2026-11-20" });
 * ```
 * @throws {@link ConfigError} if an option is not usable, before any I/O.
 * @throws {@link CalendarRangeError} if the range leaves the calendar's.
 * @throws {@link StorageError} if the store fails. Days built before stay.
 */
export async function buildColumns(options: BuildColumnsOptions): Promise<BuildColumnsReport> {
  const range = checkRange(options, "all");
  const { klineStore, calendar, venue } = range;
  const { store, logger = silentLogger, signal } = options;
  const days: BuiltDay[] = [];
  for (const tradingDay of calendar.tradingDays(range.from, range.to)) {
    signal?.throwIfAborted();
    days.push(
      await buildDay({ klineStore, store, calendar, logger, venue, tradingDay, signal, isExact: true }),
    );
  }
  return { venue, days };
}

/** One day to build. */
export interface BuildDayOptions {
  readonly klineStore: KlineStore;
  readonly store: ObjectStore;
  readonly calendar?: TradingCalendar | undefined;
  readonly logger?: Logger | undefined;
  readonly venue: Venue;
  readonly tradingDay: TradingDay;
  readonly signal?: AbortSignal | undefined;
  /** Compare the whole Parquet object with the manifest; otherwise only its size. */
  readonly isExact: boolean;
}

/** {@link buildColumns} of one day. */
export async function buildDay(options: BuildDayOptions): Promise<BuiltDay> {
  const {
    klineStore,
    store,
    calendar = krx,
    logger = silentLogger,
    venue,
    tradingDay,
    signal,
    isExact,
  } = options;
  const { prefix } = klineStore;
  const day: ColumnsDay = { store, prefix, venue, tradingDay };
  const before = await readManifest(day);
  const listed = await klineStore.listDay(tradingDay, venue);
  if (listed.length === 0) return { tradingDay, outcome: "empty", rows: 0, bytes: 0 };
  const inStep = ({ rows, bytes }: DayManifest): BuiltDay => ({
    tradingDay,
    outcome: "in-step",
    rows,
    bytes,
  });
  if (before !== undefined && (await isIntact(day, before, isExact))) {
    if (isInStep(before, prefix, listed)) return inStep(before);
    const relabelled = await relabel(day, before, listed);
    if (relabelled !== undefined) return inStep(relabelled);
  }
  const read = await klineStore.readDay({ tradingDay, venue, hours: "all", signal });
  const refused = (reason: string): BuiltDay => {
    logger.warn({ tradingDay, venue, reason }, "this day has no columns; readers read its objects");
    return { tradingDay, outcome: "refused", rows: 0, bytes: 0, reason };
  };
  const bad = read.damaged[0] ?? read.keptOut[0];
  if (bad !== undefined)
    return refused(`\`${bad.key}\` is damaged, or holds something that is no bar of the day`);
  if (read.table.cellCount() === 0) return { tradingDay, outcome: "empty", rows: 0, bytes: 0 };
  signal?.throwIfAborted();
  const written = await writeColumns({
    ...day,
    table: read.table,
    sources: read.objects.map(({ key }) => key.slice(prefix.length + 1)),
    source: read.source,
    calendar,
    before,
  });
  if ("unfit" in written) return refused(written.unfit);
  return { tradingDay, outcome: "built", rows: written.rows, bytes: written.bytes };
}

/** Whether the Parquet object is the one that the manifest describes. */
async function isIntact(day: ColumnsDay, manifest: DayManifest, isExact: boolean): Promise<boolean> {
  const key = columnsKey(day.prefix, day.venue, day.tradingDay);
  if (!isExact && day.store.size !== undefined) return (await day.store.size(key)) === manifest.bytes;
  const bytes = await day.store.get(key);
  return bytes !== undefined && sha256Of(bytes) === manifest.sha256;
}

/**
 * A day that was compacted since has the same bars. If its new object replaces exactly the objects in the columns, the
 * manifest names the new one and nothing is built.
 */
async function relabel(
  day: ColumnsDay,
  manifest: DayManifest,
  listed: readonly { readonly key: string }[],
): Promise<DayManifest | undefined> {
  // The compacted object has a trailer, so it no longer shows which of its minutes had no proof.
  if (manifest.unproved !== undefined) return undefined;
  const named = new Set(manifest.sources);
  const nameOf = (key: string): string => key.slice(day.prefix.length + 1);
  const unknown = listed.filter(({ key }) => !named.has(nameOf(key)));
  const [compacted] = unknown;
  if (unknown.length !== 1 || compacted === undefined) return undefined;
  const replaced = (await readFacts(day.store, compacted.key))?.sources?.toSorted();
  if (replaced?.join("\n") !== manifest.sources.join("\n")) return undefined;
  const sources = [...manifest.sources, nameOf(compacted.key)].toSorted();
  const renamed = { ...manifest, sources, sourcesSha256: sourcesDigest(sources) };
  await writeManifest(day, renamed);
  return renamed;
}
