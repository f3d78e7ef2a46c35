import { type TradingCalendar, morningAfter } from "../calendar/index.js";
import { type TradingDay, type Venue, kstDay } from "../core/index.js";
import type { AskedSpan, DailyTable } from "./rows/index.js";

/** Days to ask for in one call, both inclusive. */
export interface Span {
  readonly from: TradingDay;
  readonly to: TradingDay;
}

/** What is known of one symbol. */
export interface SymbolFacts {
  readonly calendar: TradingCalendar;
  readonly table: DailyTable;
  readonly symbol: string;
  readonly asked: readonly AskedSpan[];
  /** Epoch ms. */
  readonly now: number;
}

/**
 * The days that are worth a call: those without a row, or with one that may have changed. A day that was final when it was
 * asked for and had no row has none.
 *
 * @returns indexes into the table's days, ascending.
 */
export function daysNeeded({ calendar, table, symbol, asked, now }: SymbolFacts): number[] {
  const { days, venue } = table;
  const listedFrom = firstListed(table, symbol, asked);
  return [...days.keys()].filter((index) => {
    const tradingDay = days[index] as TradingDay;
    if (index < listedFrom) return false;
    const row = table.get(symbol, index);
    if (row?.isFinal === true) return false;
    // The row is not final although its day is: it was asked for before the morning and stored after it.
    if (row !== undefined && now >= morningAfter(calendar, tradingDay)) return true;
    const readAt =
      row?.readAt ??
      asked.reduce(
        (last, span) =>
          span.from <= tradingDay && tradingDay <= span.to ? Math.max(last, span.readAt) : last,
        -Infinity,
      );
    if (row === undefined && readAt >= morningAfter(calendar, tradingDay)) return false;
    return readAt === -Infinity || mayHaveChanged(calendar, { tradingDay, venue }, { readAt, now });
  });
}

/** Index of the first day that can have a row: if a span asked for begins without rows, the first row is the first day. */
function firstListed(table: DailyTable, symbol: string, asked: readonly AskedSpan[]): number {
  const first = table.days.findIndex((_, index) => table.get(symbol, index) !== undefined);
  if (first < 1) return 0;
  const [before, day] = [table.days[first - 1] as TradingDay, table.days[first] as TradingDay];
  return asked.some(({ from, to }) => from <= before && day <= to) ? first : 0;
}

/**
 * The fewest calls that cover the days needed, newest first: an answer that begins late shows that there is nothing
 * before it.
 *
 * @param needed - indexes into `days`, ascending.
 */
export function planSpans(
  days: readonly TradingDay[],
  needed: readonly number[],
  daysPerCall: number,
): Span[] {
  const spans: Span[] = [];
  for (let at = needed.length - 1; at >= 0;) {
    const last = needed[at] as number;
    let first = last;
    while (at >= 0 && last - (needed[at] as number) < daysPerCall) first = needed[at--] as number;
    spans.push({ from: days[first] as TradingDay, to: days[last] as TradingDay });
  }
  return spans;
}

/**
 * Whether asking again could bring another row than the one read at `readAt`: while the day goes on, and once more when it
 * is final. In between, such as over a weekend, a row that was read after the regular session does not change.
 */
function mayHaveChanged(
  calendar: TradingCalendar,
  day: { readonly tradingDay: TradingDay; readonly venue: Venue },
  { readAt, now }: { readonly readAt: number; readonly now: number },
): boolean {
  const { tradingDay, venue } = day;
  const final = morningAfter(calendar, tradingDay);
  if (now >= final) return readAt < final;
  const hours = kstDay(now) === tradingDay ? "all" : "regular";
  const close = calendar.session(tradingDay, { venue, hours })?.close;
  return close !== undefined && readAt < close;
}
