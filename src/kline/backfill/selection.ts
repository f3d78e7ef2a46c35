import { hasTradingDayBefore } from "../../calendar/index.js";
import {
  ConfigError,
  type TradingDay,
  checkDay,
  checkIterable,
  checkSymbol,
  checkSymbols,
  finalCount,
  isSymbol,
  isTradingDayText,
} from "../../core/index.js";
import type { SessionChoice } from "../session-choice.js";
import { type Shard, checkShard, isInShard } from "../../engine/index.js";
import type { BackfillTarget } from "./targets/index.js";

/** In which order targets are fetched. */
export type BackfillOrder = "newest-first" | "oldest-first" | "market-cap";

/** What a backfill knows of an instrument; every instrument of a master file is one. */
export interface ListedInstrument {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** First day of trading, `"YYYY-MM-DD"` or `"YYYYMMDD"`: earlier days are skipped. */
  readonly listingDate?: string | undefined;
  /** In whatever unit, the same for all; for the order `"market-cap"`. */
  readonly marketCap?: number | undefined;
}

/** Which targets, and in which order. Give `targets`, or `days` with `symbols` or `instruments`. */
export interface BackfillSelection {
  /** Pairs of symbol and day: from {@link readTargets}, from a plan, or the failures of an earlier run. */
  readonly targets?: Iterable<BackfillTarget>;
  /** With `days`: every one of these symbols. @defaultValue the symbols of `instruments` */
  readonly symbols?: Iterable<string>;
  /** With `symbols`: the days, or how many trading days up to the last one that is over. */
  readonly days?: number | readonly TradingDay[];
  /** What is known of the symbols, such as `master.instruments`: listing days and market caps. */
  readonly instruments?: Iterable<ListedInstrument> | ReadonlyMap<string, ListedInstrument>;
  /**
   * `"market-cap"` (needs `instruments`) begins with the largest, in blocks of a dozen symbols with all their days,
   * newest first; blocks keep the number of objects a day small. @defaultValue "newest-first"
   */
  readonly order?: BackfillOrder;
  /**
   * Leave out what comes before this in the order: a day, a symbol, or one target.
   * @defaultValue the beginning
   */
  readonly startFrom?: string | BackfillTarget;
  /** The part of the symbols that this host fetches. @defaultValue all of them */
  readonly shard?: Shard;
}

/** Targets, checked and in order. */
interface SelectedTargets {
  readonly targets: readonly BackfillTarget[];
  readonly instruments: ReadonlyMap<string, ListedInstrument>;
}

/**
 * @param now - epoch ms: `days` counts back from the last session that is over by then.
 * @param block - how many symbols `"market-cap"` takes together.
 * @returns the targets in the order they are fetched in; a repeated one is still repeated.
 * @throws {@link ConfigError} naming what is missing or wrong.
 */
export function selectTargets(
  selection: BackfillSelection,
  choice: SessionChoice & { readonly now: number; readonly settleMs: number; readonly block: number },
): SelectedTargets {
  const { order = "newest-first", shard, startFrom } = selection;
  if (order !== "newest-first" && order !== "oldest-first" && order !== "market-cap") {
    throw new ConfigError("order", '"newest-first", "oldest-first" or "market-cap"', order);
  }
  if (shard !== undefined) checkShard(shard);
  const instruments = instrumentsOf(selection.instruments);
  const given = selection.targets === undefined ? product(selection, instruments, choice) : pairs(selection);
  const mine = shard === undefined ? given : given.filter(({ symbol }) => isInShard(symbol, shard));
  const ordered = orderTargets(mine, order, instruments, choice.block);
  return {
    targets: startFrom === undefined ? ordered : ordered.slice(startOf(ordered, startFrom)),
    instruments,
  };
}

function instrumentsOf(given: BackfillSelection["instruments"]): ReadonlyMap<string, ListedInstrument> {
  const values = given === undefined ? [] : given instanceof Map ? given.values() : given;
  const instruments = new Map<string, ListedInstrument>();
  for (const instrument of values as Iterable<ListedInstrument>) {
    instruments.set(checkSymbol(instrument?.symbol, "instruments[].symbol"), instrument);
  }
  return instruments;
}

function pairs({ targets, symbols, days }: BackfillSelection): BackfillTarget[] {
  if (symbols !== undefined || days !== undefined) {
    throw new ConfigError("targets", "given alone, or `symbols` and `days` instead", "both");
  }
  return [...checkIterable(targets ?? [], "targets", "an array of { symbol, tradingDay }")].map(
    (target, index) => ({
      symbol: checkSymbol(target?.symbol, `targets[${index}].symbol`),
      tradingDay: checkDay(target?.tradingDay, `targets[${index}].tradingDay`),
    }),
  );
}

function product(
  { symbols, days, instruments: given }: BackfillSelection,
  instruments: ReadonlyMap<string, ListedInstrument>,
  choice: Parameters<typeof selectTargets>[1],
): BackfillTarget[] {
  const named = symbols === undefined ? instruments.keys() : symbols;
  if (days === undefined || (symbols === undefined && given === undefined)) {
    throw new ConfigError("targets", "given, or `days` with `symbols` or `instruments`", "neither");
  }
  const unique = checkSymbols(named, symbols === undefined ? "instruments" : "symbols");
  const list =
    typeof days === "number"
      ? lastClosedDays(days, choice)
      : [...checkIterable(days, "days", "a number of trading days, or an array of days")].map((day) =>
          checkDay(day, "days"),
        );
  return list.flatMap((tradingDay) => unique.map((symbol) => ({ symbol, tradingDay })));
}

/**
 * @returns the last `count` trading days whose session is over and settled by `now`, ascending; fewer where the
 * calendar begins later.
 * @throws {@link ConfigError} if `count` is no whole number of at least 1.
 */
export function lastClosedDays(
  count: number,
  {
    calendar,
    venue,
    hours,
    now,
    settleMs,
  }: SessionChoice & { readonly now: number; readonly settleMs: number },
): TradingDay[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new ConfigError("days", "a whole number of trading days, at least 1", count);
  }
  const days: TradingDay[] = [];
  for (let day = calendar.lastTradingDay(now); ; day = calendar.previousTradingDay(day)) {
    const minutes = calendar.minutes(day, { venue, hours });
    if (finalCount(minutes, now, settleMs) === minutes.length) days.unshift(day);
    if (days.length === count || !hasTradingDayBefore(calendar, day)) return days;
  }
}

function orderTargets(
  targets: readonly BackfillTarget[],
  order: BackfillOrder,
  instruments: ReadonlyMap<string, ListedInstrument>,
  block: number,
): readonly BackfillTarget[] {
  const byDay = (a: BackfillTarget, b: BackfillTarget): number =>
    a.tradingDay === b.tradingDay ? 0 : a.tradingDay < b.tradingDay ? -1 : 1;
  if (order === "oldest-first") return targets.toSorted(byDay);
  if (order === "newest-first") return targets.toSorted((a, b) => byDay(b, a));
  if (instruments.size === 0) {
    throw new ConfigError(
      "instruments",
      'given with `order: "market-cap"`, such as `master.instruments`',
      undefined,
    );
  }
  const capOf = (symbol: string): number => instruments.get(symbol)?.marketCap ?? -1;
  const ranked = [...new Set(targets.map(({ symbol }) => symbol))].toSorted((a, b) => capOf(b) - capOf(a));
  const rank = new Map(ranked.map((symbol, index) => [symbol, index]));
  const rankOf = ({ symbol }: BackfillTarget): number => rank.get(symbol) ?? 0;
  const blockOf = (target: BackfillTarget): number => Math.floor(rankOf(target) / block);
  return targets.toSorted((a, b) => blockOf(a) - blockOf(b) || byDay(b, a) || rankOf(a) - rankOf(b));
}

function startOf(targets: readonly BackfillTarget[], startFrom: string | BackfillTarget): number {
  const { symbol, tradingDay } =
    typeof startFrom !== "string"
      ? startFrom
      : isTradingDayText(startFrom)
        ? { symbol: undefined, tradingDay: startFrom }
        : { symbol: startFrom, tradingDay: undefined };
  if (symbol !== undefined && !isSymbol(symbol)) {
    throw new ConfigError("startFrom", "a day, a symbol or a target", startFrom);
  }
  const index = targets.findIndex(
    (target) =>
      (symbol ?? target.symbol) === target.symbol && (tradingDay ?? target.tradingDay) === target.tradingDay,
  );
  if (index === -1)
    throw new ConfigError("startFrom", "a day, a symbol or a target that is among the targets", startFrom);
  return index;
}
