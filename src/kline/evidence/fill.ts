import {
  KisSchemaError,
  type MinuteBar,
  type TradingDay,
  type Venue,
  countThrough,
} from "../../core/index.js";
import { type Cell, isHole, isSameCell } from "../../archive/index.js";
import type { SourceBars } from "./bar-source.js";

/** A minute of one symbol whose values are not stored yet, or not these. */
export interface NewCell {
  /** Index into the session's expected minutes. */
  readonly index: number;
  readonly cell: Cell;
}

/** What is known of one symbol's day. */
interface FillInput {
  /** The session's expected minutes, epoch ms, ascending. */
  readonly minutes: readonly number[];
  /** What is stored at an index of `minutes`. */
  readonly stored: (index: number) => Cell | undefined;
  /** How many leading stored minutes are not asked about; the answer speaks for those after. */
  readonly keep: number;
  /** How many leading stored minutes hold together: those the answer does not reach stay. @defaultValue `keep` */
  readonly sound?: number;
  /** A checked answer; without one, only what is derived (`accVolume`, flat prices) is brought in order. */
  readonly answer?: SourceBars;
  /** How many leading minutes were final when the answer was asked for. */
  readonly final: number;
  /** Whether `turnover` is stored. */
  readonly turnover: boolean;
}

/** What is to be stored of one symbol's day. */
interface Fill {
  /** New or differing minutes, ascending. What is stored with equal values is not among them. */
  readonly cells: readonly NewCell[];
  /** How many leading minutes are known, kept or answered, once `cells` are stored. */
  readonly known: number;
  /** The first row that breaks what every bar must hold: nothing from there on is taken. */
  readonly error?: KisSchemaError;
}

/**
 * Joins an answer to the stored minutes: traded minutes as they are, the others flat, `accVolume` summed anew.
 *
 * The cells are a function of the traded minutes alone, so they do not depend on when, in how many pieces and by
 * which endpoint the day was fetched.
 */
export function fillDay({ minutes, stored, keep, sound = keep, answer, final, turnover }: FillInput): Fill {
  let spoken = answer === undefined ? 0 : Math.min(final, countThrough(minutes, answer.through));
  let error: KisSchemaError | undefined;
  const cells: NewCell[] = [];
  const bars = answer?.bars ?? [];
  let cursor = 0;
  let price: number | null = null;
  let accVolume = 0;
  for (let index = 0; index < Math.max(spoken, sound); index++) {
    const before = stored(index);
    let traded: Cell | MinuteBar | undefined;
    if (index >= keep && index < spoken) {
      const time = minutes[index];
      while (cursor < bars.length && bars[cursor]?.time !== time && (bars[cursor]?.time ?? 0) < (time ?? 0))
        cursor++;
      const bar = bars[cursor]?.time === time ? bars[cursor] : undefined;
      error = bar === undefined ? undefined : barFault(bar, cursor, turnover);
      if (error !== undefined) spoken = index;
      traded = bar;
    }
    const isKept = index < keep || index >= spoken;
    if (isKept && index >= sound) break;
    if (isKept && before !== undefined && isHole(before)) {
      if (before.accVolume !== accVolume) cells.push({ index, cell: { ...before, accVolume } });
      continue;
    }
    if (isKept) traded = before !== undefined && (before.volume ?? 0) > 0 ? before : undefined;
    if (traded !== undefined) {
      price = traded.close;
      accVolume += traded.volume ?? 0;
    }
    const cell: Cell = {
      open: traded?.open ?? price,
      high: traded?.high ?? price,
      low: traded?.low ?? price,
      close: price,
      volume: traded?.volume ?? 0,
      accVolume,
      ...(turnover ? turnoverOf(traded, isKept, before) : {}),
    };
    if (before === undefined || !isSameCell(before, cell, turnover)) cells.push({ index, cell });
  }
  return { cells, known: Math.max(keep, spoken), ...(error === undefined ? {} : { error }) };
}

// A minute that was stored without turnover keeps none: zero would be a lie, and asking again is the re-read's task.
function turnoverOf(traded: { turnover?: number } | undefined, isKept: boolean, before: Cell | undefined) {
  const turnover = isKept ? before?.turnover : traded === undefined ? 0 : traded.turnover;
  return turnover === undefined ? {} : { turnover };
}

/** What an answer must be about. */
interface AnswerFacts {
  readonly symbol: string;
  readonly venue: Venue;
  readonly tradingDay: TradingDay;
  readonly minutes: readonly number[];
}

/**
 * Nothing is stored from an answer for something else, out of order, off the session's minutes or past its own end.
 *
 * @throws {@link KisSchemaError} naming what is wrong with the answer as a whole.
 */
export function checkAnswer(answer: SourceBars, { symbol, venue, tradingDay, minutes }: AnswerFacts): void {
  const wanted: readonly (readonly [string, unknown, unknown])[] = [
    ["symbol", answer.symbol, symbol],
    ["venue", answer.venue, venue],
    ["tradingDay", answer.tradingDay, tradingDay],
  ];
  for (const [path, received, expected] of wanted) {
    if (received !== expected)
      throw new KisSchemaError(path, `${String(expected)}, which was asked for`, received);
  }
  if (!Number.isFinite(answer.through)) throw new KisSchemaError("through", "epoch ms", answer.through);
  let index = 0;
  let last = -Infinity;
  for (const [at, { time }] of answer.bars.entries()) {
    const path = `bars[${at}].time`;
    if (!(time > last)) throw new KisSchemaError(path, "a minute after the one before", time);
    if (time > answer.through)
      throw new KisSchemaError(path, `no minute after \`through\`, ${answer.through}`, time);
    while (index < minutes.length && (minutes[index] ?? Infinity) < time) index++;
    if (minutes[index] !== time) throw new KisSchemaError(path, "a minute of the session", time);
    last = time;
  }
}

/** What the prices of a traded minute break, as the name of the field at fault and what it must be. */
function priceFault(
  bar: Pick<MinuteBar, "open" | "high" | "low" | "close">,
): readonly [keyof MinuteBar, string] | undefined {
  const { open, high, low, close } = bar;
  for (const name of ["open", "high", "low", "close"] as const) {
    if (!Number.isFinite(bar[name])) return [name, "a price in KRW"];
  }
  if (low <= 0) return ["low", "above 0"];
  if (high < open || high < close) return ["high", `at least the open ${open} and the close ${close}`];
  if (low > open || low > close) return ["low", `at most the open ${open} and the close ${close}`];
  return undefined;
}

const isShares = (volume: number): boolean => Number.isSafeInteger(volume) && volume > 0;

function barFault(bar: MinuteBar, at: number, turnover: boolean): KisSchemaError | undefined {
  let fault = priceFault(bar);
  if (fault === undefined && !isShares(bar.volume)) fault = ["volume", "a whole number of shares above 0"];
  if (fault === undefined && turnover && !Number.isFinite(bar.turnover)) fault = ["turnover", "KRW traded"];
  return fault && new KisSchemaError(`bars[${at}].${fault[0]}`, fault[1], bar[fault[0]]);
}
