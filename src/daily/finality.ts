import type { TradingCalendar } from "../calendar/index.js";
import { CalendarRangeError, type TradingDay, type Venue, kstDay, kstInstant } from "../core/index.js";

/**
 * When KIS's row of a day is final: 06:00 KST on the next trading day. Until the night's batch it shows the
 * after-market's last trade as the close.
 *
 * @returns epoch ms; `Infinity` where the calendar does not know the next trading day.
 * @see facts/daily-bars.md section 2: 300 symbols of 2026-09-28, 991 of 2026-09-07
 */
export function finalFrom(calendar: Pick<TradingCalendar, "nextTradingDay">, day: TradingDay): number {
  try {
    return kstInstant(calendar.nextTradingDay(day), "06:00");
  } catch (error) {
    if (error instanceof CalendarRangeError) return Infinity;
    throw error;
  }
}

/**
 * Whether asking again could bring another row than the one that was read at `readAt`: while the day goes on, and once
 * more when it is final. In between, over a weekend, it is as it is.
 */
export function mayHaveChanged(
  calendar: TradingCalendar,
  day: { readonly tradingDay: TradingDay; readonly venue: Venue },
  { readAt, now }: { readonly readAt: number; readonly now: number },
): boolean {
  const { tradingDay, venue } = day;
  const final = finalFrom(calendar, tradingDay);
  if (now >= final) return readAt < final;
  const close = calendar.session(tradingDay, { venue, hours: "all" })?.close;
  return kstDay(now) === tradingDay && close !== undefined && readAt < close;
}
