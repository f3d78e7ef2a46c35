import type { TradingDay } from "../core/index.js";
import { createScale } from "./apply-factors.js";
import type { Factor, FactorKind } from "./factor.js";
import { type MeasuredStep, type ScaledDay, measureFactors } from "./measure-factors.js";

/** A day in both series, volumes among them. */
export interface ComparedDay extends ScaledDay {
  /** Shares. */
  readonly rawVolume: number;
  /** Shares; whether KIS scales them is not known, so it is measured. */
  readonly adjustedVolume: number;
}

/** What another witness says of a symbol's action, such as a diff of masters. */
export interface FactorHint {
  readonly kind: FactorKind;
  /** In short plain words. */
  readonly text: string;
}

/** What to compare. */
export interface CompareOptions {
  readonly symbol: string;
  /** Ascending; final rows only. */
  readonly days: readonly ComparedDay[];
  /** Those of this symbol in force, ascending. */
  readonly known: readonly Factor[];
  /** Epoch ms. */
  readonly observedAt: number;
  readonly hint?: FactorHint | undefined;
}

/** KIS rounds adjusted prices to won. */
const ROUNDING_KRW = 1;
const EPSILON = 1e-6;

/**
 * What must be added so that raw prices times factors are the adjusted ones on each day, within KIS's rounding.
 *
 * @returns nothing where the known factors explain every day: a false alarm adds none.
 */
export function newFactors({ symbol, days, known, observedAt, hint }: CompareOptions): Factor[] {
  const scale = createScale(known);
  const isExplained = days.every((day) => explains(day, scale.at(day.tradingDay).price));
  if (isExplained) return [];
  const steps = measureFactors(days);
  const found: Factor[] = [];
  for (const step of steps) {
    const before = known.find(({ effectiveDate }) => effectiveDate === step.effectiveDate);
    const holds = before !== undefined && isIn(before.priceFactor, step);
    if (!holds) found.push({ symbol, ...describe(step, days, hint), observedAt });
  }
  const [first = "", last = ""] = [days[0]?.tradingDay, days.at(-1)?.tradingDay];
  for (const factor of known) {
    const { effectiveDate, priceFactor, volumeFactor } = factor;
    const isSeen = first < effectiveDate && effectiveDate <= last;
    if (!isSeen || (priceFactor === 1 && volumeFactor === 1)) continue;
    if (steps.some((step) => step.effectiveDate === effectiveDate)) continue;
    const evidence = [`adjusted over raw prices show no change of scale on ${effectiveDate}`];
    found.push({ ...factor, priceFactor: 1, volumeFactor: 1, evidence, observedAt });
  }
  return found;
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
  days: readonly ComparedDay[],
  hint: FactorHint | undefined,
): Omit<Factor, "symbol" | "observedAt"> {
  const { effectiveDate, priceFactor, interval } = step;
  const kind = hint === undefined || hint.kind === "unknown" ? kindOf(priceFactor) : hint.kind;
  const range = `${interval.low.toPrecision(6)} to ${interval.high.toPrecision(6)}`;
  const evidence = [`adjusted over raw prices: ${range} on ${step.days} days before ${effectiveDate}`];
  if (hint !== undefined) evidence.push(hint.text);
  const measured = volumeStep(days, effectiveDate, priceFactor);
  if (measured !== undefined) evidence.push("adjusted over raw volumes agree");
  const volumeFactor = measured ?? (keepsVolume(kind, priceFactor) ? 1 : 1 / priceFactor);
  return { effectiveDate, priceFactor, volumeFactor, kind, evidence };
}

/** Ratios of whole numbers up to this are taken for splits and bonus issues. */
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

/** 1 / priceFactor where KIS's adjusted volumes say so on the days before; `undefined` where they are as traded. */
function volumeStep(
  days: readonly ComparedDay[],
  effectiveDate: TradingDay,
  priceFactor: number,
): number | undefined {
  const ratioOn = (day: ComparedDay | undefined): number =>
    day === undefined || day.rawVolume < 1000 ? Number.NaN : day.adjustedVolume / day.rawVolume;
  const before = ratioOn(
    days.findLast(({ tradingDay, rawVolume }) => tradingDay < effectiveDate && rawVolume >= 1000),
  );
  const after = ratioOn(
    days.find(({ tradingDay, rawVolume }) => tradingDay >= effectiveDate && rawVolume >= 1000),
  );
  const ratio = before / after;
  return Math.abs(ratio * priceFactor - 1) < 0.01 ? 1 / priceFactor : undefined;
}
