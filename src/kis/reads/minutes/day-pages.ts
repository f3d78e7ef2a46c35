import { IncompleteDataError, MINUTE_MS, kstDay, kstTime, minuteOf, venueCode } from "../../../core/index.js";
import type { Fetched } from "../../calls/index.js";
import {
  DAY_PAGE_ROWS,
  type MinutePage,
  TODAY_PAGE_ROWS,
  dayMinutes,
  todayMinutes,
} from "../../wire/index.js";
import { DayRows, type PageOutcome, type PageRequest } from "./day-rows.js";
import type { DayVerdict } from "./judge-day.js";
import { type MinutePorts, type MinuteTask, totalsKey } from "./minute-task.js";
import type { RunningTotals } from "./running-totals.js";
import type { SessionLabels } from "./session-labels.js";

/** Most pages that are asked for a second time: as many as a day has. */
const MOST_LOOKS = 4;
/** After a missing closing print, paper's 29 rows from 16:00 on may show that there was none. */
const PAPER_LOOK_MS = 59 * MINUTE_MS;

/** The pages of one symbol's day: decides which to fetch, and collects their rows. */
export class DayPages {
  readonly #task: MinuteTask;
  readonly #ports: MinutePorts;
  readonly #labels: SessionLabels;
  readonly #planned: number;
  /** Rows of the pages fetched so far. */
  readonly rows: DayRows;
  /** Running totals that are known up to an earlier minute: no row before it is needed. */
  readonly before: RunningTotals | undefined;
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
    this.before = isToday ? ports.totals.before(day, totalsKey(task), from) : undefined;
    // Rows are wanted from the known minute on, not from the next one of the calendar: trades between them would pass
    // unseen on a day that has other hours.
    const first = this.before === undefined ? labels.first : this.before.minute + MINUTE_MS;
    this.rows = new DayRows({ day, first, hasBase: this.before !== undefined });
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

  /** Whether the day is still going on at KIS. */
  get isUnderWay(): boolean {
    // If the host's clock is hours ahead, KIS's today looks like a past day, but is not over.
    const { isToday, day } = this.#task;
    return isToday || (this.#newest !== undefined && kstDay(this.#newest.asOf) === day);
  }

  /** The newest page, which says how the day stands. */
  get newest(): Fetched<MinutePage> {
    if (this.#newest === undefined) throw this.missing();
    return this.#newest;
  }

  /** Whether KIS no longer keeps the day. */
  get isTooOld(): boolean {
    const { calendar, keptDays, now } = this.#ports;
    return calendar.countTradingDays(this.#task.day, kstDay(now())) > keptDays;
  }

  async #ask(label: number, again = false): Promise<PageOutcome> {
    const { symbol, day, venue, endpoint } = this.#task;
    const [code, time] = [venueCode(venue), kstTime(label)];
    const fetched = await this.#ports.fetch(
      endpoint === "today" ? todayMinutes(symbol, code, time) : dayMinutes(symbol, code, day, time),
    );
    this.#newest ??= fetched;
    const asking: PageRequest = { label, echoes: endpoint === "today" || this.isUnderWay, again };
    return this.rows.add(fetched.value, asking);
  }

  /**
   * Fetches pages back to the first minute.
   *
   * @returns whether it was reached, or is proved to be the day's first trade.
   */
  async read(): Promise<boolean> {
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
      else if (this.rows.startsAt(this.before?.turnover ?? 0)) return true;
      else if (isRepeated || this.rows.size === 0) return false;
      else isRepeated = true;
    }
    return false;
  }

  /** Fetches the first page a second time. */
  async readFirstAgain(): Promise<void> {
    await this.#ask(this.#label, true);
  }

  /** Asks once more for the pages with minutes that would be reported: KIS may have corrected them. */
  async lookAgain({ suspects, isEndOpen }: DayVerdict): Promise<void> {
    const { all, closing = 0 } = this.#labels;
    const now = minuteOf(this.#ports.now()) + MINUTE_MS;
    let below = Number.POSITIVE_INFINITY;
    let label: number | undefined;
    if (isEndOpen) {
      // Any trade after the session proves what its end was.
      const far =
        this.#task.endpoint === "today" ? closing + PAPER_LOOK_MS : (all.at(-1) ?? 0) + 2 * MINUTE_MS;
      label = this.isUnderWay ? Math.min(far, now) : far;
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

  /** The error that says that rows of the day are missing. */
  missing(): IncompleteDataError {
    const { symbol, day, from } = this.#task;
    const { minutes, last } = this.#labels;
    const isTooOld = !this.isUnderWay && this.isTooOld;
    const advice = isTooOld ? "KIS keeps about one year" : "ask again; KIS keeps about one year";
    return new IncompleteDataError(
      `KIS's minutes of ${symbol} on ${day} are not all there, and nothing explains why: ${advice}`,
      { expected: minutes.length, have: this.rows.size, missing: [{ from, to: last }] },
      { retryable: !isTooOld },
    );
  }
}
