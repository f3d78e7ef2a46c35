import type { MinuteBar, MinuteHole } from "../../core/index.js";

/** One row of an index: points, shares, KRW. */
export type IndexMinute = Omit<MinuteBar, "accVolume">;

/** What is known of an index's day, and which part of it is wanted. */
interface IndexDayInput {
  /** The session's minutes, epoch ms, ascending. */
  readonly minutes: readonly number[];
  /** The day's rows by their minute. */
  readonly rows: ReadonlyMap<number, IndexMinute>;
  /** Epoch ms of the first minute that is asked about. */
  readonly from: number;
  /** The session ended so long ago that a minute without a row will not get one. */
  readonly isClosed: boolean;
}

/** A day of an index as far as its rows speak. */
interface IndexDay {
  /** The minutes in which something traded, ascending. */
  readonly traded: readonly IndexMinute[];
  /** A hole a minute, ascending: a stored minute beside it is not explained by another one. */
  readonly holes: readonly MinuteHole[];
  /** Epoch ms of the last minute that the rows speak for. */
  readonly through: number;
}

/**
 * Adds an answer's rows of a day to those of earlier answers. The turnover of a row includes that of a missing minute
 * before it: such a row is taken without its turnover, and only if no earlier answer had it.
 *
 * @param rows - by their minute; changed.
 * @param answer - ascending.
 */
export function takeRows(
  rows: Map<number, IndexMinute>,
  minutes: readonly number[],
  answer: readonly IndexMinute[],
): void {
  const places = new Map(minutes.map((minute, at) => [minute, at]));
  for (const [at, row] of answer.entries()) {
    const place = places.get(row.time);
    if (place === undefined) continue;
    const before = answer[at - 1];
    const isWide = before !== undefined && before.time < (minutes[place - 1] ?? -Infinity);
    if (!isWide) rows.set(row.time, row);
    else if (!rows.has(row.time)) rows.set(row.time, withoutTurnover(row));
  }
}

/**
 * Assigns rows to the session's minutes. Rows of other minutes are not of the regular session: the ten minutes in which
 * the closing auction collects orders, and after-hours trading.
 */
export function readIndexDay({ minutes, rows, from, isClosed }: IndexDayInput): IndexDay {
  const firstRow = minutes.findIndex((minute) => rows.has(minute));
  const lastRow = minutes.findLastIndex((minute) => rows.has(minute));
  // Only the closing minute may stay without a row on a day that is over.
  const isClosingLost = isClosed && lastRow === minutes.length - 2;
  const last = isClosingLost ? lastRow + 1 : lastRow;
  const traded: IndexMinute[] = [];
  const holes: MinuteHole[] = [];
  for (const [at, minute] of minutes.slice(0, last + 1).entries()) {
    if (minute < from) continue;
    const row = rows.get(minute);
    const before = rows.get(minutes[at - 1] ?? Number.NaN);
    if (row === undefined) holes.push({ from: minute, to: minute, kind: at > lastRow ? "closing" : "lost" });
    else if (row.volume > 0) traded.push(at === firstRow || before ? row : withoutTurnover(row));
    // KIS counts shares in thousands: a smaller trade moved the index, and its volume is unknown.
    else if (isMoved(row, before)) holes.push({ from: minute, to: minute, kind: "unreadable" });
  }
  return { traded, holes, through: minutes[last] ?? (minutes[0] ?? 0) - 1 };
}

/**
 * A minute's turnover is the step of a running total: after a minute without a row it includes that minute's turnover.
 * The source itself computes the step of the first row.
 */
function withoutTurnover({ time, open, high, low, close, volume }: IndexMinute): IndexMinute {
  return { time, open, high, low, close, volume };
}

function isMoved(row: IndexMinute, before: IndexMinute | undefined): boolean {
  const level = before?.close ?? row.open;
  return (row.turnover ?? 0) > 0 || row.close !== level || row.high !== level || row.low !== level;
}
