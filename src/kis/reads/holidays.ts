import { ConfigError, type TradingDay, addDays, checkDay } from "../../core/index.js";
import type { CallOptions, KisCaller } from "../calls/index.js";
import { type Holiday, holidayRows } from "../wire/index.js";
import { fetchPages } from "./follow-pages.js";
import { KeptForDay } from "./kept-for-day.js";

/** Options of {@link KisClient.holidays}. */
export interface HolidaysOptions extends CallOptions {
  /** Last KST date asked about, inclusive. @defaultValue 30 days after `from` */
  readonly to?: TradingDay;
}

const DAYS_AHEAD = 30;
/** Pages lead on for at least 12 pages of 24 days (measured 2026-08-12); a page without a new day is the end. */
const MOST_DAYS = 3660;

/** Asks KIS for holidays once a KST day for each span: the endpoint burdens the ledger (portal's own words). */
export class HolidayReader {
  readonly #caller: KisCaller;
  readonly #kept: KeptForDay<readonly Holiday[]>;

  constructor(caller: KisCaller, now: () => number) {
    this.#caller = caller;
    this.#kept = new KeptForDay(now);
  }

  async read(from: TradingDay, options: HolidaysOptions): Promise<readonly Holiday[]> {
    checkDay(from, "from");
    const to = checkDay(options.to ?? addDays(from, DAYS_AHEAD), "to");
    if (to < from) throw new ConfigError("to", `no earlier than \`from\` (${from})`, to);
    if (to > addDays(from, MOST_DAYS)) throw new ConfigError("to", "within ten years of `from`", to);
    return this.#kept.get(`${from} ${to}`, () => this.#fetch(from, to), options.signal);
  }

  async #fetch(from: TradingDay, to: TradingDay): Promise<readonly Holiday[]> {
    const rows = new Map<string, Holiday>();
    let newest = "";
    let before = "";
    for await (const { value } of fetchPages(holidayRows(from), this.#caller, {})) {
      for (const row of value) {
        // KIS lists a day twice at times; rows that contradict each other are both kept.
        if (row.day >= from && row.day <= to) rows.set(JSON.stringify(row), row);
        if (row.day > newest) newest = row.day;
      }
      if (newest >= to || newest === before) break;
      before = newest;
    }
    return Object.freeze([...rows.values()].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0)));
  }
}
