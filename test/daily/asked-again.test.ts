import { createManualClock } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { krx } from "../../src/calendar/index.js";
import { kstInstant, silentLogger } from "../../src/core/index.js";
import {
  type DailySource,
  HantooDailyLogger,
  type HantooDailyLoggerOptions,
  type SourceDailyBar,
  type SourceDailyRequest,
  readDaily,
} from "../../src/daily/index.js";
import { MemoryStore, type ObjectStore } from "../../src/storage/index.js";
import { createAskedLog } from "../../src/daily/logs/index.js";
import { createDailyMarket } from "./daily-market.js";

const SYMBOL = "005930";
const DAYS = 250;

function setUp(day: string, hour = "06:30") {
  const clock = createManualClock(kstInstant(day, hour));
  const market = createDailyMarket({ now: () => clock.now() });
  const store = new MemoryStore();
  const sync = (client: DailySource = market, more: Partial<HantooDailyLoggerOptions> = {}) => {
    const options = { client, store, symbols: [SYMBOL], days: DAYS, clock, logger: silentLogger, ...more };
    return new HantooDailyLogger(options).sync();
  };
  /** The market, whose answers go through `change`. */
  const changed = (
    change: (rows: readonly SourceDailyBar[], request: SourceDailyRequest) => readonly SourceDailyBar[],
  ): DailySource => ({
    ...market,
    provenance: "host:market",
    dailyBars: async (request) => change(await market.dailyBars(request), request),
  });
  const daysOf = async (from: string, to: string) => {
    const bars = [];
    for await (const bar of readDaily({ store, symbol: SYMBOL, from, to })) bars.push(bar);
    return bars;
  };
  const at = (next: string, nextHour = "06:30"): void => clock.set(kstInstant(next, nextHour));
  return { clock, market, store, sync, changed, daysOf, at };
}

/** Its methods, to be put into another store. */
const storeOf = (store: ObjectStore): ObjectStore => ({
  get: (key, options) => store.get(key, options),
  put: (key, bytes, options) => store.put(key, bytes, options),
  list: (prefix) => store.list(prefix),
  delete: (key) => store.delete(key),
});

const lastDays = (to: string): string[] => krx.tradingDays(krx.addTradingDays(to, 1 - DAYS), to);

describe("a row that is not final", () => {
  test("is asked for again where it was asked for before its morning and stored after it", async () => {
    const { market, sync, changed, daysOf, at } = setUp("2026-11-23", "05:59");
    const slow = changed((rows) => {
      at("2026-11-23", "06:01");
      return rows;
    });
    // The evening's state of things: what the source itself calls final, it had not been when it was asked.
    await sync(slow, { days: 3 });
    expect((await daysOf("2026-11-20", "2026-11-20"))[0]).toMatchObject({ isFinal: false });
    await sync(market, { days: 3 });
    const [row] = await daysOf("2026-11-20", "2026-11-20");
    expect(row).toMatchObject({ isFinal: true, close: market.truth(SYMBOL, "2026-11-20")?.close });
    market.calls.length = 0;
    await sync(market, { days: 3 });
    expect(market.calls).toEqual([]);
  });

  test("is asked for once more over a weekend where it was read while the session went on", async () => {
    const { market, sync, changed, at } = setUp("2026-11-20", "11:00");
    await sync(changed((rows) => rows.map((row) => (row.isFinal ? row : { ...row, volume: 1 }))));
    market.calls.length = 0;
    for (const [day, calls] of [
      ["2026-11-21", 1],
      ["2026-11-22", 1],
    ] as const) {
      at(day);
      await sync();
      expect(market.calls.length, day).toBe(calls);
    }
  });
});

describe("a note that days have no row", () => {
  test.each(["all of them", "the middle ones"])(
    "does not hide %s when one answer was empty by mistake",
    async (which) => {
      const { sync, changed, daysOf, at } = setUp("2026-11-20");
      const days = lastDays("2026-11-19");
      const isEmptied = ({ to }: SourceDailyRequest): boolean =>
        which === "all of them" || (to < days.at(-50)! && to > days[100]!);
      await sync(changed((rows, request) => (isEmptied(request) ? [] : rows)));
      expect((await daysOf(days[0]!, "2026-11-19")).length).toBeLessThan(DAYS);
      at("2026-11-21");
      await sync();
      const stored = (await daysOf(days[0]!, "2026-11-19")).map(({ tradingDay }) => tradingDay);
      // The window has moved on by a day.
      expect(stored.slice(-DAYS + 1)).toEqual(days.slice(1));
    },
  );

  test("spares the calls after the second answer that says so, on another day", async () => {
    const { market, sync, changed, at } = setUp("2026-11-20");
    const gone = changed(() => []);
    const callsOf = async (): Promise<number> => {
      market.calls.length = 0;
      await sync(gone);
      return market.calls.filter(({ adjusted }) => !adjusted).length;
    };
    expect(await callsOf()).toBe(3);
    expect(await callsOf(), "the same day").toBe(0);
    at("2026-11-21");
    expect(await callsOf(), "the second look").toBe(3);
    at("2026-11-22");
    expect(await callsOf(), "a weekend").toBe(0);
    for (const day of ["2026-11-23", "2026-11-24", "2026-11-25"]) {
      at(day);
      expect(await callsOf(), day).toBe(1);
    }
  });

  test("is kept by each shard, also where two of them end at once", async () => {
    const { market, store, sync, changed, at } = setUp("2026-11-20");
    const gone = changed(() => []);
    const symbols = ["005930", "000660", "035420", "005380"];
    // Each shard has read the notes before either writes its own.
    let arrived: (() => void)[] = [];
    const crossing: ObjectStore = {
      ...storeOf(store),
      async put(key, bytes, options) {
        if (key.includes("/_asked/"))
          await new Promise<void>((go) => {
            arrived.push(go);
            if (arrived.length < 2) return;
            for (const next of arrived) next();
            arrived = [];
          });
        await store.put(key, bytes, options);
      },
    };
    const night = (over: ObjectStore) =>
      Promise.all(
        [0, 1].map((index) => sync(gone, { store: over, symbols, days: 5, shard: { index, count: 2 } })),
      );
    for (const day of ["2026-11-20", "2026-11-21"]) {
      at(day);
      await night(crossing);
    }
    market.calls.length = 0;
    at("2026-11-22");
    await night(store);
    expect(market.calls).toEqual([]);
  });

  test("is read alone where there is nothing to note: no other shard's, and no list", async () => {
    const { clock, store } = setUp("2026-11-20");
    const read: string[] = [];
    const counted: ObjectStore = {
      ...storeOf(store),
      get(key, options) {
        read.push(key);
        return store.get(key, options);
      },
      list(prefix) {
        read.push(`${prefix}*`);
        return store.list(prefix);
      },
    };
    const logOf = (over: ObjectStore, index: number) =>
      createAskedLog({
        store: over,
        prefix: "factors",
        venue: "KRX",
        shard: { index, count: 2 },
        calendar: krx,
        logger: silentLogger,
      });
    const when = { since: "2026-11-16", now: clock.now() };
    const span = { from: "2026-11-18", to: "2026-11-19", readAt: clock.now() };
    await logOf(store, 1).note(new Map([[SYMBOL, [span]]]), when);
    await logOf(counted, 0).note(new Map(), when);
    expect(read).toEqual(["factors/_asked/J_1of2.json"]);
  });

  test("written by a clock that was ahead hides nothing once the clock is right", async () => {
    const { market, sync, changed, daysOf, at } = setUp("2026-11-26");
    // What the source has is by its own clock: a week behind.
    const behind = changed((rows) => rows.filter(({ tradingDay }) => tradingDay <= "2026-11-18"));
    await sync(behind, { days: 10 });
    at("2026-11-27");
    await sync(behind, { days: 10 });
    at("2026-11-20");
    await sync(market, { days: 10 });
    // The host is out until the note's time is over.
    at("2026-11-30");
    await sync(market, { days: 10 });
    expect((await daysOf("2026-11-16", "2026-11-27")).map(({ tradingDay }) => tradingDay)).toEqual(
      krx.tradingDays("2026-11-16", "2026-11-27"),
    );
  });

  test.each([
    ["torn", '{"005930":[["2026-11-'],
    ["of another form", "[[1]]"],
    ["of days ahead", '{"005930":[["2026-01-02","2099-12-31",1,1]]}'],
    ["read ahead of its time", '{"005930":[["2026-01-02","2026-11-19",99999999999999,1]]}'],
  ])("costs calls and no row when it is %s, and is written anew", async (_, text) => {
    const { market, store, sync, changed, daysOf, at } = setUp("2026-11-20");
    const key = "hantoo-stock-factors/_asked/J.json";
    await store.put(key, Buffer.from(text));
    await sync(market, { days: 5 });
    expect(await daysOf("2026-11-01", "2026-11-19")).toHaveLength(5);
    at("2026-11-21");
    await sync(changed((rows) => rows.filter(({ tradingDay }) => tradingDay < "2026-11-20")));
    at("2026-11-23");
    await sync(
      changed(() => []),
      { days: 5 },
    );
    const note = Buffer.from((await store.get(key))!).toString("utf8");
    expect(JSON.parse(note)).toEqual({
      [SYMBOL]: [["2026-11-20", "2026-11-20", kstInstant("2026-11-23", "06:30"), 0]],
    });
  });
});
