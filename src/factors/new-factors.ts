import type { TradingDay } from "../core/index.js";
import { createScale } from "./apply-factors.js";
import type { Factor, FactorKind } from "./factor.js";
import { type Interval, intersect, simplestFraction } from "./simplest-fraction.js";
import { type MeasuredStep, type ScaledDay, measureFactors } from "./measure-factors.js";

/** A day in both series, volumes among them. */
export interface ComparedDay extends ScaledDay {
  /** Shares. */
  readonly rawVolume: number;
  /** Shares; whether KIS scales them is not known, so it is measured. */
  readonly adjustedVolume: number;
}

/** What another source, such as a comparison of masters, says of a symbol's action. */
export interface FactorHint {
  readonly kind: FactorKind;
  /** A short text for the evidence. */
  readonly text: string;
}

/** What to compare. */
export interface CompareOptions {
  readonly symbol: string;
  /** Ascending; final rows only. */
  readonly days: readonly ComparedDay[];
  /** The trading day after the newest of them. */
  readonly nextDay: TradingDay;
  /** Those of this symbol in force, ascending. */
  readonly known: readonly Factor[];
  /** Epoch ms. */
  readonly observedAt: number;
  readonly hint?: FactorHint | undefined;
}

/** KIS rounds adjusted prices to won. */
const ROUNDING_KRW = 1;
const EPSILON = 1e-6;
/** Beginning of the evidence of measured volumes. */
const VOLUMES = "adjusted over raw volumes";

/**
 * Finds the factors to add, so that raw prices times factors are the adjusted prices on each day, within KIS's rounding.
 *
 * @returns nothing where the known factors explain every day: a false alarm adds none.
 */
export function newFactors(options: CompareOptions): Factor[] {
  const { symbol, days, nextDay, known, observedAt, hint } = options;
  const scale = createScale(known);
  const isExplained = days.every((day) => explains(day, scale.at(day.tradingDay).price));
  if (isExplained) return [];
  const steps = measureFactors(days, nextDay);
  const found: Factor[] = [];
  for (const [at, step] of steps.entries()) {
    const before = known.find(({ effectiveDate }) => effectiveDate === step.effectiveDate);
    const holds = before !== undefined && isIn(before.priceFactor, step);
    if (!holds) found.push({ symbol, ...describe(step, volumesAround(days, steps, at), hint), observedAt });
  }
  const first = days[0]?.tradingDay ?? nextDay;
  for (const factor of known) {
    const { effectiveDate, priceFactor, volumeFactor } = factor;
    const isSeen = first < effectiveDate && effectiveDate <= nextDay;
    if (!isSeen || (priceFactor === 1 && volumeFactor === 1)) continue;
    if (steps.some((step) => step.effectiveDate === effectiveDate)) continue;
    const evidence = [`adjusted over raw prices show no change of scale on ${effectiveDate}`];
    found.push({ ...factor, priceFactor: 1, volumeFactor: 1, evidence, observedAt });
  }
  return found;
}

/**
 * Adds what another source says to a factor's evidence. The price factor stays as measured. If the kind was unknown, it is
 * taken from the source, and with it whether volumes stay, as after a rights issue.
 */
export function addEvidence(factor: Factor, { kind, text }: FactorHint): Factor {
  const evidence = [...factor.evidence, text];
  if (factor.kind !== "unknown" || kind === "unknown") return { ...factor, evidence };
  const isMeasured = factor.evidence.some((told) => told.startsWith(VOLUMES));
  const volumeFactor = isMeasured ? factor.volumeFactor : unmeasured(kind, factor.priceFactor);
  return { ...factor, kind, volumeFactor, evidence };
}

function explains({ raw, adjusted }: ScaledDay, scale: number): boolean {
  return raw.every((price, at) => {
    const wanted = adjusted[at] ?? 0;
    if (!(price > 0) || !(wanted > 0)) return true;
    return Math.abs(price * scale - wanted) <= ROUNDING_KRW + EPSILON * wanted;
  });
}

const isIn = (factor: number, { interval }: MeasuredStep): boolean =>
  interval.low * (1 - EPSILON) <= factor && factor <= interval.high * (1 + EPSILON);

function describe(
  step: MeasuredStep,
  volumes: Interval | undefined,
  hint: FactorHint | undefined,
): Omit<Factor, "symbol" | "observedAt"> {
  const { effectiveDate, priceFactor, interval } = step;
  const kind = hint === undefined || hint.kind === "unknown" ? kindOf(priceFactor) : hint.kind;
  const range = ({ low, high }: Interval): string => `${low.toPrecision(6)} to ${high.toPrecision(6)}`;
  const evidence = [
    `adjusted over raw prices: ${range(interval)} on ${step.days} days before ${effectiveDate}`,
  ];
  if (hint !== undefined) evidence.push(hint.text);
  if (volumes !== undefined) evidence.push(`${VOLUMES}: ${range(volumes)}`);
  const volumeFactor =
    volumes === undefined ? unmeasured(kind, priceFactor) : within(volumes, 1 / priceFactor);
  return { effectiveDate, priceFactor, volumeFactor, kind, evidence };
}

/** Ratios of whole numbers up to this are taken as splits and bonus issues. */
const MOST_PARTS = 10;

/** From the factor alone: a whole number of new shares for one is a split. */
function kindOf(priceFactor: number): FactorKind {
  if (isWhole(1 / priceFactor) && priceFactor < 1) return "split";
  if (isWhole(priceFactor) && priceFactor > 1) return "reverse-split";
  return "unknown";
}

const isWhole = (value: number): boolean => Math.abs(value - Math.round(value)) < EPSILON * value;

/** A rights issue lowers the price by its discount; the shares that were traded before stay what they were. */
function keepsVolume(kind: FactorKind, priceFactor: number): boolean {
  if (kind !== "unknown") return kind === "rights";
  for (let parts = 1; parts <= MOST_PARTS; parts++) if (isWhole(priceFactor * parts)) return false;
  return true;
}

/** The volume factor where KIS leaves volumes as traded: the inverse of the price factor, or 1 after a rights issue. */
const unmeasured = (kind: FactorKind, priceFactor: number): number =>
  keepsVolume(kind, priceFactor) ? 1 : 1 / priceFactor;

/** `likely` if the interval holds it, else the simplest number in it. */
const within = (interval: Interval, likely: number): number =>
  interval.low <= likely && likely <= interval.high ? likely : simplestFraction(interval);

/**
 * By how much KIS's adjusted volumes change at a step.
 *
 * @returns `undefined` where they are as traded, or do not agree.
 */
function volumesAround(
  days: readonly ComparedDay[],
  steps: readonly MeasuredStep[],
  at: number,
): Interval | undefined {
  const of = (from: TradingDay | undefined, to: TradingDay | undefined): Interval | undefined =>
    volumeRatio(
      days.filter(
        ({ tradingDay }) =>
          (from === undefined || tradingDay >= from) && (to === undefined || tradingDay < to),
      ),
    );
  const day = steps[at]?.effectiveDate;
  const before = of(steps[at - 1]?.effectiveDate, day);
  const isAhead = days.every(({ tradingDay }) => day === undefined || tradingDay < day);
  const after = isAhead ? { low: 1, high: 1 } : of(day, steps[at + 1]?.effectiveDate);
  if (before === undefined || after === undefined) return undefined;
  const found = { low: before.low / after.high, high: before.high / after.low };
  return found.low <= 1 && found.high >= 1 ? undefined : found;
}

/** The ratios of adjusted to raw volumes that days on one scale allow; KIS rounds both to whole shares. */
function volumeRatio(days: readonly ComparedDay[]): Interval | undefined {
  let found: Interval | undefined;
  for (const { rawVolume, adjustedVolume } of days) {
    if (rawVolume <= 0 || adjustedVolume <= 1) continue;
    const allowed = { low: (adjustedVolume - 1) / rawVolume, high: (adjustedVolume + 1) / rawVolume };
    const shared = found === undefined ? allowed : intersect(found, allowed);
    if (shared === undefined) return undefined;
    found = shared;
  }
  return found;
}
