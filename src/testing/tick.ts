import type { InstrumentKind } from "./instrument.js";
import { onStep, priceStep } from "./price-step.js";
import { createRandom } from "./random.js";

/** One simulated trade. */
export interface Tick {
  /** Milliseconds from the start of its minute, 0..59,999. */
  readonly offsetMs: number;
  /** KRW. */
  readonly price: number;
  /** Shares. */
  readonly volume: number;
  /** Who took: the buyer or the seller. */
  readonly side: "buy" | "sell";
}

/** From what the trades of one minute follow, entirely. */
export interface MinuteScript {
  readonly key: number;
  readonly kind: InstrumentKind;
  /** What the minute is: an auction is one print at its price; the first minute begins with one. */
  readonly part: "auction" | "opening" | "continuous";
  readonly startPrice: number;
  readonly endPrice: number;
  readonly volume: number;
  readonly lower: number;
  readonly upper: number;
  /** Whether mid-price orders exist, which print between two ticks. */
  readonly midPrices: boolean;
}

/** Earliest and latest print of an auction after its label: seen on the 15:30 bar at 3 s to about 30 s. */
const AUCTION_FROM_MS = 3000;
const AUCTION_TO_MS = 30_000;

/** Takes one trade; plain numbers, since a day has thousands. */
export type TickVisitor = (offsetMs: number, price: number, volume: number, isBuy: boolean) => void;

/** @returns the trades of a minute, ascending by time; none if its volume is 0. */
export function minuteTicks(script: MinuteScript): readonly Tick[] {
  const ticks: Tick[] = [];
  playMinute(script, (offsetMs, price, volume, isBuy) =>
    ticks.push({ offsetMs, price, volume, side: isBuy ? "buy" : "sell" }),
  );
  return ticks;
}

/** Shows the trades of a minute one by one, ascending by time. */
export function playMinute(script: MinuteScript, visit: TickVisitor): void {
  const { key, kind, startPrice, endPrice, volume, lower, upper } = script;
  if (volume <= 0) return;
  const random = createRandom(key);
  if (script.part === "auction") {
    visit(AUCTION_FROM_MS + Math.floor(random() * (AUCTION_TO_MS - AUCTION_FROM_MS)), endPrice, volume, true);
    return;
  }
  const opening = script.part === "opening";
  const count = Math.min(volume, 1 + Math.floor(random() * 5));
  const step = priceStep(startPrice, kind);
  const within = (price: number): number => Math.min(upper, Math.max(lower, price));
  // The opening auction's print is the first trade and most of the minute.
  const first = opening ? Math.floor((volume - count) * 0.6) : 0;
  let rest = volume - count - first;
  for (let index = 0; index < count; index++) {
    const last = index === count - 1;
    const offsetMs = Math.floor(((index + random()) * 60_000) / count);
    const drift = startPrice + ((endPrice - startPrice) * index) / count;
    const wander = onStep(within(drift + (Math.floor(random() * 3) - 1) * step), kind);
    const half = script.midPrices && step >= 10 && random() < 0.02 ? step / 2 : 0;
    const price = last ? endPrice : within((opening && index === 0 ? startPrice : wander) + half);
    const take = last ? rest : Math.floor(rest * random() * 0.8);
    rest -= take;
    visit(offsetMs, price, 1 + take + (index === 0 ? first : 0), random() < 0.5);
  }
}
