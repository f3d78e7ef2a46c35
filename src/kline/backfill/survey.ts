import { krx } from "../../calendar/index.js";
import {
  ConfigError,
  type Hours,
  SETTLE_MS,
  type TradingDay,
  type Venue,
  checkClock,
  checkHours,
  checkOptions,
  checkSignal,
  checkVenue,
  finalCount,
  silentLogger,
} from "../../core/index.js";
import {
  type BackfillPlan,
  type PlanFacts,
  batchSize,
  classifyTargets,
  defaultConcurrency,
  planTargets,
} from "./plan.js";
import { type BackfillSelection, selectTargets } from "./selection.js";
import { LIVE_CAPACITY, type SourceCapacity, soundPrefix } from "../evidence/index.js";

import { DEFAULT_REVISIT_DAYS, type StoredPlace, checkRevisitDays, dueSymbols } from "../revisit/index.js";
import { type KlineStore, type KlineStoreOptions, countsIn, createKlineStore } from "../../archive/index.js";

/** What to plan: which targets, where they are stored, and what the source gives. */
export interface PlanBackfillOptions extends BackfillSelection, KlineStoreOptions {
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** @defaultValue "regular" */
  readonly hours?: Hours;
  /** Calls a second, at the most 18 on live. @defaultValue 18 */
  readonly ratePerSecond?: number;
  /** Minutes one call covers. @defaultValue 120 */
  readonly minutesPerCall?: number;
  /** Targets fetched at a time, 1 to 10. @defaultValue half the rate, at the most 8 */
  readonly concurrency?: number;
  /** Trading days the source keeps, today included; `Infinity` for one that forgets nothing. @defaultValue 251 */
  readonly keptDays?: number;
  /** Milliseconds after its end at which a minute is final. @defaultValue 10000 */
  readonly settleMs?: number;
  /**
   * Read stored days again, in full. `"all"`: every one. `"suspect"`: those with a hole, a bar that breaks a rule or a
   * closing print not seen, unless they were read since the last trading day's morning (06:00 KST); and those of the
   * last {@link revisitDays} that were not read since the morning after them. What was stored stays unless it is
   * proved wrong. @defaultValue none
   */
  readonly recheck?: "suspect" | "all";
  /** For how many trading days KIS may correct a day. @defaultValue 3 */
  readonly revisitDays?: number;
  /** Stops the reading of the store. */
  readonly signal?: AbortSignal;
}

/** What the store held of a day when it was looked at. */
export interface DaySurvey {
  /** Keys of the objects that were read. */
  readonly keys: ReadonlySet<string>;
  /** Leading minutes stored, by symbol; 0 for a symbol that is not here. */
  readonly have: ReadonlyMap<string, number>;
  /** It is one object, and its columns are in step. */
  readonly isSettled: boolean;
  /** Stored symbols that are read again. */
  readonly rereads: ReadonlySet<string>;
}

/** A plan, and what it was made from. */
interface Survey {
  readonly plan: BackfillPlan;
  readonly facts: PlanFacts;
  readonly capacity: SourceCapacity;
  readonly concurrency: number;
  readonly klineStore: KlineStore;
  readonly days: ReadonlyMap<TradingDay, DaySurvey>;
}

/** Days read at a time: enough to hide S3's latency, few enough for a day of the whole market to fit in memory. */
const DAYS_AT_A_TIME = 4;

/**
 * Tells what a backfill would do: whether it would fetch or skip each target, why, and what it would cost. Sends nothing
 * to KIS and writes nothing; it reads what is stored.
 *
 * @example
 * ```ts
 * const { totals } = await planBackfill({ store, symbols: ["005930"], days: 20 });
 * console.log(`${totals.calls} calls, about ${totals.minutes} minutes`);
 * ```
 *
 * @returns the targets in the order of fetching, each with its calls, and the totals.
 * @throws {@link ConfigError} naming the option that is missing or wrong, before any I/O.
 * @throws {@link StorageError} if the store cannot be read.
 */
export async function planBackfill(options: PlanBackfillOptions): Promise<BackfillPlan> {
  return (await surveyStore(prepareSurvey(options))).plan;
}

/** Checked options, before any I/O. */
export type PreparedSurvey = Omit<Survey, "plan" | "days"> & {
  readonly selected: ReturnType<typeof selectTargets>["targets"];
  readonly signal: AbortSignal | undefined;
  readonly place: StoredPlace;
  readonly recheck: "suspect" | "all" | undefined;
  readonly revisitDays: number;
};

/** @throws {@link ConfigError} naming the option that is missing or wrong. Does no I/O. */
export function prepareSurvey(options: PlanBackfillOptions): PreparedSurvey {
  checkOptions(options, "an object with `store`, and `targets` or `symbols` and `days`");
  checkSignal(options.signal);
  const clock = checkClock(options.clock);
  const { calendar = krx, keptDays = LIVE_CAPACITY.keptDays, settleMs = SETTLE_MS, recheck } = options;
  const revisitDays = checkRevisitDays(options.revisitDays ?? DEFAULT_REVISIT_DAYS);
  if (recheck !== undefined && recheck !== "suspect" && recheck !== "all")
    throw new ConfigError("recheck", '"suspect" or "all"', recheck);
  const ratePerSecond = positive("ratePerSecond", options.ratePerSecond ?? LIVE_CAPACITY.ratePerSecond);
  const minutesPerCall = positive("minutesPerCall", options.minutesPerCall ?? LIVE_CAPACITY.minutesPerCall);
  const capacity = { ratePerSecond, minutesPerCall };
  const concurrency = options.concurrency ?? defaultConcurrency(capacity);
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 10) {
    throw new ConfigError("concurrency", "a whole number from 1 to 10", concurrency);
  }
  positive("keptDays", keptDays);
  if (!(typeof settleMs === "number" && settleMs >= 0))
    throw new ConfigError("settleMs", "milliseconds, at least 0", settleMs);
  const choice = {
    calendar,
    venue: checkVenue(options.venue ?? "KRX"),
    hours: checkHours(options.hours ?? "regular"),
    now: clock.now(),
    settleMs,
  };
  const klineStore = createKlineStore(options);
  const { targets, instruments } = selectTargets(options, { ...choice, block: batchSize(concurrency) });
  return {
    selected: targets,
    facts: { ...choice, instruments, keptDays },
    capacity,
    concurrency,
    klineStore,
    signal: options.signal,
    place: { ...choice, klineStore, store: options.store, logger: options.logger ?? silentLogger },
    recheck,
    revisitDays,
  };
}

/** Stored targets to be read again, by day. */
export type Rereads = ReadonlyMap<TradingDay, ReadonlySet<string>>;

/**
 * Reads what is stored of the days in question, and plans.
 *
 * @param chosen - the targets to read again, where the caller has chosen them.
 */
export async function surveyStore(survey: PreparedSurvey, chosen?: Rereads): Promise<Survey> {
  const { selected, signal, ...prepared } = survey;
  const { facts, capacity, concurrency, klineStore } = prepared;
  const reasons = classifyTargets(selected, facts);
  const asked = new Map<TradingDay, Set<string>>();
  selected.forEach(({ symbol, tradingDay }, index) => {
    if (reasons[index] !== undefined) return;
    const symbols = asked.get(tradingDay) ?? new Set();
    asked.set(tradingDay, symbols.add(symbol));
  });
  const days = new Map<TradingDay, DaySurvey>();
  const queue = [...asked];
  const reader = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      signal?.throwIfAborted();
      const [tradingDay, symbols] = next;
      const found = await surveyDay(klineStore, facts, tradingDay, symbols, signal);
      const rereads = chosen ? chosen.get(tradingDay) : await rereadsOf(survey, found, tradingDay, symbols);
      days.set(tradingDay, { ...found, rereads: rereads ?? NONE });
    }
  };
  await Promise.all(Array.from({ length: DAYS_AT_A_TIME }, reader));
  // A generator, since a year of a market has a million targets.
  const known = function* () {
    for (const [index, target] of selected.entries()) {
      const day = days.get(target.tradingDay);
      const have = day?.have.get(target.symbol) ?? 0;
      yield { target, reason: reasons[index], have, reread: day?.rereads.has(target.symbol) === true };
    }
  };
  return { ...prepared, days, plan: planTargets(known(), facts, capacity, batchSize(concurrency)) };
}

const NONE: ReadonlySet<string> = new Set();

/** Which stored symbols of a day `recheck` asks to read again. */
async function rereadsOf(
  { recheck, place, facts, revisitDays, signal }: PreparedSurvey,
  { have }: Pick<DaySurvey, "have">,
  tradingDay: TradingDay,
  symbols: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  if (recheck === undefined) return NONE;
  if (recheck === "all") return new Set([...symbols].filter((symbol) => have.has(symbol)));
  const minutes = facts.calendar.minutes(tradingDay, facts);
  // A session under way is not reread: its end and its reconciliation are still to come.
  if (finalCount(minutes, facts.now, facts.settleMs) < minutes.length) return NONE;
  return dueSymbols({ place, tradingDay, symbols, now: facts.now, revisitDays, signal });
}

/** What is stored of some symbols on one day. */
export async function surveyDay(
  klineStore: KlineStore,
  { calendar, venue, hours }: Pick<PlanFacts, "calendar" | "venue" | "hours">,
  tradingDay: TradingDay,
  symbols: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<Omit<DaySurvey, "rereads">> {
  const have = new Map<string, number>();
  const listing = await klineStore.readListing(tradingDay, venue);
  const { manifest } = listing;
  let wanted: ReadonlySet<string> = symbols;
  if (manifest !== undefined) {
    const countsOf = countsIn(manifest, calendar.minutes(tradingDay, { venue, hours }));
    const unclear = new Set<string>();
    for (const symbol of symbols) {
      const counts = countsOf(symbol);
      if (counts === "unclear") unclear.add(symbol);
      else if (counts !== "absent" && counts.first === 0) have.set(symbol, counts.last + 1);
    }
    wanted = unclear;
    if (wanted.size === 0) {
      const listed = manifest.sources.map((key) => `${klineStore.prefix}/${key}`);
      return { keys: new Set(listed), have, isSettled: listing.objects.length === 1 };
    }
  }
  const { table, objects } = await klineStore.readDay({
    tradingDay,
    venue,
    hours,
    symbols: wanted,
    signal,
  });
  for (const symbol of table.symbols()) {
    const sound = soundPrefix((index) => table.get(symbol, index), table.prefixLength(symbol));
    if (sound > 0) have.set(symbol, sound);
  }
  return { keys: new Set(objects.map(({ key }) => key)), have, isSettled: false };
}

function positive(option: string, value: number): number {
  if (typeof value !== "number" || !(value > 0)) throw new ConfigError(option, "a number above 0", value);
  return value;
}
