import { type TradingCalendar, tradingDayAfter } from "../../../calendar/index.js";
import {
  type Hours,
  IncompleteDataError,
  KisSchemaError,
  type Logger,
  MINUTE_MS,
  type MinuteBars,
  type MinuteEvidence,
  type TradingDay,
  type Venue,
  finalCount,
  kstDay,
  kstTime,
  minuteOf,
  venueCode,
} from "../../../core/index.js";
import type { Fetched } from "../../calls/index.js";
import {
  type DailyPage,
  DAY_PAGE_ROWS,
  type KisCall,
  type MinutePage,
  hasRowsOf,
  TODAY_PAGE_ROWS,
  dayMinutes,
  todayMinutes,
} from "../../wire/index.js";
import { isFinal } from "../daily-bars.js";
import type { DaySpan } from "../daily-windows.js";
import { unknownSymbol } from "../unknown-symbol.js";
import {
  type DailyWitness,
  everySpan,
  priceScale,
  provesQuiet,
  rescaledReadings,
  sidesOf,
  witnessSpan,
} from "./daily-witness.js";
import { type PageRequest, DayRows, type PageOutcome } from "./day-rows.js";
import { type DayFacts, type DayVerdict, judgeDay } from "./judge-day.js";
import { type SessionLabels, sessionLabels } from "./session-labels.js";
import type { RunningTotalsCache, RunningTotals } from "./running-totals.js";

/** One symbol's day, checked: a trading day of the venue, not in the future. */
export interface MinuteTask {
  readonly symbol: string;
  readonly day: TradingDay;
  readonly venue: Venue;
  readonly hours: Hours;
  /** Epoch ms of the first minute wanted. */
  readonly from: number;
  readonly isToday: boolean;
  /** FHKST03010200 serves paper, FHKST03010230 live. */
  readonly endpoint: "today" | "day";
}

/** What reading a day takes from outside. */
export interface MinutePorts {
  readonly calendar: TradingCalendar;
  readonly logger: Logger;
  readonly settleMs: number;
  /** Trading days back from today that KIS keeps, today included. */
  readonly keptDays: number;
  readonly totals: RunningTotalsCache;
  readonly now: () => number;
  readonly fetch: (call: KisCall<MinutePage>) => Promise<Fetched<MinutePage>>;
  /** Daily rows as traded, or yearly ones; kept for the KST day unless `fresh`. */
  readonly daily: (
    span: DaySpan,
    how?: { readonly period?: "Y"; readonly fresh?: boolean },
  ) => Promise<DailyPage>;
  readonly calls: () => number;
}

/** Most pages that are asked for a second time: as many as a day has. */
const MOST_LOOKS = 4;
/** After a missing closing print, paper's 29 rows from 16:00 on may show that there was none. */
const PAPER_LOOK_MS = 59 * MINUTE_MS;

/**
 * Reads one symbol's day: fetches pages until its first minute is reached, judges them by KIS's own totals, and asks a
 * second time for what is odd.
 */
export async function readMinutes(task: MinuteTask, ports: MinutePorts): Promise<MinuteBars> {
  const { symbol, day, venue, from } = task;
  const labels = sessionLabels(ports.calendar, day, task);
  const known = { symbol, venue, tradingDay: day };
  const first = labels?.minutes.find((minute) => minute >= from);
  const planned = labels === undefined ? 0 : settled(labels, ports.now(), ports.settleMs);
  if (labels === undefined || first === undefined || planned < first) {
    const complete = labels !== undefined && planned === labels.last;
    return { ...known, ...NOTHING, through: planned, complete, calls: ports.calls() };
  }
  return { ...known, ...(await new DayReading(task, ports, labels, planned).read()), calls: ports.calls() };
}

const NOTHING = { bars: [], holes: [], odd: [], outside: undefined, basis: "traded" } as const;

/** The last minute that has ended and settled by an instant. */
function settled(labels: SessionLabels, at: number, settleMs: number): number {
  return labels.at(finalCount(labels.minutes, at, settleMs) - 1);
}

type Answer = Omit<MinuteBars, "symbol" | "venue" | "tradingDay" | "calls">;

class DayReading {
  readonly #task: MinuteTask;
  readonly #ports: MinutePorts;
  readonly #labels: SessionLabels;
  readonly #planned: number;
  readonly #rows: DayRows;
  readonly #before: RunningTotals | undefined;
  readonly #first: number;
  /** The newest page, which says how the day stands. */
  #newest: Fetched<MinutePage> | undefined;
  readonly #label: number;

  constructor(task: MinuteTask, ports: MinutePorts, labels: SessionLabels, planned: number) {
    const { day, from, isToday } = task;
    this.#task = task;
    this.#ports = ports;
    this.#labels = labels;
    this.#planned = planned;
    this.#before = isToday ? ports.totals.before(day, totalsKey(task), from) : undefined;
    // Rows are wanted from the known minute on, not from the next one of the calendar: trades between them would pass
    // unseen on a day that has other hours.
    const first = this.#before === undefined ? labels.first : this.#before.minute + MINUTE_MS;
    this.#rows = new DayRows({ day, first, hasBase: this.#before !== undefined });
    this.#first = first;
    this.#label = this.#topLabel();
  }

  /** The label of the first page: after the last final minute, because the row at the very label is not trusted. */
  #topLabel(): number {
    const { endpoint, isToday } = this.#task;
    const least = this.#planned + MINUTE_MS;
    const next = minuteOf(this.#ports.now()) + MINUTE_MS;
    // Where no auction follows the last minute, only the one behind it shows that the day goes on.
    const isOpenEnded = this.#labels.closing === undefined && this.#planned === this.#labels.last;
    if (endpoint === "today") return isOpenEnded ? Math.max(least, Math.min(least + MINUTE_MS, next)) : least;
    // Late enough for a late closing print, and later still as long as it costs no further call.
    const furthest = this.#labels.furthest(this.#first, this.#labels.last + 2 * MINUTE_MS, DAY_PAGE_ROWS - 1);
    return isToday ? Math.max(least, Math.min(furthest, next)) : furthest;
  }

  get #isUnderWay(): boolean {
    // If the host's clock is hours ahead, KIS's today looks like a past day, but is not over.
    const { isToday, day } = this.#task;
    return isToday || (this.#newest !== undefined && kstDay(this.#newest.asOf) === day);
  }

  /** KIS rescales a day's prices at the earliest when the next one begins. */
  get #mayBeRescaled(): boolean {
    const { calendar, now } = this.#ports;
    const next = tradingDayAfter(calendar, this.#task.day);
    return !this.#isUnderWay && next !== undefined && next <= kstDay(now());
  }

  async read(): Promise<Answer> {
    const isReached = await this.#page();
    if (this.#rows.size === 0) return this.#readNothing(isReached);
    if (!isReached) throw this.#missing();
    let witness = this.#mayBeRescaled ? await this.#witness() : undefined;
    let verdict = this.#judge(witness);
    if (verdict.isEndOpen && witness === undefined && !this.#isUnderWay) {
      witness = await this.#witness();
      verdict = this.#judge(witness);
    }
    if (verdict.suspects.length > 0) {
      await this.#lookAgain(verdict);
      verdict = this.#judge(witness);
    }
    if (verdict.isEndOpen && witness !== undefined && witness.row === undefined) throw this.#missing();
    return this.#answer(verdict, witness);
  }

  async #ask(label: number, again = false): Promise<PageOutcome> {
    const { symbol, day, venue, endpoint } = this.#task;
    const [code, time] = [venueCode(venue), kstTime(label)];
    const fetched = await this.#ports.fetch(
      endpoint === "today" ? todayMinutes(symbol, code, time) : dayMinutes(symbol, code, day, time),
    );
    this.#newest ??= fetched;
    const asking: PageRequest = { label, echoes: endpoint === "today" || this.#isUnderWay, again };
    return this.#rows.add(fetched.value, asking);
  }

  /** @returns whether the first minute was reached, or is proved to be the day's first trade. */
  async #page(): Promise<boolean> {
    const rowsACall = (this.#task.endpoint === "today" ? TODAY_PAGE_ROWS : DAY_PAGE_ROWS) - 1;
    // FHKST03010200 has rows for untraded minutes, in the auction and between boards as well.
    const most = Math.ceil(((this.#label - this.#first) / MINUTE_MS + 1) / rowsACall) + 2;
    let label = this.#label;
    let isRepeated = false;
    for (let page = 0; page < most; page++) {
      const outcome = await this.#ask(label);
      if (outcome.kind === "covered") {
        if (outcome.before !== undefined) await this.#ask(outcome.before);
        return true;
      }
      if (outcome.kind === "more") label = outcome.next;
      else if (this.#rows.startsAt(this.#before?.turnover ?? 0)) return true;
      else if (isRepeated || this.#rows.size === 0) return false;
      else isRepeated = true;
    }
    return false;
  }

  #judge(witness: DailyWitness | undefined): DayVerdict {
    const { asOf, value } = this.#newestPage();
    const { settleMs } = this.#ports;
    const isToday = this.#isUnderWay;
    const ownTotals = hasRowsOf(value, this.#task.day) ? value : undefined;
    const facts: DayFacts = {
      labels: this.#labels,
      rows: this.#rows.rows,
      before: this.#before,
      from: this.#task.from,
      through: Math.min(this.#planned, settled(this.#labels, asOf, settleMs)),
      now: isToday
        ? {
            asOf,
            settleMs,
            dayVolume: ownTotals?.dayVolume,
            hasPlaceholders: this.#task.endpoint === "today",
          }
        : undefined,
      dayTurnover: isToday ? ownTotals?.dayTurnover : witness?.row?.turnover,
    };
    const scale = this.#scale(witness);
    if (scale === 1) return judgeDay(facts);
    // The reading that explains more minutes is the right one.
    const readings = rescaledReadings(facts.rows, scale).map((rows) => judgeDay({ ...facts, rows }));
    return readings.reduce((best, one) => (one.bars.length > best.bars.length ? one : best));
  }

  #scale(witness: DailyWitness | undefined): number {
    const regular = this.#ports.calendar.minutes(this.#task.day, { venue: this.#task.venue });
    const [first = 0] = regular;
    const last = regular.at(-1) ?? 0;
    const own = this.#rows.rows.filter(({ minute }) => minute >= first && minute <= last);
    return priceScale(
      own.flatMap(({ bar }) => bar ?? []),
      witness?.row,
    );
  }

  /** Asks once more for the pages with minutes that would be reported: KIS may have corrected them. */
  async #lookAgain({ suspects, isEndOpen }: DayVerdict): Promise<void> {
    const { all, closing = 0 } = this.#labels;
    const now = minuteOf(this.#ports.now()) + MINUTE_MS;
    let below = Number.POSITIVE_INFINITY;
    let label: number | undefined;
    if (isEndOpen) {
      // Any trade after the session proves what its end was.
      const far =
        this.#task.endpoint === "today" ? closing + PAPER_LOOK_MS : (all.at(-1) ?? 0) + 2 * MINUTE_MS;
      label = this.#isUnderWay ? Math.min(far, now) : far;
    }
    for (let look = 0; look < MOST_LOOKS; look++) {
      const suspect = suspects.findLast((minute) => minute < below);
      if (suspect === undefined) return;
      const outcome = await this.#ask(Math.max(label ?? 0, suspect + MINUTE_MS), true);
      if (outcome.kind === "covered") return;
      below = outcome.kind === "more" ? outcome.next : suspect;
      // No row between two pages may be left out: it would look lost.
      label = label !== undefined && below > suspect ? below : undefined;
    }
  }

  #answer(verdict: DayVerdict, witness: DailyWitness | undefined): Answer {
    const { bars, holes, odd, outside, through, runningTotals } = verdict;
    const { symbol, venue, day } = this.#task;
    const { value } = this.#newestPage();
    const isToday = this.#isUnderWay;
    const { dayVolume, previousClose = 0 } = value;
    const traded = bars.at(-1)?.accVolume ?? 0;
    if (isToday && dayVolume !== undefined && traded > dayVolume) {
      // Rows of another day were seen under today's date. Their sum is larger than today's total.
      const expected = `rows of today, of no more than ${dayVolume} shares together`;
      throw new KisSchemaError("output2", expected, traded, { retryable: true });
    }
    if (this.#task.isToday) this.#ports.totals.keep(day, totalsKey(this.#task), runningTotals);
    if (outside !== undefined) {
      this.#ports.logger.warn(
        { symbol, venue, tradingDay: day, ...outside },
        "KIS shows trades at minutes for which the calendar has no session: if the day had hours of its own, " +
          "say so with createCalendar({ sessions: [...] })",
      );
    }
    const isRescaled = this.#scale(witness) !== 1;
    const tradedDay = isRescaled ? this.#tradedDay(witness) : undefined;
    return {
      bars,
      through,
      ...(isToday && previousClose > 0 ? { previousClose } : {}),
      ...(isToday && dayVolume !== undefined && hasRowsOf(value, day) ? { dayVolume } : {}),
      complete: through === this.#labels.last,
      holes,
      odd,
      outside,
      basis: isRescaled ? "rescaled" : "traded",
      ...(tradedDay === undefined ? {} : { tradedDay }),
    };
  }

  /** The raw daily bar's prices, for KRX's regular session. Until the bar is final, they include the after-market. */
  #tradedDay(witness: DailyWitness | undefined): MinuteEvidence["tradedDay"] {
    const { venue, hours, day } = this.#task;
    const { calendar, now } = this.#ports;
    const row = witness?.row;
    if (row === undefined || row.odd !== undefined || venue !== "KRX" || hours !== "regular")
      return undefined;
    if (!isFinal(day, "D", { calendar, now: now() })) return undefined;
    const { open, high, low, close } = row;
    return { open, high, low, close };
  }

  /** Answers for a day without a row: it was untraded only if something proves it. */
  async #readNothing(isReached: boolean): Promise<Answer> {
    const { symbol, venue, day, endpoint } = this.#task;
    const { asOf, value } = this.#newestPage();
    const through = Math.min(this.#planned, settled(this.#labels, asOf, this.#ports.settleMs));
    const quiet = { ...NOTHING, through, complete: through === this.#labels.last };
    const isKnown = (value.price ?? 0) > 0 || this.#rows.hasOtherDays;
    if (this.#isUnderWay) {
      if (!isKnown)
        throw unknownSymbol(symbol, venue, endpoint === "today" ? "FHKST03010200" : "FHKST03010230");
      if (value.dayVolume === 0) return quiet;
      if (!isReached) throw this.#missing();
      // The totals may be today's or the last session's. The daily row decides, but only once the day is over.
      const nothingYet = { ...quiet, through: this.#labels.at(-1), complete: false };
      if (!quiet.complete) return nothingYet;
      const { rows } = await this.#ports.daily({ from: day, to: day }, { fresh: true });
      const own = rows.find((row) => row.day === day);
      if (own !== undefined && own.volume > 0 && own.odd === undefined) throw this.#missing();
      // A session without trades leaves a row of volume 0, a holiday none. After a delisting there is no quote, either.
      if (own === undefined && (value.price ?? 0) > 0) return nothingYet;
      return quiet;
    }
    if (!isKnown) {
      // Neither a price nor a row of any day: yearly bars show whether KIS ever had the symbol.
      const years = await this.#years();
      if (years.length === 0) throw unknownSymbol(symbol, venue, "FHKST03010230");
      if (sidesOf(years, day) === "before") return quiet;
    }
    const witness = await this.#witness();
    const hasQuote = (value.price ?? 0) > 0;
    if (provesQuiet(witness, hasQuote)) return quiet;
    if (witness.row === undefined && witness.around === "before")
      return { ...quiet, through: this.#labels.at(-1), complete: false };
    if (witness.around === "none" && witness.row === undefined) {
      if (/^(before|after)$/.test(sidesOf(await this.#years(), day))) return quiet;
    } else if (witness.row !== undefined && !this.#isTooOld) {
      await this.#ask(this.#label, true);
      if (this.#rows.size > 0) return this.read();
    }
    throw this.#missing();
  }

  async #witness(): Promise<DailyWitness> {
    const { day } = this.#task;
    const { rows } = await this.#ports.daily(
      witnessSpan(this.#ports.calendar, day, kstDay(this.#ports.now())),
    );
    return { row: rows.find((row) => row.day === day), around: sidesOf(rows, day) };
  }

  async #years(): Promise<DailyPage["rows"]> {
    const span = everySpan(this.#ports.calendar, kstDay(this.#ports.now()));
    return (await this.#ports.daily(span, { period: "Y" })).rows;
  }

  #newestPage(): Fetched<MinutePage> {
    if (this.#newest === undefined) throw this.#missing();
    return this.#newest;
  }

  get #isTooOld(): boolean {
    const { calendar, keptDays, now } = this.#ports;
    return calendar.countTradingDays(this.#task.day, kstDay(now())) > keptDays;
  }

  #missing(): IncompleteDataError {
    const { symbol, day, from } = this.#task;
    const { minutes, last } = this.#labels;
    const isTooOld = !this.#isUnderWay && this.#isTooOld;
    const advice = isTooOld ? "KIS keeps about one year" : "ask again; KIS keeps about one year";
    return new IncompleteDataError(
      `KIS's minutes of ${symbol} on ${day} are not all there, and nothing explains why: ${advice}`,
      { expected: minutes.length, have: this.#rows.size, missing: [{ from, to: last }] },
      { retryable: !isTooOld },
    );
  }
}

const totalsKey = ({ symbol, venue, hours }: MinuteTask): string => `${symbol} ${venue} ${hours}`;
