import {
  type MinuteBar,
  type MinuteHole,
  type MinuteEvidence,
  type OddBar,
  type OutsideTrades,
  MINUTE_MS,
  brokenRule,
  countThrough,
} from "../../../core/index.js";
import { TRUSTED_AFTER_MS, isClosingSettled } from "./closing-print.js";
import type { DayRow } from "./day-rows.js";
import type { SessionLabels } from "./session-labels.js";
import type { RunningTotals } from "./running-totals.js";
import { type ProvedHole, followTurnover, holesOf } from "./turnover-chain.js";

/** What a day is judged by. */
export interface DayFacts {
  readonly labels: SessionLabels;
  /** Ascending. */
  readonly rows: readonly DayRow[];
  /** The running totals up to an earlier minute, where the rows start after it. */
  readonly before: RunningTotals | undefined;
  /** Epoch ms of the first minute to be published. */
  readonly from: number;
  /** Epoch ms of the last minute that has ended and settled. */
  readonly through: number;
  /** Facts of a day that is still going on, or ended a moment ago; `undefined` for a past day. */
  readonly now: UnderWay | undefined;
  /** KRW of the whole day, as KIS's totals have it; `undefined` where they do not tell. */
  readonly dayTurnover: number | undefined;
}

/** What an answer about today shows besides its rows. */
interface UnderWay {
  /** Epoch ms. */
  readonly asOf: number;
  readonly settleMs: number;
  readonly dayVolume: number | undefined;
  /** Whether the endpoint puts a zero row where it has nothing yet (FHKST03010200). */
  readonly hasPlaceholders: boolean;
}

/** What is known of a day. */
export interface DayVerdict extends Pick<MinuteEvidence, "holes" | "odd" | "outside"> {
  readonly bars: readonly MinuteBar[];
  readonly through: number;
  /** Minutes to look at a second time before they are reported, ascending. */
  readonly suspects: readonly number[];
  /** Whether what follows the last row is among them. */
  readonly isEndOpen: boolean;
  /** Running totals up to each minute where they are known, ascending. */
  readonly runningTotals: readonly RunningTotals[];
}

/** Says of every minute up to `through` whether it traded, was untraded, or cannot be vouched for. */
export function judgeDay(facts: DayFacts): DayVerdict {
  const { labels, before, now } = facts;
  const { minutes, closing } = labels;
  const rows = before === undefined ? facts.rows : facts.rows.filter(({ minute }) => minute > before.minute);
  const start =
    before === undefined
      ? { minute: labels.first - MINUTE_MS, total: 0, isDayStart: true }
      : { minute: before.minute, total: before.turnover, isDayStart: false };
  const chain = followTurnover(rows, minutes, start, closing);
  const isFinal = (minute: number): boolean =>
    now === undefined || minute + MINUTE_MS + now.settleMs <= now.asOf;
  const isBar = (row: DayRow): boolean => row.bar !== undefined && !chain.refuted.has(row.minute);

  const holes = new Map<string, MinuteHole>();
  const add = ({ from, to, kind, turnover }: MinuteHole): void => {
    holes.set(`${from}`, { from, to, kind, ...(turnover === undefined ? {} : { turnover }) });
  };
  let { through } = facts;
  for (const hole of chain.holes) {
    // If only an unfinished minute shows the hole, the step may still change: it is not known yet.
    if (isFinal(hole.shownBy)) add(hole);
    else through = Math.min(through, labels.before(hole.from));
  }

  const printed = closing === undefined ? undefined : rows.find(({ minute }) => minute === closing);
  if (closing !== undefined && through >= closing && start.minute < closing) {
    const near = rows.filter((row) => isBar(row) && labels.isNearClosing(row.minute));
    if (!isClosingKnown(facts, { closing, printed, rows, isFinal, isBar, end: chain.end.total.most })) {
      through = labels.before(closing);
    } else if (printed === undefined && near.length > 0 && !covers(chain.holes, closing)) {
      const steps = near.flatMap(({ minute }) => chain.turnover.get(minute) ?? []);
      const sum = steps.reduce((total, step) => total + step, 0);
      const known = steps.length === near.length ? { turnover: sum } : {};
      add({ from: closing, to: closing, kind: "closing", ...known });
    }
  }

  const end = judgeEnd(facts, chain.end, through, [...holes.values()]);
  through = end.through;
  for (const hole of end.holes) add(hole);

  const elsewhere = rows.filter(({ minute }) => isElsewhere(labels, minute, printed)).filter(isBar);
  const outside = outsideTrades(elsewhere.filter(({ minute }) => isFinal(minute)));
  // A minute that is still forming says so already: nothing may call the day whole before it has ended.
  if (elsewhere.length > 0 || goesOn(facts, chain.end.total.most))
    through = Math.min(through, labels.at(minutes.length - 2));

  const session = new Set(minutes);
  const bars: MinuteBar[] = [];
  const odd: OddBar[] = [];
  let accVolume = before?.volume ?? 0;
  const runningTotals: RunningTotals[] = [];
  for (const { minute, bar, total } of rows) {
    if (bar === undefined || chain.refuted.has(minute) || !session.has(minute) || minute > through) continue;
    accVolume += bar.volume;
    if (total !== undefined) runningTotals.push({ minute, volume: accVolume, turnover: total });
    if (minute < facts.from) continue;
    const turnover = chain.turnover.get(minute);
    bars.push({ time: minute, ...bar, accVolume, ...(turnover === undefined ? {} : { turnover }) });
    const rule = brokenRule(bar);
    if (rule !== undefined) odd.push({ time: minute, rule });
  }
  const reported = [...holes.values()]
    .filter((hole) => hole.from <= through && hole.to >= facts.from)
    .sort((a, b) => a.from - b.from);
  const suspects = [...reported.map(({ to }) => to), ...odd.map(({ time }) => time)].sort((a, b) => a - b);
  return { bars, odd, outside, holes: reported, through, suspects, isEndOpen: end.isOpen, runningTotals };
}

const covers = (holes: readonly ProvedHole[], minute: number): boolean =>
  holes.some(({ from, to }) => from <= minute && minute <= to);

/** Whether it is settled what the closing auction traded; on a past day it always is. */
function isClosingKnown(
  { labels, before, now, dayTurnover }: DayFacts,
  {
    closing,
    printed,
    rows,
    isFinal,
    isBar,
    end,
  }: {
    readonly closing: number;
    readonly printed: DayRow | undefined;
    readonly rows: readonly DayRow[];
    readonly isFinal: (minute: number) => boolean;
    readonly isBar: (row: DayRow) => boolean;
    readonly end: number;
  },
): boolean {
  if (now === undefined) return true;
  const isLate = now.asOf - closing >= TRUSTED_AFTER_MS;
  if (printed !== undefined && !isBar(printed) && !isLate) return false;
  // A trade after the session shows that the auction has been booked.
  if (
    rows.some((row) => row.minute > closing && isBar(row) && row.total !== undefined && isFinal(row.minute))
  )
    return printed !== undefined || isLate || !rows.some(({ minute }) => labels.isNearClosing(minute));
  const volume = rows.reduce((sum, { minute, bar }) => sum + (minute <= closing ? (bar?.volume ?? 0) : 0), 0);
  return isClosingSettled({
    closing,
    asOf: now.asOf,
    volume: printed?.bar?.volume,
    addsUp:
      (now.dayVolume !== undefined && volume + (before?.volume ?? 0) >= now.dayVolume) ||
      (dayTurnover !== undefined && dayTurnover > 0 && end >= dayTurnover),
    hasPlaceholders: now.hasPlaceholders,
  });
}

/** Decides what follows the last row: nothing, as the totals prove; not known yet; or lost rows. */
function judgeEnd(
  { labels, now, dayTurnover }: DayFacts,
  end: ReturnType<typeof followTurnover>["end"],
  through: number,
  holes: readonly MinuteHole[],
): { readonly through: number; readonly holes: readonly MinuteHole[]; readonly isOpen: boolean } {
  const { minutes, closing } = labels;
  const after = minutes.slice(countThrough(minutes, end.minute), countThrough(minutes, through));
  const isHole = (minute: number): boolean => holes.some(({ from, to }) => from <= minute && minute <= to);
  const absent = [...end.absent, ...after].filter((minute) => minute <= through && !isHole(minute));
  const unreadable = end.unreadable.filter((minute) => minute <= through);
  const open = [...absent, ...unreadable];
  if (open.length === 0) return { through, holes: [], isOpen: false };
  // The row under the label asked for does not count: it may be the forming bar, or a repeated one.
  if (dayTurnover !== undefined && end.total.most >= dayTurnover)
    return { through, holes: [], isOpen: false };
  if (now !== undefined && (dayTurnover === undefined || now.asOf < labels.last + TRUSTED_AFTER_MS))
    return { through: labels.before(Math.min(...open)), holes: [], isOpen: false };
  // The turnover is not given: the day's totals may include trades after the session.
  const shown = holesOf({
    absent,
    unreadable,
    closing,
    minutes,
    step: undefined,
    shown: Number.POSITIVE_INFINITY,
  });
  return { through, holes: shown, isOpen: true };
}

/**
 * Whether the totals have trades behind the last minute of a session that no auction follows, while that behind it is
 * not over: KIS may show the forming minute under the label asked for alone, which is not trusted.
 */
function goesOn({ labels: { closing, last }, now, dayTurnover = 0 }: DayFacts, shown: number): boolean {
  if (closing !== undefined || now === undefined || dayTurnover <= shown) return false;
  return now.asOf < last + 2 * MINUTE_MS + now.settleMs;
}

/** At a label for which the calendar has no session. Near a missing closing print, it is that print instead. */
function isElsewhere(labels: SessionLabels, minute: number, printed: DayRow | undefined): boolean {
  return !labels.isExpected(minute) && (printed !== undefined || !labels.isNearClosing(minute));
}

function outsideTrades(found: readonly DayRow[]): OutsideTrades | undefined {
  const [first] = found;
  const last = found.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const shares = found.reduce((sum, { bar }) => sum + (bar?.volume ?? 0), 0);
  return { from: first.minute, to: last.minute, shares };
}
