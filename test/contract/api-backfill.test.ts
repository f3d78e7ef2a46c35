import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BackfillStep,
  ConfigError,
  KisApiError,
  KisRateLimitError,
  MemoryStore,
  type SourceBars,
  type MinuteBarsRequest,
  backfill,
  catchUp,
  compact,
  coverage,
  createCalendar,
  krx,
  planBackfill,
  readTargets,
} from "hantoo";
import { createManualClock } from "hantoo/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.js";
import { type CountingSource, at, dropColumns, expectedRows, keysOf, sourceAt, storedRows } from "./bars.js";

const NOW = at("2026-11-21 12:00");
const clock = createManualClock(NOW);
const SYMBOLS = ["005930", "0037T0", "000661"];
const DAYS = krx.tradingDays("2026-11-16", "2026-11-20");
const ALL = DAYS.flatMap((tradingDay) => SYMBOLS.map((symbol) => ({ symbol, tradingDay })));

async function stepsOf(run: AsyncIterable<BackfillStep>): Promise<BackfillStep[]> {
  const steps: BackfillStep[] = [];
  for await (const step of run) steps.push(step);
  return steps;
}
async function expectTruth(
  store: MemoryStore,
  targets: readonly { symbol: string; tradingDay: string }[] = ALL,
) {
  for (const tradingDay of new Set(targets.map((target) => target.tradingDay))) {
    const rows = await storedRows(store, tradingDay);
    for (const { symbol } of targets.filter((target) => target.tradingDay === tradingDay)) {
      expect(rows[symbol]).toEqual(expectedRows(symbol, tradingDay));
    }
  }
}
const source = (change?: (answer: SourceBars, request: MinuteBarsRequest) => unknown): CountingSource =>
  sourceAt(() => NOW, change);

describe("planBackfill", () => {
  test("says fetch or skip and why, sends nothing and writes nothing", async () => {
    const store = new MemoryStore();
    await stepsOf(backfill({ client: source(), store, targets: ALL.slice(0, 2), clock }));
    const keys = await keysOf(store);
    const targets = [
      ...ALL.slice(0, 3),
      { symbol: "005930", tradingDay: "2026-11-21" },
      { symbol: "005930", tradingDay: "2026-11-23" },
      { symbol: "005930", tradingDay: "2024-11-20" },
      { symbol: "005930", tradingDay: "2031-01-02" },
    ];
    const plan = await planBackfill({ store, calendar: krx, targets, clock });
    expect(await keysOf(store)).toEqual(keys);
    const of = (symbol: string, day: string) =>
      plan.targets.find((target) => target.symbol === symbol && target.tradingDay === day);
    expect(plan.targets).toHaveLength(7);
    expect(of("005930", "2026-11-16")).toMatchObject({ action: "skip", reason: "complete", calls: 0 });
    expect(of("000661", "2026-11-16")).toMatchObject({ action: "fetch", calls: 5 });
    expect(of("000661", "2026-11-16")?.reason).toBeUndefined();
    for (const day of ["2026-11-21", "2026-11-23", "2024-11-20", "2031-01-02"]) {
      expect(of("005930", day)).toMatchObject({ action: "skip", calls: 0 });
      expect(of("005930", day)?.reason).toBeTypeOf("string");
    }
    expect(plan.totals).toMatchObject({ fetch: 1, skip: 6, calls: 5 });
    expect(Object.keys(plan.totals).sort()).toEqual([
      "bytes",
      "calls",
      "fetch",
      "minutes",
      "objects",
      "skip",
    ]);
    for (const value of Object.values(plan.totals)) expect(Number.isFinite(value)).toBe(true);
  });

  test("a calendar of one's own closes days", async () => {
    const calendar = createCalendar({
      closures: [{ day: "2026-11-18", nameKo: "임시공휴일", nameEn: "Temporary", kind: "temporary" }],
    });
    const plan = await planBackfill({
      store: new MemoryStore(),
      calendar,
      targets: [{ symbol: "005930", tradingDay: "2026-11-18" }],
      clock,
    });
    expect(plan.targets[0]).toMatchObject({
      action: "skip",
      reason: expect.stringContaining("trading day") as string,
    });
  });

  test("an empty plan is a plan; bad targets are config errors", async () => {
    const store = new MemoryStore();
    const plan = await planBackfill({ store, targets: [], clock });
    expect(plan).toMatchObject({ targets: [], totals: { fetch: 0, skip: 0, calls: 0 } });
    expect(await stepsOf(backfill({ client: source(), store, targets: [], clock }))).toEqual([]);
    for (const targets of [
      [{ symbol: "AAPL", tradingDay: "2026-11-20" }],
      [{ symbol: "005930", tradingDay: "20261120" }],
    ]) {
      expect(await failureOf(planBackfill({ store, targets, clock }))).toBeInstanceOf(ConfigError);
    }
  });
});

describe("backfill", () => {
  test("fills, tells each step, and is resumable from the store alone", async () => {
    const store = new MemoryStore();
    const client = source();
    const progress: object[] = [];
    const steps = await stepsOf(
      backfill({ client, store, targets: ALL, clock, onProgress: (now) => void progress.push(now) }),
    );
    expect(steps).toHaveLength(ALL.length);
    for (const [index, step] of steps.entries()) {
      expect(step).toMatchObject({ status: "done", done: index + 1, total: ALL.length, calls: 1 });
      expect(step.bars).toBeGreaterThan(0);
    }
    expect(Object.keys(progress.at(-1) ?? {}).sort()).toEqual(
      ["calls", "done", "etaMs", "failed", "ratePerSecond", "total"].sort(),
    );
    expect(progress.at(-1)).toMatchObject({ done: ALL.length, total: ALL.length, failed: 0 });
    await expectTruth(store);
    const again = await stepsOf(backfill({ client, store, targets: ALL, clock }));
    expect(again.every(({ status }) => status === "skipped")).toBe(true);
    expect(client.requests).toHaveLength(ALL.length);
    expect((await planBackfill({ store, targets: ALL, clock })).totals.calls).toBe(0);
    expect(
      (await coverage({ store, from: "2026-11-16", to: "2026-11-20", symbols: SYMBOLS, clock })).total.rate,
    ).toBe(1);
  });

  test("a step is told only when its minutes are durable: stopped anywhere, nothing told is fetched again", async () => {
    for (let stopAt = 1; stopAt <= ALL.length; stopAt += 2) {
      const store = new MemoryStore();
      const told = new Set<string>();
      let count = 0;
      for await (const { symbol, tradingDay, status } of backfill({
        client: source(),
        store,
        targets: ALL,
        clock,
      })) {
        expect(status).toBe("done");
        told.add(`${symbol} ${tradingDay}`);
        // Durable now: another reader sees it.
        expect((await storedRows(store, tradingDay))[symbol]).toEqual(expectedRows(symbol, tradingDay));
        if (++count === stopAt) break;
      }
      const client = source();
      await stepsOf(backfill({ client, store, targets: ALL, clock }));
      for (const { symbol, tradingDay } of client.requests) {
        expect(told.has(`${symbol} ${tradingDay}`)).toBe(false);
      }
      await expectTruth(store);
    }
  });

  test("one bad target never stops the rest, and can be handed back", async () => {
    const store = new MemoryStore();
    const bad = new KisApiError("unknown", { status: 200, trId: "T", rtCd: "1", msgCd: "X" });
    const failing = source((answer, { symbol }) => (symbol === "0037T0" ? Promise.reject(bad) : answer));
    const steps = await stepsOf(backfill({ client: failing, store, targets: ALL, clock }));
    const failed = steps.filter(({ status }) => status === "failed");
    expect(failed).toHaveLength(5);
    for (const { symbol, error } of failed) expect([symbol, error]).toEqual(["0037T0", bad]);
    expect(steps.filter(({ status }) => status === "done")).toHaveLength(10);
    const healed = await stepsOf(backfill({ client: source(), store, targets: failed, clock }));
    expect(healed.every(({ status }) => status === "done")).toBe(true);
    await expectTruth(store);
  });

  test("`maxCalls` is never passed", async () => {
    for (const maxCalls of [0, 1, 3, 7]) {
      const store = new MemoryStore();
      const client = source();
      await stepsOf(backfill({ client, store, targets: ALL, clock, maxCalls }));
      expect(client.requests.length).toBeLessThanOrEqual(maxCalls);
    }
    const four = source((answer) => ({ ...answer, calls: 4 }));
    const steps = await stepsOf(
      backfill({ client: four, store: new MemoryStore(), targets: ALL, clock, maxCalls: 10 }),
    );
    expect(
      steps.filter(({ status }) => status === "done").reduce((sum, { calls }) => sum + calls, 0),
    ).toBeLessThanOrEqual(10);
    expect(four.requests.length * 4).toBeLessThanOrEqual(10);
  });

  test("a refused rate stops cleanly and says when to resume", async () => {
    const store = new MemoryStore();
    let asked = 0;
    const refused = new KisRateLimitError(
      "slow",
      { status: 500, trId: "T", rtCd: "1", msgCd: "EGW00201" },
      { retryAfterMs: 60_000 },
    );
    const client = source((answer) => (++asked > 5 ? Promise.reject(refused) : answer));
    const steps: BackfillStep[] = [];
    const run = (async () => {
      for await (const step of backfill({ client, store, targets: ALL, clock })) steps.push(step);
    })();
    const error = await failureOf(run);
    expect(error).toBeInstanceOf(KisRateLimitError);
    expect(error).toMatchObject({ retryAfterMs: 60_000 });
    const done = steps.filter(({ status }) => status === "done");
    expect(done).toHaveLength(5);
    await expectTruth(store, done);
  });

  test("order, deadline and stagger", async () => {
    for (const order of ["newest-first", "oldest-first"] as const) {
      const client = source();
      await stepsOf(
        backfill({ client, store: new MemoryStore(), targets: ALL, clock, order, concurrency: 1 }),
      );
      const days = client.requests.map(({ tradingDay = "" }) => tradingDay);
      expect(days).toEqual(order === "oldest-first" ? days.toSorted() : days.toSorted().toReversed());
    }
    const time = createManualClock(NOW);
    const client = sourceAt(() => time.now());
    const started = time.now();
    const run = stepsOf(
      backfill({ client, store: new MemoryStore(), targets: ALL, clock: time, staggerMs: 1000 }),
    );
    await time.runUntil(run);
    expect(time.now() - started).toBeGreaterThanOrEqual(14_000);
    const short = createManualClock(NOW);
    const hasty = sourceAt(() => short.now());
    const limited = stepsOf(
      backfill({
        client: hasty,
        store: new MemoryStore(),
        targets: ALL,
        clock: short,
        staggerMs: 1000,
        deadlineMs: 5000,
      }),
    );
    await short.runUntil(limited);
    expect(short.now() - NOW).toBeLessThanOrEqual(5000);
    expect(hasty.requests.length).toBeLessThan(7);
    expect((await limited).every(({ status }) => status === "done")).toBe(true);
  });

  test("a signal ends it with its reason; what was fetched is kept", async () => {
    const controller = new AbortController();
    const reason = { enough: true };
    const store = new MemoryStore();
    const told: BackfillStep[] = [];
    const run = (async () => {
      for await (const step of backfill({
        client: source(),
        store,
        targets: ALL,
        clock,
        signal: controller.signal,
      })) {
        told.push(step);
        if (told.length === 4) controller.abort(reason);
      }
    })();
    expect(await failureOf(run)).toBe(reason);
    await expectTruth(store, told);
    expect(
      await failureOf(
        stepsOf(
          backfill({ client: source(), store, targets: ALL, clock, signal: AbortSignal.abort(reason) }),
        ),
      ),
    ).toBe(reason);
  });

  test("objects are few", async () => {
    const store = new MemoryStore();
    const many = Array.from({ length: 100 }, (_, index) => String(100_001 + index * 10));
    const targets = many.map((symbol) => ({ symbol, tradingDay: "2026-11-20" }));
    await stepsOf(backfill({ client: source(), store, targets, clock }));
    expect((await keysOf(store)).length).toBeLessThanOrEqual(10);
    await compact({ store, venue: "KRX", tradingDay: "2026-11-20", deleteSources: true });
    expect(await keysOf(store)).toHaveLength(1);
  });

  test("bad options are config errors", () => {
    const good = { client: source(), store: new MemoryStore(), targets: ALL };
    for (const options of [
      { maxCalls: -1 },
      { maxCalls: Number.NaN },
      { deadlineMs: 0 },
      { staggerMs: -1 },
      { order: "sideways" },
      { client: {} },
    ]) {
      expect(() => backfill({ ...good, ...options } as never), JSON.stringify(options)).toThrow(ConfigError);
    }
  });
});

describe("catchUp", () => {
  test("fills from the last good day to now; called again it is healthy and costs nothing", async () => {
    const store = new MemoryStore();
    await stepsOf(backfill({ client: source(), store, targets: ALL.slice(0, 6), clock })); // 16th and 17th
    const client = source();
    const report = await catchUp({ client, store, symbols: SYMBOLS, days: 20, clock });
    expect(report).toMatchObject({ status: "healed", lastGoodDay: "2026-11-17", degraded: [] });
    expect(new Set(client.requests.map(({ tradingDay }) => tradingDay))).toEqual(
      new Set(["2026-11-18", "2026-11-19", "2026-11-20"]),
    );
    await expectTruth(store);
    const quiet = source();
    expect(await catchUp({ client: quiet, store, symbols: SYMBOLS, days: 20, clock })).toMatchObject({
      status: "healthy",
      healed: [],
    });
    expect(quiet.requests).toHaveLength(0);
  });

  test("an empty store: at most `days` trading days, none of them closed", async () => {
    const client = source();
    const store = new MemoryStore();
    await catchUp({ client, store, symbols: ["005930"], days: 5, clock });
    expect(new Set(client.requests.map(({ tradingDay }) => tradingDay))).toEqual(new Set(DAYS));
    expect(client.requests).toHaveLength(DAYS.length);
  });

  test("by content: a day with a hole in one symbol is not good", async () => {
    const store = new MemoryStore();
    await stepsOf(backfill({ client: source(), store, targets: ALL, clock }));
    const forget = async (day: string): Promise<void> => {
      await dropColumns(store);
      for (const key of await keysOf(store, `hantoo-stock-kline-1m/${day}`)) await store.delete(key);
    };
    await forget("20261119");
    await stepsOf(
      backfill({ client: source(), store, targets: [{ symbol: "005930", tradingDay: "2026-11-19" }], clock }),
    );
    // The 20th is whole: that is the last good day, and nothing before it is looked at.
    const one = source();
    await catchUp({ client: one, store, symbols: SYMBOLS, clock });
    expect(one.requests).toHaveLength(0);
    await forget("20261120");
    const two = source();
    const report = await catchUp({ client: two, store, symbols: SYMBOLS, clock });
    expect(report).toMatchObject({ status: "healed", lastGoodDay: "2026-11-18" });
    expect(two.requests).toHaveLength(5);
    await expectTruth(store);
  });

  test("what fails is told, not thrown", async () => {
    const failing = source((answer, { symbol }) =>
      symbol === "0037T0" ? Promise.reject(new Error("gone")) : answer,
    );
    const report = await catchUp({
      client: failing,
      store: new MemoryStore(),
      symbols: SYMBOLS,
      days: 2,
      clock,
    });
    expect(report.status).toBe("degraded");
    expect(report.degraded.map(({ symbol }) => symbol)).toEqual(["0037T0", "0037T0"]);
  });
});

describe("readTargets", () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "hantoo-targets-"))));
  afterAll(() => rm(folder, { recursive: true }));
  const read = async (text: string) => {
    const path = join(folder, "targets.csv");
    await writeFile(path, text);
    return readTargets(path);
  };

  test("English and Korean headers, BOM, CRLF, quotes, duplicates, bad rows by line", async () => {
    expect(await read("symbol,date\n005930,2026-11-20\n0037T0,20261119\n")).toEqual({
      targets: [
        { symbol: "005930", tradingDay: "2026-11-20" },
        { symbol: "0037T0", tradingDay: "2026-11-19" },
      ],
      problems: [],
    });
    const korean = await read('\uFEFF"종목코드","이름","날짜"\r\n"005930","삼성, 전자","2026-11-20"\r\n\r\n');
    expect(korean).toEqual({ targets: [{ symbol: "005930", tradingDay: "2026-11-20" }], problems: [] });
    const bad = await read(
      "symbol,trading_day\n005930,2026-11-20\nAAPL,2026-11-20\n005930,2026-13-01\n005930,2026-11-20\n5930,2026-11-20\n000660,2026-11-20\n",
    );
    expect(bad.targets.map(({ symbol }) => symbol)).toEqual(["005930", "000660"]);
    expect(bad.problems.map(({ line }) => line)).toEqual([3, 4, 5, 6]);
    for (const { message } of bad.problems) expect(message.length).toBeGreaterThan(5);
    expect((await read("stock_code,date\n005930,2026-11-20\n")).targets).toHaveLength(1);
    expect((await read("tradingDay,symbol\n2026-11-20,005930\n")).targets).toHaveLength(1);
  });

  test("empty, header alone, another table, no file", async () => {
    expect((await read("symbol,date\n")).targets).toEqual([]);
    for (const text of ["", "a,b,c\n1,2,3\n"]) {
      const list = await read(text).catch((error: unknown) => error);
      if (list instanceof Error) expect(list).toBeInstanceOf(ConfigError);
      else expect((list as { targets: unknown[] }).targets).toEqual([]);
    }
    expect(await failureOf(readTargets(join(folder, "none.csv")))).toBeInstanceOf(Error);
  });
});
