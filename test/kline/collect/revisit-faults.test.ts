import * as fc from "fast-check";
import { expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import { HantooKlineLogger, catchUp } from "../../../src/kline/index.js";
import { MemoryStore } from "../../../src/storage/index.js";
import { type Fault, createKisSimulator, createManualClock } from "../../../src/testing/index.js";
import { clientOf } from "../../kis/unpaced.js";
import { at, expectRows, storedRows } from "../logger-setup.js";
import { filledCells } from "../sample-market.js";

const FIRST = "2026-11-18";
const LATER = ["2026-11-19", "2026-11-20", "2026-11-23"] as const;
const SYMBOLS = ["005930", "035720", "Q530036"];

const minute = fc
  .integer({ min: 1, max: 370 })
  .map((index) => new Date((krx.minutes(FIRST)[index] ?? 0) + 9 * 3_600_000).toISOString().slice(11, 16));

/** What KIS gets wrong of the first day, and has right again within the revisit days. */
const fault = fc.oneof(
  fc.record({
    do: fc.constantFrom("lost-row", "closing-missing", "closing-late", "open-outside"),
    healsAfterDays: fc.integer({ min: 1, max: 3 }),
    minutes: fc.array(minute, { minLength: 1, maxLength: 3 }),
  }),
  // Right in the evening, wrong in the days that follow: what is stored must stay.
  fc.record({
    do: fc.constantFrom("lost-row", "closing-withdrawn", "closing-missing", "cut-day"),
    from: fc.constantFrom(...LATER).map((day) => at("00:00", day)),
    minutes: fc.array(minute, { minLength: 1, maxLength: 3 }),
  }),
);

/** One for each symbol at the most: two may leave KIS wrong for ever. */
const faults = fc.tuple(
  ...SYMBOLS.map((symbol) => fc.option(fault.map((one) => ({ ...one, symbols: [symbol] })))),
);

/** `HANTOO_SEEDS=1000` is the proof; a few run with every test. */
const RUNS = Math.max(1, Math.round(Number(process.env["HANTOO_SEEDS"] ?? 30) / 10));

test(
  "whatever KIS gets wrong and mends within the revisit days, the store ends in what was traded",
  async () => {
    const check = async (drawn: readonly (object | null)[], byRun: boolean): Promise<void> => {
      const plan = drawn.flatMap((one): Fault[] => {
        if (one === null) return [];
        const { minutes, ...rest } = one as Fault & { minutes: string[] };
        const isOfMinutes = rest.do === "lost-row" || rest.do === "open-outside";
        return [{ ...rest, tradingDays: [FIRST], ...(isOfMinutes && { minutes }) }];
      });
      const clock = createManualClock(at("18:00", FIRST));
      const simulator = createKisSimulator({
        seed: 11,
        clock,
        limits: false,
        symbols: SYMBOLS,
        faults: plan,
      });
      const store = new MemoryStore();
      const client = clientOf(simulator, { clock });
      const options = { client, store, symbols: SYMBOLS, clock, zstdLevel: 1 };
      const logger = new HantooKlineLogger(options);
      const follow = async (): Promise<void> => {
        for await (const report of logger.run()) expect(report.failures).toEqual([]);
      };
      await clock.runUntil(follow());
      for (const day of LATER) {
        clock.set(at(byRun ? "18:00" : "06:30", day));
        if (byRun) await clock.runUntil(follow());
        else {
          await clock.runUntil(catchUp(options));
          // What was read is not read again before the next morning.
          expect(await clock.runUntil(catchUp(options))).toMatchObject({ calls: 0 });
        }
      }
      const truth = SYMBOLS.map((symbol) => [
        symbol,
        filledCells(simulator.truth(symbol, FIRST), krx.minutes(FIRST)),
      ]);
      expectRows(await storedRows(store, FIRST), Object.fromEntries(truth));
    };
    await fc.assert(fc.asyncProperty(faults, fc.boolean(), check), { numRuns: RUNS });
  },
  RUNS * 20_000,
);
