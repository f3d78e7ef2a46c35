import type { InstrumentKind } from "./instrument.js";

/** KRX stock ticks since 2023-01-25: price below `under` moves by `step` won. */
const STOCK_STEPS: readonly { readonly under: number; readonly step: number }[] = [
  { under: 2000, step: 1 },
  { under: 5000, step: 5 },
  { under: 20_000, step: 10 },
  { under: 50_000, step: 50 },
  { under: 200_000, step: 100 },
  { under: 500_000, step: 500 },
  { under: Number.POSITIVE_INFINITY, step: 1000 },
];

/** The tick at a price in KRW. ETF and ETN: 1 won below 2,000, else 5 (since 2023-12-11). */
export function priceStep(price: number, kind: InstrumentKind): number {
  if (kind === "etf" || kind === "etn") return price < 2000 ? 1 : 5;
  for (const { under, step } of STOCK_STEPS) if (price < under) return step;
  return 1000;
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
