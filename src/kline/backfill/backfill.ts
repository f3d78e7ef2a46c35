import {
  type Clock,
  ConfigError,
  KisRateLimitError,
  type TradingDay,
  formatKstStamp,
  isHantooError,
  checkClock,
  checkOptions,
  retryAfterOf,
  silentLogger,
} from "../../core/index.js";
import type { BackfillSelection } from "./selection.js";
import { Budget, PieceRun, reachOf } from "../../engine/index.js";
import { WINDOW, WitnessCalls, batchSize } from "./plan.js";
import { type BackfillProgress, type BackfillStep, outcomeOf } from "./step.js";
import {
  type PlanBackfillOptions,
  type PreparedSurvey,
  type Rereads,
  prepareSurvey,
  surveyStore,
} from "./survey.js";
import { DayDoubts } from "./day-doubts.js";
import { FullReads } from "./full-reads.js";
import { SettleDays } from "./settle-days.js";
import { createStoredDays } from "./stored-days.js";
import { type FetchedTarget, type QueuedTarget, TargetFetcher } from "./target-fetcher.js";
import type { BarSource } from "../evidence/index.js";
import { type CalendarConflict, PrefixGuard } from "../guard/index.js";
import { DEFAULT_FIELDS, type DayTable, type WrittenObject, checkAccepted } from "../../archive/index.js";

/** What to fill, from which source into which store, and within which limits. */
export interface BackfillOptions extends PlanBackfillOptions {
  /**
   * What to do with a past day that the source has only on the scale of a later corporate action, if its traded prices
   * cannot be restored with certainty. @defaultValue "leave": nothing of it is stored
   */
  readonly rescaled?: "leave" | "store";
  /** Other kinds of bars that may stand under the prefix, such as `["host:lab"]`. @defaultValue none */
  readonly acceptProvenance?: readonly string[];
  /** Where bars come from: a `KisClient`, or anything with such a `minuteBars`. */
  readonly client: BarSource;
  /** Requests at the most, retries included where the source tells of them, as a `KisClient` does. @defaultValue no ceiling */
  readonly maxCalls?: number;
  /** Milliseconds from now by which the run has ended, its last upload included. @defaultValue no deadline */
  readonly deadlineMs?: number;
  /** Milliseconds between the beginnings of two targets, at the least. @defaultValue 0: as fast as the source */
  readonly staggerMs?: number;
  /** Build the columns of whole days. @defaultValue true */
  readonly columns?: boolean;
  /** When a day has become one object, also delete what other calls wrote of it. @defaultValue false */
  readonly deleteSources?: boolean;
  /** Called after each change. */
  readonly onProgress?: (progress: BackfillProgress) => void;
}

/** The outcome of a run: the value that the iterator returns after its last step. */
export interface BackfillSummary {
  /** Steps given. */
  readonly done: number;
  /** Targets in all. */
  readonly total: number;
  /** Targets given up. */
  readonly failed: number;
  /** Calls sent. */
  readonly calls: number;
  /** Where the calendar and the source disagree about a day; absent where they do not. */
  readonly calendarConflicts?: readonly CalendarConflict[];
  /** Why it ended before the last target; absent if it did not. Run it again to go on. */
  readonly stopped?: "maxCalls" | "deadline";
}

/**
 * Fills the past: fetches what is missing of each target and stores it, newest day first unless told otherwise.
 *
 * It resumes from the store alone: whatever ended it, run it again and it goes on. A step is yielded only when its
 * minutes are durable; at most 20 targets are fetched and not yet yielded. Skipped targets come first. A target that
 * fails is a `failed` step, and the rest goes on; failed steps can be passed as `targets` again. Breaking out of the
 * loop, or aborting, still writes what was fetched.
 *
 * @example
 * ```ts
 * for await (const step of backfill({ client, store, symbols: ["005930"], days: 20 })) {
 *   console.log(`${step.done}/${step.total} ${step.symbol} ${step.tradingDay} ${step.status}`);
 * }
 * ```
 *
 * @throws {@link ConfigError} at once if an option is missing or wrong.
 * @throws {@link KisRateLimitError} from the iterator if KIS goes on refusing for the rate, after everything
 * fetched was written and told: its message and `retryAfterMs` say when to resume.
 * @throws {@link KisAuthError} likewise if the key is refused.
 * @throws {@link StorageError} if the store cannot be read, or at the end does not take last minutes that turned out
 * unproved; the signal's reason, untouched, if it is aborted.
 */
export function backfill(options: BackfillOptions): AsyncGenerator<BackfillStep, BackfillSummary, void> {
  return startBackfill(options);
}

/** {@link backfill}. @param rereads - the stored targets to read again, where the caller has chosen them. */
export function startBackfill(
  options: BackfillOptions,
  rereads?: Rereads,
): AsyncGenerator<BackfillStep, BackfillSummary, void> {
  const checked = checkRun(options);
  const clock = checkClock(options.clock);
  const deadlineAt = clock.monotonic() + checked.deadlineMs;
  return steps(checked, { prepared: prepareSurvey(checked), rereads }, clock, deadlineAt);
}

/** Options with their limits filled in. */
type RunOptions<T> = T & Required<Pick<BackfillOptions, "maxCalls" | "deadlineMs" | "staggerMs">>;

/** @throws {@link ConfigError} if a limit is out of range, or the client is none. */
export function checkRun<T extends Omit<BackfillOptions, keyof BackfillSelection>>(
  options: T,
): RunOptions<T> {
  checkOptions(options, "an object with `client` and `store`");
  const { client, maxCalls = Infinity, deadlineMs = Infinity, staggerMs = 0 } = options;
  const { rescaled = "leave" } = options;
  if (typeof client?.minuteBars !== "function") {
    throw new ConfigError("client", "a KisClient, or anything with such a `minuteBars`", typeof client);
  }
  // A text is no number, though "5" >= 0 is true.
  const isNumber = (value: unknown, least: number): boolean => typeof value === "number" && value >= least;
  if (!isNumber(maxCalls, 0)) throw new ConfigError("maxCalls", "a number of calls, at least 0", maxCalls);
  if (!isNumber(deadlineMs, Number.MIN_VALUE))
    throw new ConfigError("deadlineMs", "milliseconds, above 0", deadlineMs);
  if (!isNumber(staggerMs, 0)) throw new ConfigError("staggerMs", "milliseconds, at least 0", staggerMs);
  if (rescaled !== "leave" && rescaled !== "store")
    throw new ConfigError("rescaled", '"leave" or "store"', rescaled);
  for (const name of ["columns", "deleteSources"] as const)
    if (typeof (options[name] ?? false) !== "boolean")
      throw new ConfigError(name, "true or false", options[name]);
  checkAccepted(options.acceptProvenance);
  if (typeof (options.onProgress ?? checkRun) !== "function")
    throw new ConfigError("onProgress", "a function", options.onProgress);
  // An option that is `undefined` counts as left out: it must not hide the source's capacity.
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
  return { ...client.capacity, ...given, maxCalls, deadlineMs, staggerMs };
}

async function* steps(
  options: RunOptions<BackfillOptions>,
  { prepared, rereads }: { readonly prepared: PreparedSurvey; readonly rereads: Rereads | undefined },
  clock: Clock,
  deadlineAt: number,
): AsyncGenerator<BackfillStep, BackfillSummary, void> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const { client, store, acceptProvenance: accept = [] } = options;
  const { venue, hours } = prepared.facts;
  const wanted = { prefix: prepared.klineStore.prefix, venue, hours, fields: options.fields };
  const { calendar } = prepared.facts;
  const pastDay = (): TradingDay => calendar.previousTradingDay(calendar.lastTradingDay(clock.now()));
  const guard = new PrefixGuard({ source: client, store, wanted, accept, pastDay });
  const agreed = await guard.begin();
  const fields = options.fields ?? agreed?.fields ?? DEFAULT_FIELDS;
  const { plan, facts, capacity, concurrency, klineStore, days } = await surveyStore(prepared, rereads);
  const total = plan.targets.length;
  let done = 0;
  for (const { symbol, tradingDay, action, reason } of plan.targets) {
    if (action === "fetch") continue;
    done++;
    yield {
      symbol,
      tradingDay,
      status: "skipped",
      bars: 0,
      calls: 0,
      ...(reason && { reason }),
      done,
      total,
    };
  }

  // Budget by what each target itself costs; daily rows (witnesses) are asked for only where they are needed.
  const witness = new WitnessCalls(facts);
  const queue = plan.targets
    .filter(({ action }) => action === "fetch")
    .map(({ symbol, tradingDay, action, reread, calls: planned }): QueuedTarget => {
      const calls = planned - witness.take({ symbol, tradingDay });
      const group = tradingDay;
      // Named one by one, see `planTargets`.
      return reread
        ? { symbol, tradingDay, action, reread, calls, group }
        : { symbol, tradingDay, action, calls, group };
    });
  const { maxCalls, staggerMs } = options;
  const budget = new Budget({
    plannedCalls: queue.reduce((sum, { calls }) => sum + calls, 0),
    ...capacity,
    concurrency,
    maxCalls,
    deadlineAt,
  });
  const write = async (table: DayTable): Promise<readonly WrittenObject[]> =>
    klineStore.write(table, { fields, source: await guard.beforeWrite(fields) });
  const stored = createStoredDays({ klineStore, write, facts, queue, days });
  const known = new Set<string>();
  for (const { have } of days.values()) for (const symbol of have.keys()) known.add(symbol);
  const targets = new TargetFetcher({ options, fields, facts, clock, stored, queue, known });
  const run: PieceRun<QueuedTarget, FetchedTarget> = new PieceRun({
    pieces: queue,
    isAhead: (target) => targets.isAhead(target),
    fetch: (target, how) => targets.fetch(target, how),
    store: (batch) => stored.store(batch),
    clock,
    budget,
    concurrency,
    window: WINDOW,
    batch: { pieces: batchSize(concurrency) },
    staggerMs,
    onChange: () =>
      onProgress?.({
        done: total - queue.length + run.settled,
        total,
        failed: run.failed,
        calls: budget.calls,
        ...budget.read(clock.monotonic()),
      }),
  });

  const settling = new SettleDays({
    options,
    venue,
    targets: plan.targets,
    settled: new Set([...days].flatMap(([day, { isSettled }]) => (isSettled ? [day] : []))),
    writtenOf: (day) => stored.writtenOf(day),
    lookAgain: () => klineStore.lookAgain("wait", signal),
  });
  await settling.begin();
  const { place } = prepared;
  const read = new FullReads({
    place,
    targets: plan.targets,
    at: clock.now(),
    buildsColumns: options.columns !== false,
    signal,
  });
  const doubts = new DayDoubts({
    targets,
    read: async (tradingDay) => (await klineStore.readDay({ tradingDay, venue, hours, signal })).table,
    stored,
    logger: options.logger ?? silentLogger,
    signal,
  });
  let failed = 0;
  for await (const over of run.results(signal)) {
    // An error that ended the run is thrown below; its target has not failed.
    if (over.error !== undefined && reachOf(over.error) === "all") continue;
    if (over.error !== undefined) failed++;
    done++;
    const { tradingDay } = over.piece;
    await doubts.over(over.piece);
    await settling.over(tradingDay, over.error === undefined && over.fetched?.complete === true);
    await read.over(over.piece, over.fetched, over.error);
    yield { ...outcomeOf(over), done, total };
  }
  await read.end();
  const unstored = await doubts.end();
  await klineStore.lookAgain("wait", signal);
  const { stopReason, fault } = run;
  if (stopReason === "source") throw resumable(fault?.error, { done, total, now: clock.now() });
  // Bars of another kind under the prefix: no target will do better.
  if (fault?.by === "store" && isHantooError(fault.error) && fault.error.code === "config") throw fault.error;
  if (unstored !== undefined) throw unstored;
  const conflicts = targets.conflicts();
  const isShort = stopReason === "maxCalls" || stopReason === "deadline";
  return {
    done,
    total,
    failed,
    calls: budget.calls,
    ...(conflicts.length > 0 ? { calendarConflicts: conflicts } : {}),
    ...(isShort ? { stopped: stopReason } : {}),
  };
}

/** The error of a refused rate, with what is stored and when to go on. */
function resumable(
  error: unknown,
  at: { readonly done: number; readonly total: number; readonly now: number },
): unknown {
  if (!isHantooError(error) || error.code !== "kis_rate_limit") return error;
  const retryAfterMs = retryAfterOf(error);
  const stamp = formatKstStamp(at.now + retryAfterMs);
  const time = `${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6, 8)} ${stamp.slice(8, 10)}:${stamp.slice(10, 12)}:${stamp.slice(12)}`;
  return new KisRateLimitError(
    `KIS refuses for the rate; ${at.done} of ${at.total} targets are stored. Resume at ${time} KST or later: the same call goes on from there`,
    error as KisRateLimitError,
    { retryAfterMs, cause: error },
  );
}
