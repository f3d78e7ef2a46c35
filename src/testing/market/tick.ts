import type { InstrumentKind } from "./instrument-kind.js";
import { onStep, priceStep } from "./price-step.js";
import { createRandom, mixHash } from "../random.js";

/** One simulated trade. */
export interface Tick {
  /** Milliseconds from the start of its minute, 0..59,999. */
  readonly offsetMs: number;
  /** KRW. */
  readonly price: number;
  /** Shares. */
  readonly volume: number;
  /** Side of the taker, whose order met one that was already there. */
  readonly side: "buy" | "sell";
}

/** Everything that the trades of one minute are derived from. */
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
export type TickVisitor = (price: number, volume: number) => void;

/** @returns the trades of a minute, ascending by time; none if its volume is 0. */
export function minuteTicks(script: MinuteScript): readonly Tick[] {
  const traded: { readonly price: number; readonly volume: number }[] = [];
  playMinute(script, (price, volume) => traded.push({ price, volume }));
  // Times and sides come from a stream of their own: a bar needs neither.
  const random = createRandom(mixHash(script.key, 1));
  const offsetOf = (index: number): number =>
    script.part === "auction"
      ? AUCTION_FROM_MS + Math.floor(random() * (AUCTION_TO_MS - AUCTION_FROM_MS))
      : Math.floor(((index + random()) * 60_000) / traded.length);
  return traded.map((trade, index) => ({
    ...trade,
    offsetMs: offsetOf(index),
    side: random() < 0.5 ? "buy" : "sell",
  }));
}

/** Calls `visit` with each trade of a minute, ascending by time. */
export function playMinute(script: MinuteScript, visit: TickVisitor): void {
  const { key, kind, startPrice, endPrice, volume, lower, upper } = script;
  if (volume <= 0) return;
  if (script.part === "auction") return visit(endPrice, volume);
  const random = createRandom(key);
  const opening = script.part === "opening";
  const count = Math.min(volume, 1 + Math.floor(random() * 5));
  const step = priceStep(startPrice, kind);
  const within = (price: number): number => Math.min(upper, Math.max(lower, price));
  // The opening auction's print is the first trade and most of the minute.
  const first = opening ? Math.floor((volume - count) * 0.6) : 0;
  let rest = volume - count - first;
  for (let index = 0; index < count - 1; index++) {
    const drift = startPrice + ((endPrice - startPrice) * index) / count;
    const wander = onStep(within(drift + (Math.floor(random() * 3) - 1) * step), kind);
    const half = script.midPrices && step >= 10 && random() < 0.02 ? step / 2 : 0;
    const take = Math.floor(rest * random() * 0.8);
    rest -= take;
    visit(
      within((opening && index === 0 ? startPrice : wander) + half),
      1 + take + (index === 0 ? first : 0),
    );
  }
  visit(endPrice, 1 + rest + (count === 1 ? first : 0));
}
