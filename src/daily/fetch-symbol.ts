import { type Logger, type TradingDay, type Venue, kstDay } from "../core/index.js";
import type { FetchOptions } from "../engine/index.js";
import type { DailySource, SourceDailyBar } from "./daily-source.js";
import type { Span } from "./plan-spans.js";
import type { DailyRow } from "./rows/index.js";

/** One symbol's spans to fetch. */
export interface SymbolTask {
  readonly symbol: string;
  /** As traded, newest first. */
  readonly spans: readonly Span[];
  /** On today's scale, newest first; none if the scale was checked lately. */
  readonly adjusted: readonly Span[];
  /** Whether nothing of it is stored yet. */
  readonly isFirst: boolean;
}

/** The answer for one symbol. */
export interface SymbolAnswer {
  /** By span; spans that were not reached or not needed are absent. */
  readonly raw: readonly { readonly span: Span; readonly rows: ReadonlyMap<TradingDay, DailyRow> }[];
  /** Adjusted bars; `undefined` if not all of them came. */
  readonly adjusted: readonly SourceDailyBar[] | undefined;
  readonly calls: number;
  readonly rows: number;
  readonly error?: unknown;
}

/** How to ask. */
interface FetchSymbolOptions extends FetchOptions {
  readonly source: DailySource;
  readonly venue: Venue;
  /** Epoch ms; it tells a day without trades from one before its first trade. */
  readonly now: number;
  /** Epoch ms of the regular session's end on `day`; `undefined` if it has none. */
  readonly closeOf: (day: TradingDay) => number | undefined;
  /** Told of rows that cannot be read, and are left out. */
  readonly logger: Logger;
  /** Whether a row of that day can be final by now. */
  readonly isOver: (day: TradingDay) => boolean;
}

/** Fetches a symbol's spans, newest first, until an answer begins after its span's first day. Errors are in `error`. */
export async function fetchSymbol(task: SymbolTask, options: FetchSymbolOptions): Promise<SymbolAnswer> {
  const raw: { span: Span; rows: ReadonlyMap<TradingDay, DailyRow> }[] = [];
  const adjusted: SourceDailyBar[] = [];
  let calls = 0;
  let rows = 0;
  const ask = async (span: Span, isAdjusted: boolean): Promise<readonly SourceDailyBar[]> => {
    const { source, venue, signal, onCall } = options;
    calls++;
    return source.dailyBars({ symbol: task.symbol, ...span, adjusted: isAdjusted, venue, signal, onCall });
  };
  try {
    let listedFrom = "";
    for (const span of task.spans) {
      if (span.to < listedFrom) break;
      const bars = (await ask(span, false)).filter(({ tradingDay }) => isIn(span, tradingDay));
      const kept = new Map<TradingDay, DailyRow>();
      let first = span.to;
      for (const bar of bars) {
        if (bar.tradingDay < first) first = bar.tradingDay;
        const row = isReadable(bar) ? rowOf(bar, options) : undefined;
        if (row !== undefined) kept.set(bar.tradingDay, row);
        if (!isReadable(bar))
          options.logger.warn(
            { symbol: task.symbol, row: bar },
            "a daily row cannot be read and is left out",
          );
      }
      raw.push({ span, rows: kept });
      rows += kept.size;
      if (bars.length > 0 && first > span.from) listedFrom = first;
    }
    for (const span of task.adjusted) {
      if (span.to < listedFrom) break;
      adjusted.push(...(await ask(span, true)).filter(({ tradingDay }) => isIn(span, tradingDay)));
    }
    return { raw, adjusted, calls, rows };
  } catch (error) {
    return { raw, adjusted: undefined, calls, rows, error };
  }
}

const isIn = ({ from, to }: Span, day: TradingDay): boolean => from <= day && day <= to;

/** A row with a value that is no number, or below zero, would make the whole object unreadable, with other symbols in it. */
function isReadable({ open, high, low, close, volume, turnover = 0 }: SourceDailyBar): boolean {
  const amounts = [open, high, low, volume, turnover];
  return close > 0 && Number.isFinite(close) && amounts.every((one) => Number.isFinite(one) && one >= 0);
}

/** `undefined` for a shell: before its first trade a day shows the close of the day before. */
function rowOf(bar: SourceDailyBar, options: FetchSymbolOptions): DailyRow | undefined {
  const { tradingDay, open, high, low, close, volume, turnover } = bar;
  const { now, closeOf, isOver } = options;
  const isFinal = bar.isFinal && isOver(tradingDay);
  if (volume > 0) return { open, high, low, close, volume, turnover, isFinal };
  const isUnderWay = tradingDay >= kstDay(now) && !(now >= (closeOf(tradingDay) ?? Infinity));
  if (isUnderWay || !(close > 0)) return undefined;
  return { open: null, high: null, low: null, close, volume: 0, turnover: 0, isFinal };
}
