import {
  KisSchemaError,
  MINUTE_MS,
  type MinuteBar,
  type OddBar,
  type OutsideTrades,
  type TradingDay,
  type Venue,
  brokenRule,
  countThrough,
  isTradedBar,
  kstDay,
  minuteOf,
} from "../../core/index.js";
import type { SourceBars } from "./bar-source.js";

/** Prints of the closing auction stood up to two minutes after its label. @see facts: 005930 of 2026-08-13, 153200 */
const LATE_MS = 2 * MINUTE_MS;

/** What an answer must be about. */
export interface AnswerFacts {
  readonly symbol: string;
  readonly venue: Venue;
  readonly tradingDay: TradingDay;
  /** The session's minutes, epoch ms, ascending. */
  readonly minutes: readonly number[];
}

/** Minutes of which it is known that something traded in them, and not what. */
export interface HoleRange {
  /** Indexes into the session's minutes, inclusive. */
  readonly first: number;
  readonly last: number;
  /** KRW they must have had together; absent where nobody tells. */
  readonly turnover?: number;
}

/** An answer sorted into the session's minutes. */
export interface DayAnswer {
  /** Bars by index of their minute. */
  readonly bars: ReadonlyMap<number, MinuteBar>;
  readonly holes: readonly HoleRange[];
  /** Bars that break a rule; ascending. */
  readonly odd: readonly OddBar[];
  /** Minutes with a surprising row that the source does not call odd, epoch ms: they are asked for once more. */
  readonly doubtful: readonly number[];
  readonly outside: OutsideTrades | undefined;
  /** How many leading minutes the answer speaks for. */
  readonly spoken: number;
  /** The source looks for holes: where it names none, its totals leave no room for one. */
  readonly tellsHoles: boolean;
}

/**
 * Sorts an answer into the session's minutes. One row that is no bar costs its own minute, never its neighbours: what
 * cannot be read is a hole, what lies at no minute of the session is outside, what lies past `through` is not spoken for.
 *
 * @throws {@link KisSchemaError} if the answer is not the one asked for, or has a row that may be of any minute: then no
 * absence in it proves anything.
 */
export function readAnswer(answer: SourceBars, facts: AnswerFacts): DayAnswer {
  checkIdentity(answer, facts);
  const { minutes } = facts;
  const named = new Set(answer.odd?.map(({ time }) => time));
  const bars = new Map<number, MinuteBar>();
  const unreadable = new Set<number>();
  const doubtful = new Set<number>();
  const strays: { readonly time: number; readonly volume: number }[] = [];
  const [first = Infinity, last = -Infinity] = [minutes[0], minutes.at(-1)];
  for (const [at, bar] of answer.bars.entries()) {
    const { time } = bar;
    if (!Number.isFinite(time)) throw new KisSchemaError(`bars[${at}].time`, "epoch ms", time);
    const index = indexOf(minutes, minuteOf(time));
    // A closing print may come late: just after the last minute it is no bar of a minute that is not spoken for yet.
    const isLate = index < 0 && time > last && time <= last + LATE_MS;
    if (time > answer.through && !isLate) continue;
    if (index < 0 && (time < first || time > last) && kstDay(time) !== facts.tradingDay)
      throw new KisSchemaError(
        `bars[${at}].time`,
        `a minute of ${facts.tradingDay}, which was asked for`,
        time,
      );
    if (index < 0) {
      strays.push({ time: minuteOf(time), volume: isTradedBar(bar) ? bar.volume : 0 });
      continue;
    }
    const before = bars.get(index);
    const isClear =
      time === minutes[index] && isTradedBar(bar) && (before === undefined || isSameBar(before, bar));
    if (!isClear) unreadable.add(index);
    if (!isClear || (brokenRule(bar) !== undefined && !named.has(time))) doubtful.add(minutes[index] ?? time);
    bars.set(index, bar);
  }
  for (const index of unreadable) bars.delete(index);
  const outside = outsideOf(answer.outside, strays);
  const reach = countThrough(minutes, answer.through);
  return {
    bars,
    holes: [
      ...(answer.holes ?? []).flatMap(({ from, to, turnover }) => {
        const [first, last] = [countThrough(minutes, from - 1), countThrough(minutes, to) - 1];
        return last < first ? [] : { first, last, ...(turnover === undefined ? {} : { turnover }) };
      }),
      ...[...unreadable].map((index) => ({ first: index, last: index })),
    ],
    odd: oddAmong([...bars].sort(([a], [b]) => a - b).map(([, bar]) => bar)),
    doubtful: [...doubtful].sort((a, b) => a - b),
    outside,
    // Hours that the calendar does not know: nothing that follows may call the day whole.
    spoken: outside === undefined ? reach : Math.min(reach, minutes.length - 1),
    tellsHoles: answer.holes !== undefined,
  };
}

/**
 * What two answers to one question say together: the second look's values, and the first one's rows where the second
 * has none, since absence is no proof against presence.
 */
export function joinAnswers(first: DayAnswer, second: DayAnswer): DayAnswer {
  const bars = new Map(second.bars);
  for (const [index, bar] of first.bars) if (!bars.has(index)) bars.set(index, bar);
  const holes = [...second.holes, ...first.holes].filter(({ first: from, last }) => {
    for (let index = from; index <= last; index++) if (bars.has(index)) return false;
    return true;
  });
  return {
    ...second,
    bars,
    holes,
    odd: oddAmong([...bars].sort(([a], [b]) => a - b).map(([, bar]) => bar)),
    outside: second.outside ?? first.outside,
    spoken: Math.min(first.spoken, second.spoken),
    tellsHoles: first.tellsHoles && second.tellsHoles,
  };
}

function checkIdentity(answer: SourceBars, { symbol, venue, tradingDay }: AnswerFacts): void {
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
}

function indexOf(minutes: readonly number[], minute: number): number {
  const index = countThrough(minutes, minute) - 1;
  return minutes[index] === minute ? index : -1;
}

function isSameBar(a: MinuteBar, b: MinuteBar): boolean {
  const isSame = (name: keyof MinuteBar): boolean => a[name] === b[name];
  return (["open", "high", "low", "close", "volume", "turnover"] as const).every(isSame);
}

function oddAmong(bars: readonly MinuteBar[]): OddBar[] {
  return bars.flatMap((bar) => {
    const rule = brokenRule(bar);
    return rule === undefined ? [] : { time: bar.time, rule };
  });
}

function outsideOf(
  told: OutsideTrades | undefined,
  strays: readonly { readonly time: number; readonly volume: number }[],
): OutsideTrades | undefined {
  if (strays.length === 0) return told;
  const times = strays.map(({ time }) => time);
  return {
    from: Math.min(told?.from ?? Infinity, ...times),
    to: Math.max(told?.to ?? -Infinity, ...times),
    shares: strays.reduce((sum, { volume }) => sum + volume, told?.shares ?? 0),
  };
}
