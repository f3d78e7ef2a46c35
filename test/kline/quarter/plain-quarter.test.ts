import { expect, test } from "vitest";
import { DAYS, EXAM, HOLIDAY, IS_FULL, PLAIN_CALLS, SYMBOLS, runQuarter } from "./quarter.js";

/** Pages of a day, and the daily row that bears witness to a past one. */
const MOST_CALLS = IS_FULL ? 4 + 1 : 2 + 1;

test.skipIf(process.env["HANTOO_QUARTER"] === undefined)(
  "the same quarter without a fault: the calls that the one with faults is held against",
  { timeout: 1_200_000 },
  async () => {
    const { reports, calls } = await runQuarter([]);
    expect(calls).toEqual(PLAIN_CALLS);
    for (const { tradingDay, fetched, compaction } of reports) {
      // The last word on a day, or a day read again. What trades at labels of no session is looked at further on.
      if (compaction === undefined || tradingDay === EXAM) continue;
      expect(fetched.calls, tradingDay).toBeLessThanOrEqual(MOST_CALLS * SYMBOLS.length);
    }
    const whole = reports.filter(({ coverage }) => coverage.total.rate === 1);
    const days = new Set(whole.map(({ tradingDay }) => tradingDay));
    expect(DAYS.filter((day) => !days.has(day))).toEqual([HOLIDAY, EXAM]);
  },
);
