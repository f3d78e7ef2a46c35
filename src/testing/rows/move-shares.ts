import type { RowStrike } from "../faults/index.js";
import type { SymbolDay } from "../market/index.js";
import type { PublishedMinute } from "./published-minute.js";

/** Most shares that were seen to move: 349, of 005930 between 14:42 and 14:43. */
const MOST = 349;
/** Pairs of minutes tried before a day is left as it is. */
const TRIES = 40;

/**
 * Puts some shares of one minute into the minute before it, as KIS's re-reads do: volumes change, prices never, and
 * each minute's turnover still lies within its own prices.
 *
 * @returns the same array where no pair of minutes allows it.
 */
export function moveShares(
  rows: readonly PublishedMinute[],
  day: SymbolDay,
  { minutes, random }: RowStrike,
): readonly PublishedMinute[] {
  const places = minutes === undefined ? undefined : rows.findIndex(({ label }) => isNamed(label, minutes));
  const opened = day.minutes[day.regularFrom] ?? 0;
  const first = rows.findIndex(({ at }) => at > opened);
  const regular = rows.filter(({ at }) => at > opened && at < (day.minutes[day.regularTo - 1] ?? 0)).length;
  for (let tries = 0; tries < TRIES; tries++) {
    const place = places ?? first + Math.floor(random() * regular);
    const most = 1 + Math.floor(random() * MOST);
    const moved = movedAt(rows, day, place, most);
    if (moved !== undefined) return moved;
    if (places !== undefined) break;
  }
  return rows;
}

function isNamed(label: string, minutes: readonly string[]): boolean {
  return minutes.includes(`${label.slice(0, 2)}:${label.slice(2, 4)}`);
}

function movedAt(
  rows: readonly PublishedMinute[],
  day: SymbolDay,
  place: number,
  most: number,
): PublishedMinute[] | undefined {
  const [earlier, later] = [rows[place - 1], rows[place]];
  const auction = day.minutes[day.auction];
  if (earlier === undefined || later === undefined || later.at === auction || later.volume < 2)
    return undefined;
  const shares = Math.min(most, later.volume - 1);
  const base = rows[place - 2]?.accTurnover ?? 0;
  const own = later.accTurnover - earlier.accTurnover;
  // At the later minute's mean its rest keeps its mean; the earlier one must have traded at that price, too.
  const worth = Math.round((own * shares) / later.volume);
  const fits = (turnover: number, volume: number, { low, high }: PublishedMinute): boolean =>
    turnover >= low * volume && turnover <= high * volume;
  const before = earlier.accTurnover - base + worth;
  if (!fits(before, earlier.volume + shares, earlier) || !fits(own - worth, later.volume - shares, later))
    return undefined;
  const moved = [...rows];
  moved[place - 1] = {
    ...earlier,
    volume: earlier.volume + shares,
    accVolume: earlier.accVolume + shares,
    accTurnover: earlier.accTurnover + worth,
  };
  moved[place] = { ...later, volume: later.volume - shares };
  return moved;
}
