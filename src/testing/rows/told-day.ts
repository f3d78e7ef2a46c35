import { type TradingDay, MINUTE_MS, compactDay, countThrough } from "../../core/index.js";
import type { DayView, Factors } from "../market/index.js";
import { type MinuteRow, minuteLabel, tradedRow } from "./minute-row.js";
import { INT64_MIN } from "../wire/index.js";
import { spoilDay } from "./spoil-day.js";
import type { Telling, ToldMinute } from "./told-minute.js";

/** @returns the traded minutes of a day that have begun, ascending, as KIS's record has them. */
export function tellDay(view: DayView, telling: Telling): readonly ToldMinute[] {
  const told: ToldMinute[] = [];
  for (let index = 0; index < view.begun; index++) {
    const minute = view.minute(index);
    if (minute.volume === 0) continue;
    const at = view.day.minutes[index] ?? 0;
    told.push({ ...minute, at, label: minuteLabel(at) });
  }
  let rows: readonly ToldMinute[] = told;
  for (const strike of telling.strikes) {
    const spoilt = spoilDay(rows, strike, view.day, telling);
    if (spoilt !== rows) telling.hit(strike.name);
    rows = spoilt;
  }
  return telling.scale.price === 1 && telling.scale.shares === 1
    ? rows
    : rows.map((row) => rescaled(row, telling.scale));
}

/** A row on another scale: prices to whole won, turnover as it was. */
function rescaled(row: ToldMinute, { price, shares }: Factors): ToldMinute {
  const scale = (won: number): number => Math.round(won * price);
  return {
    ...row,
    open: scale(row.open),
    high: scale(row.high),
    low: scale(row.low),
    close: scale(row.close),
    volume: Math.round(row.volume * shares),
  };
}

/** @returns rows at or before `untilMs`, newest first, at most `count`. */
export function toldRowsUpTo(
  told: readonly ToldMinute[],
  {
    tradingDay,
    untilMs,
    count,
  }: { readonly tradingDay: TradingDay; readonly untilMs: number; readonly count: number },
): MinuteRow[] {
  const date = compactDay(tradingDay);
  const end = countThrough(
    told.map(({ at }) => at),
    untilMs,
  );
  return told
    .slice(Math.max(0, end - count), end)
    .reverse()
    .map((minute) => toldRow(date, minute));
}

export function toldRow(date: string, minute: ToldMinute): MinuteRow {
  const row = tradedRow(date, minute.label, minute);
  return minute.unreadable === true ? { ...row, cntg_vol: INT64_MIN } : row;
}

/** @returns the told minutes by the instant of their label's minute. */
export function toldByMinute(told: readonly ToldMinute[], dayStart: number): ReadonlyMap<number, ToldMinute> {
  return new Map(
    told.map((minute) => {
      const of = Number(minute.label.slice(0, 2)) * 60 + Number(minute.label.slice(2, 4));
      return [dayStart + of * MINUTE_MS, minute];
    }),
  );
}
