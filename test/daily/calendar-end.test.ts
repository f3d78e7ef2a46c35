// The calendar ends on 2027-12-31, a closed day, and its last trading day is the 30th: no next trading day is known.
import { HantooKlineLogger, krx, kstInstant, silentLogger } from "hantoo";
import { createKisSimulator } from "hantoo/testing";
import { expect, test } from "vitest";
import { HantooDailyLogger } from "../../src/daily/index.js";
import { MemoryStore } from "../../src/storage/index.js";
import { clientOf, clockOf } from "../kis/unpaced.js";

const SYMBOLS = ["005930", "000660"];
const LAST = krx.previousTradingDay(krx.coveredThrough);

function setUp(now: number) {
  const simulator = createKisSimulator({ seed: 11, now, symbols: SYMBOLS, limits: false });
  const warned: string[] = [];
  const logger = { ...silentLogger, warn: (_: object, message: string) => void warned.push(message) };
  const shared = {
    client: clientOf(simulator),
    store: new MemoryStore(),
    symbols: SYMBOLS,
    clock: clockOf(simulator),
    logger,
  };
  return { shared, warned };
}

test.each([
  [LAST, "20:30"],
  [krx.coveredThrough, "20:30"],
])(
  "a pass over daily bars at %s %s stores every row and says why the last stays provisional",
  async (day, time) => {
    const { shared, warned } = setUp(kstInstant(day, time));
    const report = await new HantooDailyLogger({ ...shared, days: 10 }).sync();
    expect(report).toMatchObject({
      to: LAST,
      failures: [],
      fetched: { rows: 40 },
      provisional: SYMBOLS.length,
    });
    expect(warned).toEqual([
      `the calendar ends on ${krx.coveredThrough} and knows no trading day after ${LAST}: its rows stay provisional until hantoo is updated`,
    ]);
  },
);

test("and minutes of the last day are had on the day after, too", async () => {
  const { shared, warned } = setUp(kstInstant(krx.coveredThrough, "20:30"));
  await using logger = new HantooKlineLogger(shared);
  const { tradingDay, failures, coverage } = await logger.sync();
  expect({ tradingDay, failures, warned }).toEqual({ tradingDay: LAST, failures: [], warned: [] });
  expect(coverage.total).toMatchObject({ have: 762, expected: 762 });
});
