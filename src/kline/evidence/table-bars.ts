import type { MinuteBar } from "../../core/index.js";
import type { DayTable } from "../../archive/index.js";

/**
 * The bars of one symbol in a table, ascending, from the day's first trade on; before it there is no price, and a hole
 * has no bar.
 */
export function* tableBars(table: DayTable, symbol: string, untraded: "flat" | "skip"): Generator<MinuteBar> {
  const { minutes } = table;
  for (let index = 0; index < minutes.length; index++) {
    const cell = table.get(symbol, index);
    const time = minutes[index];
    if (cell === undefined || time === undefined) continue;
    const { open, high, low, close, volume, ...amounts } = cell;
    if (open === null || high === null || low === null || close === null || volume === null) continue;
    if (untraded === "flat" || volume > 0) yield { time, open, high, low, close, volume, ...amounts };
  }
}
