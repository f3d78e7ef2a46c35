import { type TradingDay, checkDay, kstDay, raceAbort } from "../../core/index.js";
import type { SendOptions, KisCaller } from "../calls/index.js";

import { fetchPages } from "./pages.js";

import { type Holiday, holidayRows } from "../wire/index.js";

/** Asks KIS for holidays once a KST day for each first day: the endpoint burdens the ledger (portal's own words). */
export class HolidayBook {
  readonly #caller: KisCaller;
  readonly #now: () => number;
  readonly #answers = new Map<TradingDay, Promise<readonly Holiday[]>>();
  #askedOn = "";

  constructor(caller: KisCaller, now: () => number) {
    this.#caller = caller;
    this.#now = now;
  }

  async read(from: TradingDay, { signal }: SendOptions): Promise<readonly Holiday[]> {
    checkDay(from, "from");
    signal?.throwIfAborted();
    const today = kstDay(this.#now());
    if (today !== this.#askedOn) this.#answers.clear();
    this.#askedOn = today;
    let answer = this.#answers.get(from);
    if (answer === undefined) {
      // Shared by all who ask: one of them giving up must not fail the others.
      const asked = this.#fetch(from);
      this.#answers.set(from, asked);
      // A failure is not kept; by then, after midnight, another answer may have taken its place.
      asked.catch(() => {
        if (this.#answers.get(from) === asked) this.#answers.delete(from);
      });
      answer = asked;
    }
    return raceAbort(answer, signal);
  }

  async #fetch(from: TradingDay): Promise<readonly Holiday[]> {
    const rows = new Map<string, Holiday>();
    for await (const { value } of fetchPages(holidayRows(from), this.#caller, {})) {
      // KIS lists a day twice at times; rows that contradict each other are both kept.
      for (const row of value) rows.set(JSON.stringify(row), row);
    }
    return Object.freeze([...rows.values()].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0)));
  }
}
