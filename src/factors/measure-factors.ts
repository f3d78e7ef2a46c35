import type { TradingDay } from "../core/index.js";
import { type Interval, intersect, simplestFraction } from "./simplest-fraction.js";

/** One day of one symbol, as it was traded and on the scale of today. */
export interface ScaledDay {
  readonly tradingDay: TradingDay;
  /** KRW; at the same places as in `adjusted`. A price that is not known, or 0, says nothing. */
  readonly raw: readonly number[];
  /** KRW, rounded to won by KIS. */
  readonly adjusted: readonly number[];
}

/** A change of scale that two series show. */
export interface MeasuredStep {
  /** First day on the newer scale. */
  readonly effectiveDate: TradingDay;
  /** Multiplies raw prices before that day, in addition to later steps. */
  readonly priceFactor: number;
  /** The values that the prices allow for the factor, without later steps. */
  readonly interval: Interval;
  /** How many days show it: those of the older run. */
  readonly days: number;
}

/** KIS rounds adjusted prices to won; whether up, down or to the nearest is not known. @see facts/daily-bars.md 3 */
const ROUNDING_KRW = 1;

/** A run of days on one scale. */
interface Run {
  interval: Interval;
  /** Oldest day of it. */
  first: number;
}

/**
 * Finds the steps at which the ratio of adjusted to raw prices changes, from the newest day back. Each day allows an
 * interval of ratios, narrower for higher prices; a run of days on one scale allows what all of them allow.
 *
 * @param days - ascending.
 * @param nextDay - the trading day after the newest of them: where that one is on an older scale than today's, the
 * action takes effect on this day, as on the morning of a split.
 * @returns steps, ascending by date. None where every day allows a factor of 1.
 */
export function measureFactors(days: readonly ScaledDay[], nextDay: TradingDay): MeasuredStep[] {
  const runs = runsOf(days);
  const steps: MeasuredStep[] = [];
  let scale = 1;
  let newer: Run | undefined;
  for (const run of runs) {
    const interval = { low: run.interval.low / scale, high: run.interval.high / scale };
    const isSame = interval.low <= 1 && interval.high >= 1;
    if (!isSame) {
      const priceFactor = simplestFraction(interval);
      const older = scale * priceFactor;
      const effectiveDate =
        newer === undefined ? nextDay : dayAt(days, boundary(days, newer.first, older, priceFactor));
      const end = newer === undefined ? days.length : newer.first;
      steps.push({ effectiveDate, priceFactor, interval, days: end - run.first });
      scale = older;
    }
    newer = run;
  }
  return steps.reverse();
}

const dayAt = (days: readonly ScaledDay[], index: number): TradingDay =>
  (days[index] as ScaledDay).tradingDay;

/** Runs of days on one scale, newest first; a run reaches back as far as its days allow one factor. */
function runsOf(days: readonly ScaledDay[]): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (let index = days.length - 1; index >= 0; index--) {
    const allowed = intervalOf(days[index] as ScaledDay);
    if (allowed === undefined) continue;
    const shared = run === undefined ? undefined : intersect(run.interval, allowed);
    if (run !== undefined && shared !== undefined) {
      run.interval = shared;
      run.first = index;
      continue;
    }
    run = { interval: allowed, first: index };
    runs.push(run);
  }
  return runs;
}

/** The ratios that one day allows; `undefined` if it says nothing. */
function intervalOf({ raw, adjusted }: ScaledDay): Interval | undefined {
  let found: Interval | undefined;
  for (const [at, price] of raw.entries()) {
    const scaled = adjusted[at] ?? 0;
    if (!(price > 0) || !(scaled > 0)) continue;
    const allowed = {
      low: Math.max(Number.MIN_VALUE, scaled - ROUNDING_KRW) / price,
      high: (scaled + ROUNDING_KRW) / price,
    };
    found = found === undefined ? allowed : intersect(found, allowed);
    if (found === undefined) return undefined; // its own prices disagree: it says nothing
  }
  return found;
}

/**
 * The first day on the newer scale: `first`, or a later one if the days between allow the older scale, too, as low prices
 * do. Of those, the day on which the raw price itself jumps by the factor.
 */
function boundary(days: readonly ScaledDay[], first: number, older: number, priceFactor: number): number {
  let at = first;
  let best = jumpError(days, at, priceFactor);
  for (let index = first + 1; index < days.length; index++) {
    const passed = intervalOf(days[index - 1] as ScaledDay);
    if (passed !== undefined && !(passed.low <= older && older <= passed.high)) break;
    const error = jumpError(days, index, priceFactor);
    if (error < best) [at, best] = [index, error];
  }
  return at;
}

/** How far the raw price's change on a day is from the factor, as a logarithm. */
function jumpError(days: readonly ScaledDay[], index: number, priceFactor: number): number {
  const open = days[index]?.raw.find((price) => price > 0);
  let close: number | undefined;
  for (let before = index - 1; before >= 0 && close === undefined; before--)
    close = days[before]?.raw.findLast((price) => price > 0);
  if (open === undefined || close === undefined) return Infinity;
  return Math.abs(Math.log(open / close / priceFactor));
}
