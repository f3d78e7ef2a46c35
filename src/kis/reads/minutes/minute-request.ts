import type { TradingCalendar } from "../../../calendar/index.js";
import {
  ConfigError,
  KisUnsupportedError,
  MINUTE_MS,
  type MinuteBarsRequest,
  checkDay,
  checkHours,
  checkOptions,
  checkSymbol,
  checkVenue,
  kstDay,
  minuteOf,
} from "../../../core/index.js";
import type { KisEnvironment } from "../../wire/index.js";
import type { MinuteTask } from "./minute-task.js";

/**
 * Checks a request before anything is sent, and picks the endpoint: FHKST03010230 on live, for today as well
 * (four calls a day, no placeholders), FHKST03010200 on paper.
 *
 * @param now - epoch ms.
 * @throws {@link ConfigError} if the day is closed, lies ahead, or the venue did not exist yet.
 * @throws {@link KisUnsupportedError} for a past day on paper.
 */
export function checkMinuteRequest(
  request: MinuteBarsRequest,
  now: number,
  source: {
    readonly calendar: TradingCalendar;
    readonly environment: KisEnvironment;
    readonly paperPastMinutes: "refuse" | "try";
  },
): MinuteTask {
  const { calendar, environment, paperPastMinutes } = source;
  checkOptions(request, "an object with `symbol`", "request");
  const symbol = checkSymbol(request.symbol);
  const venue = checkVenue(request.venue ?? "KRX");
  const hours = checkHours(request.hours ?? "regular");
  const today = kstDay(now);
  const day = checkDay(request.tradingDay ?? today, "tradingDay");
  if (day > today) throw new ConfigError("tradingDay", `no later than today in Korea (${today})`, day);
  if (!calendar.isTradingDay(day)) {
    const closure = calendar.closure(day);
    throw new ConfigError(
      "tradingDay",
      "a trading day",
      `${day} (${closure === undefined ? "a weekend" : `${closure.nameEn}, ${closure.nameKo}`})`,
    );
  }
  const minutes = calendar.minutes(day, { venue, hours });
  const open = minutes[0];
  if (open === undefined)
    throw new ConfigError("venue", `open on ${day} (Nextrade began on 2025-03-04)`, venue);
  const { from = open } = request;
  if (!Number.isFinite(from)) throw new ConfigError("from", "epoch milliseconds", from);
  const isToday = day === today;
  if (environment === "paper" && !isToday && paperPastMinutes === "refuse") {
    throw new KisUnsupportedError(
      `KIS offers minutes of a past day (${day}) on live only; paper has those of today (${today})`,
      { status: undefined, trId: "FHKST03010230", rtCd: "", msgCd: "" },
    );
  }
  return {
    symbol,
    day,
    venue,
    hours,
    from: Math.max(open, minuteOf(from + MINUTE_MS - 1)),
    isToday,
    endpoint: environment === "paper" && isToday ? "today" : "day",
  };
}
