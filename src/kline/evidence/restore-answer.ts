import { type MinuteBar, type TradingDay, isTradedBar } from "../../core/index.js";
import type { Cell } from "../../archive/index.js";
import type { SourceBars } from "./bar-source.js";
import type { DayAnswer } from "./read-answer.js";
import { type ScaledPrice, pricesOver, restorePrices, scaledPrices } from "./rescaled-prices.js";

interface RestoreInput {
  readonly minutes: readonly number[];
  readonly stored: (index: number) => Cell | undefined;
  readonly keep: number;
  readonly tradingDay: TradingDay;
  /** Store a day as shown where it cannot be restored. */
  readonly store: boolean;
}

/** An answer with the prices traded, or what it is instead. */
export interface Restored {
  readonly day: DayAnswer;
  readonly rescaled: "restored" | "stored" | "left" | undefined;
}

/**
 * Brings an answer on the scale of a later corporate action back to the prices that were traded. Volume and turnover
 * stay as they are: whether KIS scales them is not known. Where stored trades show that it did, the answer does not
 * belong beside them.
 */
export function restoreAnswer(answer: SourceBars, day: DayAnswer, input: RestoreInput): Restored {
  if (answer.basis !== "rescaled") return { day, rescaled: undefined };
  const beside = storedBeside(day, input);
  const restored = isSameVolume(beside)
    ? restorePrices([...day.bars.values()], witnesses(answer, day, beside, input), input.tradingDay)
    : undefined;
  if (restored !== undefined) {
    const keys = [...day.bars.keys()];
    const bars = new Map(restored.map((bar, at) => [keys[at] ?? Number.NaN, bar]));
    return { day: { ...day, bars }, rescaled: "restored" };
  }
  // Two scales must never stand in one day: what is there was stored as shown as well, or the answer stays out.
  const isOneScale = beside.every(({ trade, bar }) =>
    scaledPrices(trade, bar).every(({ traded, shown }) => traded === shown),
  );
  const isAlone = beside.length > 0 || !hasTrades(input);
  return { day, rescaled: input.store && isOneScale && isAlone ? "stored" : "left" };
}

/** A stored trade and the same minute in the answer. */
interface Pair {
  readonly trade: Pick<MinuteBar, "open" | "high" | "low" | "close" | "volume">;
  readonly bar: MinuteBar;
}

function storedBeside({ bars }: DayAnswer, { stored }: RestoreInput): Pair[] {
  return [...bars].flatMap(([index, bar]) => {
    const trade = stored(index);
    return trade !== undefined && isTradedBar(trade) ? { trade, bar } : [];
  });
}

function hasTrades({ minutes, stored }: RestoreInput): boolean {
  return minutes.some((_, index) => (stored(index)?.volume ?? 0) > 0);
}

/** KIS revises a few volumes; where most of them differ it has scaled them. */
function isSameVolume(beside: readonly Pair[]): boolean {
  const same = beside.filter(({ trade, bar }) => trade.volume === bar.volume).length;
  return same * 2 >= beside.length;
}

/** Prices known on both scales. Of the raw daily bar only those that the answer is sure to show. */
function witnesses(
  { tradedDay }: SourceBars,
  { bars, holes, spoken }: DayAnswer,
  beside: readonly Pair[],
  { minutes, keep }: RestoreInput,
): readonly ScaledPrice[] {
  const known = beside.flatMap(({ trade, bar }) => scaledPrices(trade, bar));
  const shown = pricesOver([...bars].sort(([a], [b]) => a - b).map(([, bar]) => bar));
  if (tradedDay === undefined || shown === undefined) return known;
  const isWhole = keep === 0 && holes.length === 0 && spoken === minutes.length;
  if (isWhole) return [...known, ...scaledPrices(tradedDay, shown)];
  const isClosed = bars.has(minutes.length - 1);
  return isClosed ? [...known, { traded: tradedDay.close, shown: shown.close }] : known;
}
