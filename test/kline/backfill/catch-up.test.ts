import { createManualClock, createMarket } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import { KisRateLimitError, StorageError, kstInstant } from "../../../src/core/index.js";
import { backfill } from "../../../src/kline/backfill/backfill.js";
import { type CatchUpOptions, catchUp } from "../../../src/kline/backfill/catch-up.js";
import { coverage } from "../../../src/kline/read/coverage.js";
import { readBars } from "../../../src/kline/read/read-bars.js";
import { MemoryStore, type ObjectStore } from "../../../src/storage/index.js";
import { createSampleSource } from "../sample-market.js";
import { type VirtualSourceOptions, createVirtualSource } from "../virtual-source.js";

const SYMBOLS = ["005930", "0037T0", "Q530036", "247540"];
const market = createMarket({ seed: 4, symbols: SYMBOLS });
const at = (day: string, time: string): number => kstInstant(day, time);

type Overrides = Partial<CatchUpOptions> &
  Pick<Partial<VirtualSourceOptions>, "fault"> & { readonly now?: number };

async function heal(
  store: ObjectStore,
  { now = at("2026-11-20", "18:00"), fault, ...overrides }: Overrides = {},
) {
  const clock = createManualClock(now);
  const client = createVirtualSource({ clock, market, ...(fault && { fault }) });
  const report = await clock.runUntil(
    catchUp({ client, store, clock, symbols: SYMBOLS, random: () => 0.5, ...overrides }),
  );
  return { report, asked: client.asked, clock };
}

async function fill(
  store: ObjectStore,
  targets: readonly { symbol: string; tradingDay: string }[],
  now = at("2026-11-20", "18:00"),
) {
  const clock = createManualClock(now);
  const client = createVirtualSource({ clock, market });
  const work = (async () => {
    for await (const { status } of backfill({ client, store, clock, targets })) expect(status).toBe("done");
  })();
  await clock.runUntil(work);
}
const all = (...days: string[]) =>
  days.flatMap((tradingDay) => SYMBOLS.map((symbol) => ({ symbol, tradingDay })));

async function expectTruth(store: ObjectStore, from: string, to: string, symbols = SYMBOLS): Promise<void> {
  for (const symbol of symbols) {
    const bars = [];
    for await (const bar of readBars({ store, symbol, venue: "KRX", from, to, untraded: "skip" }))
      bars.push(bar);
    const truth = krx.tradingDays(from, to).flatMap((day) => market.truth(symbol, day));
    expect(bars).toEqual(truth.map(({ turnover, ...bar }) => (turnover === undefined ? {} : bar)));
  }
}

describe("catchUp", () => {
  test("fills an empty store as far back as asked, then finds nothing to do", async () => {
    const store = new MemoryStore();
    const { report, asked } = await heal(store, { days: 3 });
    expect(report).toMatchObject({ status: "healed", degraded: [] });
    expect(report).not.toHaveProperty("lastGoodDay");
    expect(asked.map((name) => name.slice(-10))).toEqual(
      all("2026-11-18", "2026-11-19", "2026-11-20").map(({ tradingDay }) => tradingDay),
    );
    expect(report.healed.map(({ symbol, tradingDay }) => `${symbol} ${tradingDay}`).toSorted()).toEqual(
      asked.toSorted(),
    );
    await expectTruth(store, "2026-11-18", "2026-11-20");
    const again = await heal(store, { days: 3 });
    expect(again.asked).toEqual([]);
    expect(again.report).toEqual({
      status: "healthy",
      lastGoodDay: "2026-11-20",
      healed: [],
      degraded: [],
      calls: 0,
    });
  });

  test("goes back to the last whole day by content, and no further", async () => {
    const store = new MemoryStore();
    await fill(store, [...all("2026-11-17"), { symbol: "005930", tradingDay: "2026-11-18" }]);
    await fill(store, all("2026-11-19"), at("2026-11-19", "12:00"));
    const { report, asked } = await heal(store);
    expect(report.lastGoodDay).toBe("2026-11-17");
    expect(asked).not.toContain("005930 2026-11-18");
    expect(new Set(asked.map((name) => name.slice(-10)))).toEqual(
      new Set(["2026-11-18", "2026-11-19", "2026-11-20"]),
    );
    expect(asked).toHaveLength(11);
    await expectTruth(store, "2026-11-17", "2026-11-20");
  });

  test("a damaged object is no whole day: it is fetched again", async () => {
    const store = new MemoryStore();
    await fill(store, all("2026-11-19", "2026-11-20"));
    // Columns would still tell what the object no longer can.
    for await (const key of store.list("hantoo-stock-kline-1m-")) await store.delete(key);
    for await (const key of store.list("hantoo-stock-kline-1m/20261120")) {
      const bytes = (await store.get(key)) ?? new Uint8Array();
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0x40;
      await store.put(key, bytes);
    }
    const { report } = await heal(store);
    expect(report).toMatchObject({ status: "healed", lastGoodDay: "2026-11-19" });
    expect(report.healed).toHaveLength(4);
    await expectTruth(store, "2026-11-19", "2026-11-20");
  });

  test("every hour through a holiday week: no closed day is asked for, no minute twice, and all is there", async () => {
    const store = new MemoryStore();
    const asked = new Set<string>();
    const hours = [];
    for (let now = at("2026-09-23", "00:20"); now < at("2026-09-29", "00:00"); now += 3_600_000)
      hours.push(now);
    let bars = 0;
    for (const now of hours) {
      const { report, asked: names } = await heal(store, { now, days: 2 });
      expect(report.degraded).toEqual([]);
      for (const name of names) asked.add(name.slice(-10));
      bars += report.healed.reduce((sum, healed) => sum + healed.bars, 0);
    }
    expect([...asked].toSorted()).toEqual(krx.tradingDays("2026-09-21", "2026-09-28"));
    await expectTruth(store, "2026-09-21", "2026-09-28");
    const truth = SYMBOLS.flatMap((symbol) =>
      krx.tradingDays("2026-09-21", "2026-09-28").flatMap((day) => market.truth(symbol, day)),
    );
    expect(bars).toBe(truth.length);
  });

  test("two hosts at once end in the same content as one", async () => {
    const store = new MemoryStore();
    const clock = createManualClock(at("2026-11-20", "13:07"));
    const host = (latencyMs: number, random: number) =>
      catchUp({
        client: createVirtualSource({ clock, market, latencyMs }),
        store,
        clock,
        symbols: SYMBOLS,
        days: 4,
        random: () => random,
      });
    const reports = await clock.runUntil(Promise.all([host(70, 0.1), host(110, 0.9)]));
    expect(reports.map(({ status }) => status)).toEqual(["healed", "healed"]);
    await expectTruth(store, "2026-11-16", "2026-11-19");
    expect((await heal(store, { now: clock.now(), days: 4 })).report.status).toBe("healthy");
    const { total } = await coverage({
      store,
      venue: "KRX",
      from: "2026-11-16",
      to: "2026-11-19",
      symbols: SYMBOLS,
    });
    expect(total).toMatchObject({ rate: 1, have: 4 * 4 * 381 });
  });

  test("degraded says what and why, and the rest is healed", async () => {
    const store = new MemoryStore();
    const { report } = await heal(store, { symbols: [...SYMBOLS, "999999"], days: 2 });
    expect(report.status).toBe("degraded");
    expect(report.healed).toHaveLength(8);
    expect(report.degraded).toEqual(
      ["2026-11-19", "2026-11-20"].map((tradingDay) => ({
        symbol: "999999",
        tradingDay,
        reason: "KIS knows no symbol 999999",
        error: expect.objectContaining({ code: "kis_api" }),
      })),
    );
    await expectTruth(store, "2026-11-19", "2026-11-20");
  });

  test("a refused rate is degraded, with the time to resume", async () => {
    const refusal = new KisRateLimitError(
      "refused",
      { status: 500, trId: "T", rtCd: "1", msgCd: "EGW00201" },
      { retryAfterMs: 60_000 },
    );
    const store = new MemoryStore();
    const { report, clock } = await heal(store, {
      days: 5,
      fault: (_, call) => (call > 25 ? refusal : undefined),
    });
    expect(report.status).toBe("degraded");
    expect(report.resumeAt).toBe(clock.now() + 60_000);
    expect(report.healed.length + report.degraded.length).toBe(20);
    expect((await heal(store, { days: 5 })).report.status).toBe("healed");
    await expectTruth(store, "2026-11-16", "2026-11-20");
  });

  test("a ceiling of calls and a deadline leave the rest for the next hour, by name", async () => {
    const store = new MemoryStore();
    const first = await heal(store, { days: 5, maxCalls: 20 });
    expect(first.report.calls).toBeLessThanOrEqual(20);
    expect(first.report.degraded.at(-1)?.reason).toBe("not reached: the allowed calls were used up");
    const second = await heal(store, { days: 5, deadlineMs: 2500 });
    expect(second.report.degraded.at(-1)?.reason).toBe("not reached: the deadline came first");
    expect((await heal(store, { days: 5 })).report).toMatchObject({ status: "healed", degraded: [] });
  });

  test("days before a listing and days KIS no longer keeps are not asked for", async () => {
    const store = new MemoryStore();
    const { report, asked } = await heal(store, {
      symbols: ["0037T0"],
      days: 6,
      keptDays: 4,
      instruments: [{ symbol: "0037T0", listingDate: "2026-11-16" }],
    });
    expect(asked.toSorted()).toEqual(
      ["2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"].map((day) => `0037T0 ${day}`),
    );
    expect(report).toMatchObject({
      status: "degraded",
      lastGoodDay: "2026-11-13",
      degraded: [{ symbol: "0037T0", tradingDay: "2026-11-16", reason: "older than KIS keeps" }],
    });
  });

  test("a source that keeps fewer days says so itself: what it no longer has is degraded", async () => {
    const store = new MemoryStore();
    const clock = createManualClock(at("2026-11-20", "18:00"));
    const source = createVirtualSource({ clock, market });
    const client = { ...source, capacity: { ratePerSecond: 18, minutesPerCall: 120, keptDays: 2 } };
    const report = await clock.runUntil(catchUp({ client, store, clock, symbols: ["005930"], days: 3 }));
    expect(report).toMatchObject({
      status: "degraded",
      degraded: [{ symbol: "005930", tradingDay: "2026-11-18", reason: "older than KIS keeps" }],
    });
  });

  test("symbols and instruments that can be walked through once are enough", async () => {
    const store = new MemoryStore();
    const listed = [{ symbol: "0037T0", listingDate: "2026-11-20" }, { symbol: "005930" }];
    const { report, asked } = await heal(store, {
      symbols: new Set(["0037T0", "005930"]).values(),
      instruments: new Set(listed).values(),
      days: 2,
    });
    expect(report).toMatchObject({ status: "healed", degraded: [] });
    expect(asked.toSorted()).toEqual(["0037T0 2026-11-20", "005930 2026-11-19", "005930 2026-11-20"]);
  });

  test("a store that takes nothing is degraded; one that cannot be read throws", async () => {
    class Full extends MemoryStore {
      override async put(key: string): Promise<void> {
        throw new StorageError("disk full", { operation: "put", key });
      }
    }
    expect((await heal(new Full(), { days: 2 })).report).toMatchObject({
      status: "degraded",
      healed: [],
      degraded: { length: 8 },
    });
    class Gone extends MemoryStore {
      // oxlint-disable-next-line require-yield -- a listing that fails before its first key
      override async *list(key: string): AsyncIterable<string> {
        throw new StorageError("no such bucket", { operation: "list", key });
      }
    }
    await expect(heal(new Gone())).rejects.toThrow("no such bucket");
  });

  test.each([
    ["client", { client: {} as never }],
    ["days", { days: 0 }],
    ["symbols", { symbols: ["5930"] }],
    ["symbols", { symbols: [] }],
    ["instruments", { symbols: undefined, instruments: new Map() }],
    ["targets", { symbols: undefined }],
  ])("%s is checked before anything is done", async (option, wrong) => {
    await expect(heal(new MemoryStore(), wrong as Overrides)).rejects.toMatchObject({
      code: "config",
      option,
    });
  });
});

test("a dead symbol costs one day's question, not one for each day of the look-back", async () => {
  const clock = createManualClock(kstInstant("2026-11-20", "18:00"));
  const client = createSampleSource({ clock, unknown: new Set(["X00001"]) });
  const options = {
    client,
    store: new MemoryStore(),
    clock,
    symbols: ["0001A0", "T00020", "X00001"],
    zstdLevel: 1,
  };
  await catchUp(options);
  const before = client.calls;
  const report = await catchUp({ ...options, concurrency: 1 });
  expect(client.calls - before).toBe(1);
  expect(report.degraded).toHaveLength(20);
  expect(new Set(report.degraded.map(({ symbol }) => symbol))).toEqual(new Set(["X00001"]));
});
