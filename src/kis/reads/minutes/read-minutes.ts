import { tradingDayAfter } from "../../../calendar/index.js";
import {
  KisSchemaError,
  type MinuteBars,
  type MinuteEvidence,
  finalCount,
  kstDay,
} from "../../../core/index.js";
import { type DailyPage, hasRowsOf } from "../../wire/index.js";
import { isFinal } from "../daily-bars.js";
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
import { DayPages } from "./day-pages.js";
import { type DayFacts, type DayVerdict, judgeDay } from "./judge-day.js";
import { type MinutePorts, type MinuteTask, totalsKey } from "./minute-task.js";
import { type SessionLabels, sessionLabels } from "./session-labels.js";

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
  readonly #pages: DayPages;

  constructor(task: MinuteTask, ports: MinutePorts, labels: SessionLabels, planned: number) {
    this.#task = task;
    this.#ports = ports;
    this.#labels = labels;
    this.#planned = planned;
    this.#pages = new DayPages(task, ports, labels, planned);
  }

  /** KIS rescales a day's prices at the earliest when the next one begins. */
  get #mayBeRescaled(): boolean {
    const { calendar, now } = this.#ports;
    const next = tradingDayAfter(calendar, this.#task.day);
    return !this.#pages.isUnderWay && next !== undefined && next <= kstDay(now());
  }

  async read(): Promise<Answer> {
    const isReached = await this.#pages.read();
    if (this.#pages.rows.size === 0) return this.#readNothing(isReached);
    if (!isReached) throw this.#pages.missing();
    let witness = this.#mayBeRescaled ? await this.#witness() : undefined;
    let verdict = this.#judge(witness);
    if (verdict.isEndOpen && witness === undefined && !this.#pages.isUnderWay) {
      witness = await this.#witness();
      verdict = this.#judge(witness);
    }
    if (verdict.suspects.length > 0) {
      await this.#pages.lookAgain(verdict);
      verdict = this.#judge(witness);
    }
    if (verdict.isEndOpen && witness !== undefined && witness.row === undefined) throw this.#pages.missing();
    return this.#answer(verdict, witness);
  }

  #judge(witness: DailyWitness | undefined): DayVerdict {
    const { asOf, value } = this.#pages.newest;
    const { settleMs } = this.#ports;
    const isToday = this.#pages.isUnderWay;
    const ownTotals = hasRowsOf(value, this.#task.day) ? value : undefined;
    const facts: DayFacts = {
      labels: this.#labels,
      rows: this.#pages.rows.rows,
      before: this.#pages.before,
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
    const own = this.#pages.rows.rows.filter(({ minute }) => minute >= first && minute <= last);
    return priceScale(
      own.flatMap(({ bar }) => bar ?? []),
      witness?.row,
    );
  }

  #answer(verdict: DayVerdict, witness: DailyWitness | undefined): Answer {
    const { bars, holes, odd, outside, through, runningTotals } = verdict;
    const { symbol, venue, day } = this.#task;
    const { value } = this.#pages.newest;
    const isToday = this.#pages.isUnderWay;
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
    const { row, asOf = 0 } = witness ?? {};
    if (row === undefined || row.odd !== undefined || venue !== "KRX" || hours !== "regular")
      return undefined;
    if (!isFinal(day, "D", { calendar, now: Math.min(now(), asOf) })) return undefined;
    const { open, high, low, close } = row;
    return { open, high, low, close };
  }

  /** Answers for a day without a row: it was untraded only if something proves it. */
  async #readNothing(isReached: boolean): Promise<Answer> {
    const { symbol, venue, day, endpoint } = this.#task;
    const { asOf, value } = this.#pages.newest;
    const through = Math.min(this.#planned, settled(this.#labels, asOf, this.#ports.settleMs));
    const quiet = { ...NOTHING, through, complete: through === this.#labels.last };
    const isKnown = (value.price ?? 0) > 0 || this.#pages.rows.hasOtherDays;
    if (this.#pages.isUnderWay) {
      if (!isKnown)
        throw unknownSymbol(symbol, venue, endpoint === "today" ? "FHKST03010200" : "FHKST03010230");
      if (value.dayVolume === 0) return quiet;
      if (!isReached) throw this.#pages.missing();
      // The totals may be today's or the last session's. The daily row decides, but only once the day is over.
      const nothingYet = { ...quiet, through: this.#labels.at(-1), complete: false };
      if (!quiet.complete) return nothingYet;
      const { rows } = await this.#ports.daily({ from: day, to: day }, { fresh: true });
      const own = rows.find((row) => row.day === day);
      if (own !== undefined && own.volume > 0 && own.odd === undefined) throw this.#pages.missing();
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
    } else if (witness.row !== undefined && !this.#pages.isTooOld) {
      await this.#pages.readFirstAgain();
      if (this.#pages.rows.size > 0) return this.read();
    }
    throw this.#pages.missing();
  }

  async #witness(): Promise<DailyWitness> {
    const { day } = this.#task;
    const { rows, dayAsOf: asOf } = await this.#ports.daily(
      witnessSpan(this.#ports.calendar, day, kstDay(this.#ports.now())),
    );
    return { row: rows.find((row) => row.day === day), around: sidesOf(rows, day), asOf };
  }

  async #years(): Promise<DailyPage["rows"]> {
    const span = everySpan(this.#ports.calendar, kstDay(this.#ports.now()));
    return (await this.#ports.daily(span, { period: "Y" })).rows;
  }
}
