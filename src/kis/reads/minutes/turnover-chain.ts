import { type MinuteHole, countThrough } from "../../../core/index.js";
import { type DayRow, type Range, isWithin } from "./day-rows.js";

/** What the running turnover says of a day's rows. */
export interface ChainVerdict {
  /** KRW of a minute, by its start, where the totals tell it exactly. */
  readonly turnover: ReadonlyMap<number, number>;
  /** Minutes whose row is contradicted by its own turnover. */
  readonly refuted: ReadonlySet<number>;
  /** Ascending. */
  readonly holes: readonly ProvedHole[];
  /** Where the rows end. */
  readonly end: ChainEnd;
}

/** A hole, and the row that shows it. */
export interface ProvedHole extends MinuteHole {
  /** Epoch ms of the minute whose running total shows it. */
  readonly shownBy: number;
}

/** The last row, and what is not explained up to it. */
export interface ChainEnd {
  /** Epoch ms of its minute; that of the start where there is no row. */
  readonly minute: number;
  /** KRW of the day up to its end. */
  readonly total: Range;
  /** Minutes since the last sure total whose row cannot be read. */
  readonly unreadable: readonly number[];
  /** Minutes since the last sure total that have no row, up to the last row. */
  readonly absent: readonly number[];
}

/** Where a chain begins: KRW of the day up to the end of a minute. */
export interface ChainStart {
  readonly minute: number;
  readonly total: number;
  /** Nothing of the day lies before it. */
  readonly isDayStart: boolean;
}

/**
 * Follows `acml_tr_pbmn`, the day's running turnover, from row to row. Each step must be a turnover that the later row's
 * shares can have made, as it was in all 215 recorded pairs. A larger step means that a row is lost, or that the later
 * row has too few shares; a smaller one means that it has too many.
 *
 * It cannot see a lost row that is worth less than the range of the later row (its shares times high less low, and half
 * a won a share). Nor can it see which of several minutes without a row was lost.
 *
 * @param rows - ascending, those after the session as well: they vouch for its last minutes.
 * @param minutes - the labels at which a bar can exist, ascending.
 * @see facts of FHKST03010230 (2025-09-16) and FHKST03010200
 */
export function followTurnover(
  rows: readonly DayRow[],
  minutes: readonly number[],
  start: ChainStart,
  closing: number | undefined,
): ChainVerdict {
  const turnover = new Map<number, number>();
  const refuted = new Set<number>();
  const holes: ProvedHole[] = [];
  const session = new Set(minutes);
  let anchor = start.total;
  let last = start.minute;
  /** Possible turnover of the rows since the anchor whose total is unknown or wrong. */
  let slack: Range = NOTHING;
  let unreadable: number[] = [];
  let absent: number[] = [];
  const settle = (total: number): void => {
    anchor = total;
    slack = NOTHING;
    unreadable = [];
    absent = [];
  };

  for (const [index, row] of rows.entries()) {
    absent.push(...between(minutes, last, row.minute));
    last = row.minute;
    const { possible, total } = row;
    const step = total === undefined ? undefined : total - anchor;
    if (row.bar === undefined) {
      const next = rows[index + 1];
      const isSure = step !== undefined && step >= slack.least && isVouched(total, next);
      if (isSure && step <= slack.most) continue; // nothing was traded in it
      if (isSure && slack.most === 0) {
        const needs = possible === undefined || !isWithin(possible, step) ? absent : [];
        const shown = next?.minute ?? row.minute;
        holes.push(
          ...holesOf({
            absent: needs,
            unreadable: [...unreadable, row.minute],
            closing,
            minutes,
            step,
            shown,
          }),
        );
        settle(total ?? anchor);
      } else if (session.has(row.minute)) unreadable.push(row.minute);
      continue;
    }
    if (possible === undefined) continue;
    if (step === undefined) {
      slack = plus(slack, possible);
      continue;
    }
    const expected = plus(slack, possible);
    if (isWithin(expected, step)) {
      if (slack.most === 0) turnover.set(row.minute, step);
      settle(total ?? anchor);
      continue;
    }
    const next = rows.slice(index + 1).find((later) => later.bar !== undefined && later.total !== undefined);
    const hasWrongTotal =
      next?.possible !== undefined &&
      !isWithin(next.possible, (next.total ?? 0) - (total ?? 0)) &&
      isWithin(plus(expected, next.possible), (next.total ?? 0) - anchor);
    if (hasWrongTotal) {
      // Its total fits neither the row before nor the row after it, but these two fit each other.
      slack = expected;
      continue;
    }
    const isMore = step > expected.most;
    if (isMore && absent.length + unreadable.length > 0) {
      const missing = step - slack.most - possible.atHigh;
      holes.push(...holesOf({ absent, unreadable, closing, minutes, step: missing, shown: row.minute }));
    } else if (isMore && start.isDayStart && anchor === start.total) {
      // Before the session's first minute: off-hours trades, which no minute shows.
    } else {
      // How many of its shares are true nobody knows, so nothing says that the minutes before it were quiet.
      if (!isMore && !isDoubledClose(row, slack, step, closing))
        holes.push(...holesOf({ absent, unreadable, closing, minutes, step: undefined, shown: row.minute }));
      refuted.add(row.minute);
      if (session.has(row.minute)) {
        const kind = row.minute === closing ? "closing" : "unreadable";
        const known = step > slack.most ? { turnover: step - slack.most } : {};
        holes.push({ from: row.minute, to: row.minute, kind, ...known, shownBy: row.minute });
      }
    }
    settle(total ?? anchor);
  }
  const total = { least: anchor + slack.least, most: anchor + slack.most };
  return { turnover, refuted, holes, end: { minute: last, total, unreadable, absent } };
}

const NOTHING: Range = { least: 0, most: 0 };

const plus = (a: Range, b: Range): Range => ({ least: a.least + b.least, most: a.most + b.most });

/** 0200 doubles the shares of the closing print (facts of FHKST03010200): half of them explain the step. */
function isDoubledClose(
  { minute, possible }: DayRow,
  slack: Range,
  step: number,
  closing: number | undefined,
): boolean {
  if (minute !== closing || possible === undefined) return false;
  return isWithin(plus(slack, { least: possible.least / 2, most: possible.most / 2 }), step);
}

/** Whether the next row's trades go on from the total of an unreadable row, so that it can be trusted. */
function isVouched(total: number | undefined, next: DayRow | undefined): boolean {
  if (total === undefined || next?.total === undefined) return false;
  return isWithin(next.possible, next.total - total);
}

/** The minutes between two minutes, without both. */
function between(minutes: readonly number[], after: number, before: number): readonly number[] {
  return minutes.slice(countThrough(minutes, after), countThrough(minutes, before - 1));
}

/** Makes holes of minutes in which something was traded. Neighbours of the same kind become one hole. */
export function holesOf({
  absent,
  unreadable,
  closing,
  minutes,
  step,
  shown,
}: {
  readonly absent: readonly number[];
  readonly unreadable: readonly number[];
  readonly closing: number | undefined;
  readonly minutes: readonly number[];
  /** Missing turnover, KRW; `undefined` where it is not known. */
  readonly step: number | undefined;
  readonly shown: number;
}): ProvedHole[] {
  const kinds = new Map<number, MinuteHole["kind"]>();
  for (const minute of absent) kinds.set(minute, "lost");
  for (const minute of unreadable) kinds.set(minute, "unreadable");
  const runs: { from: number; to: number; kind: MinuteHole["kind"] }[] = [];
  for (const minute of minutes) {
    const kind = kinds.get(minute);
    if (kind === undefined) continue;
    const run = runs.at(-1);
    const isNext = run !== undefined && minutes[countThrough(minutes, run.to)] === minute;
    if (run !== undefined && isNext && run.kind === kind) run.to = minute;
    else runs.push({ from: minute, to: minute, kind });
  }
  // If the closing auction may be missing, it most likely is.
  const named = runs.map((run) =>
    closing !== undefined && run.kind === "lost" && run.to >= closing && run.from <= closing
      ? { ...run, kind: "closing" as const }
      : run,
  );
  const known = step !== undefined && step > 0 && named.length === 1 ? { turnover: step } : {};
  return named.map((run) => ({ ...run, ...known, shownBy: shown }));
}
