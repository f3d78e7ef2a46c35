import {
  type Hours,
  IncompleteDataError,
  type TradingDay,
  type Venue,
  finalCount,
  kstDay,
} from "../../core/index.js";
import type { BarSource } from "./bar-source.js";
import type { DayTable } from "../../archive/index.js";
import { soundPrefix } from "./cell-kind.js";
import { type NewCell, checkAnswer, fillDay } from "./fill.js";

/** One symbol's day to bring up to date. */
interface FetchSymbolDayOptions {
  readonly source: BarSource;
  /** What is stored of the day; read, never changed. */
  readonly stored: DayTable;
  readonly symbol: string;
  readonly tradingDay: TradingDay;
  readonly venue: Venue;
  readonly hours: Hours;
  /** Wall time before anything is asked, epoch ms: what is final by it is asked for and taken. */
  readonly now: number;
  /** How long after its end a minute is final, in milliseconds. */
  readonly settleMs: number;
  /** Whether `turnover` is stored. @defaultValue false */
  readonly turnover?: boolean;
  /** Ask for the whole day and compare, whatever is stored. @defaultValue false: ask for what is missing */
  readonly reread?: boolean;
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface SymbolDay {
  readonly symbol: string;
  /** New or differing minutes, ascending, to be stored. */
  readonly cells: readonly NewCell[];
  /** How many leading minutes of the session are known once `cells` are stored. */
  readonly known: number;
  /** How many leading minutes were final at `now`. */
  readonly final: number;
  /** `known` is the whole session. */
  readonly complete: boolean;
  /** The whole session came in one answer: reading it again would tell nothing new. */
  readonly verified: boolean;
  /** Requests made. */
  readonly calls: number;
  /** Traded minutes received. */
  readonly bars: number;
  /** Why the symbol stops before what is final; what is in `cells` is good all the same. */
  readonly error?: unknown;
}

/**
 * Fetches what is missing of one symbol's day: from the first minute that is not stored, or not soundly, on. Costs
 * no call where nothing is missing.
 *
 * @returns what to store. Errors of the source are in `error`, so that one symbol does not stop the others.
 * @throws the signal's reason if it is aborted, untouched. Nothing else.
 */
export async function fetchSymbolDay(options: FetchSymbolDayOptions): Promise<SymbolDay> {
  const { source, stored, symbol, tradingDay, venue, hours, now, settleMs, signal } = options;
  const { turnover = false, reread = false } = options;
  signal?.throwIfAborted();
  const { minutes } = stored;
  const final = finalCount(minutes, now, settleMs);
  const cellAt = (index: number) => stored.get(symbol, index);
  const sound = soundPrefix(cellAt, stored.prefixLength(symbol));
  const keep = reread ? 0 : sound;
  const result = (facts: Partial<SymbolDay>): SymbolDay => {
    const known = facts.known ?? sound;
    return {
      symbol,
      cells: [],
      final,
      calls: 0,
      bars: 0,
      verified: false,
      ...facts,
      known,
      complete: known === minutes.length,
    };
  };
  const input = { minutes, stored: cellAt, keep, sound, final, turnover };
  if (keep >= final) return result(reread ? {} : fillDay(input));

  let calls = 0;
  try {
    const first = minutes[keep];
    const answer = await source.minuteBars({
      symbol,
      tradingDay,
      venue,
      hours,
      ...(keep > 0 && first !== undefined ? { from: first } : {}),
      ...(signal === undefined ? {} : { signal }),
    });
    // A source of the caller's own may not count; one answer is one call then.
    calls = Number.isSafeInteger(answer.calls) ? answer.calls : 1;
    checkAnswer(answer, { symbol, venue, tradingDay, minutes });
    const { cells, known, error } = fillDay({ ...input, answer });
    // A re-read that does not reach as far as what is stored is no ground to doubt the rest.
    const facts = { cells, known: Math.max(known, sound), calls, bars: answer.bars.length };
    if (error !== undefined) return result({ ...facts, error });
    if (known < final && kstDay(now) > tradingDay)
      return result({ ...facts, error: incomplete(symbol, minutes, known) });
    return result({ ...facts, verified: keep === 0 && known === minutes.length });
  } catch (error) {
    signal?.throwIfAborted();
    // What was stored is still put in order: a derived value needs no call.
    return result({ ...(reread ? {} : fillDay(input)), calls, error });
  }
}

function incomplete(symbol: string, minutes: readonly number[], known: number): IncompleteDataError {
  const [from, to] = [minutes[known] ?? 0, minutes.at(-1) ?? 0];
  return new IncompleteDataError(
    `the source ends the past day of ${symbol} ${minutes.length - known} minutes before its close; sync again later`,
    { expected: minutes.length, have: known, missing: [{ from, to }] },
    { retryable: true },
  );
}
