import {
  type TradingDay,
  checkClock,
  finalCount,
  isHantooError,
  kstDay,
  retryAfterOf,
  silentLogger,
} from "../../core/index.js";
import type { CalendarConflict } from "../guard/index.js";
import { classifyTargets } from "./plan.js";
import { lastClosedDays } from "./selection.js";
import type { BackfillStep } from "./step.js";
import { dueSymbols, revisitWindow } from "../revisit/index.js";
import { type PreparedSurvey, type Rereads, prepareSurvey, surveyDay } from "./survey.js";
import { type BackfillOptions, type BackfillSummary, checkRun, startBackfill } from "./backfill.js";
import type { BackfillTarget } from "./targets/index.js";

/** What to keep whole, and how far to look back. */
export interface CatchUpOptions extends Omit<
  BackfillOptions,
  "targets" | "days" | "order" | "startFrom" | "recheck" | "revisitDays"
> {
  /** Look back at most so many trading days. @defaultValue 20 */
  readonly days?: number;
  /**
   * How many trading days back stored days are read again: each once after 06:00 KST of the next trading day, and what
   * is suspect (a hole, a bar that breaks a rule, a missing closing print) once after every such morning. 0 for never.
   * @defaultValue 3: KIS corrects a day for so long
   */
  readonly revisitDays?: number;
}

/** Minutes of a stored target that had other values when it was read again. */
export interface RevisedTarget extends BackfillTarget {
  /** Epoch ms, ascending. */
  readonly minutes: readonly number[];
}

/** A target that was not whole and is now. */
export interface HealedTarget extends BackfillTarget {
  /** Traded minutes received. */
  readonly bars: number;
}

/** A target that is still not whole. */
export interface DegradedTarget extends BackfillTarget {
  /** Why, in a few words: an error's message, `older than KIS keeps`, or what ended the run before it. */
  readonly reason: string;
  /** Only where something was tried and failed. */
  readonly error?: unknown;
}

/** What a {@link catchUp} found and did. */
export interface CatchUpReport {
  /**
   * `healthy`: nothing was missing. `healed`: everything that was missing is stored now; during a session the minutes
   * since the last call count, too, and so do revised minutes. `degraded`: something is still missing, see there.
   */
  readonly status: "healthy" | "healed" | "degraded";
  /** The last trading day that was whole when it was looked at; absent if none of the `days` was. */
  readonly lastGoodDay?: TradingDay;
  /** In the order they were filled. */
  readonly healed: readonly HealedTarget[];
  /** What is still not whole, and why; empty unless the status is `degraded`. */
  readonly degraded: readonly DegradedTarget[];
  /** Stored minutes that had other values, in the order they were read again; absent if there are none. */
  readonly revised?: readonly RevisedTarget[];
  /**
   * Where the calendar and the source disagree about a day, if they do: what the source calls closed is not missing.
   */
  readonly calendarConflicts?: readonly CalendarConflict[];
  /** Requests made. */
  readonly calls: number;
  /** Epoch ms before which nothing should be sent to KIS; only if it went on refusing for the rate. */
  readonly resumeAt?: number;
}

/**
 * Finds the last trading day that is whole, by what is stored, and fills forward from there to now. Never asks for
 * a closed day. Made for cron: call it every hour, from two hosts if you like. A whole day costs no call, except one
 * more read of each symbol's day on the morning after it (`revisitDays`). A revisit that fails goes to the logger and
 * does not make the report degraded: what was stored stays.
 *
 * It looks back no further than the first whole day that it meets; use {@link backfill} for older gaps.
 *
 * @example
 * ```ts
 * const { status, healed, degraded } = await catchUp({ client, store, symbols: ["005930", "000660"] });
 * if (status === "degraded") console.error(degraded);
 * ```
 *
 * @returns whether all is well, what was healed, and what is still missing and why. A refused rate, a ceiling of
 * calls and a deadline are reported there, not thrown.
 * @throws {@link ConfigError} if an option is missing or wrong, {@link KisAuthError} if the key is refused,
 * {@link StorageError} if the store cannot be read; the signal's reason, untouched, if it is aborted.
 */
export async function catchUp(options: CatchUpOptions): Promise<CatchUpReport> {
  const { symbols, days = 20, ...rest } = checkRun(options);
  // Prepared once: an iterator of symbols can be read only once.
  const survey = prepareSurvey({ ...rest, ...(symbols && { symbols }), days: 1 });
  const { instruments } = survey.facts;
  const { targets: gaps, lost, lastGoodDay } = await findGaps(survey, days);
  const rereads = await findRevisits(survey, gaps);
  const revisits = [...rereads].flatMap(([tradingDay, symbols]) =>
    [...symbols].map((symbol) => ({ symbol, tradingDay })),
  );
  const isGap = new Set(gaps.map(nameOf));
  const targets = [...gaps, ...revisits.filter((target) => !isGap.has(nameOf(target)))];
  const good = lastGoodDay === undefined ? {} : { lastGoodDay };
  const degraded: DegradedTarget[] = [...lost];
  if (targets.length === 0)
    return {
      status: degraded.length > 0 ? "degraded" : "healthy",
      ...good,
      healed: [],
      degraded,
      calls: 0,
    };

  const { logger = silentLogger } = options;
  const told: BackfillStep[] = [];
  let end: { readonly summary?: BackfillSummary; readonly error?: unknown };
  const run = startBackfill({ ...rest, instruments, targets, order: "oldest-first" }, rereads);
  try {
    end = { summary: await collect(run, told) };
  } catch (error) {
    if (!isHantooError(error) || error.code !== "kis_rate_limit") throw error;
    end = { error };
  }

  const healed: HealedTarget[] = [];
  const revised: RevisedTarget[] = [];
  const seen = new Set<string>();
  for (const { symbol, tradingDay, status, bars, error, revised: minutes } of told) {
    const name = nameOf({ symbol, tradingDay });
    seen.add(name);
    if (minutes !== undefined) revised.push({ symbol, tradingDay, minutes });
    if (!isGap.has(name)) {
      if (status === "failed")
        logger.warn({ symbol, tradingDay, err: error }, "a stored day could not be read again; it stays");
      continue;
    }
    if (status === "done") healed.push({ symbol, tradingDay, bars });
    if (status === "failed") degraded.push({ symbol, tradingDay, reason: messageOf(error), error });
  }
  const reason =
    end.error !== undefined
      ? messageOf(end.error)
      : `not reached: ${end.summary?.stopped === "deadline" ? "the deadline came first" : "the allowed calls were used up"}`;
  for (const { symbol, tradingDay } of gaps) {
    if (!seen.has(nameOf({ symbol, tradingDay }))) degraded.push({ symbol, tradingDay, reason });
  }
  return {
    status: degraded.length > 0 ? "degraded" : healed.length + revised.length > 0 ? "healed" : "healthy",
    ...good,
    healed,
    degraded,
    ...(revised.length > 0 && { revised }),
    ...(end.summary?.calendarConflicts && { calendarConflicts: end.summary.calendarConflicts }),
    calls: end.summary?.calls ?? told.reduce((sum, { calls }) => sum + calls, 0),
    ...(end.error !== undefined && { resumeAt: checkClock(options.clock).now() + retryAfterOf(end.error) }),
  };
}

interface Gaps {
  /** To be fetched, oldest day first. */
  readonly targets: readonly BackfillTarget[];
  /** Not whole, and nothing can be done about it. */
  readonly lost: readonly DegradedTarget[];
  readonly lastGoodDay: TradingDay | undefined;
}

/** Walks back to the last whole day. The session in progress is always checked and never counts as whole. */
async function findGaps(survey: PreparedSurvey, days: number): Promise<Gaps> {
  const { selected, facts, klineStore, signal } = survey;
  const symbols = [...new Set(selected.map(({ symbol }) => symbol))];
  const closed = lastClosedDays(days, facts);
  const today = kstDay(facts.now);
  const lost: DegradedTarget[] = [];
  const targets: BackfillTarget[] = [];
  if (
    closed.at(-1) !== today &&
    finalCount(facts.calendar.minutes(today, facts), facts.now, facts.settleMs) > 0
  ) {
    targets.push(...symbols.map((symbol) => ({ symbol, tradingDay: today })));
  }
  for (const tradingDay of closed.toReversed()) {
    signal?.throwIfAborted();
    const wanted = symbols.map((symbol) => ({ symbol, tradingDay }));
    const reasons = classifyTargets(wanted, facts);
    const length = facts.calendar.minutes(tradingDay, facts).length;
    const { have } = await surveyDay(klineStore, facts, tradingDay, new Set(symbols), signal);
    const gaps = wanted.filter(
      ({ symbol }, index) => reasons[index] !== "before listing" && (have.get(symbol) ?? 0) < length,
    );
    if (gaps.length === 0) return { targets, lost, lastGoodDay: tradingDay };
    const tooOld = gaps.filter((gap) => reasons[wanted.indexOf(gap)] === "older than KIS keeps");
    lost.unshift(...tooOld.map((gap) => ({ ...gap, reason: "older than KIS keeps" })));
    targets.unshift(...gaps.filter((gap) => !tooOld.includes(gap)));
  }
  return { targets, lost, lastGoodDay: undefined };
}

/** Stored targets of the last days that are due to be read again. Gaps are fetched anyway. */
async function findRevisits(
  { place, facts, revisitDays, selected, signal }: PreparedSurvey,
  gaps: readonly BackfillTarget[],
): Promise<Rereads> {
  const symbols = new Set(selected.map(({ symbol }) => symbol));
  const rereads = new Map<TradingDay, ReadonlySet<string>>();
  for (const tradingDay of revisitWindow(facts.calendar, facts.now, revisitDays)) {
    signal?.throwIfAborted();
    const missing = new Set(gaps.flatMap((gap) => (gap.tradingDay === tradingDay ? gap.symbol : [])));
    const stored = [...symbols].filter((symbol) => !missing.has(symbol));
    const due = await dueSymbols({ place, tradingDay, symbols: stored, now: facts.now, revisitDays, signal });
    if (due.size > 0) rereads.set(tradingDay, due);
  }
  return rereads;
}

const nameOf = ({ symbol, tradingDay }: BackfillTarget): string => `${symbol} ${tradingDay}`;

async function collect(
  run: AsyncGenerator<BackfillStep, BackfillSummary, void>,
  into: BackfillStep[],
): Promise<BackfillSummary> {
  for (;;) {
    const next = await run.next();
    if (next.done === true) return next.value;
    into.push(next.value);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
