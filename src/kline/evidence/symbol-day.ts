import {
  type Hours,
  IncompleteDataError,
  MINUTE_MS,
  type OddBar,
  type OutsideTrades,
  type TradingDay,
  type Venue,
  countThrough,
  finalCount,
  kstDay,
} from "../../core/index.js";
import type { BarSource, SourceBars } from "./bar-source.js";
import { type DayTable, formatTimestamp, isSameCell } from "../../archive/index.js";
import { soundPrefix } from "./cell-kind.js";
import { type NewCell, mergeAnswer } from "./merge-answer.js";
import { type DayAnswer, joinAnswers, readAnswer } from "./read-answer.js";
import { restoreAnswer } from "./restore-answer.js";
import { standingSurprises } from "./surprises.js";

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
  /**
   * What becomes of a day that the source has on the scale of a later corporate action alone, where its prices cannot
   * be brought back with certainty. @defaultValue "leave": nothing of it is stored
   */
  readonly rescaled?: "leave" | "store";
  /** Called before each request, as far as the source tells of them; what it throws comes back as the day's `error`. */
  readonly onCall?: () => void;
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface SymbolDay {
  readonly symbol: string;
  /** New or differing minutes, ascending, to be stored. */
  readonly cells: readonly NewCell[];
  /** Of `cells`, those that were stored with other values, epoch ms, ascending: others are new, or newly proved. */
  readonly revised: readonly number[];
  /** How many leading minutes of the session are known once `cells` are stored. */
  readonly known: number;
  /** How many leading minutes were final at `now`. */
  readonly final: number;
  /** `known` is the whole session. */
  readonly complete: boolean;
  /** The whole session came in one answer: reading it again would tell nothing new. */
  readonly verified: boolean;
  /** Minutes that stand as holes once `cells` are stored, epoch ms, ascending; those of earlier reads among them. */
  readonly holes: readonly number[];
  /** Bars that break a rule once `cells` are stored, ascending; those of earlier reads among them. */
  readonly odd: readonly OddBar[];
  /** Trades at labels for which the calendar has no session: the day is not called whole. */
  readonly outside: OutsideTrades | undefined;
  /** The source looks for holes, so a later answer can prove that there is none. */
  readonly tellsHoles: boolean;
  /**
   * Stored trades of which the answer has no row, and which its totals do not prove wrong, epoch ms, ascending: they
   * stay as they are.
   */
  readonly unconfirmed: readonly number[];
  /** The source had the day on another scale: its prices were brought back, stored as shown, or nothing was stored. */
  readonly rescaled: "restored" | "stored" | "left" | undefined;
  /** The source answered; what came of it may still end in {@link error}. */
  readonly isAnswered: boolean;
  /** Requests made; of a failure those that the source told of. */
  readonly calls: number;
  /** Traded minutes received. */
  readonly bars: number;
  /** Why the symbol ends before the last final minute. `cells` are good all the same. */
  readonly error?: unknown;
}

/** A symbol's day before anything is known of it. */
export function emptyDay(symbol: string): SymbolDay {
  return {
    symbol,
    cells: [],
    revised: [],
    known: 0,
    final: 0,
    complete: false,
    verified: false,
    holes: [],
    odd: [],
    outside: undefined,
    tellsHoles: false,
    unconfirmed: [],
    rescaled: undefined,
    isAnswered: false,
    calls: 0,
    bars: 0,
  };
}

/**
 * Fetches what is missing of one symbol's day: all from its first minute that is not stored, or not sound. Costs no call
 * if nothing is missing.
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
  const keep = reread ? Math.min(sound, outOfReach(minutes, now, source)) : sound;
  const result = (facts: Partial<SymbolDay>): SymbolDay => {
    const known = facts.known ?? sound;
    const cells = facts.cells ?? [];
    return {
      ...emptyDay(symbol),
      final,
      ...facts,
      ...standingSurprises(minutes, cellAt, cells, known),
      revised: cells.flatMap(({ index, cell }) => {
        const before = cellAt(index);
        const isNew = before === undefined || isSameCell({ ...before, ...cell }, before, turnover);
        return isNew ? [] : (minutes[index] ?? []);
      }),
      known,
      complete: known === minutes.length,
    };
  };
  // Before the day is over nobody knows that its end was quiet, see decisions/011-order-of-trust.md.
  const standing = kstDay(now) > tradingDay ? undefined : minutes.length - 1;
  const input = { minutes, stored: cellAt, keep, sound, final, turnover, standing };
  const inOrder = (): Partial<SymbolDay> => {
    if (reread) return {};
    const { cells, known } = mergeAnswer(input);
    return { cells, known };
  };
  if (keep >= final) return result(inOrder());

  let calls = 0;
  let sent = 0;
  const onCall = (): void => {
    options.onCall?.();
    sent++;
  };
  const ask = async (): Promise<SourceBars> => {
    const first = minutes[keep];
    const answer = await source.minuteBars({
      symbol,
      tradingDay,
      venue,
      hours,
      ...(keep > 0 && first !== undefined ? { from: first } : {}),
      onCall,
      ...(signal && { signal }),
    });
    // A source of the caller's own may not count; one answer is one call then.
    calls += Number.isSafeInteger(answer.calls) ? answer.calls : 1;
    return answer;
  };
  const facts = { symbol, venue, tradingDay, minutes };
  try {
    const answer = await ask();
    let day = readAnswer(answer, facts);
    // What surprises and is not named by its source is looked at once more before it is believed.
    if (day.doubtful.length > 0)
      day = await lookAgain(day, async () => readAnswer(await ask(), facts), signal);
    const restored = restoreAnswer(answer, day, {
      ...input,
      tradingDay,
      store: options.rescaled === "store",
    });
    const { rescaled } = restored;
    const { outside, tellsHoles } = day;
    const common = { calls, bars: day.bars.size, outside, tellsHoles, rescaled, isAnswered: true };
    if (rescaled === "left")
      return result({ ...inOrder(), ...common, error: leftOut(symbol, minutes, sound) });
    const merged = mergeAnswer({ ...input, answer: restored.day, isRestored: rescaled === "restored" });
    // A re-read that ends early casts no doubt on the rest of what is stored.
    const reach = Math.max(merged.known, sound);
    const known = outside === undefined ? reach : Math.min(reach, minutes.length - 1);
    const unconfirmed = merged.unconfirmed.map((index) => minutes[index] ?? Number.NaN);
    const told = { ...common, cells: merged.cells, known, unconfirmed };
    // Hours that the calendar does not know stay so: after its close waiting mends nothing, today either.
    const isForeign = outside !== undefined && final === minutes.length;
    if (known < final && (isForeign || kstDay(now) > tradingDay))
      return result({ ...told, error: incomplete(symbol, minutes, known, outside) });
    return result({ ...told, verified: keep === 0 && known === minutes.length });
  } catch (error) {
    signal?.throwIfAborted();
    // Derived values are still corrected: they need no call.
    return result({ ...inOrder(), calls: Math.max(calls, sent), error });
  }
}

/** How many leading minutes the source need not have any more: they are not read again. */
function outOfReach(minutes: readonly number[], now: number, { capacity }: BarSource): number {
  if (capacity?.keptMinutes === undefined) return 0;
  return countThrough(minutes, Math.min(now, minutes.at(-1) ?? now) - capacity.keptMinutes * MINUTE_MS);
}

/** A second look that fails leaves the first one standing. */
async function lookAgain(
  first: DayAnswer,
  ask: () => Promise<DayAnswer>,
  signal: AbortSignal | undefined,
): Promise<DayAnswer> {
  try {
    return joinAnswers(first, await ask());
  } catch {
    signal?.throwIfAborted();
    return first;
  }
}

function leftOut(symbol: string, minutes: readonly number[], known: number): IncompleteDataError {
  const [from, to] = [minutes[known] ?? 0, minutes.at(-1) ?? 0];
  return new IncompleteDataError(
    `the source has the past day of ${symbol} on the scale of a later corporate action alone, and not every price ` +
      'leads back to one that was traded; nothing of it was stored: pass `rescaled: "store"` to have it as shown',
    { expected: minutes.length, have: known, missing: [{ from, to }], reason: "rescaled" },
  );
}

function incomplete(
  symbol: string,
  minutes: readonly number[],
  known: number,
  outside: OutsideTrades | undefined,
): IncompleteDataError {
  const [from, to] = [minutes[known] ?? 0, minutes.at(-1) ?? 0];
  const facts = { expected: minutes.length, have: known, missing: [{ from, to }] };
  if (outside !== undefined) {
    return new IncompleteDataError(
      `${symbol} traded ${outside.shares} shares at labels for which the calendar has no session, ` +
        `${formatTimestamp(outside.from)} to ${formatTimestamp(outside.to)}; give the day its hours with \`createCalendar\``,
      facts,
    );
  }
  return new IncompleteDataError(
    `the source ends the past day of ${symbol} ${minutes.length - known} minutes before its close; sync again later`,
    facts,
    { retryable: true },
  );
}
