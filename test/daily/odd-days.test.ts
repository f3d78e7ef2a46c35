import { krx } from "hantoo";
import { createManualClock } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { kstInstant, silentLogger } from "../../src/core/index.js";
import {
  type DailySource,
  HantooDailyLogger,
  type HantooDailyLoggerOptions,
  type SourceDailyBar,
  readDaily,
} from "../../src/daily/index.js";
import { MemoryStore } from "../../src/storage/index.js";
import { type DailyMarket, createDailyMarket } from "./daily-market.js";

/** Monday; Chuseok's closures are 24 to 26 September, so that Wednesday the 23rd is followed by Monday the 28th. */
const DAYS = 10;

function setUp(now: string, time = "06:30", market: Partial<Parameters<typeof createDailyMarket>[0]> = {}) {
  const clock = createManualClock(kstInstant(now, time));
  const source = createDailyMarket({ now: () => clock.now(), ...market });
  const store = new MemoryStore();
  const warned: { facts: object; message: string }[] = [];
  const logger = {
    ...silentLogger,
    warn: (facts: object, message: string) => void warned.push({ facts, message }),
  };
  const create = (more: Partial<HantooDailyLoggerOptions> = {}) =>
    new HantooDailyLogger({ client: source, store, symbols: ["005930"], days: DAYS, clock, logger, ...more });
  const at = (day: string, hour = "06:30"): void => clock.set(kstInstant(day, hour));
  return { clock, source, store, create, at, warned };
}

const read = async (store: MemoryStore, more: Partial<Parameters<typeof readDaily>[0]> = {}) => {
  const bars = [];
  for await (const bar of readDaily({
    store,
    symbol: "005930",
    from: "2026-08-03",
    to: "2026-12-01",
    ...more,
  }))
    bars.push(bar);
  return bars;
};

/** `market`, whose raw and adjusted answers go through `change`. */
const changed = (market: DailyMarket, change: (rows: readonly SourceDailyBar[]) => unknown): DailySource => ({
  ...market,
  provenance: "host:market",
  dailyBars: async (request) => change(await market.dailyBars(request)) as SourceDailyBar[],
});

describe("a long weekend", () => {
  test("leaves the evening's row provisional for five days, at no call, and final on the next trading morning", async () => {
    const { source, store, create, at } = setUp("2026-09-23", "20:30");
    await create().sync();
    const evening = (await read(store)).at(-1)!;
    expect(evening).toMatchObject({ tradingDay: "2026-09-23", isFinal: false });
    source.calls.length = 0;
    for (const day of ["2026-09-24", "2026-09-25", "2026-09-26", "2026-09-27"]) {
      at(day);
      await create().sync();
    }
    expect(source.calls).toEqual([]);
    expect((await read(store)).at(-1)).toEqual(evening);
    at("2026-09-28", "05:59");
    await create().sync();
    expect((await read(store)).at(-1)).toMatchObject({ isFinal: false });
    at("2026-09-28", "06:00");
    await create().sync();
    const { isFinal, close } = (await read(store)).at(-1)!;
    expect({ isFinal, close }).toEqual({ isFinal: true, close: source.truth("005930", "2026-09-23")?.close });
    // What was to be read in between can still be had.
    expect((await read(store, { asOf: kstInstant("2026-09-27", "12:00") })).at(-1)).toEqual(evening);
  });
});

describe("a symbol that lists or ends", () => {
  test("a delisted one costs a call a night and none where nothing is new, and its days stay", async () => {
    const last = "2026-11-12";
    const { source, store, create, at } = setUp("2026-11-13");
    const ending = changed(source, (rows) => rows.filter(({ tradingDay }) => tradingDay <= last));
    await create({ client: ending }).sync();
    const before = await read(store);
    expect(before.at(-1)?.tradingDay).toBe(last);
    for (const day of ["2026-11-16", "2026-11-17", "2026-11-18"]) {
      at(day);
      source.calls.length = 0;
      await create({ client: ending }).sync();
      expect(source.calls.length, day).toBeLessThanOrEqual(2);
      source.calls.length = 0;
      await create({ client: ending }).sync();
      expect(source.calls.length, `${day} again`).toBe(0);
    }
    at("2026-11-21");
    await create({ client: ending }).sync();
    source.calls.length = 0;
    at("2026-11-22");
    await create({ client: ending }).sync();
    expect(source.calls.length, "a weekend").toBe(0);
    expect((await read(store)).slice(-before.length)).toEqual(before);
  });

  test("one that lists has its days from the first on, and costs a call a night", async () => {
    const { source, store, create, at } = setUp("2026-11-17", "06:30", {
      listedOn: { "005930": "2026-11-18" },
    });
    await create().sync();
    expect(await read(store)).toEqual([]);
    for (const day of ["2026-11-19", "2026-11-20", "2026-11-23"]) {
      at(day);
      source.calls.length = 0;
      await create().sync();
      expect(source.calls.filter(({ adjusted }) => !adjusted).length, day).toBe(1);
    }
    expect((await read(store)).map(({ tradingDay }) => tradingDay)).toEqual([
      "2026-11-18",
      "2026-11-19",
      "2026-11-20",
    ]);
  });
});

describe("rows that are none", () => {
  const ROW = 13;
  test.each([
    ["without a close", { close: 0 }],
    ["with a negative close", { close: -1 }],
    ["without a number of shares", { volume: Number.NaN }],
    ["with a negative number of shares", { volume: -5 }],
  ])(
    "%s are left out and named, their neighbours are not, and they are asked for again",
    async (_, wrong) => {
      const { source, store, create, at, warned } = setUp("2026-11-20");
      const days = 2 * DAYS;
      let isWrong = true;
      const odd = changed(source, (rows) =>
        (rows as SourceDailyBar[]).map((row, place) =>
          isWrong && place === ROW ? { ...row, ...wrong } : row,
        ),
      );
      await create({ client: odd, days }).sync();
      const bars = await read(store);
      expect(bars).toHaveLength(days - 1);
      expect(warned.map(({ message }) => message).join()).toContain("left out");
      isWrong = false;
      source.calls.length = 0;
      for (const day of ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]) {
        at(day);
        await create({ client: odd, days }).sync();
      }
      // The weekly look, at no call more than it takes anyway.
      expect(source.calls.filter(({ adjusted }) => !adjusted)).toHaveLength(5);
      expect((await read(store)).map(({ tradingDay }) => tradingDay)).toEqual(
        krx.tradingDays(bars[0]!.tradingDay, "2026-11-26"),
      );
    },
  );

  test("twice the same day, newest first, or of another span: each day once", async () => {
    const { source, store, create } = setUp("2026-11-20");
    const twice = changed(source, (rows) => [
      ...(rows as SourceDailyBar[]).toReversed(),
      ...(rows as SourceDailyBar[]).map((row) => ({ ...row, tradingDay: "2020-01-02" })),
      ...(rows as SourceDailyBar[]),
    ]);
    await create({ client: twice }).sync();
    const days = (await read(store)).map(({ tradingDay }) => tradingDay);
    expect(days).toEqual([...new Set(days)].sort());
    expect(days).toHaveLength(DAYS);
  });
});
