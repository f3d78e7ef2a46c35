import { type TradingCalendar, krx } from "../../src/calendar/index.js";
import { type TradingDay, kstDay, kstInstant } from "../../src/core/index.js";
import type { DailySource, SourceDailyBar, SourceDailyRequest } from "../../src/daily/index.js";

/** A corporate action of the market: prices before the day are multiplied to be on its scale. */
export interface Action {
  readonly symbol: string;
  readonly effectiveDate: TradingDay;
  readonly priceFactor: number;
}

/** A KIS of daily bars, by rule: raw rows, adjusted ones rounded to won, shells, evenings, 100 rows a call. */
export interface DailyMarket extends DailySource {
  readonly calls: SourceDailyRequest[];
  /** The row of a day when it is final, as traded; `undefined` where there is none. */
  truth(symbol: string, day: TradingDay): SourceDailyBar | undefined;
  adjustedTruth(symbol: string, day: TradingDay, today: TradingDay): SourceDailyBar | undefined;
}

interface MarketOptions {
  readonly now: () => number;
  readonly actions?: readonly Action[];
  /** First day of a symbol. @defaultValue for ever */
  readonly listedOn?: Readonly<Record<string, TradingDay>>;
  readonly haltedOn?: Readonly<Record<string, readonly TradingDay[]>>;
  readonly calendar?: TradingCalendar;
  readonly round?: (price: number) => number;
  /** Called before each answer; what it throws is the answer. */
  readonly fault?: (request: SourceDailyRequest) => void;
  readonly rowsPerCall?: number;
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193);
  return value >>> 0;
}

export function createDailyMarket(options: MarketOptions): DailyMarket {
  const { now, actions = [], listedOn = {}, haltedOn = {}, calendar = krx, round = Math.round } = options;
  const calls: SourceDailyRequest[] = [];
  const scaleAfter = (symbol: string, day: TradingDay, until: TradingDay): number =>
    actions
      .filter(
        (action) => action.symbol === symbol && day < action.effectiveDate && action.effectiveDate <= until,
      )
      .reduce((product, { priceFactor }) => product * priceFactor, 1);

  const truth = (symbol: string, day: TradingDay): SourceDailyBar | undefined => {
    if (!calendar.isTradingDay(day) || day < (listedOn[symbol] ?? "")) return undefined;
    const base = 20_000 + (hash(symbol) % 80_000);
    // Prices as traded: on the first scale, times all actions up to the day.
    const level = base * (0.9 + (hash(`${symbol}${day}`) % 2000) / 10_000) * scaleAfter(symbol, "", day);
    const price = (share: number): number => Math.max(1, Math.round(level * share));
    if (haltedOn[symbol]?.includes(day) === true) {
      const close = price(1);
      return { tradingDay: day, open: 0, high: 0, low: 0, close, volume: 0, turnover: 0, isFinal: true };
    }
    const volume = 1000 + (hash(`${day}${symbol}`) % 1_000_000);
    return {
      tradingDay: day,
      open: price(0.995),
      high: price(1.02),
      low: price(0.98),
      close: price(1.005),
      volume,
      turnover: volume * price(1),
      isFinal: true,
    };
  };

  const adjustedTruth = (symbol: string, day: TradingDay, today: TradingDay): SourceDailyBar | undefined => {
    const row = truth(symbol, day);
    const scale = scaleAfter(symbol, day, today);
    if (row === undefined || scale === 1) return row;
    const scaled = (price: number): number => (price === 0 ? 0 : Math.max(1, round(price * scale)));
    return {
      ...row,
      open: scaled(row.open),
      high: scaled(row.high),
      low: scaled(row.low),
      close: scaled(row.close),
    };
  };

  const seen = (row: SourceDailyBar): SourceDailyBar | undefined => {
    const at = now();
    const { tradingDay: day } = row;
    const open = kstInstant(day, "09:00");
    if (at < kstInstant(day, "05:00")) return undefined;
    const isFinal = at >= kstInstant(calendar.nextTradingDay(day), "06:00");
    if (isFinal) return row;
    const shell = row.close - 7;
    if (at < open)
      return { ...row, open: shell, high: shell, low: shell, close: shell, volume: 0, turnover: 0, isFinal };
    if (row.volume === 0) return { ...row, isFinal };
    // Moving, then the after-market's last price, until the night.
    return { ...row, close: row.low, volume: Math.floor(row.volume / 2), isFinal };
  };

  return {
    calls,
    truth,
    adjustedTruth,
    provenance: "host:market",
    async dailyBars(request) {
      request.signal?.throwIfAborted();
      request.onCall?.();
      calls.push(request);
      options.fault?.(request);
      const today = kstDay(now());
      const rows: SourceDailyBar[] = [];
      for (const day of calendar.tradingDays(request.from, request.to < today ? request.to : today)) {
        const row = request.adjusted ? adjustedTruth(request.symbol, day, today) : truth(request.symbol, day);
        const visible = row && seen(row);
        if (visible !== undefined) rows.push(visible);
      }
      return rows.slice(-(options.rowsPerCall ?? 100));
    },
  };
}
