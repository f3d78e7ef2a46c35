import { type TradingDay, addDays, kstDay } from "../core/index.js";
import type { FactorHint } from "../factors/index.js";
import type { DailySettings } from "./daily-logger-options.js";
import type { PassOptions } from "./daily-pass.js";
import { DAYS_PER_CALL, INDEX_DAYS_PER_CALL } from "./daily-source.js";
import type { SymbolTask } from "./fetch-symbol.js";
import { daysNeeded, planSpans } from "./plan-spans.js";
import type { AskedSpan, DailyTable, SpanRead } from "./rows/index.js";

/** What is stored, and what to fetch. */
type PassPlan = Pick<PassOptions, "table" | "tasks">;

/** Each symbol's newest adjusted days are checked once in so many days, in case the masters showed nothing. */
const SWEEP_DAYS = 7;

/** The last trading days, today included once its session has opened. */
export function wantedDays({ calendar, days }: DailySettings, now: number): TradingDay[] {
  const last = calendar.lastTradingDay(now);
  const count = Math.min(days, calendar.countTradingDays(calendar.first, last));
  return calendar.tradingDays(count === 1 ? last : calendar.addTradingDays(last, 1 - count), last);
}

/** Plans the stocks. @param hints - what is suspected of symbols: their scale is checked. */
export async function planStocks(
  settings: DailySettings,
  days: readonly TradingDay[],
  hints: ReadonlyMap<string, FactorHint>,
  signal: AbortSignal,
): Promise<PassPlan> {
  const { symbols, stocks, venue, clock, sweeps, askedLog } = settings;
  const read = await stocks.readSpan({ venue, days, symbols: new Set(symbols), signal });
  const today = kstDay(clock.now());
  const swept = await sweeps.readSince(addDays(today, 1 - SWEEP_DAYS), today);
  const rowless = await askedLog.read(clock.now());
  const tail = planSpans(days, withTail([], days.length), DAYS_PER_CALL);
  const tasks = symbols.flatMap((symbol): SymbolTask[] => {
    const isSuspect = hints.has(symbol);
    const needed = neededDays(settings, read, symbol, rowless.get(symbol));
    // Without a new day there is no new scale either: over a weekend nothing is asked.
    if (needed.length === 0 && !isSuspect) return [];
    const isDue = !swept.has(symbol);
    // A day without a row may have had one that could not be read: asking again once a week costs no extra call.
    const isWide = isSuspect || (isDue && hasGap(read.table, symbol));
    const spans = planSpans(days, isWide ? withTail(needed, days.length) : needed, DAYS_PER_CALL);
    const isFirst = !read.asked.has(symbol);
    const adjusted = isFirst ? spans : isSuspect || isDue ? tail : [];
    return [{ symbol, spans, adjusted, isFirst }];
  });
  return { table: read.table, tasks };
}

/** Plans the indices, which have no adjusted prices. */
export async function planIndices(
  settings: DailySettings,
  days: readonly TradingDay[],
  signal: AbortSignal,
): Promise<PassPlan> {
  const { indices, indexRows } = settings;
  if (indices.length === 0)
    return { table: (await indexRows.readSpan({ venue: "KRX", days: [], signal })).table, tasks: [] };
  const read = await indexRows.readSpan({ venue: "KRX", days, symbols: new Set(indices), signal });
  const tasks = indices.flatMap((symbol): SymbolTask[] => {
    const spans = planSpans(days, neededDays(settings, read, symbol), INDEX_DAYS_PER_CALL);
    return spans.length > 0 ? [{ symbol, spans, adjusted: [], isFirst: false }] : [];
  });
  return { table: read.table, tasks };
}

function neededDays(
  { calendar, clock }: DailySettings,
  { table, asked }: SpanRead,
  symbol: string,
  rowless: readonly AskedSpan[] = [],
): number[] {
  const spans = [...(asked.get(symbol) ?? []), ...rowless];
  return daysNeeded({ calendar, table, symbol, asked: spans, now: clock.now() });
}

/** Indexes of the needed days, and of the last days that one call covers. */
function withTail(needed: readonly number[], length: number): number[] {
  const first = Math.max(0, length - DAYS_PER_CALL);
  return [
    ...needed.filter((index) => index < first),
    ...Array.from({ length: length - first }, (_, at) => first + at),
  ];
}

/** Whether one of the last days that one call covers has no row, though an earlier day has one. */
function hasGap(table: DailyTable, symbol: string): boolean {
  const has = [...table.days.keys()].map((index) => table.get(symbol, index) !== undefined);
  return has.slice(Math.max(has.indexOf(true), has.length - DAYS_PER_CALL, 0)).includes(false);
}
