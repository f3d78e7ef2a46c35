import { createMarket, createManualClock } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import {
  type Clock,
  type MinuteBar,
  KisAuthError,
  KisRateLimitError,
  StorageError,
  TransportError,
  kstInstant,
} from "../../../src/core/index.js";
import type { BackfillProgress } from "../../../src/kline/backfill/step.js";
import type { BackfillStep } from "../../../src/kline/backfill/step.js";
import { planBackfill } from "../../../src/kline/backfill/survey.js";
import {
  type BackfillOptions,
  type BackfillSummary,
  backfill,
} from "../../../src/kline/backfill/backfill.js";
import { createKlineStore } from "../../../src/archive/kline-store.js";
import { MemoryStore, type ObjectStore } from "../../../src/storage/index.js";
import { collect } from "../day-samples.js";
import { createSampleSource } from "../sample-market.js";
import { type VirtualSourceOptions, createVirtualSource } from "../virtual-source.js";

const SYMBOLS = ["005930", "0037T0", "28513K", "Q530036", "247540"];
const market = createMarket({ seed: 8, symbols: SYMBOLS });
const EVENING = kstInstant("2026-11-20", "18:00");
const answer = { status: 200, trId: "FHKST03010230", rtCd: "1", msgCd: "X" };

type Overrides = Partial<BackfillOptions> & Pick<Partial<VirtualSourceOptions>, "fault" | "latencyMs">;

/** A run on a clock of its own, to its end or its error. */
async function runBackfill(store: ObjectStore, { fault, latencyMs, ...overrides }: Overrides = {}) {
  const clock = createManualClock(EVENING);
  const client = createVirtualSource({
    clock,
    market,
    ...(fault && { fault }),
    ...(latencyMs !== undefined && { latencyMs }),
  });
  const steps: BackfillStep[] = [];
  const progress: BackfillProgress[] = [];
  let summary: BackfillSummary | undefined;
  let error: unknown;
  const work = (async () => {
    const run = backfill({
      client,
      store,
      clock,
      random: () => 0.5,
      ...(overrides.targets === undefined ? { symbols: SYMBOLS, days: 3 } : {}),
      onProgress: (now) => progress.push(now),
      ...overrides,
    });
    for (;;) {
      const { value, done } = await run.next();
      if (done === true) return void (summary = value);
      steps.push(value);
    }
  })().catch((thrown: unknown) => {
    error = thrown;
  });
  await clock.runUntil(work);
  return { clock, client, steps, progress, summary, error };
}

/** What is stored of a day, as traded minutes by symbol; fails if anything but the whole session is there. */
async function stored(store: ObjectStore, day: string, symbols: readonly string[] = SYMBOLS) {
  const { table, objects, damaged } = await createKlineStore({ store }).readDay({
    tradingDay: day,
    venue: "KRX",
    hours: "regular",
  });
  expect(damaged).toEqual([]);
  for (const symbol of symbols)
    expect([symbol, table.prefixLength(symbol)]).toEqual([symbol, table.minutes.length]);
  return { table, objects: objects.length };
}

async function expectTruth(
  store: ObjectStore,
  days: readonly string[],
  symbols: readonly string[] = SYMBOLS,
): Promise<number> {
  let count = 0;
  for (const day of days) {
    const { table, objects } = await stored(store, day, symbols);
    count += objects;
    for (const symbol of symbols) {
      const traded = table.minutes.flatMap((time, index) => {
        const cell = table.get(symbol, index);
        return cell === undefined || cell.volume === 0 ? [] : [{ time, ...cell }];
      });
      expect(traded).toEqual(market.truth(symbol, day).map(withoutTurnover));
    }
  }
  return count;
}

const withoutTurnover = ({ turnover, ...bar }: MinuteBar): object => (turnover === undefined ? {} : bar);
const keysOf = async (store: ObjectStore): Promise<string[]> => {
  const keys: string[] = [];
  for await (const key of store.list("hantoo-stock-kline-1m/"))
    if (!key.includes("/_logger-")) keys.push(key);
  return keys;
};
const DAYS = ["2026-11-18", "2026-11-19", "2026-11-20"];

describe("backfill", () => {
  test("fills days with the truth, newest first, and a second run plans and asks nothing", async () => {
    const store = new MemoryStore();
    const { steps, summary, client, progress } = await runBackfill(store);
    expect(client.asked.map((name) => name.slice(-10))).toEqual(
      DAYS.toReversed().flatMap((day) => SYMBOLS.map(() => day)),
    );
    expect(new Set(steps.map(({ status }) => status))).toEqual(new Set(["done"]));
    expect(steps.map(({ done, total }) => [done, total])).toEqual(steps.map((_, i) => [i + 1, 15]));
    expect(steps.reduce((sum, { calls }) => sum + calls, 0)).toBe(client.calls);
    expect(summary).toEqual({ done: 15, total: 15, failed: 0, calls: client.calls });
    expect(progress.at(-1)).toMatchObject({ done: 15, total: 15, failed: 0, calls: client.calls, etaMs: 0 });
    expect(await expectTruth(store, DAYS)).toBeLessThanOrEqual(5);

    const plan = await planBackfill({ store, symbols: SYMBOLS, days: 3, clock: createManualClock(EVENING) });
    expect(plan.totals).toMatchObject({ fetch: 0, skip: 15, calls: 0, objects: 0, bytes: 0 });
    const again = await runBackfill(store);
    expect(again.client.asked).toEqual([]);
    expect(new Set(again.steps.map(({ status, reason }) => `${status}: ${reason}`))).toEqual(
      new Set(["skipped: complete"]),
    );
  });

  test("goes on within a day: only what is missing is asked for", async () => {
    const store = new MemoryStore();
    const noon = createManualClock(kstInstant("2026-11-20", "12:00"));
    const client = createVirtualSource({ clock: noon, market });
    const targets = [{ symbol: "005930", tradingDay: "2026-11-20" }];
    await noon.runUntil(
      (async () => {
        for await (const { status } of backfill({ client, store, clock: noon, targets }))
          expect(status).toBe("done");
      })(),
    );
    const partial = await createKlineStore({ store }).readDay({
      tradingDay: "2026-11-20",
      venue: "KRX",
      hours: "regular",
    });
    expect(partial.table.prefixLength("005930")).toBe(179);
    const evening = await runBackfill(store, { targets });
    expect(evening.steps).toMatchObject([{ status: "done", calls: 2 }]);
    await expectTruth(store, ["2026-11-20"], ["005930"]);
  });

  test("skips what cannot be there, each with its reason", async () => {
    const { steps, client } = await runBackfill(new MemoryStore(), {
      targets: [
        { symbol: "005930", tradingDay: "2026-11-21" },
        { symbol: "005930", tradingDay: "2026-11-23" },
        { symbol: "005930", tradingDay: "2026-07-17" },
        { symbol: "005930", tradingDay: "2024-11-20" },
        { symbol: "005930", tradingDay: "1999-01-04" },
        { symbol: "0037T0", tradingDay: "2026-11-20" },
        { symbol: "005930", tradingDay: "2026-11-20" },
        { symbol: "005930", tradingDay: "2026-11-20" },
      ],
      instruments: [{ symbol: "0037T0", listingDate: "20261123" }],
    });
    expect(
      steps.map(({ tradingDay, reason, status }) => `${tradingDay} ${reason ?? status}`).toSorted(),
    ).toEqual([
      "1999-01-04 outside the calendar",
      "2024-11-20 older than KIS keeps",
      "2026-07-17 not a trading day",
      "2026-11-20 before listing",
      "2026-11-20 done",
      "2026-11-20 duplicate",
      "2026-11-21 not a trading day",
      "2026-11-23 in the future",
    ]);
    expect(client.asked).toEqual(["005930 2026-11-20"]);
  });

  test("one bad target is told and the rest goes on; the failed steps can be handed back", async () => {
    const store = new MemoryStore();
    const once = new TransportError("reset");
    const first = await runBackfill(store, {
      symbols: ["005930", "999999", "247540"],
      days: 2,
      fault: ({ symbol, tradingDay }) =>
        symbol === "247540" && tradingDay === "2026-11-19" ? once : undefined,
    });
    const failures = first.steps.filter(({ status }) => status === "failed");
    expect(failures.map(({ symbol, tradingDay }) => `${symbol} ${tradingDay}`).toSorted()).toEqual([
      "247540 2026-11-19",
      "999999 2026-11-19",
      "999999 2026-11-20",
    ]);
    expect(failures.find(({ symbol }) => symbol === "247540")?.error).toBe(once);
    expect(first.summary).toMatchObject({ done: 6, total: 6, failed: 3 });
    const second = await runBackfill(store, { targets: failures });
    expect(second.steps.map(({ symbol, status }) => `${symbol} ${status}`).toSorted()).toEqual([
      "247540 done",
      "999999 failed",
      "999999 failed",
    ]);
    await expectTruth(store, ["2026-11-19", "2026-11-20"], ["005930", "247540"]);
  });

  test("never passes its ceiling of calls, and goes on from there", async () => {
    for (const maxCalls of [0, 3, 10, 33]) {
      const { client, steps, summary } = await runBackfill(new MemoryStore(), { maxCalls });
      expect(client.calls).toBeLessThanOrEqual(maxCalls);
      expect(steps.length).toBeLessThan(15);
      expect(summary).toMatchObject({
        done: steps.length,
        total: 15,
        calls: client.calls,
        stopped: "maxCalls",
      });
    }
    const store = new MemoryStore();
    for (let runs = 0; ; runs++) {
      expect(runs).toBeLessThan(10);
      const { summary } = await runBackfill(store, { maxCalls: 10 });
      if (summary?.stopped === undefined) break;
    }
    await expectTruth(store, DAYS);
  });

  test("plans by the source's capacity where an option is there and undefined", async () => {
    const clock = createManualClock(EVENING);
    const client = createSampleSource({ clock, ratePerSecond: 1, rowsPerCall: 30 });
    const nothing: object = { ratePerSecond: undefined, minutesPerCall: undefined };
    const limits = { symbols: ["005930"], days: 3, maxCalls: 28, ...nothing };
    const steps = await collect(backfill({ client, store: new MemoryStore(), clock, ...limits }));
    expect(steps.map(({ status }) => status)).toEqual(["done", "done"]);
    expect(client.calls).toBeLessThanOrEqual(28);
  });

  test.each([1000, 2500, 4000])(
    "ends before its deadline of %i ms, and told steps are durable",
    async (deadlineMs) => {
      const store = new MemoryStore();
      const { clock, steps, summary } = await runBackfill(store, { deadlineMs });
      expect(clock.monotonic()).toBeLessThanOrEqual(deadlineMs);
      expect(summary).toMatchObject(
        steps.length === 15 ? { done: 15 } : { done: steps.length, stopped: "deadline" },
      );
      for (const { symbol, tradingDay } of steps) await expectTruth(store, [tradingDay], [symbol]);
    },
  );

  test("a source that hangs does not carry a run past its deadline", async () => {
    const { clock, steps, summary, error } = await runBackfill(new MemoryStore(), {
      deadlineMs: 60_000,
      latencyMs: 9e9,
    });
    expect(error).toBeUndefined();
    expect(clock.monotonic()).toBeLessThanOrEqual(60_000);
    expect([steps, summary?.stopped]).toEqual([[], "deadline"]);
  });

  test("a refused rate stops the run, keeps what was fetched, and says when to resume", async () => {
    const store = new MemoryStore();
    const refusal = new KisRateLimitError("refused", answer, { retryAfterMs: 90_000 });
    const { clock, steps, error, client } = await runBackfill(store, {
      fault: (_, call) => (call > 20 ? refusal : undefined),
    });
    const stamp = new Date(clock.now() + 90_000 + 9 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    expect(error).toMatchObject({
      code: "kis_rate_limit",
      retryAfterMs: 90_000,
      cause: refusal,
      message: expect.stringContaining(stamp),
    });
    expect(client.calls).toBeLessThan(30);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.every(({ status }) => status === "done")).toBe(true);
    for (const { symbol, tradingDay } of steps) await expectTruth(store, [tradingDay], [symbol]);
  });

  test("a refused key stops the run", async () => {
    const refusal = new KisAuthError("no such key", answer);
    const { steps, error, client } = await runBackfill(new MemoryStore(), { fault: () => refusal });
    expect(error).toBe(refusal);
    expect(steps).toEqual([]);
    expect(client.calls).toBeLessThanOrEqual(8);
  });

  test("a dead network is given up after ten targets, the rest is told without calls", async () => {
    const { steps, client } = await runBackfill(new MemoryStore(), {
      days: 20,
      fault: () => new TransportError("down"),
    });
    expect(steps).toHaveLength(100);
    expect(steps.every(({ status }) => status === "failed")).toBe(true);
    expect(client.calls).toBeLessThan(20);
  });

  test("an abort writes what was fetched, tells it, and throws its own reason", async () => {
    const store = new MemoryStore();
    const controller = new AbortController();
    const reason = { why: "the user" };
    const { steps, error } = await runBackfill(store, {
      signal: controller.signal,
      fault: (_, call) => (call === 30 ? controller.abort(reason) : undefined),
    });
    expect(error).toBe(reason);
    expect(steps.length).toBeGreaterThan(3);
    for (const { symbol, tradingDay } of steps) await expectTruth(store, [tradingDay], [symbol]);
  });

  /** A store whose uploads take their time. */
  class Slow extends MemoryStore {
    readonly #clock: Clock;
    constructor(clock: Clock) {
      super();
      this.#clock = clock;
    }
    override async put(...args: Parameters<MemoryStore["put"]>): Promise<void> {
      await this.#clock.sleep(30_000);
      return super.put(...args);
    }
  }

  test("breaking out of the loop writes what was fetched before it returns", async () => {
    const clock = createManualClock(EVENING);
    const store = new Slow(clock);
    const client = createVirtualSource({ clock, market });
    const work = (async () => {
      for await (const step of backfill({ client, store, clock, symbols: SYMBOLS, days: 20 })) return step;
      return undefined;
    })();
    const first = await clock.runUntil(work);
    await expectTruth(store, [first?.tradingDay ?? ""], [first?.symbol ?? ""]);
    const plan = await planBackfill({ store, clock, symbols: SYMBOLS, days: 20 });
    // A batch of 12 was told of, and of the next one all 8 that had come in during its upload.
    expect(plan.totals.skip).toBe(20);
    expect(clock.sleeping).toBe(0);
  });

  test("never more than 20 targets are begun and not told, however slow the store or the consumer", async () => {
    const clock = createManualClock(EVENING);
    const client = createVirtualSource({ clock, market });
    let told = 0;
    let most = 0;
    const work = (async () => {
      for await (const _ of backfill({ client, store: new Slow(clock), clock, symbols: SYMBOLS, days: 12 })) {
        told++;
        most = Math.max(most, client.asked.length - told);
        if (told === 20) await clock.sleep(600_000);
        most = Math.max(most, client.asked.length - told);
      }
    })();
    await clock.runUntil(work);
    expect(told).toBe(60);
    expect(most).toBe(20);
  });

  test("targets are begun no closer than the stagger, one after the other", async () => {
    const store = new MemoryStore();
    const { client, clock } = await runBackfill(store, { staggerMs: 7000 });
    expect(clock.monotonic()).toBeGreaterThanOrEqual(14 * 7000);
    const begun = client.sentAt.filter((at, index) => at - (client.sentAt[index - 1] ?? 0) > 5000);
    expect(begun).toHaveLength(15);
    expect((await keysOf(store)).length).toBeLessThanOrEqual(5);
  });

  test("shards part the symbols among hosts and together fill all", async () => {
    const store = new MemoryStore();
    const told = new Set<string>();
    for (const index of [0, 1, 2]) {
      const { steps } = await runBackfill(store, { shard: { index, count: 3 } });
      for (const { symbol, tradingDay } of steps) told.add(`${symbol} ${tradingDay}`);
    }
    expect(told.size).toBe(15);
    await expectTruth(store, DAYS);
  });

  test("startFrom leaves out what comes before it in the order", async () => {
    const from = async (startFrom: BackfillOptions["startFrom"] & {}) =>
      (await runBackfill(new MemoryStore(), { startFrom, order: "oldest-first" })).steps.map(
        ({ symbol, tradingDay }) => `${symbol} ${tradingDay}`,
      );
    expect(await from("2026-11-20")).toHaveLength(5);
    expect(await from({ symbol: "247540", tradingDay: "2026-11-19" })).toHaveLength(6);
    expect(await from("Q530036")).toHaveLength(12);
    expect((await runBackfill(new MemoryStore(), { startFrom: "2026-01-02" })).error).toMatchObject({
      code: "config",
      option: "startFrom",
    });
  });

  test("by market cap: the largest first, and still few objects", async () => {
    const store = new MemoryStore();
    const instruments = new Map(SYMBOLS.map((symbol, index) => [symbol, { symbol, marketCap: index }]));
    const { client } = await runBackfill(store, {
      instruments,
      order: "market-cap",
      days: 3,
      concurrency: 8,
    });
    expect(client.asked.slice(0, 5)).toEqual(SYMBOLS.toReversed().map((symbol) => `${symbol} 2026-11-20`));
    expect((await keysOf(store)).length).toBeLessThanOrEqual(5);
  });
});

describe("a store that fails", () => {
  class Failing extends MemoryStore {
    puts = 0;
    readonly #isBroken: (puts: number) => boolean;
    constructor(isBroken: (puts: number) => boolean) {
      super();
      this.#isBroken = isBroken;
    }
    override async put(...args: Parameters<MemoryStore["put"]>): Promise<void> {
      if (this.#isBroken(++this.puts))
        throw new StorageError("disk full", { operation: "put", key: args[0] });
      return super.put(...args);
    }
  }

  test("once: its targets are told as failed, and the next run fetches them alone", async () => {
    const store = new Failing((puts) => puts === 2);
    const first = await runBackfill(store, { days: 10 });
    const failures = first.steps.filter(({ status }) => status === "failed");
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.length).toBeLessThanOrEqual(20);
    expect(failures.every(({ error }) => error instanceof StorageError)).toBe(true);
    const second = await runBackfill(store, { days: 10 });
    expect(second.client.asked).toHaveLength(failures.length);
    await expectTruth(store, krx.tradingDays("2026-11-09", "2026-11-20"));
  });

  test("for good, half-way: every target is told, and KIS is left alone soon", async () => {
    const store = new Failing((puts) => puts > 3);
    const { steps, error, client } = await runBackfill(store, { days: 60 });
    expect(error).toBeUndefined();
    expect(steps).toHaveLength(300);
    expect(client.asked.length).toBeLessThan(120);
    for (const { symbol, tradingDay, status } of steps)
      if (status === "done") await expectTruth(store, [tradingDay], [symbol]);
    expect(
      steps.filter(({ status }) => status === "failed").every((step) => step.error instanceof StorageError),
    ).toBe(true);
  });
});

test.each([
  ["client", { client: {} }],
  ["store", { store: undefined }],
  ["maxCalls", { maxCalls: -1 }],
  ["deadlineMs", { deadlineMs: 0 }],
  ["staggerMs", { staggerMs: Number.NaN }],
  ["concurrency", { concurrency: 11 }],
  ["order", { order: "random" }],
  ["shard.index", { shard: { index: 2, count: 2 } }],
  ["days", { days: 0 }],
  ["symbols", { symbols: ["5930"] }],
  ["targets", { symbols: undefined }],
  ["targets", { targets: [] }],
  [
    "targets[0].tradingDay",
    { symbols: undefined, days: undefined, targets: [{ symbol: "005930", tradingDay: "20261120" }] },
  ],
  ["instruments", { order: "market-cap" }],
  ["venue", { venue: "J" }],
])("%s is checked before anything is done", (option, wrong) => {
  const client = createVirtualSource({ clock: createManualClock(EVENING), market });
  const options = {
    client,
    store: new MemoryStore(),
    symbols: SYMBOLS,
    days: 1,
    clock: createManualClock(EVENING),
    ...wrong,
  };
  expect(() => backfill(options as unknown as BackfillOptions)).toThrow(
    expect.objectContaining({ code: "config", option }),
  );
});
