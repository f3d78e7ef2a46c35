import type { BarSource, SourceBars } from "../../src/kline/evidence/bar-source.js";
import {
  type Clock,
  type Hours,
  KisApiError,
  MINUTE_MS,
  type MinuteBar,
  type MinuteBarsRequest,
  type Venue,
} from "../../src/core/index.js";
import { type TradingCalendar, krx } from "../../src/calendar/index.js";

/** A small generator with a seed, so that a failing schedule can be run again. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const hash = (text: string): number => {
  let value = 7;
  for (const character of text) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193) + 1;
  return value >>> 0;
};

/** What truly traded: a function of seed, symbol, venue and day. `H…` symbols are halted, `T…` trade seldom. */
export function truthOf(
  seed: number,
  symbol: string,
  tradingDay: string,
  {
    calendar = krx,
    venue = "KRX",
    hours = "regular",
  }: { calendar?: TradingCalendar; venue?: Venue; hours?: Hours } = {},
): MinuteBar[] {
  const random = createRandom(hash(`${seed} ${symbol} ${tradingDay} ${venue}`));
  const often = symbol.startsWith("H") ? 0 : symbol.startsWith("T") ? 0.04 : 0.3 + random() * 0.7;
  let price = 1000 + Math.floor(random() * 90_000);
  let accVolume = 0;
  const bars: MinuteBar[] = [];
  for (const time of calendar.minutes(tradingDay, { venue, hours })) {
    if (random() >= often) continue;
    const move = (): number => Math.max(1, Math.round(price * (1 + (random() - 0.5) * 0.01)));
    const open = price;
    const close = move();
    const high = Math.max(open, close, move());
    const low = Math.min(open, close, move());
    const volume = 1 + Math.floor(random() * 10_000);
    accVolume += volume;
    price = close;
    bars.push({ time, open, high, low, close, volume, accVolume, turnover: volume * close });
  }
  return bars;
}

export interface SampleSourceOptions {
  readonly seed?: number;
  readonly clock: Clock;
  readonly calendar?: TradingCalendar;
  /** Instant at KIS, where it is not the host's. */
  readonly kisNow?: () => number;
  readonly settleMs?: number;
  readonly rowsPerCall?: number;
  readonly ratePerSecond?: number;
  /** Called before every answer; throw to fail, await to be slow. */
  readonly before?: (request: MinuteBarsRequest) => Promise<void> | void;
  readonly unknown?: ReadonlySet<string>;
}

export interface SampleSource extends BarSource {
  calls: number;
  readonly requests: MinuteBarsRequest[];
}

/** A source that answers as `KisClient` does: final minutes only, `from` honoured, calls counted. */
export function createSampleSource(options: SampleSourceOptions): SampleSource {
  const {
    seed = 1,
    clock,
    calendar = krx,
    settleMs = 10_000,
    rowsPerCall = 120,
    ratePerSecond = 18,
  } = options;
  const source: SampleSource = {
    calls: 0,
    requests: [],
    capacity: { ratePerSecond, minutesPerCall: rowsPerCall },
    async minuteBars(request): Promise<SourceBars> {
      const { symbol, tradingDay = "", venue = "KRX", hours = "regular", from = 0, signal } = request;
      signal?.throwIfAborted();
      source.requests.push(request);
      await options.before?.(request);
      signal?.throwIfAborted();
      if (options.unknown?.has(symbol)) {
        source.calls++;
        throw new KisApiError(`KIS knows no ${symbol}`, {
          status: 200,
          trId: "FHKST03010230",
          rtCd: "1",
          msgCd: "X",
        });
      }
      const minutes = calendar.minutes(tradingDay, { venue, hours });
      const now = Math.min(clock.now(), options.kisNow?.() ?? Infinity);
      const isFinal = (time: number): boolean => time + MINUTE_MS + settleMs <= now;
      const final = minutes.filter(isFinal);
      let accVolume = 0;
      const bars = truthOf(seed, symbol, tradingDay, { calendar, venue, hours })
        .filter((bar) => bar.time >= from && isFinal(bar.time))
        .map((bar) => ({ ...bar, accVolume: (accVolume += bar.volume) }));
      const calls = Math.max(1, Math.ceil((final.filter((time) => time >= from).length + 1) / rowsPerCall));
      source.calls += calls;
      const through = final.at(-1) ?? (minutes[0] ?? 0) - MINUTE_MS;
      return { symbol, venue, tradingDay, bars, through, complete: final.length === minutes.length, calls };
    },
  };
  return source;
}

/** The stored content of a symbol's whole day as it must be, from what traded: written apart from `merge-answer.ts`. */
export function filledCells(bars: readonly MinuteBar[], minutes: readonly number[]): (number | null)[][] {
  const byTime = new Map(bars.map((bar) => [bar.time, bar]));
  let last: MinuteBar | undefined;
  return minutes.map((time) => {
    const bar = byTime.get(time);
    if (bar !== undefined) {
      last = bar;
      return [bar.open, bar.high, bar.low, bar.close, bar.volume, bar.accVolume];
    }
    if (last === undefined) return [null, null, null, null, 0, 0];
    return [last.close, last.close, last.close, last.close, 0, last.accVolume];
  });
}

/** {@link filledCells} of {@link truthOf}. */
export function expectedCells(
  seed: number,
  symbol: string,
  tradingDay: string,
  { calendar = krx, count }: { calendar?: TradingCalendar; count?: number } = {},
): (number | null)[][] {
  return filledCells(
    truthOf(seed, symbol, tradingDay, { calendar }),
    calendar.minutes(tradingDay).slice(0, count),
  );
}
