import { type TradingDay, expandDay, finalCount, isHantooError, kstDay } from "../../core/index.js";
import type { SourceCapacity } from "../evidence/index.js";
import type { ListedInstrument } from "./selection.js";
import { plannedCalls } from "../planned-calls.js";
import type { SessionChoice } from "../session-choice.js";
import type { BackfillTarget } from "./targets/index.js";

/** Why a target is not fetched. */
export type SkipReason =
  | "complete"
  | "nothing new yet"
  | "duplicate"
  | "not a trading day"
  | "in the future"
  | "before listing"
  | "older than KIS keeps"
  | "outside the calendar";

/** A target and what is to be done about it. */
export interface PlannedTarget extends BackfillTarget {
  /** Whether it will be asked for. */
  readonly action: "fetch" | "skip";
  /** Only if it is skipped. */
  readonly reason?: SkipReason;
  /** It is stored, and read again in full. */
  readonly reread?: true;
  /**
   * Requests it costs at the most, retries aside; 0 if it is skipped. The first of a symbol's past targets in each 100
   * trading days also pays for the daily rows that witness all of them.
   */
  readonly calls: number;
}

/** What a backfill would do. Nothing was sent for it. */
export interface BackfillPlan {
  /** In the order they are fetched in. */
  readonly targets: readonly PlannedTarget[];
  /** The targets summed. */
  readonly totals: BackfillTotals;
}

/** A plan in figures. */
export interface BackfillTotals {
  /** Targets to fetch. */
  readonly fetch: number;
  /** Targets to skip. */
  readonly skip: number;
  /** Requests, at the most, retries aside. */
  readonly calls: number;
  /** How long the calls take at the source's rate, in minutes. */
  readonly minutes: number;
  /** Objects to be written. */
  readonly objects: number;
  /** Their size, estimated from what simulated days compress to at the default level; real ones vary. */
  readonly bytes: number;
}

/** At most so many targets are fetched and not yet yielded: after a kill no more than these are fetched again. */
export const WINDOW = 20;

/** Compressed size of a symbol's minute, and of an object itself; measured on simulated days by bench/backfill.ts. */
const CELL_BYTES = 7.5;
const OBJECT_BYTES = 1000;

/** Requests in flight at a time: enough to hide an answer time of half a second, few enough to stop soon. */
export function defaultConcurrency({ ratePerSecond }: SourceCapacity): number {
  return Math.min(8, Math.max(1, Math.ceil(ratePerSecond / 2)));
}

/** Targets written together: the rest of the {@link WINDOW} is fetched meanwhile. */
export function batchSize(concurrency: number): number {
  return WINDOW - concurrency;
}

/** What a plan is made from, besides the store. */
export interface PlanFacts extends SessionChoice {
  /** Epoch ms. */
  readonly now: number;
  readonly settleMs: number;
  readonly instruments: ReadonlyMap<string, ListedInstrument>;
  /** Trading days back from today that the source keeps, today included. */
  readonly keptDays: number;
}

/** Why to skip each target, as far as that is known without the store; `undefined` for the others. */
export function classifyTargets(
  targets: readonly BackfillTarget[],
  facts: PlanFacts,
): (SkipReason | undefined)[] {
  const days = new Map<TradingDay, SkipReason | undefined>();
  // By day, since a key for each of a market's many targets would take much memory.
  const seen = new Map<TradingDay, Set<string>>();
  return targets.map(({ symbol, tradingDay }) => {
    if (!days.has(tradingDay)) days.set(tradingDay, dayReason(tradingDay, facts));
    const reason = listingReason(facts.instruments.get(symbol), tradingDay) ?? days.get(tradingDay);
    const symbols = seen.get(tradingDay) ?? new Set();
    if (symbols.has(symbol)) return "duplicate";
    seen.set(tradingDay, symbols.add(symbol));
    return reason;
  });
}

function dayReason(day: TradingDay, facts: PlanFacts): SkipReason | undefined {
  const { calendar, venue, hours, now, settleMs, keptDays } = facts;
  const today = kstDay(now);
  try {
    const minutes = calendar.minutes(day, { venue, hours });
    if (minutes.length === 0) return "not a trading day";
    if (day > today || (minutes[0] ?? 0) > now) return "in the future";
    if (day < today && calendar.countTradingDays(day, today) > keptDays) return "older than KIS keeps";
    return finalCount(minutes, now, settleMs) === 0 ? "nothing new yet" : undefined;
  } catch (error) {
    if (isHantooError(error) && error.code === "calendar_range") return "outside the calendar";
    throw error;
  }
}

function listingReason(instrument: ListedInstrument | undefined, day: TradingDay): SkipReason | undefined {
  const text = instrument?.listingDate;
  const listed = text === undefined ? undefined : (expandDay(text) ?? text);
  return listed !== undefined && day < listed ? "before listing" : undefined;
}

/** What the calendar and the store say of one target. */
interface TargetFacts {
  readonly target: BackfillTarget;
  /** Why to skip it, if the calendar says so. */
  readonly reason: SkipReason | undefined;
  /** How many leading minutes of the session are stored. */
  readonly have: number;
  /** To be read again in full, whatever is stored. */
  readonly reread: boolean;
}

/** Trading days that one call for a symbol's daily rows covers: KIS's rows of one answer. */
const WITNESS_DAYS = 100;

/** Counts the calls for daily rows, with which past days are checked; the source keeps an answer for the KST day. */
export class WitnessCalls {
  readonly #asked = new Set<string>();
  readonly #today: TradingDay;
  readonly #steps = new Map<TradingDay, number>();
  readonly #facts: PlanFacts;

  constructor(facts: PlanFacts) {
    this.#facts = facts;
    this.#today = kstDay(facts.now);
  }

  /** @returns 1 for the first past target in each stretch of a symbol; else 0. */
  take({ symbol, tradingDay }: BackfillTarget): number {
    if (tradingDay >= this.#today) return 0;
    let step = this.#steps.get(tradingDay);
    if (step === undefined) {
      const { calendar } = this.#facts;
      const newest = calendar.isTradingDay(this.#today)
        ? this.#today
        : calendar.previousTradingDay(this.#today);
      step = Math.floor((calendar.countTradingDays(tradingDay, newest) - 1) / WITNESS_DAYS);
      this.#steps.set(tradingDay, step);
    }
    const name = `${symbol} ${step}`;
    if (this.#asked.has(name)) return 0;
    this.#asked.add(name);
    return 1;
  }
}

/** @returns the plan, from what the calendar and the store say of each target. */
export function planTargets(
  targets: Iterable<TargetFacts>,
  facts: PlanFacts,
  capacity: SourceCapacity,
  batch: number,
): BackfillPlan {
  const planned: PlannedTarget[] = [];
  const totals = { fetch: 0, skip: 0, calls: 0, minutes: 0, objects: 0, bytes: 0 };
  const batchDays = new Set<TradingDay>();
  const witness = new WitnessCalls(facts);
  for (const { target, reason: known, have, reread } of targets) {
    // Not a spread of `target`: with more properties after it, V8 makes objects of 500 bytes, and a market's year has a million.
    const { symbol, tradingDay } = target;
    const minutes = known === undefined ? facts.calendar.minutes(tradingDay, facts) : [];
    const final = finalCount(minutes, facts.now, facts.settleMs);
    const reason =
      known ??
      (have < final || (reread && final > 0)
        ? undefined
        : have === minutes.length
          ? "complete"
          : "nothing new yet");
    if (reason !== undefined) {
      totals.skip++;
      planned.push({ symbol, tradingDay, action: "skip", reason, calls: 0 });
      continue;
    }
    const first = reread ? 0 : have;
    const calls = plannedCalls(minutes, first, final, capacity.minutesPerCall) + witness.take(target);
    if (totals.fetch % batch === 0) batchDays.clear();
    // A target that is read again is written only if it differs.
    if (have < final) {
      if (!batchDays.has(tradingDay)) totals.objects++;
      batchDays.add(tradingDay);
    }
    totals.fetch++;
    totals.calls += calls;
    totals.bytes += (final - have) * CELL_BYTES;
    planned.push(
      reread
        ? { symbol, tradingDay, action: "fetch", reread, calls }
        : { symbol, tradingDay, action: "fetch", calls },
    );
  }
  totals.minutes = totals.calls / capacity.ratePerSecond / 60;
  totals.bytes = Math.round(totals.bytes + totals.objects * OBJECT_BYTES);
  return { targets: planned, totals };
}
