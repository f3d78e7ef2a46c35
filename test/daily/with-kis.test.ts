import * as fc from "fast-check";
import { type Master, downloadMaster, krx, kstInstant } from "hantoo";
import { type CorporateAction, type KisSimulator, createKisSimulator, createMarket } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { HantooDailyLogger, readDaily, readDailyTable, readFactors } from "../../src/daily/index.js";
import { MemoryStore } from "../../src/storage/index.js";
import { clientOf, clockOf } from "../kis/unpaced.js";

/** All of KOSPI in the simulator, so that one master has them. */
const SYMBOLS = ["005930", "000660", "035420"];
const DAYS = 60;
/** Wednesday. */
const EFFECTIVE = "2026-11-18";

const morning = (day: string): number => kstInstant(day, "06:30");

function setUp(
  options: Parameters<typeof createKisSimulator>[0] = {},
  store: MemoryStore = new MemoryStore(),
) {
  const simulator = createKisSimulator({
    seed: 11,
    now: morning("2026-11-16"),
    symbols: SYMBOLS,
    limits: false,
    ...options,
  });
  // A host of its own: KIS's own would not be taken for a simulator before the first answer.
  const client = clientOf(simulator, { baseUrl: "http://127.0.0.1:1" });
  const calls = (): number => simulator.stats.byEndpoint["FHKST03010100"] ?? 0;
  const create = (more: object = {}): HantooDailyLogger =>
    new HantooDailyLogger({
      client,
      store,
      symbols: SYMBOLS,
      days: DAYS,
      clock: clockOf(simulator),
      ...more,
    });
  return { simulator, client, store, calls, create };
}

const masterOf = (simulator: KisSimulator, day: string): Promise<Master<"kospi">> => {
  simulator.clock.set(morning(day));
  return downloadMaster("kospi", {
    fetch: simulator.fetch,
    baseUrl: "http://simulator/common/master",
    clock: clockOf(simulator),
  });
};

async function objectsOf(store: MemoryStore, prefix: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const key of store.list(prefix))
    found.set(key, Buffer.from((await store.get(key))!).toString("hex"));
  return found;
}

const read = async (options: Parameters<typeof readDaily>[0]) => {
  const bars = [];
  for await (const bar of readDaily(options)) bars.push(bar);
  return bars;
};

const action = (more: Partial<CorporateAction>): CorporateAction => ({
  symbol: "005930",
  kind: "split",
  effectiveDay: EFFECTIVE,
  shares: 50,
  ...more,
});

/** The answer is KIS's adjusted series, within the won to which KIS rounds, on each stored day. */
async function expectAsKis(
  { client, store, simulator }: ReturnType<typeof setUp>,
  symbol: string,
  hasVolume = true,
): Promise<void> {
  const [from, to] = ["2026-08-03", krx.previousTradingDay(krx.lastTradingDay(simulator.clock.now()))];
  const kis = await client.dailyBars({ symbol, from, to, adjusted: true });
  const bars = (await read({ store, symbol, from, to, adjusted: true })).filter(({ isFinal }) => isFinal);
  expect(bars.length).toBeGreaterThanOrEqual(DAYS);
  const byDay = new Map(kis.map((bar) => [bar.tradingDay, bar]));
  for (const bar of bars) {
    const expected = byDay.get(bar.tradingDay)!;
    for (const name of ["open", "high", "low", "close"] as const)
      if (bar[name] !== null)
        expect(
          Math.abs(bar[name] - expected[name]),
          `${symbol} ${bar.tradingDay} ${name}`,
        ).toBeLessThanOrEqual(1 + 1e-6 * expected[name]);
    expect(bar.turnover).toBe(expected.turnover);
    if (hasVolume)
      expect(Math.abs(bar.volume - expected.volume), `${symbol} ${bar.tradingDay}`).toBeLessThanOrEqual(1);
  }
}

const KINDS: readonly (readonly [string, readonly CorporateAction[]])[] = [
  ["split", [action({})]],
  ["split after a halt", [action({ haltedFrom: "2026-11-13" })]],
  ["reverse-split", [action({ kind: "reverse-split", shares: 0.2 })]],
  ["bonus", [action({ kind: "bonus", shares: 1.5 })]],
  ["rights", [action({ kind: "rights", shares: 1.2 })]],
  ["reduction after a halt", [action({ kind: "reduction", shares: 0.1, haltedFrom: "2026-11-10" })]],
  [
    "two in a week",
    [
      action({ kind: "bonus", shares: 2, effectiveDay: "2026-11-17" }),
      action({ shares: 5, effectiveDay: "2026-11-19" }),
    ],
  ],
];

describe.each(KINDS)("%s", (_name, actions) => {
  test("is found on its first morning; raw objects stay, adjusted reads are KIS's, and yesterday's answer can be had", async () => {
    const set = setUp({ actions });
    const { simulator, store, create } = set;
    await create().sync();
    for (let day = "2026-11-17"; day <= "2026-11-20"; day = krx.nextTradingDay(day)) {
      const masters = [
        await masterOf(simulator, krx.previousTradingDay(day)),
        await masterOf(simulator, day),
      ] as const;
      const isToday = actions.some(({ effectiveDay }) => effectiveDay === day);
      const before = await objectsOf(store, "hantoo-stock-kline-1d/");
      const range = { store, symbol: "005930", from: "2026-08-03", to: "2026-11-20", adjusted: true };
      const yesterday = await read(range);
      const asOf = simulator.clock.now() - 1;
      const daily = create();
      expect(await daily.detect({ masters })).toEqual(isToday ? ["005930"] : []);
      const report = await daily.sync();
      expect(report.factors.map(({ effectiveDate }) => effectiveDate)).toEqual(isToday ? [day] : []);
      if (isToday)
        expect(report.factors[0]?.kind).toBe(actions.find(({ effectiveDay }) => effectiveDay === day)?.kind);
      const after = await objectsOf(store, "hantoo-stock-kline-1d/");
      for (const [key, bytes] of before) expect(after.get(key)).toBe(bytes);
      expect(await read({ ...range, asOf })).toEqual(yesterday);
      for (const symbol of SYMBOLS) await expectAsKis(set, symbol);
    }
    // A second look at what is known adds nothing, a week later, with the row of the day itself.
    simulator.clock.set(morning("2026-11-27"));
    expect(await create().sync()).toMatchObject({ factors: [], failures: [] });
    await expectAsKis(set, "005930");
    expect(await readFactors({ store, symbol: "005930" })).toHaveLength(actions.length);
  });

  test("is found by the weekly net where nobody looks at masters, and with volumes that KIS leaves", async () => {
    const set = setUp({ actions, quirks: { adjustedVolume: false } });
    await set.create().sync();
    const found = [];
    for (let day = "2026-11-17"; day <= "2026-11-25"; day = krx.nextTradingDay(day)) {
      set.simulator.clock.set(morning(day));
      found.push(...(await set.create().sync()).factors);
    }
    expect(found.map(({ effectiveDate }) => effectiveDate)).toEqual(
      actions.map(({ effectiveDay }) => effectiveDay),
    );
    await expectAsKis(set, "005930", false);
  });
});

test("a false alarm of the simulator's masters adds nothing", async () => {
  const other = createKisSimulator({ seed: 11, symbols: SYMBOLS, actions: [action({})], limits: false });
  const masters = [await masterOf(other, "2026-11-17"), await masterOf(other, EFFECTIVE)] as const;
  const set = setUp();
  await set.create().sync();
  set.simulator.clock.set(morning(EFFECTIVE));
  const [before, daily] = [set.calls(), set.create()];
  expect(await daily.detect({ masters })).toEqual(["005930"]);
  expect(set.calls()).toBe(before);
  expect(await daily.sync()).toMatchObject({ factors: [], failures: [] });
  expect(set.calls() - before).toBe(SYMBOLS.length + 1);
  expect([...(await objectsOf(set.store, "hantoo-stock-factors/2")).keys()]).toEqual([]);
  await expectAsKis(set, "005930");
});

test("300 days cost three calls each way, a second night one a symbol, a weekend none", async () => {
  const symbols = Array.from({ length: 8 }, (_, at) => `00${1000 + 10 * at}`);
  const { simulator, calls, create } = setUp({ symbols, now: morning("2026-11-19") });
  const options = { symbols, days: 300 };
  const report = await create(options).sync();
  expect(report).toMatchObject({ failures: [], factors: [] });
  expect(calls()).toBe(symbols.length * 3 * 2);
  expect(report.uploaded.reduce((sum, { rows }) => sum + rows, 0)).toBe(
    symbols.length * 300 - report.provisional,
  );
  simulator.clock.set(morning("2026-11-20"));
  await create(options).sync();
  expect(calls()).toBe(symbols.length * (6 + 1));
  simulator.clock.set(kstInstant("2026-11-20", "20:30"));
  await create(options).sync();
  const before = calls();
  for (const day of ["2026-11-21", "2026-11-22"]) {
    simulator.clock.set(kstInstant(day, "12:00"));
    await create(options).sync();
  }
  expect(calls()).toBe(before);
});

test("shards together do what one would, each symbol once", async () => {
  const { calls, create, store } = setUp();
  const parts = [0, 1, 2].map((index) => create({ shard: { index, count: 3 } }));
  const reports = [];
  for (const part of parts) reports.push(await part.sync());
  expect(calls()).toBe(2 * SYMBOLS.length);
  expect(reports.reduce((sum, { fetched }) => sum + fetched.calls, 0)).toBe(2 * SYMBOLS.length);
  expect(await create().sync()).toMatchObject({ unchanged: SYMBOLS.length, fetched: { calls: 0 } });
  for (const symbol of SYMBOLS)
    expect(await read({ store, symbol, from: "2026-08-03", to: "2026-11-13" })).toHaveLength(DAYS);
  expect(() => create({ shard: { index: 3, count: 3 } })).toThrow(/`shard.index`/);
});

test("indices have a prefix of their own, 50 days a call, and are as the market has them", async () => {
  const { simulator, store, create } = setUp();
  const indices = ["0001", "1001", "2001"];
  const calls = (): number => simulator.stats.byEndpoint["FHKUP03500100"] ?? 0;
  expect(await create({ symbols: undefined, indices, days: 120 }).sync()).toMatchObject({
    failures: [],
    factors: [],
  });
  expect(calls()).toBe(indices.length * Math.ceil(120 / 50));
  for await (const key of store.list("hantoo-"))
    expect(key.replace("_swept/", "")).toMatch(/^hantoo-index-kline-1d\/\d{8}_\d{8}_J_\d{14}\.jsonl\.zstd$/);
  const table = await readDailyTable({
    store,
    prefix: "hantoo-index-kline-1d",
    from: "2026-06-01",
    to: "2026-11-13",
    symbols: indices,
  });
  let seen = 0;
  for (const [day, tradingDay] of table.days.entries())
    for (const [at, index] of indices.entries()) {
      const cell = day * indices.length + at;
      if (Number.isNaN(table.close[cell])) continue;
      seen++;
      const truth = simulator.market.indexDay(index, tradingDay)!;
      expect(table.close[cell]).toBeCloseTo(truth.points.at(-1)!, 2);
      expect(table.volume[cell]).toBe(truth.volumes.reduce((sum, volume) => sum + volume, 0) * 1000);
    }
  expect(seen).toBeGreaterThanOrEqual(3 * (table.days.length - 20));
  simulator.clock.set(morning("2026-11-17"));
  const before = calls();
  await create({ symbols: undefined, indices, days: 120 }).sync();
  expect(calls() - before).toBe(indices.length);
});

// A host that keeps Korean time as UTC takes the evening for the next morning.
test("on a host nine hours ahead, the evening's row is stored as provisional and replaced in the morning", async () => {
  const day = "2026-11-16";
  const { simulator, store, create } = setUp({ now: kstInstant(day, "22:00") });
  const clock = { ...clockOf(simulator), now: () => simulator.clock.now() + 9 * 3_600_000 };
  const client = clientOf(simulator, { baseUrl: "http://127.0.0.1:1", clock });
  const rowsOf = async () => {
    await create({ client, clock }).sync();
    return Promise.all(SYMBOLS.map(async (symbol) => (await read({ store, symbol, from: day, to: day }))[0]));
  };
  const evening = await rowsOf();
  expect(evening.map((row) => row?.isFinal)).toEqual([false, false, false]);
  simulator.clock.set(morning("2026-11-17"));
  const kis = clientOf(simulator);
  for (const [index, row] of (await rowsOf()).entries()) {
    const [bar] = await kis.dailyBars({ symbol: SYMBOLS[index]!, from: day, to: day, adjusted: false });
    expect(row).toMatchObject({ isFinal: true, close: bar?.close, volume: bar?.volume });
    expect(row?.close).not.toBe(evening[index]?.close);
  }
});

const KILLS = Number(process.env["HANTOO_KILLS"] ?? 3);

test(
  `killed at any of its writes ${KILLS} times, nothing is lost and nothing is there twice`,
  async () => {
    const market = createMarket({
      seed: 11,
      symbols: SYMBOLS,
      actions: [action({ kind: "bonus", shares: 1.5 })],
    });
    const nights = ["2026-11-17", EFFECTIVE, "2026-11-19", "2026-11-25"];
    const range = { from: "2026-09-01", to: "2026-11-24", adjusted: true, symbols: SYMBOLS } as const;
    /** Each night again until it ends whole: a host that is killed and started again. */
    const life = async (killAfter: () => number, killBefore: () => boolean) => {
      const set = setUp({ market });
      const dying = (store: MemoryStore) => {
        let left = killAfter();
        const check = (): void => {
          if (left < 0) throw new Error("killed");
        };
        return {
          get: async (key: string) => (check(), store.get(key)),
          list: (prefix: string) => store.list(prefix),
          delete: async (key: string) => (check(), store.delete(key)),
          put: async (...call: Parameters<MemoryStore["put"]>) => {
            left--;
            if (killBefore()) check();
            if (left >= -1) await store.put(...call);
            check();
          },
        };
      };
      let kills = 0;
      for (const night of nights) {
        set.simulator.clock.set(morning(night));
        for (let isWhole = false; !isWhole && kills < 20;) {
          isWhole = await set
            .create({ store: kills < 3 ? dying(set.store) : set.store, concurrency: 2 })
            .sync()
            .then(
              ({ failures }) => failures.length === 0,
              () => false,
            );
          if (!isWhole) kills++;
          set.simulator.clock.set(set.simulator.clock.now() + 60_000);
        }
      }
      const table = await readDailyTable({ store: set.store, ...range });
      const factors = await readFactors({ store: set.store, symbol: "005930" });
      let lines = 0;
      for (const symbol of SYMBOLS) lines += (await read({ store: set.store, symbol, ...range })).length;
      return {
        table,
        lines,
        factors: factors.map(({ effectiveDate, priceFactor, volumeFactor, kind }) => ({
          effectiveDate,
          priceFactor,
          volumeFactor,
          kind,
        })),
        kills,
      };
    };
    const whole = await life(
      () => 1000,
      () => true,
    );
    expect(whole).toMatchObject({ kills: 0, factors: [{ effectiveDate: EFFECTIVE, kind: "bonus" }] });
    const seen = { killed: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.nat(4)),
        fc.infiniteStream(fc.boolean()),
        async (after, before) => {
          const found = await life(
            () => after.next().value as number,
            () => before.next().value as boolean,
          );
          seen.killed += found.kills;
          expect({ ...found, kills: 0 }).toEqual(whole);
        },
      ),
      { numRuns: KILLS },
    );
    expect(seen.killed).toBeGreaterThan(0);
  },
  60_000 + KILLS * 15_000,
);
