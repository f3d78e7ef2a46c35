import { type Session, type TradingCalendar, krx } from "../../calendar/index.js";
import {
  ConfigError,
  MINUTE_MS,
  type MinuteBar,
  type TradingDay,
  type Venue,
  checkIterable,
  checkOptions,
  checkVenue,
  kstDay,
  minuteOf,
} from "../../core/index.js";

/** A bar over several minutes. `time` is the START of the bucket, also where its first minutes had no trade. */
export interface ResampledBar extends MinuteBar {
  /** An expected minute of the bucket, after the day's first bar, is not in the input: the bar may be wrong. */
  readonly partial: boolean;
}

/** Options of every resampling. */
export interface ResampleVenueOptions {
  /** Where `session` is not given: whose hours. @defaultValue "KRX" */
  readonly venue?: Venue;
  /** Where `session` is not given. @defaultValue {@link krx} */
  readonly calendar?: TradingCalendar;
}

/** Into buckets of minutes. */
export interface ResampleMinutesOptions extends ResampleVenueOptions {
  /** Length of a bucket, in minutes. */
  readonly minutes: 5 | 10 | 15 | 30 | 60;
  /** The hours of the bars' one day. @defaultValue those of the calendar's regular session, day by day */
  readonly session?: Session;
}

/** Into one bar a day, that of the regular session. */
export interface ResampleDayOptions extends ResampleVenueOptions {
  /** One bar a trading day. */
  readonly period: "day";
  /** The regular hours of the bars' one day. @defaultValue those of the calendar, day by day */
  readonly session?: Session;
}

/** How to resample, see {@link resample}. */
export type ResampleOptions = ResampleMinutesOptions | ResampleDayOptions;

const SIZES = [5, 10, 15, 30, 60];

/**
 * Makes longer bars of minute bars. Buckets count from the session's open, so that they fit a day that opens late;
 * the closing auction falls into the bucket of the last continuous minute. Bars outside the session (after-market)
 * are left out. Prices come from traded minutes alone; a bucket without a trade is left out.
 *
 * Include untraded minutes, as {@link readBars} does: without them a bucket counts as partial.
 *
 * @example
 * ```ts
 * const bars: MinuteBar[] = [];
 * for await (const bar of readBars({ store, symbol: "005930", from: day, to: day })) bars.push(bar);
 * const fiveMinutes = resample(bars, { minutes: 5 });
 * const [daily] = resample(bars, { period: "day" });
 * ```
 * @param bars - ascending by time.
 * @returns bars ascending by time, of several days if the input is.
 * @throws {@link ConfigError} if an option is not usable, the bars are not ascending, or not all of them are of the
 * session's day.
 * @throws {@link CalendarRangeError} if a session has to be looked up that the calendar does not know.
 */
export function resample(bars: Iterable<MinuteBar>, options: ResampleOptions): ResampledBar[] {
  checkOptions(options, "an object with `minutes` or `period`");
  const { calendar = krx } = options;
  const venue = checkVenue(options.venue ?? "KRX");
  const sizeMs = bucketMs(options);
  checkIterable(bars, "bars", "an array of bars; collect what readBars() yields first");
  const resampled: ResampledBar[] = [];
  for (const [tradingDay, day] of byDay(bars)) {
    const session = options.session ?? calendar.session(tradingDay, { venue, hours: "regular" });
    if (session === undefined) continue; // no session, no bucket
    if (kstDay(session.open) !== tradingDay) {
      throw new ConfigError("bars", `of the session's day ${kstDay(session.open)}`, `a bar of ${tradingDay}`);
    }
    resampled.push(...resampleDay(day, bucketsOf(session, sizeMs)));
  }
  return resampled;
}

function bucketMs(options: ResampleOptions): number {
  if ("period" in options) {
    if (options.period !== "day") throw new ConfigError("period", '"day"', options.period);
    return Infinity;
  }
  if (!SIZES.includes(options.minutes))
    throw new ConfigError("minutes", "5, 10, 15, 30 or 60", options.minutes);
  return options.minutes * MINUTE_MS;
}

function* byDay(bars: Iterable<MinuteBar>): Generator<readonly [TradingDay, readonly MinuteBar[]]> {
  let day: MinuteBar[] = [];
  let tradingDay = "";
  let last = Number.NEGATIVE_INFINITY;
  for (const bar of bars) {
    if (!(Number.isFinite(bar?.time) && bar.time > last))
      throw new ConfigError("bars", "ascending by time, each minute once", bar);
    last = bar.time;
    const ofBar = kstDay(bar.time);
    if (ofBar !== tradingDay && day.length > 0) yield [tradingDay, day];
    if (ofBar !== tradingDay) [tradingDay, day] = [ofBar, []];
    day.push(bar);
  }
  if (day.length > 0) yield [tradingDay, day];
}

interface Bucket {
  readonly time: number;
  readonly minutes: readonly number[];
}

/** The session's expected minutes by bucket, ascending. */
function bucketsOf(session: Session, sizeMs: number): readonly Bucket[] {
  const buckets = new Map<number, number[]>();
  const put = (time: number, minute: number): void => {
    const minutes = buckets.get(time) ?? [];
    if (!minutes.includes(minute)) minutes.push(minute);
    buckets.set(time, minutes);
  };
  // Nextrade opens at 09:00:30; its first minute is that of 09:00, and so is its first bucket.
  const anchor = minuteOf(session.open);
  const startOf = (minute: number): number =>
    sizeMs === Infinity ? anchor : anchor + Math.floor((minute - anchor) / sizeMs) * sizeMs;
  let lastContinuous = anchor;
  for (const { kind, from, to, closePrint } of session.windows) {
    if (kind === "closing-auction") put(startOf(lastContinuous), to);
    if (kind !== "continuous" && kind !== "pre-market" && kind !== "after-market") continue;
    for (let minute = minuteOf(from); minute < to; minute += MINUTE_MS) {
      put(startOf(minute), minute);
      lastContinuous = minute;
    }
    if (closePrint) put(startOf(lastContinuous), to);
  }
  return [...buckets]
    .map(([time, minutes]) => ({ time, minutes: minutes.sort((a, b) => a - b) }))
    .sort((a, b) => a.time - b.time);
}

function* resampleDay(day: readonly MinuteBar[], buckets: readonly Bucket[]): Generator<ResampledBar> {
  const byTime = new Map(day.map((bar) => [bar.time, bar]));
  const begin = day[0]?.time ?? Infinity;
  for (const { time, minutes } of buckets) {
    const known = minutes.flatMap((minute) => byTime.get(minute) ?? []);
    const traded = known.filter(({ volume }) => volume > 0);
    const [first] = traded;
    const last = traded.at(-1);
    if (first === undefined || last === undefined) continue;
    const turnovers = traded.flatMap(({ turnover }) => turnover ?? []);
    yield {
      time,
      open: first.open,
      high: Math.max(...traded.map(({ high }) => high)),
      low: Math.min(...traded.map(({ low }) => low)),
      close: last.close,
      volume: traded.reduce((sum, { volume }) => sum + volume, 0),
      accVolume: last.accVolume,
      ...(turnovers.length === traded.length && { turnover: turnovers.reduce((sum, krw) => sum + krw, 0) }),
      partial: minutes.some((minute) => minute >= begin && !byTime.has(minute)),
    };
  }
}
