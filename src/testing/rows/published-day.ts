import { type TradingDay, MINUTE_MS, compactDay, countThrough } from "../../core/index.js";
import type { DayView, Factors } from "../market/index.js";
import { type MinuteRow, minuteLabel, tradedRow } from "./minute-row.js";
import { INT64_MIN } from "../wire/index.js";
import { spoilDay } from "./spoil-day.js";
import type { Publication, PublishedMinute } from "./published-minute.js";

/** @returns the traded minutes of a day that have begun, ascending, as KIS publishes them. */
export function publishDay(view: DayView, publication: Publication): readonly PublishedMinute[] {
  const published: PublishedMinute[] = [];
  for (let index = 0; index < view.begun; index++) {
    const minute = view.minute(index);
    if (minute.volume === 0) continue;
    const at = view.day.minutes[index] ?? 0;
    published.push({ ...minute, at, label: minuteLabel(at) });
  }
  let rows: readonly PublishedMinute[] = published;
  for (const strike of publication.strikes) {
    const spoilt = spoilDay(rows, strike, view.day, publication);
    if (spoilt !== rows) publication.hit(strike.name);
    rows = spoilt;
  }
  return publication.scale.price === 1 && publication.scale.shares === 1
    ? rows
    : rows.map((row) => rescaled(row, publication.scale));
}

/** A row on another scale: prices are rounded to whole won, turnover stays. */
function rescaled(row: PublishedMinute, { price, shares }: Factors): PublishedMinute {
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
export function publishedRowsUpTo(
  published: readonly PublishedMinute[],
  {
    tradingDay,
    untilMs,
    count,
  }: { readonly tradingDay: TradingDay; readonly untilMs: number; readonly count: number },
): MinuteRow[] {
  const date = compactDay(tradingDay);
  const end = countThrough(
    published.map(({ at }) => at),
    untilMs,
  );
  return published
    .slice(Math.max(0, end - count), end)
    .reverse()
    .map((minute) => publishedRow(date, minute));
}

export function publishedRow(date: string, minute: PublishedMinute): MinuteRow {
  const row = tradedRow(date, minute.label, minute);
  return minute.unreadable === true ? { ...row, cntg_vol: INT64_MIN } : row;
}

/** @returns the published minutes by the minute of their label, epoch ms. */
export function publishedByMinute(
  published: readonly PublishedMinute[],
  dayStart: number,
): ReadonlyMap<number, PublishedMinute> {
  return new Map(
    published.map((minute) => {
      const of = Number(minute.label.slice(0, 2)) * 60 + Number(minute.label.slice(2, 4));
      return [dayStart + of * MINUTE_MS, minute];
    }),
  );
}
