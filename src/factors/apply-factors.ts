import type { TradingDay } from "../core/index.js";
import type { Factor } from "./factor.js";

/** What a day's numbers are multiplied by. */
export interface Multipliers {
  readonly price: number;
  readonly volume: number;
}

/** The multipliers of days that are not changed. */
export const UNADJUSTED: Multipliers = { price: 1, volume: 1 };

/**
 * The factors in force: of several observations of one action the last one up to `asOf`.
 *
 * @param asOf - epoch ms; observations after it are not known yet. @defaultValue all
 * @returns one a symbol and effective date, by symbol, then ascending by date.
 */
export function factorsInForce(factors: Iterable<Factor>, asOf: number = Infinity): Factor[] {
  const latest = new Map<string, Factor>();
  for (const factor of factors) {
    if (factor.observedAt > asOf) continue;
    const name = `${factor.symbol} ${factor.effectiveDate}`;
    const before = latest.get(name);
    if (before === undefined || factor.observedAt >= before.observedAt) latest.set(name, factor);
  }
  return [...latest.keys()].sort().map((name) => latest.get(name) as Factor);
}

/** Finds the multipliers of any day of one symbol. */
export interface Scale {
  /** The product of all factors that take effect after `day`. */
  at(day: TradingDay): Multipliers;
  /** Whether no day is changed. */
  readonly isFlat: boolean;
}

/** @param factors - those of one symbol that are in force, ascending by date. */
export function createScale(factors: readonly Factor[]): Scale {
  const steps: { readonly before: TradingDay; readonly multipliers: Multipliers }[] = [];
  let { price, volume } = UNADJUSTED;
  for (const factor of factors.toReversed()) {
    price *= factor.priceFactor;
    volume *= factor.volumeFactor;
    steps.push({ before: factor.effectiveDate, multipliers: { price, volume } });
  }
  return {
    isFlat: steps.every(({ multipliers }) => multipliers.price === 1 && multipliers.volume === 1),
    at(day) {
      let found = UNADJUSTED;
      // From the newest action back; few symbols have more than ten.
      for (const { before, multipliers } of steps) {
        if (day >= before) break;
        found = multipliers;
      }
      return found;
    },
  };
}
