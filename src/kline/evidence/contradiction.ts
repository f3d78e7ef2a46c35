import type { MinuteBar } from "../../core/index.js";
import type { Cell } from "../../archive/index.js";

/** KRX cuts the half won of a mid-price order, so a share may have cost half a won more than its price says. */
const CUT_KRW = 0.5;

/** KRW that a stored trade cost, at the least and at the most. */
function costOf({ low, high, volume, turnover }: Cell): { readonly least: number; readonly most: number } {
  if (turnover !== undefined) return { least: turnover, most: turnover };
  return { least: (low ?? 0) * (volume ?? 0), most: ((high ?? 0) + CUT_KRW) * (volume ?? 0) };
}

/**
 * Whether an answer's totals prove that a stored trade did not happen in its minute, of which the answer has no row.
 * The turnover of the next row is a step of KIS's running total over everything since the row before: it must have
 * room for the stored trade beside the row's own.
 *
 * Only of a source that looks for holes: its turnover is made of running totals, another's may be the row's own.
 *
 * @param next - the answer's first bar after the minute; without one, or without its turnover, nothing is proved.
 */
export function isRefuted(stored: Cell, next: MinuteBar | undefined): boolean {
  if (next?.turnover === undefined) return false;
  const least = Math.min(next.low, next.open, next.close) * next.volume;
  return next.turnover < least + costOf(stored).least;
}

/** Whether stored trades within a hole are all that the totals miss there: then an earlier read has filled it. */
export function isExplained(trades: readonly Cell[], turnover: number | undefined): boolean {
  if (trades.length === 0) return false;
  return turnover === undefined || trades.reduce((sum, cell) => sum + costOf(cell).most, 0) >= turnover;
}
