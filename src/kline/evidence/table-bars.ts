import type { MinuteBar } from "../../core/index.js";
import type { DayTable } from "../../archive/index.js";

/**
 * The bars of one symbol in a table, ascending, from the day's first trade on; before it there is no price, and a hole
 * has no bar.
 */
export function* tableBars(table: DayTable, symbol: string, untraded: "flat" | "skip"): Generator<MinuteBar> {
  for (const [index, time] of table.minutes.entries()) {
    const cell = table.get(symbol, index);
    if (cell === undefined) continue;
    const { open, high, low, close, volume, ...amounts } = cell;
    if (open === null || high === null || low === null || close === null || volume === null) continue;
    if (untraded === "flat" || volume > 0) yield { time, open, high, low, close, volume, ...amounts };
  }
}
