import { ConfigError, MINUTE_MS, countThrough } from "../../../core/index.js";
import type { CoverageRow, MissingReason } from "../../evidence/index.js";

/** What one minute of a symbol is: stored, or why not. `"not-yet"`: it has not ended and settled. */
export type MinuteState = "stored" | MissingReason;

/** Minutes that follow one another. */
export interface MinuteSpan {
  /** Start of the first, epoch ms. */
  readonly from: number;
  /** Start of the last, epoch ms, inclusive. */
  readonly to: number;
}

/**
 * The minutes of a session by symbol, small enough for a whole market: each symbol is one text of run lengths. Read it
 * with {@link minuteStates}.
 */
export interface MinuteMap {
  /** Spans of the session's minutes without a break, epoch ms of the first and last of each; ascending. */
  readonly spans: readonly MinuteSpan[];
  /** How many minutes the session has. */
  readonly count: number;
  /** How many leading ones have ended and settled. */
  readonly final: number;
  /** Short codes, in the order of `runs`. */
  readonly symbols: readonly string[];
  /**
   * By symbol: `"120s2l259n"` is 120 minutes stored, 2 lost, 259 not yet. `s` stored, `n` not-yet, `m` not-fetched,
   * `f` failed, `l` lost, `d` damaged, `r` rescaled, `o` too-old.
   */
  readonly runs: readonly string[];
}

const LETTERS: Readonly<Record<MinuteState, string>> = {
  stored: "s",
  "not-yet": "n",
  "not-fetched": "m",
  failed: "f",
  lost: "l",
  damaged: "d",
  rescaled: "r",
  "too-old": "o",
};
const STATES = new Map(Object.entries(LETTERS).map(([state, letter]) => [letter, state as MinuteState]));

/** Joins minutes that follow one another: 381 numbers of a plain day are two spans. */
function spansOf(minutes: readonly number[]): MinuteMap["spans"] {
  const spans: { from: number; to: number }[] = [];
  for (const minute of minutes) {
    const last = spans.at(-1);
    if (last !== undefined && minute === last.to + MINUTE_MS) last.to = minute;
    else spans.push({ from: minute, to: minute });
  }
  return spans;
}

/** What the map of a day is made of. */
interface MapFacts {
  /** Starts of the session's minutes, epoch ms, ascending. */
  readonly minutes: readonly number[];
  /** How many leading minutes are final now: rows may be older than that. */
  readonly final: number;
  /** In the order in which they are to stand. */
  readonly rows: readonly CoverageRow[];
  /** Symbols whose last attempt failed. */
  readonly failing: ReadonlySet<string>;
}

/** @returns the map of a day. What is missing is judged by `final`, since the rows may be older. */
export function minuteMap({ minutes, final, rows, failing }: MapFacts): MinuteMap {
  return {
    spans: spansOf(minutes),
    count: minutes.length,
    final,
    symbols: rows.map(({ symbol }) => symbol),
    runs: rows.map((row) => runsOf(row, minutes, final, failing.has(row.symbol))),
  };
}

function runsOf(row: CoverageRow, minutes: readonly number[], final: number, isFailing: boolean): string {
  let text = "";
  let state: MinuteState | undefined;
  let length = 0;
  const push = (next: MinuteState, count: number): void => {
    if (count <= 0) return;
    if (next !== state && state !== undefined) text += `${length}${LETTERS[state]}`;
    length = next === state ? length + count : count;
    state = next;
  };
  let at = 0;
  for (const { from, to, reason } of row.missing) {
    const first = countThrough(minutes, from - 1);
    const end = countThrough(minutes, to);
    push("stored", first - at);
    const isOpen = reason === "not-yet" || reason === "not-fetched";
    const known = Math.max(first, Math.min(end, final));
    // A hole is stored, so it is final whatever the clock says.
    if (reason === "lost" || reason === "damaged") push(reason, end - first);
    else {
      push(isOpen ? (isFailing ? "failed" : "not-fetched") : reason, known - first);
      push("not-yet", end - known);
    }
    at = end;
  }
  push("stored", minutes.length - at);
  return state === undefined ? text : `${text}${length}${LETTERS[state]}`;
}

/**
 * Spells out what {@link MinuteMap} says of a symbol.
 *
 * @example
 * ```ts
 * minuteStates("2s1l"); // ["stored", "stored", "lost"]
 * ```
 * @param runs - one text of `map.runs`.
 * @returns a state for each minute of the session, in order.
 * @throws {@link ConfigError} if `runs` is no text.
 */
export function minuteStates(runs: string): MinuteState[] {
  if (typeof runs !== "string") throw new ConfigError("runs", "a text of `status.minutes.runs`", runs);
  return [...runs.matchAll(/(\d+)([a-z])/g)].flatMap(([, count, letter = ""]) =>
    Array.from({ length: Number(count) }, () => STATES.get(letter) ?? "not-fetched"),
  );
}
