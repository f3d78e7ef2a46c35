import { MINUTE_MS, countThrough } from "../../core/index.js";
import type { SymbolDay } from "./symbol-day.js";

/** A minute of the trades that are booked by now. */
export interface BookedMinute {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** 0 where nothing is booked. */
  readonly volume: number;
  /** Shares and KRW from the day's first minute on. */
  readonly accVolume: number;
  readonly accTurnover: number;
}

/** A symbol's day as KIS's server knows it at one instant. */
export interface DayView {
  readonly day: SymbolDay;
  /** Minutes that have begun: `day.minutes[0]` up to, not including, `day.minutes[begun]`. */
  readonly begun: number;
  /** @param index - of a minute that has begun. */
  minute(index: number): BookedMinute;
  /** Open, highest and lowest price of the first `end` minutes; all 0 before the first trade. */
  extremes(end: number): { readonly open: number; readonly high: number; readonly low: number };
  /** Index of the last minute at or before `index` with a booked trade; -1 if there is none. */
  lastTraded(index: number): number;
}

/** When trades become visible. */
export interface Booking {
  /** A trade may be booked that long after its minute has ended (ALPHA: final within 6 s). */
  readonly bookingMs: number;
  /** The longest {@link correctionMs}. */
  readonly maxCorrectionMs: number;
  /** How long after the minute's start its last trade is booked; 0 for a minute that needs no correction. */
  correctionMs(symbol: string, minuteMs: number): number;
}

/** @returns the day as it stands at `nowMs`. */
export function viewDay(day: SymbolDay, nowMs: number, booking: Booking): DayView {
  const { minutes } = day;
  const begun = countThrough(minutes, nowMs);
  const settled = countThrough(
    minutes,
    nowMs - Math.max(MINUTE_MS + booking.bookingMs, booking.maxCorrectionMs),
  );
  const tail: BookedMinute[] = [];

  const settledMinute = (index: number): BookedMinute => ({
    open: day.open[index] ?? 0,
    high: day.high[index] ?? 0,
    low: day.low[index] ?? 0,
    close: day.close[index] ?? 0,
    volume: day.volume[index] ?? 0,
    accVolume: day.accVolume[index] ?? 0,
    accTurnover: day.accTurnover[index] ?? 0,
  });
  for (let index = settled; index < begun; index++) {
    const before = index === settled ? (index === 0 ? undefined : settledMinute(index - 1)) : tail.at(-1);
    tail.push(bookedMinute(day, index, { nowMs, booking, before: before ?? NOTHING }));
  }
  const minute = (index: number): BookedMinute =>
    index < settled ? settledMinute(index) : (tail[index - settled] ?? NOTHING);
  return {
    day,
    begun,
    minute,
    extremes(end) {
      let [open, high, low] = [0, 0, Number.POSITIVE_INFINITY];
      for (let index = 0; index < Math.min(end, begun); index++) {
        const bar = index < settled ? undefined : minute(index);
        if ((bar?.volume ?? day.volume[index] ?? 0) === 0) continue;
        if (open === 0) open = bar?.open ?? day.open[index] ?? 0;
        high = Math.max(high, bar?.high ?? day.high[index] ?? 0);
        low = Math.min(low, bar?.low ?? day.low[index] ?? 0);
      }
      return open === 0 ? { open, high, low: 0 } : { open, high, low };
    },
    lastTraded(index) {
      for (let at = Math.min(index, begun - 1); at >= 0; at--) {
        const volume = at < settled ? (day.volume[at] ?? 0) : minute(at).volume;
        if (volume > 0) return at;
      }
      return -1;
    },
  };
}

const NOTHING: BookedMinute = { open: 0, high: 0, low: 0, close: 0, volume: 0, accVolume: 0, accTurnover: 0 };
/** In one minute of three the last trade is booked only after the minute has ended. */
const LATE = 1 / 3;

function bookedMinute(
  day: SymbolDay,
  index: number,
  {
    nowMs,
    booking,
    before,
  }: { readonly nowMs: number; readonly booking: Booking; readonly before: BookedMinute },
): BookedMinute {
  const start = day.minutes[index] ?? 0;
  const ticks = day.ticks(index);
  // A minute of one trade has nothing to correct: it would vanish, not change.
  const correction = ticks.length < 2 ? 0 : booking.correctionMs(day.symbol, start);
  let seen = { ...NOTHING, accVolume: before.accVolume, accTurnover: before.accTurnover };
  const draw = ((Math.imul(start / MINUTE_MS, 0x9e3779b1) >>> 0) % 1000) / 1000;
  const late = draw < LATE && index !== day.auction ? MINUTE_MS + (draw / LATE) * booking.bookingMs : 0;
  for (const [place, { offsetMs, price, volume }] of ticks.entries()) {
    const last = place === ticks.length - 1;
    if (start + (last ? Math.max(offsetMs, late, correction) : offsetMs) > nowMs) continue;
    seen = {
      open: seen.volume === 0 ? price : seen.open,
      high: Math.max(seen.high, price),
      low: seen.volume === 0 ? price : Math.min(seen.low, price),
      close: price,
      volume: seen.volume + volume,
      accVolume: seen.accVolume + volume,
      accTurnover: seen.accTurnover + price * volume,
    };
  }
  return seen;
}
