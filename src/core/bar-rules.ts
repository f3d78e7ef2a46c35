import type { MinuteBar } from "./minute-bar.js";

/** Rules of a bar. Some of KIS's own rows break one: 77 of about 150 million, each by its open. */
export type BarRule = "open-outside-range" | "close-outside-range" | "low-above-high";

/** Values of a row that may be a bar. */
type BarValues = { readonly [Name in "open" | "high" | "low" | "close" | "volume"]: number | null };

/** Whether values can be a traded minute at all: four prices above 0, and a whole number of shares above 0. */
export function isTradedBar(
  values: BarValues,
): values is Pick<MinuteBar, "open" | "high" | "low" | "close" | "volume"> {
  const { open, high, low, close, volume } = values;
  return [open, high, low, close].every(isPrice) && Number.isSafeInteger(volume) && (volume ?? 0) > 0;
}

const isPrice = (value: number | null): boolean => Number.isFinite(value) && (value ?? 0) > 0;

/** The first rule that the prices of a bar break; `undefined` if they break none. */
export function brokenRule({
  open,
  high,
  low,
  close,
}: Pick<MinuteBar, "open" | "high" | "low" | "close">): BarRule | undefined {
  if (low > high) return "low-above-high";
  if (open > high || open < low) return "open-outside-range";
  return close > high || close < low ? "close-outside-range" : undefined;
}
