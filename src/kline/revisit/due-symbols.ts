import { morningAfter } from "../../calendar/index.js";
import { type TradingDay, brokenRule, isTradedBar } from "../../core/index.js";
import { type DayTable, isHole } from "../../archive/index.js";
import { closingIndex, isLiquid } from "../evidence/index.js";
import { lastMorning, revisitWindow } from "./revisit-window.js";
import { readTimes } from "./read-notes.js";
import type { StoredPlace } from "./stored-place.js";

/** One day to look through. */
interface DueOptions {
  readonly place: StoredPlace;
  readonly tradingDay: TradingDay;
  readonly symbols: Iterable<string>;
  /** Epoch ms. */
  readonly now: number;
  readonly revisitDays: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Which stored symbols of a day are due to be read again: within the window each once after the morning that follows the
 * day, and suspect ones once after the morning of every trading day. Symbols that were never stored are not among them.
 *
 * Costs a listing and a small read if everything was read since the last morning; otherwise the day's bars.
 *
 * @throws {@link StorageError} if the store fails.
 */
export async function dueSymbols(options: DueOptions): Promise<ReadonlySet<string>> {
  const { place, tradingDay, now, revisitDays, signal } = options;
  const { klineStore, venue, hours, calendar } = place;
  const readAt = await readTimes(place, tradingDay);
  const latest = lastMorning(calendar, now);
  const unread = [...options.symbols].filter((symbol) => readAt(symbol) < latest);
  if (unread.length === 0) return new Set();
  const { objects, manifest } = await klineStore.readListing(tradingDay, venue);
  if (objects.length === 0) return new Set();
  const held = manifest && new Set(manifest.symbols);
  const symbols = held === undefined ? unread : unread.filter((symbol) => held.has(symbol));
  const isInWindow = revisitWindow(calendar, now, revisitDays).includes(tradingDay);
  const unsettled = isInWindow ? morningAfter(calendar, tradingDay) : -Infinity;
  const isDueByTime = (symbol: string): boolean => readAt(symbol) < unsettled;
  if (held !== undefined && symbols.every(isDueByTime)) return new Set(symbols);
  const day = { tradingDay, venue, hours, symbols, signal };
  const { table } = await klineStore.readDay(day);
  const closeAt = closingIndex(table, calendar);
  const isDue = (symbol: string): boolean =>
    table.symbolCellCount(symbol) > 0 && (isDueByTime(symbol) || isSuspect(table, symbol, closeAt));
  return new Set(symbols.filter(isDue));
}

/** Whether a stored day has a hole, a bar that breaks a rule, or no closing print where one must have been. */
export function isSuspect(table: DayTable, symbol: string, closeAt: number): boolean {
  const volumes = table.column(symbol, "volume") ?? [];
  let traded = 0;
  for (const [index, volume] of volumes.entries()) {
    if (volume === 0) continue;
    const cell = table.get(symbol, index);
    if (cell === undefined) continue;
    if (isHole(cell) || !isTradedBar(cell) || brokenRule(cell) !== undefined) return true;
    traded++;
  }
  return volumes[closeAt] === 0 && isLiquid(traded, volumes.length);
}
