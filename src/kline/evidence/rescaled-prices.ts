import type { MinuteBar, TradingDay } from "../../core/index.js";
import { isTradablePrice } from "./price-tick.js";

type Prices = Pick<MinuteBar, "open" | "high" | "low" | "close">;

/** A price as traded beside the same price as shown on another scale, KRW. */
export interface ScaledPrice {
  readonly traded: number;
  readonly shown: number;
}

const NAMES = ["open", "high", "low", "close"] as const;

/** The four prices of one bar on both scales. */
export function scaledPrices(traded: Prices, shown: Prices): readonly ScaledPrice[] {
  return NAMES.map((name) => ({ traded: traded[name], shown: shown[name] }));
}

/** Open, high, low and close over bars, ascending by time; `undefined` without one. */
export function pricesOver(bars: readonly Prices[]): Prices | undefined {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const high = bars.reduce((most, bar) => Math.max(most, bar.high), -Infinity);
  const low = bars.reduce((least, bar) => Math.min(least, bar.low), Infinity);
  return { open: first.open, high, low, close: last.close };
}

/**
 * Restores the prices traded of bars on the scale of a later corporate action. KIS rounds scaled prices to whole won, so
 * each witness bounds the factor. Each shown price must then come from exactly one price at which a stock can trade.
 *
 * @param witnesses - prices known on both scales, such as those of the raw daily bar.
 * @returns the bars with traded prices, all else as it was; `undefined` where one price is not certain.
 */
export function restorePrices<Bar extends Prices>(
  bars: readonly Bar[],
  witnesses: readonly ScaledPrice[],
  tradingDay: TradingDay,
): readonly Bar[] | undefined {
  let factor: Factor = { least: 0, most: Infinity };
  for (const witness of witnesses) factor = narrowed(factor, witness);
  if (factor.least === 0 || !(factor.least <= factor.most)) return undefined;
  const shown = [...new Set(bars.flatMap((bar) => NAMES.map((name) => bar[name])))];
  const restored = new Map<number, number>();
  // Each certain price bounds the factor more, which can make others certain.
  for (let before = -1; restored.size < shown.length && restored.size > before;) {
    before = restored.size;
    for (const price of shown) {
      const [traded, another] = candidates(price, factor, tradingDay);
      if (traded === undefined) return undefined;
      if (another !== undefined) continue;
      restored.set(price, traded);
      factor = narrowed(factor, { traded, shown: price });
      if (!(factor.least <= factor.most)) return undefined;
    }
  }
  if (restored.size < shown.length) return undefined;
  const back = (price: number): number => restored.get(price) ?? Number.NaN;
  return bars.map((bar) => ({
    ...bar,
    open: back(bar.open),
    high: back(bar.high),
    low: back(bar.low),
    close: back(bar.close),
  }));
}

/** Bounds of shown / traded. */
interface Factor {
  readonly least: number;
  readonly most: number;
}

/** KIS shows whole won. */
const ROUNDING = 0.5;

function narrowed({ least, most }: Factor, { traded, shown }: ScaledPrice): Factor {
  return {
    least: Math.max(least, (shown - ROUNDING) / traded),
    most: Math.min(most, (shown + ROUNDING) / traded),
  };
}

/** The first two prices that can have traded and that a factor within the bounds shows as `shown`. */
function candidates(shown: number, { least, most }: Factor, tradingDay: TradingDay): readonly number[] {
  const found: number[] = [];
  const end = (shown + ROUNDING) / least;
  for (let price = Math.ceil((shown - ROUNDING) / most); price <= end && found.length < 2; price++) {
    if (isTradablePrice(price, tradingDay)) found.push(price);
  }
  return found;
}
