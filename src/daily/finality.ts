import { type TradingCalendar, morningAfter } from "../calendar/index.js";
import { type TradingDay, type Venue, kstDay } from "../core/index.js";

/**
 * Whether asking again could bring another row than the one read at `readAt`: while the day goes on, and once more when it
 * is final. In between, such as over a weekend, a row that was read after the regular session does not change.
 */
export function mayHaveChanged(
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
