import type { MinuteBar } from "../../core/index.js";
import { type Cell, isHole, isSameCell } from "../../archive/index.js";
import { cellKind } from "./cell-kind.js";
import { isExplained, isRefuted } from "./contradiction.js";
import type { DayAnswer, HoleRange } from "./read-answer.js";

/** A minute of one symbol whose values are not stored yet, or not these. */
export interface NewCell {
  /** Index into the session's expected minutes. */
  readonly index: number;
  readonly cell: Cell;
}

/** What is known of one symbol's day. */
interface MergeInput {
  /** What is stored at an index of the session's minutes. */
  readonly stored: (index: number) => Cell | undefined;
  /** How many leading stored minutes are not asked about; the answer speaks for those after. */
  readonly keep: number;
  /** How many leading stored minutes are sound: those that the answer does not reach stay. @defaultValue `keep` */
  readonly sound?: number;
  /** Without one, only derived values (`accVolume`, flat prices) are corrected. */
  readonly answer?: DayAnswer;
  /** The answer's prices are brought back from another scale: they fill what is missing and replace nothing. */
  readonly isRestored?: boolean;
  /** A hole at this index is lifted by a row alone, not by an answer without one. @defaultValue none */
  readonly standing?: number | undefined;
  /** How many leading minutes were final when the answer was asked for. */
  readonly final: number;
  /** Whether `turnover` is stored. */
  readonly turnover: boolean;
}

/** What is to be stored of one symbol's day. */
interface MergedAnswer {
  /** New or differing minutes, ascending. What is stored with equal values is not among them. */
  readonly cells: readonly NewCell[];
  /** How many leading minutes are known, kept or answered, once `cells` are stored. */
  readonly known: number;
  /** Stored trades of which the answer has no row, and which its totals do not prove wrong: they stay. Indexes. */
  readonly unconfirmed: readonly number[];
}

/** What a minute is, before its derived values. */
type Finding =
  | { readonly kind: "traded"; readonly trade: Cell | MinuteBar }
  | { readonly kind: "untraded" }
  | { readonly kind: "hole"; readonly turnover?: number | undefined };

const UNTRADED: Finding = { kind: "untraded" };

/**
 * Joins an answer to the stored minutes: traded minutes as they are, holes, the others flat, `accVolume` summed
 * over the shares that are known. Who wins where they disagree is written in decisions/011-order-of-trust.md.
 *
 * The cells are a function of the findings alone, so they do not depend on when, in how many pieces and by which
 * endpoint the day was fetched.
 */
export function mergeAnswer(input: MergeInput): MergedAnswer {
  const { stored, keep, sound = keep, answer, final, turnover } = input;
  const spoken = answer === undefined ? 0 : Math.min(final, answer.spoken);
  const judge = answer === undefined ? undefined : createJudge(input, answer);
  const cells: NewCell[] = [];
  const unconfirmed: number[] = [];
  let price: number | null = null;
  let accVolume = 0;
  for (let index = 0; index < Math.max(spoken, sound); index++) {
    const before = stored(index);
    const isKept = index < keep || index >= spoken;
    if (isKept && index >= sound) break;
    const finding = isKept || judge === undefined ? storedFinding(before) : judge(index);
    if (!isKept && finding.kind === "traded" && finding.trade === before && !answer?.bars.has(index))
      unconfirmed.push(index);
    const trade = finding.kind === "traded" ? finding.trade : undefined;
    if (trade !== undefined) {
      price = trade.close;
      accVolume += trade.volume ?? 0;
    }
    const cell: Cell =
      finding.kind === "hole"
        ? {
            open: null,
            high: null,
            low: null,
            close: null,
            volume: null,
            accVolume,
            ...krw(finding.turnover, turnover),
          }
        : {
            open: trade?.open ?? price,
            high: trade?.high ?? price,
            low: trade?.low ?? price,
            close: price,
            volume: trade?.volume ?? 0,
            accVolume,
            ...krw(turnoverOf(trade, isKept, before), turnover),
          };
    if (before === undefined || !isSameCell(before, cell, turnover)) cells.push({ index, cell });
  }
  return { cells, known: Math.max(keep, spoken), unconfirmed };
}

const krw = (turnover: number | undefined, isStored: boolean): Pick<Cell, "turnover"> =>
  turnover === undefined || !isStored ? {} : { turnover };

/**
 * A minute that was stored without turnover keeps none: zero would be wrong. Beside a hole the totals tell less: equal
 * trades keep the turnover they had.
 */
function turnoverOf(
  trade: Cell | MinuteBar | undefined,
  isKept: boolean,
  before: Cell | undefined,
): number | undefined {
  if (isKept) return before?.turnover;
  if (trade === undefined) return 0;
  return trade.turnover ?? (before?.volume === trade.volume ? before.turnover : undefined);
}

function storedFinding(before: Cell | undefined): Finding {
  const kind = cellKind(before);
  if (kind === "hole") return { kind, turnover: before?.turnover };
  return before !== undefined && kind === "traded" ? { kind, trade: before } : UNTRADED;
}

/** @returns what a minute is that the answer speaks for. */
function createJudge(
  { stored, isRestored = false, standing }: MergeInput,
  answer: DayAnswer,
): (index: number) => Finding {
  const { bars, tellsHoles } = answer;
  const after = nextBars(bars);
  const ranges = new Map<number, HoleRange & { readonly explained: boolean }>();
  for (const hole of answer.holes) {
    const trades: Cell[] = [];
    for (let index = hole.first; index <= hole.last; index++) {
      const cell = stored(index);
      if (cell !== undefined && cellKind(cell) === "traded") trades.push(cell);
    }
    const range = { ...hole, explained: isExplained(trades, hole.turnover) };
    for (let index = hole.first; index <= hole.last; index++) ranges.set(index, range);
  }
  return (index) => {
    const before = stored(index);
    const had = cellKind(before);
    const bar = bars.get(index);
    const isTrade = before !== undefined && had === "traded";
    if (bar !== undefined) return { kind: "traded", trade: isTrade && isRestored ? before : bar };
    const range = ranges.get(index);
    if (isTrade) {
      // Absence never overwrites presence, unless the totals leave no room for it.
      const isWrong = tellsHoles && range === undefined && isRefuted(before, after(index));
      return isWrong ? UNTRADED : { kind: "traded", trade: before };
    }
    const isOpen = had === "hole" || had === "broken";
    // Stored trades explain a sum; without one they say nothing of minutes that no answer has spoken for yet.
    const isNew = had === "absent" && range?.turnover === undefined;
    if (range !== undefined && !(range.explained && !isOpen && !isNew)) {
      const told = range.first === range.last ? range.turnover : undefined;
      return {
        kind: "hole",
        turnover: told ?? (before !== undefined && isHole(before) ? before.turnover : undefined),
      };
    }
    // A source that does not look for holes cannot say that there is none.
    return isOpen && (!tellsHoles || index === standing)
      ? { kind: "hole", turnover: before?.turnover }
      : UNTRADED;
  };
}

/** @returns the first bar after an index; ask in ascending order. */
function nextBars(bars: ReadonlyMap<number, MinuteBar>): (index: number) => MinuteBar | undefined {
  const ascending = [...bars.keys()].sort((a, b) => a - b);
  let at = 0;
  return (index) => {
    while (at < ascending.length && (ascending[at] ?? Infinity) <= index) at++;
    return bars.get(ascending[at] ?? Number.NaN);
  };
}
