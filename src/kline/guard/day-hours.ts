import { type DayTable, isHole } from "../../archive/index.js";
import { type NewCell, isLiquid } from "../evidence/index.js";

/** What tells a day's hours. */
interface HoursFacts {
  /** Symbols that showed trades at labels for which the calendar has no session. */
  readonly outside: ReadonlySet<string>;
  /** Index of the closing auction's minute; -1 where there is none. */
  readonly closing: number;
}

/**
 * Last minutes for which nobody vouches. Where a symbol shows trades at labels that the calendar does not know, the day
 * may have had other hours, and a thin symbol, whose few trades lie within ours, may yet trade after our close: where its
 * last minute is stored as untraded it is a hole until the day is over. A trade that is stored stays.
 *
 * @param day - all that is known of it.
 * @param symbols - those to look at.
 * @returns the holes to be stored, by symbol.
 */
export function unvouched(
  day: DayTable,
  symbols: Iterable<string>,
  facts: HoursFacts,
): ReadonlyMap<string, NewCell> {
  const holes = new Map<string, NewCell>();
  const { outside } = facts;
  if (outside.size === 0 || day.symbols().some((symbol) => vouches(day, symbol, facts))) return holes;
  const index = day.minutes.length - 1;
  for (const symbol of symbols) {
    const cell = day.get(symbol, index);
    if (cell === undefined || isHole(cell) || cell.volume !== 0 || outside.has(symbol)) continue;
    const { accVolume } = cell;
    holes.set(symbol, {
      index,
      cell: { open: null, high: null, low: null, close: null, volume: null, accVolume },
    });
  }
  return holes;
}

/**
 * Whether a symbol tells that the day had the calendar's hours: it is whole, trades in most minutes, in the closing
 * auction as well, and nowhere else. On a day of other hours there is none such: it would trade where our auction
 * gathers, or not at our close. Nextrade's main session ends without an auction, so nobody vouches for it.
 */
function vouches(day: DayTable, symbol: string, { outside, closing }: HoursFacts): boolean {
  if (closing < 0 || outside.has(symbol) || day.prefixLength(symbol) < day.minutes.length) return false;
  const volumes = day.column(symbol, "volume")?.subarray(0, closing + 1) ?? [];
  let traded = 0;
  for (const volume of volumes) if (volume > 0) traded++;
  return (volumes[closing] ?? 0) > 0 && isLiquid(traded, volumes.length);
}
