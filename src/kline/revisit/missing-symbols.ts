import { type TradingDay } from "../../core/index.js";
import { countsIn } from "../../archive/index.js";
import { readTimes } from "./read-notes.js";
import { lastMorning } from "./revisit-window.js";
import type { StoredPlace } from "./stored-place.js";

/** One day to look through. */
interface MissingOptions {
  readonly place: StoredPlace;
  readonly tradingDay: TradingDay;
  readonly symbols: Iterable<string>;
  /** Epoch ms. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
}

/** How many trading days before an empty day are searched for an object, which proves that the prefix had begun. */
const LOOK_BACK_DAYS = 20;

/**
 * Which symbols of a day are not stored to its end: nobody logged then, or the source did not have it. None on days
 * before the prefix began, and none that lacks its last minute alone and was read since the last morning: where the
 * calendar does not know a day's hours, reading it once more changes nothing.
 *
 * Costs a listing and a small read if the day's columns are in step; otherwise its bars.
 *
 * @throws {@link StorageError} if the store fails.
 */
export async function missingSymbols(options: MissingOptions): Promise<ReadonlySet<string>> {
  const { place, tradingDay, now, signal } = options;
  const { klineStore, venue, hours, calendar } = place;
  const { objects, manifest } = await klineStore.readListing(tradingDay, venue);
  const readAt = await readTimes(place, tradingDay);
  const latest = lastMorning(calendar, now);
  const missing = new Set(options.symbols);
  if (objects.length === 0) return (await hasBegun(options)) ? missing : new Set();
  const minutes = calendar.minutes(tradingDay, { venue, hours });
  const isEnough = (symbol: string, stored: number): boolean =>
    stored === minutes.length || (stored === minutes.length - 1 && readAt(symbol) >= latest);
  const unclear = new Set(missing);
  if (manifest !== undefined) {
    const countsOf = countsIn(manifest, minutes);
    for (const symbol of missing) {
      const counts = countsOf(symbol);
      if (counts === "unclear") continue;
      unclear.delete(symbol);
      if (counts !== "absent" && counts.first === 0 && isEnough(symbol, counts.last + 1))
        missing.delete(symbol);
    }
    if (unclear.size === 0) return missing;
  }
  const day = { tradingDay, venue, hours, symbols: unclear, ...(signal && { signal }) };
  const { table } = await klineStore.readDay(day);
  for (const symbol of unclear) if (isEnough(symbol, table.prefixLength(symbol))) missing.delete(symbol);
  return missing;
}

/** Whether a day before is stored: else there is no gap, the prefix began later. */
async function hasBegun({ place, tradingDay, signal }: MissingOptions): Promise<boolean> {
  const { klineStore, venue, calendar } = place;
  let day = tradingDay;
  for (let back = 0; back < LOOK_BACK_DAYS && day > calendar.first; back++) {
    signal?.throwIfAborted();
    day = calendar.previousTradingDay(day);
    if ((await klineStore.listDay(day, venue)).length > 0) return true;
  }
  return false;
}
