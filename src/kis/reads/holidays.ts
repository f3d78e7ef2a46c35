import {
  ConfigError,
  IncompleteDataError,
  type TradingDay,
  addDays,
  addDaysWithin,
  checkDay,
  checkOptions,
  checkSignal,
  daysBetween,
  kstInstant,
} from "../../core/index.js";
import { type CallOptions, type KisCaller, callOptionsOf } from "../calls/index.js";
import { type Holiday, holidayRows } from "../wire/index.js";
import { fetchPages } from "./follow-pages.js";
import { DayCache } from "./day-cache.js";

/** Options of {@link KisClient.holidays}. */
export interface HolidaysOptions extends CallOptions {
  /** Last KST date asked about, inclusive. @defaultValue 30 days after `from` */
  readonly to?: TradingDay;
}

const DAYS_AHEAD = 30;
/** KIS serves at least 12 pages of 24 days (measured 2026-08-12). */
const MOST_DAYS = 3660;
/** After this many pages in a row without a newer day, no more pages are asked for. */
const MOST_EMPTY_PAGES = 5;

/** Asks KIS for the holidays of a span once a KST day, because the portal says that the endpoint burdens its ledger. */
export class HolidayReader {
  readonly #caller: KisCaller;
  readonly #kept: DayCache<readonly Holiday[]>;

  constructor(caller: KisCaller, now: () => number) {
    this.#caller = caller;
    this.#kept = new DayCache(now);
  }

  async read(from: TradingDay, options: HolidaysOptions): Promise<readonly Holiday[]> {
    checkDay(from, "from");
    checkOptions(options, "an object such as { to, signal }");
    const to = checkDay(options.to ?? addDaysWithin(from, DAYS_AHEAD), "to");
    if (to < from) throw new ConfigError("to", `no earlier than \`from\` (${from})`, to);
    if (daysBetween(from, to) > MOST_DAYS) throw new ConfigError("to", "within ten years of `from`", to);
    // The first caller's options hold. Its signal cancels its own wait only, because others may share the answer.
    const how = { ...callOptionsOf(options), signal: undefined };
    const signal = checkSignal(options.signal);
    return this.#kept.get(`${from} ${to}`, () => this.#fetch(from, to, how), signal);
  }

  async #fetch(from: TradingDay, to: TradingDay, how: CallOptions): Promise<readonly Holiday[]> {
    const rows = new Map<string, Holiday>();
    let newest = "";
    let emptyPages = 0;
    for await (const { value } of fetchPages(holidayRows(from), this.#caller, how)) {
      for (const row of value) {
        // KIS sometimes lists a day twice. Rows that contradict each other are both kept.
        if (row.day >= from && row.day <= to) rows.set(JSON.stringify(row), row);
      }
      const last = value.reduce((day, row) => (row.day > day ? row.day : day), newest);
      if (last >= to) break;
      emptyPages = last > newest ? 0 : emptyPages + 1;
      newest = last;
      if (emptyPages > MOST_EMPTY_PAGES) {
        const lost = newest < from ? from : addDays(newest, 1);
        const missing = [{ from: kstInstant(lost, "00:00"), to: kstInstant(to, "00:00") }];
        throw new IncompleteDataError(
          `KIS's pages of holidays bring no day after ${newest || from}; asked until ${to}`,
          {
            expected: daysBetween(from, to) + 1,
            have: new Set([...rows.values()].map(({ day }) => day)).size,
            missing,
          },
        );
      }
    }
    return Object.freeze([...rows.values()].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0)));
  }
}
