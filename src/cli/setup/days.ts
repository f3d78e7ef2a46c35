import type { Command } from "commander";
import {
  ConfigError,
  type Hours,
  type TradingDay,
  type Venue,
  checkDay,
  checkHours,
  checkVenue,
  krx,
  kstDay,
} from "hantoo";
import type { Say, Shell } from "../shell/index.js";

/** Values of {@link rangeOptions}. */
export interface RangeValues {
  readonly from?: TradingDay;
  readonly to?: TradingDay;
  readonly date?: TradingDay;
}

/** Values of {@link marketOptions}. */
export interface MarketValues {
  readonly venue: Venue;
  readonly hours: Hours;
}

const day =
  (option: string) =>
  (text: string): TradingDay =>
    checkDay(text, option);

/** Adds `--venue`. */
export function venueOption(command: Command, say: Say): void {
  command.option(
    "--venue <venue>",
    say("KRX, NXT, or UN (both)", "KRX, NXT 또는 UN(통합)"),
    (text) => checkVenue(text, "--venue"),
    "KRX",
  );
}

/** Adds `--venue` and `--hours`. */
export function marketOptions(command: Command, say: Say): void {
  venueOption(command, say);
  command.option(
    "--hours <hours>",
    say("regular, or all (after-market too)", "regular(정규장) 또는 all(시간외 포함)"),
    (text) => checkHours(text, "--hours"),
    "regular",
  );
}

/** Adds `--date`: one day. */
export function dateOption(command: Command, say: Say, about?: string): void {
  command.option(
    "--date <day>",
    about ?? say("one trading day, KST: 2026-11-20", "거래일 하루(KST): 2026-11-20"),
    day("--date"),
  );
}

/** Adds `--from`, `--to` and `--date`. */
export function rangeOptions(command: Command, say: Say, days: number): void {
  command
    .option(
      "--from <day>",
      say(`first day, KST (default: ${days} trading days back)`, `첫날(KST, 기본값: ${days}거래일 전)`),
      day("--from"),
    )
    .option(
      "--to <day>",
      say("last day, KST (default: the last trading day)", "마지막 날(KST, 기본값: 최근 거래일)"),
      day("--to"),
    );
  dateOption(command, say, say("that day alone", "그 하루만"));
}

/**
 * The days of `--from --to` or `--date`.
 *
 * @param days - trading days where `--from` is not given, the last one among them.
 * @throws ConfigError if `--date` stands beside the others, or they are in the wrong order.
 */
export function rangeOf(
  { from, to, date }: RangeValues,
  { io }: Pick<Shell, "io">,
  days: number,
): { readonly from: TradingDay; readonly to: TradingDay } {
  if (date !== undefined) {
    if (from !== undefined || to !== undefined)
      throw new ConfigError("--date", "given without --from and --to", date);
    return { from: date, to: date };
  }
  const last = to ?? krx.lastTradingDay(io.clock.now());
  const first = from ?? krx.addTradingDays(last, 1 - days);
  if (last < first) throw new ConfigError("--to", `a day not before --from (${first})`, last);
  return { from: first, to: last };
}

/**
 * `--date` as a day that can be asked for.
 *
 * @throws ConfigError if it is to come, or no trading day.
 */
export function pastTradingDay(date: TradingDay, now: number): TradingDay {
  const today = kstDay(now);
  if (date > today)
    throw new ConfigError("--date", `a day up to today, ${today}; the future has no bars`, date);
  if (!krx.isTradingDay(date)) {
    const closure = krx.closure(date);
    const why = closure === undefined ? "" : ` (closed: ${closure.nameEn})`;
    throw new ConfigError(
      "--date",
      `a trading day, such as ${krx.previousTradingDay(date)}`,
      `${date}${why}`,
    );
  }
  return date;
}
