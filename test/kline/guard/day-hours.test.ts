import { describe, expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import {
  type BarSource,
  HantooKlineLogger,
  type HantooKlineLoggerOptions,
  type SyncReport,
  backfill,
  catchUp,
  coverage,
} from "../../../src/kline/index.js";
import { StorageError, silentLogger } from "../../../src/core/index.js";
import { MemoryStore } from "../../../src/storage/index.js";
import { createManualClock } from "../../../src/testing/index.js";
import { at, expectRows, keysOf, storedRows, told, watched, wholeDay } from "../logger-setup.js";
import { createSampleSource, truthOf } from "../sample-market.js";

const [DAY, NEXT] = ["2026-11-20", "2026-11-23"] as const;
const ODD = "Z00010";
const LIQUID = "L00010";
const minutes = krx.minutes(DAY);
const last = minutes.length - 1;
const lastMinute = minutes[last] ?? 0;
const tradesAtClose = (symbol: string): boolean =>
  truthOf(1, symbol, DAY).some(({ time }) => time === lastMinute);
const names = Array.from({ length: 400 }, (_, index) => `T${String(index).padStart(3, "0")}10`);
/** Thin ones without a trade at our close, and one with. */
const THIN = names.filter((symbol) => !tradesAtClose(symbol)).slice(0, 8);
const [CLOSER = ""] = names.filter(tradesAtClose);
const every = (symbol: string) => symbol === ODD || symbol === LIQUID;

/** On the day itself one symbol shows trades after our close; the thin ones' few lie before it. */
function setUp(symbols: readonly string[], { tellsHoles = true, hasOutside = true } = {}) {
  const clock = createManualClock(at("18:00"));
  const sample = createSampleSource({ clock });
  const sent: string[] = [];
  const client: BarSource = {
    ...(sample.capacity && { capacity: sample.capacity }),
    tradingDay: async () => true,
    minuteBars: async (request) => {
      const { symbol, from = 0 } = request;
      sent.push(symbol);
      const given = await sample.minuteBars(request);
      const evidence = tellsHoles ? ({ holes: [], odd: [], basis: "traded" } as const) : {};
      const bars = minutes
        .filter((time) => time >= from && time <= given.through)
        .map((time) => ({ time, open: 9, high: 9, low: 9, close: 9, volume: 1, accVolume: 0, turnover: 9 }));
      const answer = { ...given, ...evidence, ...(every(symbol) && given.tradingDay === DAY && { bars }) };
      if (symbol !== ODD || !hasOutside || given.tradingDay !== DAY || clock.now() < at("15:22"))
        return answer;
      // Where our closing auction gathers, those who trade on trade too.
      const outside = { from: at("15:20"), to: at("16:30"), shares: 1000 };
      const through = Math.min(given.through, minutes[last - 1] ?? 0);
      return {
        ...answer,
        bars: bars.filter(({ time }) => time <= through),
        outside,
        complete: false,
        through,
      };
    },
  };
  const store = new MemoryStore();
  const random = (): number => 0.5;
  const logger = silentLogger;
  const options = { client, store, clock, symbols, zstdLevel: 1, random, logger } as const;
  const loggerOf = (more: Partial<HantooKlineLoggerOptions> = {}) =>
    new HantooKlineLogger({ ...options, ...more });
  const complete = async (): Promise<string[]> => {
    const { days } = await coverage({ store, from: DAY, to: DAY, symbols, clock });
    return days
      .filter(({ status }) => status === "complete")
      .map(({ symbol }) => symbol)
      .sort();
  };
  const run = async (logger: HantooKlineLogger): Promise<SyncReport[]> => {
    const reports: SyncReport[] = [];
    const follow = async (): Promise<void> => {
      for await (const report of logger.run()) reports.push(report);
    };
    await clock.runUntil(follow());
    return reports;
  };
  return { options, store, clock, sent, loggerOf, complete, run };
}

/** The thin ones' last minute is a hole, their others are as they were. */
async function expectDoubt(store: MemoryStore, symbols: readonly string[]): Promise<void> {
  const rows = await storedRows(store);
  const wanted = wholeDay(symbols);
  for (const cells of Object.values(wanted)) {
    const accVolume = (cells[last] as number[])[5];
    cells[last] = [null, null, null, null, null, accVolume];
  }
  expectRows(Object.fromEntries(Object.entries(rows).filter(([symbol]) => !every(symbol))), wanted);
}

describe.each([
  ["before it", [...THIN.slice(0, 3), ODD]],
  ["after it", [ODD, ...THIN.slice(0, 3)]],
  ["so many before it that some are uploaded first", [...THIN, ODD]],
])("trades at labels that the calendar does not know, thin symbols %s", (_, symbols) => {
  const thin = symbols.filter((symbol) => symbol !== ODD).sort();

  test.each([1, 4])(
    "their last minute is a hole until the day is over, %d at a time",
    async (concurrency) => {
      const { loggerOf, store, sent, complete, clock } = setUp(symbols);
      const options = { concurrency, checkpoint: { symbols: 2 } };
      const report = await loggerOf(options).sync();
      expect(report.coverage.total.statuses).toMatchObject({ complete: 0, partial: symbols.length });
      expect(report.calendarConflicts).toMatchObject([{ kind: "hours", symbols: [ODD] }]);
      expect(report.failures.map(({ symbol }) => symbol)).toEqual([ODD]);
      expect(report.holes).toEqual(thin.map((symbol) => ({ symbol, minutes: [lastMinute] })));
      expect(report.revised).toEqual([]);
      expect(sent).toHaveLength(symbols.length);
      await expectDoubt(store, thin);

      // More passes of the evening: nobody but the one that is not whole is asked, and nothing is written.
      const keys = await keysOf(store);
      for (const reread of [false, true, false]) {
        clock.set(clock.now() + 60_000);
        const before = sent.length;
        const again = await loggerOf(options).sync({ reread });
        expect(sent.slice(before).sort()).toEqual(reread ? [...symbols].sort() : [ODD]);
        expect(again).toMatchObject({ uploaded: [], revised: [], holes: report.holes });
        expect(await keysOf(store)).toEqual(keys);
      }
      expect(await complete()).toEqual([]);
    },
  );

  test("by run(), and its revisit of the next evening proves them quiet", async () => {
    const { loggerOf, store, clock, run, complete, sent } = setUp(symbols);
    clock.set(at("15:00"));
    const reports = await run(loggerOf({ graceMs: 0 }));
    expect(reports.at(-1)?.coverage.total.statuses).toMatchObject({ complete: 0 });
    await expectDoubt(store, thin);
    clock.set(at("18:00", NEXT));
    sent.length = 0;
    const next = await run(loggerOf());
    const revisit = next.find(({ tradingDay }) => tradingDay === DAY);
    expect(revisit).toMatchObject({ holes: [], calendarConflicts: [{ kind: "hours", symbols: [ODD] }] });
    expect(await complete()).toEqual(thin);
    const { [ODD]: _odd, ...rows } = await storedRows(store);
    expectRows(rows, wholeDay(thin));
    // Each was asked for once on either day.
    expect(sent).toHaveLength(2 * symbols.length);
  });

  test("by backfill, whose recheck lifts nothing that evening, and catchUp's does the next", async () => {
    const { options, store, clock, complete } = setUp(symbols);
    const { steps } = await told(backfill({ ...options, days: [DAY], concurrency: 1 }));
    expect(steps.filter(({ status }) => status === "failed").map(({ symbol }) => symbol)).toEqual([ODD]);
    await expectDoubt(store, thin);
    await told(backfill({ ...options, days: [DAY], recheck: "all" }));
    await expectDoubt(store, thin);
    expect(await complete()).toEqual([]);
    clock.set(at("18:00", NEXT));
    await catchUp(options);
    expect(await complete()).toEqual(thin);
  });
});

test("what an earlier pass called whole is in doubt once another one shows the hours", async () => {
  const { loggerOf, store, complete } = setUp([...THIN.slice(0, 3), ODD]);
  const first = await loggerOf({ symbols: THIN.slice(0, 3) }).sync();
  expect(first.coverage.total.statuses).toMatchObject({ complete: 3 });
  const second = await loggerOf().sync();
  expect(second.coverage.total.statuses).toMatchObject({ complete: 0 });
  expect(second.revised.map(({ symbol }) => symbol)).toEqual(THIN.slice(0, 3));
  await expectDoubt(store, THIN.slice(0, 3));
  expect(await complete()).toEqual([]);
});

test("a last minute that a second reading changes, and that is in doubt then, is revised once", async () => {
  const [symbol = "", other = ""] = THIN;
  const { loggerOf, options, store } = setUp([symbol, other, ODD]);
  const first = await loggerOf({ symbols: [symbol, other] }).sync();
  // KIS corrects the price of the last trade, which the untraded minutes behind it carry on.
  const lastTrade = truthOf(1, symbol, DAY).at(-1)?.time ?? 0;
  const minuteBars: BarSource["minuteBars"] = async (request) => {
    const answer = await options.client.minuteBars(request);
    if (request.symbol !== symbol) return answer;
    const price = { open: 7000, high: 7000, low: 7000, close: 7000 };
    const bars = answer.bars.map((bar) => (bar.time === lastTrade ? { ...bar, ...price } : bar));
    return { ...answer, bars };
  };
  const again = loggerOf({ client: { ...options.client, minuteBars } });
  const second = await again.sync({ reread: true });
  const changed = minutes.filter((time) => time >= lastTrade);
  expect(second.revised).toEqual([
    { symbol, minutes: changed },
    { symbol: other, minutes: [lastMinute] },
  ]);
  expect(second.unchanged).toBe(2 * minutes.length - changed.length - 1);
  expect(first.revised).toEqual([]);
  const rows = await storedRows(store);
  for (const name of [symbol, other])
    expect((rows[name]?.[last] as unknown[] | undefined)?.slice(0, 5)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
});

test("what an earlier backfill called whole is in doubt once a later one shows the hours", async () => {
  const symbols = [...THIN.slice(0, 3), ODD];
  const { options, store, complete, sent } = setUp(symbols);
  const run = { ...options, days: [DAY], concurrency: 1 };
  const first = await told(backfill({ ...run, symbols: THIN.slice(0, 3) }));
  expect(first.summary).toMatchObject({ done: 3, failed: 0 });
  expect(await complete()).toEqual(THIN.slice(0, 3).sort());
  sent.length = 0;
  await told(backfill(run));
  expect(sent).toEqual([ODD]);
  await expectDoubt(store, THIN.slice(0, 3));
  expect(await complete()).toEqual([]);
});

describe("a store that fails while backfill's doubts are stored", () => {
  const symbols = [...THIN.slice(0, 3), ODD];

  /** The first object is that of the answers, the next ones are that of the holes. */
  function failing(isOut: (put: number) => boolean) {
    const { options, ...rest } = setUp(symbols);
    let puts = 0;
    const store = watched(rest.store, ({ operation, key, stage }) => {
      if (operation !== "put" || stage === "after" || !key.endsWith(".zstd")) return;
      if (isOut(++puts)) throw new StorageError("the store is out", { operation: "put", key });
    });
    return { ...rest, run: { ...options, store, days: [DAY], columns: false } };
  }

  test("once: every step is told, and the holes are stored at the end", async () => {
    const { run, store } = failing((put) => put === 2);
    const { steps, summary } = await told(backfill(run));
    expect(steps.map(({ status }) => status).sort()).toEqual(["done", "done", "done", "failed"]);
    expect(summary).toMatchObject({ done: 4, failed: 1 });
    await expectDoubt(store, THIN.slice(0, 3));
  });

  test("for good: every step is told, then its error is thrown; the next run stores them", async () => {
    const { run, store } = failing((put) => put > 1);
    const steps: string[] = [];
    const all = async (): Promise<void> => {
      for await (const { symbol } of backfill(run)) steps.push(symbol);
    };
    await expect(all()).rejects.toThrow(StorageError);
    expect(steps.sort()).toEqual([...symbols].sort());
    await told(backfill({ ...run, store }));
    await expectDoubt(store, THIN.slice(0, 3));
  });
});

test("a trade at our close stays, whatever others show", async () => {
  const { loggerOf, store, complete } = setUp([CLOSER, ODD]);
  await loggerOf().sync();
  expectRows({ [CLOSER]: (await storedRows(store))[CLOSER] ?? [] }, wholeDay([CLOSER]));
  expect(await complete()).toEqual([CLOSER]);
});

test("one odd print costs nobody anything where a neighbour trades all the time, and at our close", async () => {
  for (const symbols of [
    [...THIN, ODD, LIQUID],
    [LIQUID, ODD, ...THIN],
  ]) {
    const { loggerOf, complete, options, store } = setUp(symbols);
    const report = await loggerOf({ checkpoint: { symbols: 2 } }).sync();
    expect(report.holes).toEqual([]);
    const others = [...THIN, LIQUID].sort();
    expect(await complete()).toEqual(others);
    await told(backfill({ ...options, days: [DAY], recheck: "all" }));
    expect(await complete()).toEqual(others);
    const { [ODD]: _odd, [LIQUID]: _liquid, ...rows } = await storedRows(store);
    expectRows(rows, wholeDay(THIN));
  }
});

test("a neighbour of another shard vouches by what it has stored", async () => {
  const { loggerOf, complete } = setUp([...THIN, ODD, LIQUID]);
  await loggerOf({ symbols: [LIQUID] }).sync();
  await loggerOf({ symbols: [...THIN, ODD] }).sync();
  expect(await complete()).toEqual([...THIN, LIQUID].sort());
});

test("where nobody shows trades elsewhere, or nothing could lift a hole, each counts by its own evidence", async () => {
  for (const how of [{ hasOutside: false }, { tellsHoles: false }]) {
    const { loggerOf, complete, sent } = setUp([...THIN, ODD], how);
    expect((await loggerOf().sync()).holes).toEqual([]);
    expect(await complete()).toEqual(how.tellsHoles === false ? [...THIN].sort() : [...THIN, ODD].sort());
    expect(sent).toHaveLength(THIN.length + 1);
  }
});
