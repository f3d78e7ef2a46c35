import * as fc from "fast-check";
import { createManualClock } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { krx } from "../../src/calendar/index.js";
import { kstInstant } from "../../src/core/index.js";
import {
  HantooDailyLogger,
  type HantooDailyLoggerOptions,
  readDaily,
  readDailyTable,
  readFactors,
} from "../../src/daily/index.js";
import { MemoryStore } from "../../src/storage/index.js";
import { type Action, createDailyMarket } from "./daily-market.js";

const SYMBOLS = ["005930", "000660", "0001A0"];
/** Friday 2026-11-20 is the last whole day. */
const SATURDAY = kstInstant("2026-11-21", "10:00");
const MONDAY = kstInstant("2026-11-23", "06:30");

function setUp(
  options: Partial<HantooDailyLoggerOptions> & {
    at?: number;
    market?: Partial<Parameters<typeof createDailyMarket>[0]>;
  } = {},
) {
  const { at = MONDAY, market: marketOptions, ...rest } = options;
  const clock = createManualClock(at);
  const market = createDailyMarket({ now: () => clock.now(), ...marketOptions });
  const store = rest.store ?? new MemoryStore();
  const create = (more: Partial<HantooDailyLoggerOptions> = {}): HantooDailyLogger =>
    new HantooDailyLogger({ client: market, store, symbols: SYMBOLS, days: 300, clock, ...rest, ...more });
  return { clock, market, store, create };
}

const collect = async (options: Parameters<typeof readDaily>[0]) => {
  const bars = [];
  for await (const bar of readDaily(options)) bars.push(bar);
  return bars;
};

describe("calls", () => {
  test("a first load of 300 days is the arithmetic minimum, raw and adjusted", async () => {
    const { market, create } = setUp();
    const report = await create().sync();
    expect(market.calls).toHaveLength(SYMBOLS.length * 3 * 2);
    expect(report).toMatchObject({ failures: [], unchanged: 0, provisional: 0, factors: [] });
    expect(report.fetched.calls).toBe(18);
    expect(report.uploaded.reduce((sum, { rows }) => sum + rows, 0)).toBe(SYMBOLS.length * 300);
  });

  test("a second night is one call a symbol, the same moment none, a weekend none", async () => {
    const { clock, market, create } = setUp();
    await create().sync();
    market.calls.length = 0;
    expect(await create().sync()).toMatchObject({ unchanged: 3, uploaded: [], fetched: { calls: 0 } });
    clock.set(kstInstant("2026-11-24", "06:30"));
    await create().sync();
    expect(market.calls.map(({ symbol }) => symbol)).toEqual(SYMBOLS);
    clock.set(kstInstant("2026-11-27", "18:00"));
    await create().sync();
    market.calls.length = 0;
    for (const day of ["2026-11-28", "2026-11-29"]) {
      clock.set(kstInstant(day, "12:00"));
      await create().sync();
    }
    expect(market.calls).toEqual([]);
  });

  test("50 symbols of 300 days: the arithmetic minimum and at most 2 %, a second night a call each, a weekend none", async () => {
    const symbols = Array.from({ length: 50 }, (_, at) => `00${1000 + 10 * at}`);
    // Whatever happens to a symbol: split, listed late, halted.
    const { clock, market, create } = setUp({
      at: kstInstant("2026-11-20", "06:30"),
      symbols,
      market: {
        actions: [{ symbol: symbols[3]!, effectiveDate: "2026-09-01", priceFactor: 1 / 5 }],
        haltedOn: { [symbols[5]!]: ["2026-10-01", "2026-10-02", "2026-11-19"] },
      },
    });
    const report = await create().sync();
    expect(report).toMatchObject({ failures: [], factors: [{ symbol: symbols[3] }] });
    const minimum = 50 * Math.ceil(300 / 100) * 2;
    expect(market.calls.length).toBeGreaterThanOrEqual(minimum);
    expect(market.calls.length).toBeLessThanOrEqual(minimum * 1.02);
    expect(report.fetched.calls).toBe(market.calls.length);
    market.calls.length = 0;
    clock.set(kstInstant("2026-11-20", "20:30"));
    await create().sync();
    expect(market.calls.map(({ symbol }) => symbol).toSorted()).toEqual(symbols.toSorted());
    market.calls.length = 0;
    for (const day of ["2026-11-21", "2026-11-22"]) {
      clock.set(kstInstant(day, "12:00"));
      await create().sync();
    }
    expect(market.calls).toEqual([]);
  });

  test("before its listing a symbol costs no call twice", async () => {
    const { market, create } = setUp({ market: { listedOn: { "0001A0": "2026-09-01" } } });
    await create().sync();
    expect(market.calls.filter(({ symbol }) => symbol === "0001A0")).toHaveLength(2);
    market.calls.length = 0;
    await create().sync();
    expect(market.calls).toEqual([]);
  });

  test("each adjusted tail is looked at once in seven days, and not where nothing is new", async () => {
    const { clock, market, create } = setUp();
    await create().sync();
    market.calls.length = 0;
    for (let day = "2026-11-24"; day <= "2026-12-07"; day = krx.nextTradingDay(day)) {
      clock.set(kstInstant(day, "06:30"));
      await create().sync();
    }
    const adjusted = market.calls.filter(({ adjusted: isAdjusted }) => isAdjusted);
    expect(adjusted).toHaveLength(2 * SYMBOLS.length);
    expect(market.calls.length - adjusted.length).toBe(10 * SYMBOLS.length);
  });

  test("a ceiling of calls is never passed, and the next pass goes on from the store", async () => {
    const { market, create } = setUp({ maxCalls: 7 });
    expect(await create().sync()).toMatchObject({ stopped: "maxCalls" });
    expect(market.calls).toHaveLength(6);
    expect(await create().sync()).toMatchObject({ stopped: "maxCalls" });
    expect(await create().sync()).not.toHaveProperty("stopped");
    expect(market.calls).toHaveLength(18);
  });
});

describe("what is final", () => {
  test("an evening's row is provisional, read again when it is final and not before", async () => {
    const { clock, market, store, create } = setUp({
      at: kstInstant("2026-11-20", "18:00"),
      symbols: ["005930"],
      days: 5,
    });
    expect(await create().sync()).toMatchObject({ provisional: 1 });
    const range = { store, symbol: "005930", from: "2026-11-20", to: "2026-11-20" } as const;
    const truth = market.truth("005930", "2026-11-20")!;
    const [evening] = await collect(range);
    expect(evening).toMatchObject({ isFinal: false, close: truth.low });
    clock.set(MONDAY);
    await create().sync();
    const [morning] = await collect(range);
    expect(morning).toMatchObject({ isFinal: true, close: truth.close, volume: truth.volume });
    expect(await collect({ ...range, asOf: kstInstant("2026-11-20", "20:00") })).toEqual([evening]);
  });

  test("a shell before the open is not stored; a halted day has its close alone", async () => {
    const { store, create, clock } = setUp({
      at: kstInstant("2026-11-20", "09:00") + 1,
      symbols: ["005930"],
      days: 3,
      market: { haltedOn: { "005930": ["2026-11-19"] } },
    });
    clock.set(kstInstant("2026-11-20", "08:00"));
    await create().sync();
    const bars = await collect({ store, symbol: "005930", from: "2026-11-16", to: "2026-11-20" });
    expect(bars.map(({ tradingDay }) => tradingDay)).toEqual(["2026-11-17", "2026-11-18", "2026-11-19"]);
    expect(bars.at(-1)).toMatchObject({ open: null, high: null, low: null, volume: 0, isFinal: true });
  });

  test("a later row that is not final never hides a final one", async () => {
    const { store, market, create, clock } = setUp({ symbols: ["005930"], days: 2 });
    await create().sync();
    const before = await collect({ store, symbol: "005930", from: "2026-11-16", to: "2026-11-20" });
    // Another host whose clock stands still on Friday evening.
    clock.set(kstInstant("2026-11-20", "18:00"));
    await create({ store: new MemoryStore() }).sync();
    const other = setUp({ at: kstInstant("2026-11-20", "18:00"), symbols: ["005930"], days: 2, store });
    await other.create().sync();
    expect(other.market.calls).toEqual([]);
    expect(await collect({ store, symbol: "005930", from: "2026-11-16", to: "2026-11-20" })).toEqual(before);
    expect(market.truth("005930", "2026-11-20")?.close).toBe(before.at(-1)?.close);
  });
});

describe("a change of scale", () => {
  const SPLIT: Action = { symbol: "005930", effectiveDate: "2026-11-24", priceFactor: 1 / 50 };

  const master = (fields: object) => ({
    market: "kospi",
    instruments: new Map(SYMBOLS.map((symbol) => [symbol, symbol === "005930" ? fields : { parValue: 100 }])),
  });

  test("is found after a diff of masters, kept beside the rows, and applied on read", async () => {
    const { clock, market, store, create } = setUp({ market: { actions: [SPLIT] } });
    const daily = create();
    await daily.sync();
    const range = { store, symbol: "005930", from: "2026-11-02", to: "2026-11-24" } as const;
    const raw = await collect({ ...range, to: "2026-11-20" });
    clock.set(kstInstant("2026-11-25", "06:30"));
    const asOf = clock.now() - 1;
    market.calls.length = 0;
    const older = master({ parValue: 5000, listedSharesThousand: 1000 });
    const newer = master({ parValue: 100, listedSharesThousand: 50_000, parValueChange: "01", basePrice: 1 });
    expect(await daily.detect({ masters: [older, newer] })).toEqual(["005930"]);
    expect(market.calls).toEqual([]);
    const report = await daily.sync();
    expect(market.calls).toHaveLength(SYMBOLS.length + 1);
    expect(report.factors).toMatchObject([
      { symbol: "005930", effectiveDate: "2026-11-24", priceFactor: 0.02, volumeFactor: 50, kind: "split" },
    ]);
    expect(await readFactors({ store, symbol: "005930" })).toEqual(report.factors);
    expect(await readFactors({ store, symbol: "005930", asOf })).toEqual([]);
    expect(await collect({ ...range, to: "2026-11-20" })).toEqual(raw);
    for (const bar of await collect({ ...range, adjusted: true })) {
      const kis = market.adjustedTruth("005930", bar.tradingDay, "2026-11-25")!;
      expect(Math.abs(bar.close - kis.close)).toBeLessThanOrEqual(1);
      expect(bar.turnover).toBe(kis.turnover);
      const shares = bar.tradingDay < "2026-11-24" ? 50 : 1;
      expect(bar.volume).toBeCloseTo(shares * kis.volume, 3);
    }
    // Yesterday's answer can be had again.
    expect(await collect({ ...range, to: "2026-11-20", adjusted: true, asOf })).toEqual(raw);
  });

  test("a false alarm adds nothing", async () => {
    const { clock, store, create } = setUp();
    const daily = create();
    await daily.sync();
    clock.set(kstInstant("2026-11-24", "06:30"));
    const older = master({ parValue: 100, listedSharesThousand: 1000, basePrice: 90_000 });
    const moved = master({ parValue: 100, listedSharesThousand: 1000, basePrice: 50_000 });
    expect(await daily.detect({ masters: [older, moved] })).toEqual([]);
    const coded = master({
      parValue: 100,
      listedSharesThousand: 1100,
      exRightsType: "01",
      basePrice: 90_000,
    });
    expect(await daily.detect({ masters: [older, coded] })).toEqual(["005930"]);
    expect(await daily.sync()).toMatchObject({ factors: [] });
    expect(await readFactors({ store, symbol: "005930" })).toEqual([]);
  });

  test("the weekly net finds it without a diff", async () => {
    const { clock, create } = setUp({ market: { actions: [SPLIT] } });
    await create().sync();
    const found = [];
    for (let day = "2026-11-24"; day <= "2026-12-01"; day = krx.nextTradingDay(day)) {
      clock.set(kstInstant(day, "06:30"));
      found.push(...(await create().sync()).factors);
    }
    expect(found).toMatchObject([{ symbol: "005930", effectiveDate: "2026-11-24", priceFactor: 0.02 }]);
  });

  test("any history: raw rows are untouched, adjusted reads are KIS's within a won, on every day", async () => {
    const days = krx.tradingDays("2026-03-02", "2026-11-20");
    const actions = fc.array(
      fc.record({
        symbol: fc.constantFrom(...SYMBOLS),
        effectiveDate: fc.constantFrom(...days.slice(1)),
        priceFactor: fc.oneof(
          fc.constantFrom(1 / 50, 1 / 10, 1 / 5, 1 / 2, 2 / 3, 2, 5, 10),
          fc.double({ min: 0.6, max: 0.97, noNaN: true }),
        ),
      }),
      { maxLength: 5 },
    );
    const round = fc.constantFrom(Math.round, Math.floor, Math.ceil);
    const syncs = fc.array(fc.constantFrom(...days.slice(20)), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(actions, round, syncs, async (list, how, mornings) => {
        const { clock, market, store, create } = setUp({
          at: kstInstant("2026-03-03", "06:30"),
          days: 150,
          market: { actions: list, round: how },
        });
        for (const day of [...mornings.toSorted(), "2026-11-23"]) {
          clock.set(kstInstant(day, "06:30"));
          await create().sync();
          // The net is a week wide: what it has not looked at yet is found by then.
          clock.set(kstInstant(krx.addTradingDays(day, 6), "06:30"));
          await create().sync();
        }
        const today = krx.addTradingDays("2026-11-23", 6);
        for (const symbol of SYMBOLS) {
          for await (const bar of readDaily({ store, symbol, from: "2026-08-03", to: "2026-11-20" })) {
            expect(bar).toMatchObject(market.truth(symbol, bar.tradingDay)!);
          }
          for await (const bar of readDaily({
            store,
            symbol,
            from: "2026-08-03",
            to: "2026-11-20",
            adjusted: true,
          })) {
            const kis = market.adjustedTruth(symbol, bar.tradingDay, today)!;
            for (const name of ["open", "high", "low", "close"] as const)
              expect(Math.abs(bar[name]! - kis[name])).toBeLessThanOrEqual(1 + 1e-6 * kis[name]);
          }
        }
      }),
      { numRuns: Math.ceil(Number(process.env["HANTOO_SEEDS"] ?? 30) / 10) },
    );
  });
});

describe("what goes wrong", () => {
  test("one symbol that fails costs the others nothing, and is taken up again", async () => {
    let isBroken = true;
    const { store, create } = setUp({
      market: {
        fault: ({ symbol }) => {
          if (isBroken && symbol === "000660") throw new Error("out of order");
        },
      },
    });
    const report = await create().sync();
    expect(report.failures).toMatchObject([{ symbol: "000660" }]);
    expect(await collect({ store, symbol: "005930", from: "2026-11-16", to: "2026-11-20" })).toHaveLength(5);
    isBroken = false;
    expect(await create().sync()).toMatchObject({ failures: [], unchanged: 2 });
    expect(await collect({ store, symbol: "000660", from: "2026-11-16", to: "2026-11-20" })).toHaveLength(5);
  });

  test("killed at any put, the next pass ends in the same content, nothing twice", async () => {
    const whole = setUp({ days: 120 });
    await whole.create().sync();
    const range = { from: "2026-06-01", to: "2026-11-20", symbols: SYMBOLS } as const;
    const expected = await readDailyTable({ store: whole.store, ...range });
    for (let kill = 0; kill < 8; kill++) {
      const store = new MemoryStore();
      let left = kill;
      const dying = {
        get: store.get.bind(store),
        list: store.list.bind(store),
        delete: store.delete.bind(store),
        put: async (...call: Parameters<MemoryStore["put"]>) => {
          if (left-- <= 0) throw new Error("killed");
          return store.put(...call);
        },
      };
      const run = setUp({ days: 120, store });
      await run
        .create({ store: dying })
        .sync()
        .catch(() => undefined);
      run.market.calls.length = 0;
      await run.create().sync();
      expect(await readDailyTable({ store, ...range })).toEqual(expected);
    }
  });

  test("an aborted pass stores what it has and gives the reason", async () => {
    const { create, market } = setUp({ concurrency: 1 });
    const abort = new AbortController();
    const reason = new Error("enough");
    const pass = create().sync({
      signal: abort.signal,
      onProgress: ({ done }) => {
        if (done === 0 && market.calls.length >= 6) abort.abort(reason);
      },
    });
    await expect(pass).rejects.toBe(reason);
    expect(market.calls.length).toBeGreaterThanOrEqual(6);
  });

  test("rows of another kind of source are refused, unless it is named", async () => {
    const { create, market } = setUp({ days: 2 });
    await create().sync();
    const other = { dailyBars: market.dailyBars.bind(market), provenance: "kis-live" };
    await expect(create({ client: other }).sync()).rejects.toThrow(/prefix.*acceptProvenance/);
    await expect(create({ client: other, acceptProvenance: ["host:market"] }).sync()).resolves.toMatchObject({
      failures: [],
    });
  });

  test("a host that cannot be asked is refused at its first write, and not symbol by symbol", async () => {
    const { create, market } = setUp({ days: 2 });
    await create({ client: { ...market, provenance: "simulator" }, symbols: ["005930"] }).sync();
    const lab = create({ client: { ...market, provenance: "host:lab" }, symbols: ["000660"] });
    await expect(lab.sync()).rejects.toMatchObject({
      code: "config",
      message: expect.stringMatching(/simulator.*acceptProvenance/),
    });
  });

  test.each([
    [{ days: 0 }, "days"],
    [{ symbols: [] }, "symbols"],
    [{ indices: ["KOSPI"] }, "indices"],
    [{ indices: ["0001"] }, "client"],
    [{ concurrency: 0.5 }, "concurrency"],
    [{ maxCalls: -1 }, "maxCalls"],
    [{ deadlineMs: 0 }, "deadlineMs"],
    [{ client: {} as never }, "client"],
  ] as const)("refuses %j before any call", (options, name) => {
    const { create } = setUp();
    expect(() => create(options as Partial<HantooDailyLoggerOptions>)).toThrow(new RegExp(`\`${name}\``));
  });

  test("a closed logger says so", async () => {
    const { create } = setUp();
    const daily = create();
    await daily.close();
    await expect(daily.sync()).rejects.toThrow(/closed logger/);
  });
});

test("on a Saturday after an unattended week the first pass still loads", async () => {
  const { create } = setUp({ at: SATURDAY, days: 10 });
  expect(await create().sync()).toMatchObject({ from: "2026-11-09", to: "2026-11-20", provisional: 3 });
});

test("the table has days by symbols, NaN where there is none", async () => {
  const { store, market, create } = setUp({ days: 5, market: { listedOn: { "0001A0": "2026-11-18" } } });
  await create().sync();
  const table = await readDailyTable({ store, from: "2026-11-16", to: "2026-11-20", symbols: SYMBOLS });
  expect(table.days).toEqual(krx.tradingDays("2026-11-16", "2026-11-20"));
  for (const [day, tradingDay] of table.days.entries()) {
    for (const [at, symbol] of SYMBOLS.entries()) {
      const row = market.truth(symbol, tradingDay);
      expect(table.close[day * SYMBOLS.length + at]).toBe(row?.close ?? Number.NaN);
      expect(table.volume[day * SYMBOLS.length + at]).toBe(row?.volume ?? Number.NaN);
    }
  }
});
