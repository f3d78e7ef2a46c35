import { describe, expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import { KisAuthError, type MinuteBarsRequest } from "../../../src/core/index.js";
import { type BarSource, HantooKlineLogger, type SyncReport, backfill } from "../../../src/kline/index.js";
import { MemoryStore } from "../../../src/storage/index.js";
import { createManualClock } from "../../../src/testing/index.js";
import { at, expectRows, keysOf, storedRows, told, wholeDay } from "../logger-setup.js";
import { createSampleSource } from "../sample-market.js";

const [WED, THU, FRI] = ["2026-11-18", "2026-11-19", "2026-11-20"] as const;
const thin = (count: number): string[] => Array.from({ length: count }, (_, index) => `T0${index}010`);
/** Without a trade: of a day that the source does not tell of, others are looked at before the first one's is believed. */
const silent = (count: number): string[] => Array.from({ length: count }, (_, index) => `H0${index}010`);
const DEAD = "Z00DEA";

/** A market that tells of each request before it sends it, as a `KisClient` does. */
function setUp(
  symbols: readonly string[],
  given: Partial<BarSource> & { before?: (symbol: string) => void } = {},
) {
  const { before, ...source } = given;
  const clock = createManualClock(at("18:00", FRI));
  const sent: string[] = [];
  const sample = createSampleSource({ clock, unknown: new Set([DEAD]) });
  const client: BarSource = {
    tradingDay: async () => undefined,
    minuteBars: async (request: MinuteBarsRequest) => {
      const { symbol, tradingDay } = request;
      const send = (): void => {
        request.onCall?.();
        sent.push(`${symbol} ${tradingDay}`);
      };
      if (symbol === DEAD) send();
      before?.(symbol);
      const answer = await sample.minuteBars(request);
      for (let call = 0; call < answer.calls; call++) send();
      return answer;
    },
    ...(sample.capacity && { capacity: sample.capacity }),
    ...source,
  };
  const options = { client, store: new MemoryStore(), clock, symbols, zstdLevel: 1, concurrency: 1 } as const;
  return { ...options, options, sent };
}

describe("a symbol that was asked for before its turn", () => {
  test("counts as read: run() does not read it once more", async () => {
    const { options, clock, sent } = setUp(silent(4));
    const logger = new HantooKlineLogger(options);
    const run = async (day: string, time = "18:00"): Promise<void> => {
      clock.set(at(time, day));
      const all = async (): Promise<void> => {
        for await (const _report of logger.run());
      };
      await clock.runUntil(all());
    };
    await run(WED);
    await run(THU);
    const before = sent.length;
    await run(THU, "19:00");
    expect(sent.slice(before).filter((call) => call.endsWith(WED))).toEqual([]);
  });

  test("is told as read by a recheck that changed nothing", async () => {
    const { options } = setUp(silent(4));
    await told(backfill({ ...options, days: [FRI] }));
    const { steps } = await told(backfill({ ...options, days: [FRI], recheck: "all" }));
    expect(steps.map(({ status }) => status)).toEqual(silent(4).map(() => "done"));
  });

  test("and fails is counted once", async () => {
    const { options, sent } = setUp([...silent(1), DEAD]);
    const report = await new HantooKlineLogger(options).sync();
    expect(report.failures.map(({ symbol }) => symbol)).toEqual([DEAD]);
    expect(report.fetched.calls).toBe(sent.length);
    const other = setUp([...silent(1), DEAD]);
    const { summary } = await told(backfill({ ...other.options, days: [FRI] }));
    expect(summary.calls).toBe(other.sent.length);
  });

  test("is stored where the calls end with it", async () => {
    const symbols = [...silent(1), ...thin(2)];
    const { options, sent, store } = setUp(symbols);
    const { steps, summary } = await told(backfill({ ...options, days: [FRI], maxCalls: 8 }));
    expect([sent.length, summary.calls, summary.stopped]).toEqual([8, 8, "maxCalls"]);
    expect(steps.map(({ symbol, status }) => [symbol, status])).toEqual(
      symbols.slice(0, 2).map((symbol) => [symbol, "done"]),
    );
    expectRows(await storedRows(store, FRI), wholeDay(symbols.slice(0, 2), { tradingDay: FRI }));
  });
});

test("a symbol that was refused for good is not looked at on further days", async () => {
  const { options, sent } = setUp([...silent(1), DEAD]);
  await told(backfill({ ...options, symbols: silent(1), days: ["2026-11-10"] }));
  const days = [FRI, THU, WED, "2026-11-17", "2026-11-16", "2026-11-10"];
  await told(backfill({ ...options, days }));
  expect(sent.filter((call) => call.startsWith(DEAD))).toHaveLength(1);
});

test("a key that is refused is not used again to learn whether a day was traded", async () => {
  const symbols = silent(8);
  const refused: string[] = [];
  const { options } = setUp(symbols, {
    before: (symbol) => {
      if (symbol === symbols[0]) return;
      refused.push(symbol);
      throw new KisAuthError("no such key", { status: 403, trId: "T", rtCd: "1", msgCd: "X" });
    },
  });
  await expect(new HantooKlineLogger(options).sync()).rejects.toBeInstanceOf(KisAuthError);
  expect(refused).toHaveLength(1);
});

test("calls that end before a silent day is told leave nothing of it stored", async () => {
  const { options, store } = setUp(silent(6));
  const { summary } = await told(backfill({ ...options, days: [FRI], maxCalls: 6 }));
  expect(summary.stopped).toBe("maxCalls");
  expect(await keysOf(store)).toEqual([]);
});

test("run() heals the days before on an evening of hours that the calendar does not know", async () => {
  const liquid = "000010";
  const base = setUp([liquid, ...thin(1)]);
  const { clock, options } = base;
  const client: BarSource = {
    ...base.client,
    minuteBars: async (request) => {
      const answer = await base.client.minuteBars(request);
      if (request.symbol !== liquid || request.tradingDay !== FRI) return answer;
      const outside = { from: at("15:31", FRI), to: at("16:30", FRI), shares: 1000 };
      const through = krx.minutes(FRI).at(-2) ?? 0;
      return {
        ...answer,
        bars: answer.bars.filter(({ time }) => time <= through),
        outside,
        complete: false,
        through,
      };
    },
  };
  const logger = new HantooKlineLogger({ ...options, client, graceMs: 0 });
  const reports: SyncReport[] = [];
  for (const day of [WED, FRI]) {
    clock.set(at("18:00", day));
    const run = async (): Promise<void> => {
      for await (const report of logger.run()) reports.push(report);
    };
    await clock.runUntil(run());
  }
  expect(reports.at(-1)?.calendarConflicts).toMatchObject([{ kind: "hours" }]);
  expectRows(await storedRows(options.store, THU), wholeDay([liquid, ...thin(1)], { tradingDay: THU }));
});
