import { type TradingDay, kstDay, daysBetween, kstInstant } from "../../core/index.js";
import type { TradingCalendar } from "../../calendar/index.js";
import type { RowStrike } from "../faults/index.js";
import type { SymbolDay } from "../market/index.js";
import type { Publication, PublishedMinute } from "./published-minute.js";
import { moveShares } from "./move-shares.js";

/** Two minutes after its own label: where a closing print that came late was seen (005930, 2026-08-13). */
const LATE_LABEL = "153200";
const FHKST03010200 = "FHKST03010200";

/** @returns the rows as a fault in KIS's record leaves them; the same array where it changes nothing yet. */
export function spoilDay(
  rows: readonly PublishedMinute[],
  strike: RowStrike,
  day: SymbolDay,
  publication: Publication,
): readonly PublishedMinute[] {
  const auction = day.auction < 0 ? -1 : (day.minutes[day.auction] ?? -1);
  const late = (): readonly PublishedMinute[] =>
    change(rows, new Set([auction]), (row) => ({ ...row, label: LATE_LABEL }));
  switch (strike.name) {
    case "empty-day":
      return rows.length === 0 ? rows : [];
    case "cut-day":
      return cutDay(rows, strike, day);
    case "closing-missing":
      return change(rows, new Set([auction]), () => undefined);
    case "closing-late":
      return late();
    case "closing-withdrawn":
      return isWithdrawn(publication) ? change(rows, new Set([auction]), () => undefined) : late();
    case "doubled-close":
      if (publication.trId !== FHKST03010200) return rows;
      return change(rows, new Set([auction]), (row) => ({ ...row, volume: 2 * row.volume }));
    case "wandering-volume":
      return hasWandered(publication) ? moveShares(rows, day, strike) : rows;
    case "lost-row":
      return change(rows, chosen(strike, day), () => undefined);
    case "int64-min-row":
      return change(rows, chosen(strike, day), (row) => ({ ...row, unreadable: true }));
    case "odd-second-label":
      return change(rows, chosen(strike, day), (row) => ({ ...row, label: `${row.label.slice(0, 4)}11` }));
    case "open-outside":
      return putOpenOutside(rows, strike, day);
    default:
      return rows;
  }
}

function change(
  rows: readonly PublishedMinute[],
  times: ReadonlySet<number>,
  to: (row: PublishedMinute, index: number) => PublishedMinute | undefined,
): readonly PublishedMinute[] {
  if (!rows.some(({ at }) => times.has(at))) return rows;
  return rows
    .map((row, index) => (times.has(row.at) ? to(row, index) : row))
    .filter((row) => row !== undefined);
}

/** The minutes a fault strikes: those it names, else drawn from the day's traded ones, whatever the hour it is asked. */
function chosen({ minutes, count, random }: RowStrike, day: SymbolDay): ReadonlySet<number> {
  if (minutes !== undefined) return new Set(minutes.map((minute) => kstInstant(day.tradingDay, minute)));
  const traded = day.minutes.filter(
    (_, index) => index >= day.regularFrom && index < day.regularTo && (day.volume[index] ?? 0) > 0,
  );
  const drawn = new Set<number>();
  while (drawn.size < Math.min(count, traded.length)) {
    drawn.add(traded[Math.floor(random() * traded.length)] ?? 0);
  }
  return drawn;
}

function cutDay(
  rows: readonly PublishedMinute[],
  { minutes, random }: RowStrike,
  day: SymbolDay,
): readonly PublishedMinute[] {
  const first = day.minutes[day.regularFrom] ?? 0;
  const last = day.minutes[day.regularTo - 1] ?? 0;
  const named = minutes?.[0];
  const from = named === undefined ? first + random() * (last - first) : kstInstant(day.tradingDay, named);
  const kept = rows.filter(({ at }) => at >= from);
  return kept.length === rows.length ? rows : kept;
}

/** Three in four such rows were a symbol's first of the day; the others opened at the previous bar's close. */
const FIRST_OF_DAY = 0.75;

function putOpenOutside(
  rows: readonly PublishedMinute[],
  strike: RowStrike,
  day: SymbolDay,
): readonly PublishedMinute[] {
  const isFirst = strike.minutes === undefined && strike.random() < FIRST_OF_DAY;
  const first = day.minutes.find((_, index) => index >= day.regularFrom && (day.volume[index] ?? 0) > 0);
  const times = isFirst ? new Set([first ?? -1]) : chosen(strike, day);
  return change(rows, times, (row, index) => {
    const before = rows[index - 1]?.close ?? row.high;
    const outside = before > row.high || before < row.low;
    return { ...row, open: !isFirst && outside ? before : Math.ceil(row.high * 1.01) };
  });
}

/** A late print was gone two to three days later, and back later still. */
function isWithdrawn({ calendar, tradingDay, nowMs }: Publication): boolean {
  return nowMs >= morningAfter(calendar, tradingDay, 2) && nowMs < morningAfter(calendar, tradingDay, 5);
}

/** From the next morning on, every other day: re-reads of the same past day disagree. */
function hasWandered({ calendar, tradingDay, nowMs }: Publication): boolean {
  if (nowMs < morningAfter(calendar, tradingDay, 1)) return false;
  return daysBetween(tradingDay, kstDay(nowMs)) % 2 === 1;
}

function morningAfter(calendar: TradingCalendar, day: TradingDay, days: number): number {
  return kstInstant(calendar.addTradingDays(day, days), "06:00");
}
