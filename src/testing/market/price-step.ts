import type { InstrumentKind } from "./instrument-kind.js";

/**
 * The tick at a price in KRW: of stocks since 2023-01-25, of ETF and ETN since 2023-12-11 (1 won below 2,000,
 * else 5). Plain comparisons, since every simulated trade asks.
 */
export function priceStep(price: number, kind: InstrumentKind): number {
  if (price < 2000) return 1;
  if (price < 5000 || kind === "etf" || kind === "etn") return 5;
  if (price < 20_000) return 10;
  if (price < 50_000) return 50;
  if (price < 200_000) return 100;
  return price < 500_000 ? 500 : 1000;
}

/** The nearest price on the tick grid, at least one tick. */
export function onStep(price: number, kind: InstrumentKind): number {
  const step = priceStep(price, kind);
  return Math.max(step, Math.round(price / step) * step);
}

/** The day's price limits: 30 % either way of the previous close, cut to a tick towards it. */
export function priceLimits(
  previousClose: number,
  kind: InstrumentKind,
): { readonly lower: number; readonly upper: number } {
  const up = previousClose * 1.3;
  const down = previousClose * 0.7;
  const upStep = priceStep(up, kind);
  const downStep = priceStep(down, kind);
  return {
    upper: Math.floor(up / upStep + 1e-9) * upStep,
    lower: Math.max(downStep, Math.ceil(down / downStep - 1e-9) * downStep),
  };
}
