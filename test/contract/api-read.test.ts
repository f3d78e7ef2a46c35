import { compress } from "@mongodb-js/zstd";
import {
  CalendarRangeError,
  ConfigError,
  HantooKlineLogger,
  MemoryStore,
  type MinuteBar,
  compact,
  coverage,
  krx,
  readBars,
  readKlines,
  resample,
} from "hantoo";
import { createManualClock } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.js";
import {
  at,
  dropColumns,
  expectedRows,
  keysOf,
  sourceAt,
  storedRows,
  tradedBars,
  withoutTurnover,
} from "./bars.js";

const DAY = "2026-11-20";
const PREFIX = "hantoo-stock-kline-1m";
const FIELDS = ["open", "high", "low", "close", "volume", "acc_vol"];

/** An object of an older writer, or any other: lines as given, no trailer. */
async function putLines(store: MemoryStore, name: string, lines: readonly unknown[]): Promise<void> {
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  await store.put(`${PREFIX}/${name}.jsonl.zstd`, await compress(Buffer.from(`${text}\n`)));
}

async function logged(
  symbols: readonly string[],
  day: string,
  store = new MemoryStore(),
): Promise<MemoryStore> {
  const clock = createManualClock(at(`${day} 21:00`));
  await new HantooKlineLogger({ client: sourceAt(() => clock.now()), store, symbols, clock }).sync();
  return store;
}

async function barsOf(options: Parameters<typeof readBars>[0]): Promise<MinuteBar[]> {
  const bars: MinuteBar[] = [];
  for await (const bar of readBars(options)) bars.push(bar);
  return bars;
}

describe("what the older logger wrote is read", () => {
  const row = [75000, 75100, 74900, 75000, 10, 10];
  test.each([
    ["2026-11-20_09:00", "20261120090000_20261120090000_20261120160000"],
    ["2026-11-20_0900", "20261120090000_20261120090000_20261120160000"],
    ["202611200900", "20261120090000_20261120090000_J_20261120160000"],
    ["20261120090000", "20261120090000_20261120090000_J_20261120160000"],
  ])("timestamp %s under %s", async (timestamp, name) => {
    const store = new MemoryStore();
    await putLines(store, name, [{ timestamp, fields: FIELDS, data: { "005930": row } }]);
    expect(await storedRows(store, DAY)).toEqual({ "005930": [row] });
  });

  test("values as strings, acc_krw_vol last, fields in another order, unknown fields", async () => {
    const store = new MemoryStore();
    await putLines(store, "20261120090000_20261120090200_20261120160000", [
      {
        timestamp: "202611200900",
        fields: ["open", "high", "low", "close", "volume", "acc_krw_vol"],
        data: { "005930": ["75000", "75100", "74900", "75000", "10", "750000"] },
      },
      {
        timestamp: "202611200901",
        fields: ["open", "high", "low", "close", "volume", "acc_krw_vol"],
        data: { "005930": ["75000", "75100", "74900", "75050", "20", "2251000"] },
      },
      {
        timestamp: "202611200902",
        fields: ["surprise", "volume", "close", "low", "high", "open", "acc_vol"],
        data: { "005930": [9, 5, 75010, 74000, 76000, 75020, 35] },
      },
    ]);
    const rows = (await storedRows(store, DAY))["005930"];
    expect(rows?.map((values) => values.slice(0, 5))).toEqual([
      [75000, 75100, 74900, 75000, 10],
      [75000, 75100, 74900, 75050, 20],
      [75020, 76000, 74000, 75010, 5],
    ]);
    // Cumulative KRW is never taken for cumulative shares.
    expect(rows?.map((values) => values[5])).toEqual([10, 30, 35]);
    const bars = await barsOf({ store, symbol: "005930", from: DAY, to: DAY });
    expect(bars.map(({ accVolume }) => accVolume)).toEqual([10, 30, 35]);
    for (const { turnover } of bars.slice(0, 2)) expect([undefined, 750000, 1501000]).toContain(turnover);
  });

  test("the other prefix is an option", async () => {
    const store = await logged(["005930"], DAY);
    const [key = ""] = await keysOf(store);
    const other = new MemoryStore();
    await other.put(key.replace(PREFIX, "hantoo_stk_kline_1m"), (await store.get(key)) ?? new Uint8Array());
    expect((await storedRows(other, DAY, { prefix: "hantoo_stk_kline_1m" }))["005930"]).toEqual(
      expectedRows("005930", DAY),
    );
    expect(await storedRows(other, DAY)).toEqual({});
  });

  test("the logger goes on where the older one stopped, and drops its holes", async () => {
    const store = new MemoryStore();
    const old = tradedBars("005931", DAY).filter((_, index) => index !== 40 && index < 100);
    await putLines(
      store,
      "20261120090000_20261120104000_20261120160000",
      old.map(({ time, open, high, low, close, volume, accVolume }) => ({
        timestamp: new Date(time + 9 * 3_600_000).toISOString().slice(0, 16).replace(/[-:T]/g, ""),
        fields: ["open", "high", "low", "close", "volume", "acc_krw_vol"],
        data: { "005931": [open, high, low, close, volume, accVolume * close].map(String) },
      })),
    );
    await logged(["005931"], DAY, store);
    expect((await storedRows(store, DAY))["005931"]).toEqual(expectedRows("005931", DAY));
  });
});

describe("the merge rule", () => {
  const line = (volume: number, symbol = "005930", timestamp = "2026-11-20_09:00") => ({
    timestamp,
    fields: FIELDS,
    data: { [symbol]: [100, 110, 90, 100, volume, volume] },
  });
  test("sorted by Retrieval, the later wins per minute and symbol", async () => {
    const store = new MemoryStore();
    await putLines(store, "20261120090000_20261120090000_J_20261120170000", [line(2)]);
    await putLines(store, "20261120090000_20261120090100_J_20261120160000", [
      line(1),
      line(7, "005930", "2026-11-20_09:01"),
    ]);
    await putLines(store, "20261120090000_20261120090000_J_20261120165959", [line(3, "000660")]);
    await putLines(store, "20261120090000_20261120090000_NX_20261120180000", [line(9)]);
    const rows = await storedRows(store, DAY);
    expect(rows["005930"]?.map((values) => values[4])).toEqual([2, 7]);
    expect(rows["000660"]?.map((values) => values[4])).toEqual([3]);
    expect((await storedRows(store, DAY, { venue: "NXT" }))["005930"]?.map((values) => values[4])).toEqual([
      9,
    ]);
  });

  test("of the same Retrieval the later key wins", async () => {
    const store = new MemoryStore();
    await putLines(store, "20261120090000_20261120090100_J_20261120160000", [line(5)]);
    await putLines(store, "20261120090000_20261120090000_J_20261120160000", [line(4)]);
    expect((await storedRows(store, DAY))["005930"]?.[0]?.[4]).toBe(5);
  });

  test("what is no kline object under the prefix is passed over", async () => {
    const store = await logged(["005931"], DAY);
    await store.put(`${PREFIX}/20261120_notes.txt`, new Uint8Array([1]));
    await store.put(
      `${PREFIX}/20261120090000_20261120153000_X_20261120160000.jsonl.zstd`,
      new Uint8Array([1]),
    );
    await store.put(
      `${PREFIX}/20261120990000_20261120153000_J_20261120160000.jsonl.zstd`,
      new Uint8Array([1]),
    );
    await store.put(
      `${PREFIX}-2/20261120090000_20261120153000_J_20261120160000.jsonl.zstd`,
      new Uint8Array([1]),
    );
    expect((await storedRows(store, DAY))["005931"]).toEqual(expectedRows("005931", DAY));
  });
});

describe("readKlines and readBars", () => {
  test("records are ascending and whole, prices null before the first trade", async () => {
    const store = await logged(["005930", "005931"], "2026-11-19");
    await logged(["005930", "005931"], DAY, store);
    const times: number[] = [];
    for await (const record of readKlines({ store, venue: "KRX", from: "2026-11-18", to: DAY })) {
      expect(Object.keys(record).sort()).toEqual(["data", "fields", "time", "timestamp"]);
      expect(record.timestamp).toMatch(/^2026-11-(19|20)_\d\d:\d\d$/);
      expect(at(record.timestamp.replace("_", " "))).toBe(record.time);
      expect(record.fields).toEqual(FIELDS);
      times.push(record.time);
      if (record.timestamp === "2026-11-20_09:00") {
        expect(record.data["005930"]).toEqual([null, null, null, null, 0, 0]);
      }
    }
    expect(times).toEqual([...krx.minutes("2026-11-19"), ...krx.minutes(DAY)]);
  });

  test("symbols narrow it; nothing stored is nothing", async () => {
    const store = await logged(["005930", "005931"], DAY);
    expect(Object.keys(await storedRows(store, DAY, { symbols: ["005931"] }))).toEqual(["005931"]);
    expect(await storedRows(store, DAY, { symbols: ["000660"] })).toEqual({});
    expect(await storedRows(new MemoryStore(), DAY)).toEqual({});
    expect(await storedRows(store, DAY, { from: "2026-11-21", to: "2026-11-22" })).toEqual({});
  });

  test("bars from the day's first trade on, untraded ones flat or skipped", async () => {
    const store = await logged(["005930"], DAY);
    const all = await barsOf({ store, symbol: "005930", venue: "KRX", from: DAY, to: DAY });
    const traded = tradedBars("005930", DAY);
    expect(all[0]?.time).toBe(traded[0]?.time);
    expect(all).toHaveLength(381 - krx.minutes(DAY).indexOf(traded[0]?.time ?? 0));
    for (const bar of all) {
      expect(Number.isFinite(bar.open + bar.high + bar.low + bar.close + bar.volume + bar.accVolume)).toBe(
        true,
      );
      if (bar.volume === 0) expect(new Set([bar.open, bar.high, bar.low, bar.close]).size).toBe(1);
      expect("turnover" in bar && bar.turnover !== undefined).toBe(false);
    }
    const skipped = await barsOf({ store, symbol: "005930", from: DAY, to: DAY, untraded: "skip" });
    expect(skipped).toEqual(traded.map(withoutTurnover));
  });

  test("bad arguments are config errors", async () => {
    const store = new MemoryStore();
    for (const options of [
      { store, symbol: "005930", from: "20261120", to: DAY },
      { store, symbol: "005930", from: DAY, to: "2026-11-19" },
      { store, symbol: "5930", from: DAY, to: DAY },
      { store, symbol: "005930", from: DAY, to: DAY, venue: "J" },
      { store, symbol: "005930", from: DAY, to: DAY, untraded: "drop" },
    ]) {
      expect(await failureOf(barsOf(options as never))).toBeInstanceOf(ConfigError);
    }
    expect(
      await failureOf(barsOf({ store, symbol: "005930", from: "1999-01-04", to: "1999-01-05" })),
    ).toBeInstanceOf(CalendarRangeError);
  });
});

describe("coverage", () => {
  const now = at("2026-11-20 18:00");
  const clock = createManualClock(now);

  test("complete, missing, closed, unknown: rows as the page says", async () => {
    const store = await logged(["005930"], DAY);
    const report = await coverage({
      store,
      venue: "KRX",
      from: "2026-11-19",
      to: "2026-11-21",
      symbols: ["005930", "005931"],
      clock,
    });
    expect(report.days.map(({ symbol, tradingDay, status }) => `${symbol} ${tradingDay} ${status}`)).toEqual([
      "005930 2026-11-19 missing",
      "005931 2026-11-19 missing",
      "005930 2026-11-20 complete",
      "005931 2026-11-20 missing",
      "005930 2026-11-21 closed",
      "005931 2026-11-21 closed",
    ]);
    const complete = report.days[2];
    expect(complete).toEqual({
      symbol: "005930",
      tradingDay: DAY,
      status: "complete",
      expected: 381,
      have: 381,
      holes: 0,
      untraded: 381 - tradedBars("005930", DAY).length,
      missing: [],
      first: at("2026-11-20 09:00"),
      last: at("2026-11-20 15:30"),
      rate: 1,
    });
    expect(report.days[3]).toMatchObject({
      expected: 381,
      have: 0,
      rate: 0,
      missing: [{ from: at("2026-11-20 09:00"), to: at("2026-11-20 15:30"), reason: "not-fetched" }],
    });
    expect(report.days[4]).toMatchObject({ expected: 0, have: 0, missing: [] });
    expect(report.total).toMatchObject({ symbols: 2, expected: 4 * 381, have: 381, rate: 0.25 });
    const unknown = await coverage({
      store,
      from: "2027-12-31",
      to: "2028-01-01",
      symbols: ["005930"],
      clock,
    });
    expect(unknown.days.map(({ status }) => status)).toEqual(["closed", "unknown"]);
  });

  test("partial: spans by reason, ends inclusive", async () => {
    const store = new MemoryStore();
    const bars = tradedBars("005931", DAY);
    await putLines(
      store,
      "20261120090000_20261120091900_J_20261120160000",
      bars
        .slice(0, 20)
        .filter((_, index) => index !== 5 && index !== 6)
        .map(({ time, open, high, low, close, volume, accVolume }) => ({
          timestamp: new Date(time + 9 * 3_600_000).toISOString().slice(0, 16).replace("T", "_"),
          fields: FIELDS,
          data: { "005931": [open, high, low, close, volume, accVolume] },
        })),
    );
    const at10 = createManualClock(at("2026-11-20 10:00:30"));
    const { days } = await coverage({ store, from: DAY, to: DAY, symbols: ["005931"], clock: at10 });
    expect(days[0]).toMatchObject({
      status: "partial",
      have: 18,
      first: at("2026-11-20 09:00"),
      last: at("2026-11-20 09:19"),
      missing: [
        { from: at("2026-11-20 09:05"), to: at("2026-11-20 09:06"), reason: "not-fetched" },
        { from: at("2026-11-20 09:20"), to: at("2026-11-20 09:59"), reason: "not-fetched" },
        { from: at("2026-11-20 10:00"), to: at("2026-11-20 15:30"), reason: "not-yet" },
      ],
    });
    expect(days[0]?.rate).toBeCloseTo(18 / 381);
  });

  test("damaged and too old", async () => {
    const store = await logged(["005931"], DAY);
    const [key = ""] = await keysOf(store);
    const bytes = (await store.get(key)) ?? new Uint8Array();
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await store.put(key, bytes);
    await dropColumns(store);
    const damaged = await coverage({ store, from: DAY, to: DAY, symbols: ["005931"], clock });
    expect(damaged.days[0]).toMatchObject({ status: "missing", missing: [{ reason: "damaged" }] });
    const old = await coverage({ store, from: "2024-11-20", to: "2024-11-20", symbols: ["005931"], clock });
    expect(old.days[0]).toMatchObject({ status: "missing", missing: [{ reason: "too-old" }] });
  });

  test("without symbols: those that are stored", async () => {
    const store = await logged(["005930", "0037T0"], DAY);
    const report = await coverage({ store, from: DAY, to: DAY, clock });
    expect(report.days.map(({ symbol }) => symbol)).toEqual(["0037T0", "005930"].sort());
  });
});

describe("damage", () => {
  test("every flipped bit and every cut is detected, never merged, and healed", async () => {
    const store = await logged(["005930"], DAY);
    const [key = ""] = await keysOf(store);
    const good = (await store.get(key)) ?? new Uint8Array();
    const damages: Uint8Array[] = [good.slice(0, 10), good.slice(0, -1), good.slice(1), new Uint8Array()];
    for (let position = 0; position < good.length; position += 97) {
      const bytes = good.slice();
      bytes[position] = (bytes[position] ?? 0) ^ (1 << (position % 8));
      damages.push(bytes);
    }
    damages.push(new Uint8Array([...good, 0]), new Uint8Array([...good, ...good]));
    for (const [nth, bytes] of damages.entries()) {
      const spoilt = new MemoryStore();
      await spoilt.put(key, bytes);
      const rows = (await storedRows(spoilt, DAY))["005930"];
      // Doubled objects are two frames and two trailers: either refused or the same content.
      if (rows !== undefined) expect(rows, `damage ${nth}`).toEqual(expectedRows("005930", DAY));
      if (nth % 7 !== 0) continue;
      await logged(["005930"], DAY, spoilt);
      expect((await storedRows(spoilt, DAY))["005930"]).toEqual(expectedRows("005930", DAY));
      expect((await coverage({ store: spoilt, from: DAY, to: DAY })).days[0]?.status).toBe("complete");
    }
  });
});

describe("compact", () => {
  async function scattered(): Promise<MemoryStore> {
    const store = new MemoryStore();
    const clock = createManualClock(at("2026-11-20 09:30:30"));
    for (const time of [
      "2026-11-20 09:30:30",
      "2026-11-20 11:00:30",
      "2026-11-20 14:00:30",
      "2026-11-20 18:00:00",
    ]) {
      clock.set(at(time));
      const client = sourceAt(() => clock.now());
      await new HantooKlineLogger({
        client,
        store,
        symbols: ["005930", "0037T0"],
        clock,
        compact: false,
      }).sync();
    }
    expect((await keysOf(store)).length).toBe(4);
    return store;
  }
  const truth = { "005930": expectedRows("005930", DAY), "0037T0": expectedRows("0037T0", DAY) };

  test("one object a day; the sources stay unless asked; done twice it does nothing", async () => {
    const store = await scattered();
    await compact({ store, venue: "KRX", tradingDay: DAY });
    expect((await keysOf(store)).length).toBe(5);
    expect(await storedRows(store, DAY)).toEqual(truth);
    await compact({ store, venue: "KRX", tradingDay: DAY, deleteSources: true });
    const keys = await keysOf(store);
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatch(/\/20261120090000_20261120153000_J_\d{14}\.jsonl\.zstd$/);
    expect(await storedRows(store, DAY)).toEqual(truth);
    await compact({ store, venue: "KRX", tradingDay: DAY, deleteSources: true });
    expect(await keysOf(store)).toEqual(keys);
    expect((await coverage({ store, from: DAY, to: DAY })).total.rate).toBe(1);
  });

  test("failing at any operation, nothing is lost", async () => {
    for (const when of ["before", "after"] as const) {
      for (let nth = 1; nth < 60; nth++) {
        const store = await scattered();
        let count = 0;
        const step = async <T>(work: () => Promise<T>): Promise<T> => {
          const fails = ++count === nth;
          if (fails && when === "before") throw new Error("killed");
          const result = await work();
          if (fails) throw new Error("killed");
          return result;
        };
        const guarded = {
          get: (key: string) => step(() => store.get(key)),
          put: (key: string, bytes: Uint8Array, options?: object) =>
            step(() => store.put(key, bytes, options)),
          list: (prefix: string) => store.list(prefix),
          delete: (key: string) => step(() => store.delete(key)),
        };
        const done = await compact({
          store: guarded,
          venue: "KRX",
          tradingDay: DAY,
          deleteSources: true,
        }).then(
          () => true,
          () => false,
        );
        expect(await storedRows(store, DAY)).toEqual(truth);
        if (done && count < nth) break;
      }
    }
  });

  test("a store that loses or garbles the compacted object costs no source", async () => {
    for (const garble of [
      () => undefined,
      (bytes: Uint8Array) => bytes.slice(0, 50),
      (bytes: Uint8Array) => bytes.map((value, index) => (index === 200 ? value ^ 4 : value)),
    ]) {
      const store = await scattered();
      const sources = await keysOf(store);
      const lying = {
        get: async (key: string) => {
          const bytes = await store.get(key);
          return bytes === undefined || sources.includes(key) ? bytes : garble(bytes);
        },
        put: store.put.bind(store),
        list: store.list.bind(store),
        delete: store.delete.bind(store),
      };
      await compact({ store: lying, venue: "KRX", tradingDay: DAY, deleteSources: true }).catch(
        () => undefined,
      );
      expect(await keysOf(store)).toEqual(expect.arrayContaining(sources));
    }
  });

  test("a damaged source is not compacted away", async () => {
    const store = await scattered();
    const [key = ""] = await keysOf(store);
    const bytes = (await store.get(key)) ?? new Uint8Array();
    bytes[60] = (bytes[60] ?? 0) ^ 2;
    await store.put(key, bytes);
    await compact({ store, venue: "KRX", tradingDay: DAY, deleteSources: true }).catch(() => undefined);
    expect(await keysOf(store)).toContain(key);
  });
});

describe("resample", () => {
  const session = krx.session(DAY);
  const flat = async (symbol: string, day = DAY): Promise<MinuteBar[]> =>
    barsOf({ store: await logged([symbol], day), symbol, from: day, to: day });

  test("five minutes, anchored at the open, the auction in the last continuous bucket", async () => {
    const bars = await flat("005931");
    const fives = resample(bars, { minutes: 5, ...(session && { session }) });
    expect(fives).toHaveLength(76);
    expect(fives[0]?.time).toBe(at("2026-11-20 09:00"));
    const last = fives.at(-1);
    expect(last?.time).toBe(at("2026-11-20 15:15"));
    expect(last?.close).toBe(bars.at(-1)?.close);
    expect(last?.volume).toBe(bars.slice(-6).reduce((sum, { volume }) => sum + volume, 0));
    for (const { partial } of fives) expect(partial).toBe(false);
    expect(fives.reduce((sum, { volume }) => sum + volume, 0)).toBe(bars.at(-1)?.accVolume);
  });

  test.each([10, 15, 30, 60] as const)(
    "%i minutes keep volume, extremes, first and last",
    async (minutes) => {
      const bars = await flat("005931");
      const longer = resample(bars, { minutes, ...(session && { session }) });
      expect(longer).toHaveLength(Math.ceil(380 / minutes));
      expect(longer[0]?.open).toBe(bars[0]?.open);
      expect(longer.at(-1)?.close).toBe(bars.at(-1)?.close);
      expect(Math.max(...longer.map(({ high }) => high))).toBe(Math.max(...bars.map(({ high }) => high)));
    },
  );

  test("a late open: buckets count from 10:00", async () => {
    const day = "2026-01-02";
    const hours = resample(tradedBars("005931", day), { minutes: 60, session: krx.session(day) as never });
    expect(hours.map(({ time }) => time)).toEqual(
      ["10:00", "11:00", "12:00", "13:00", "14:00", "15:00"].map((time) => at(`${day} ${time}`)),
    );
  });

  test("untraded minutes count as known, missing ones make it partial", async () => {
    const bars = await flat("005930");
    for (const { partial } of resample(bars, { minutes: 5 })) expect(partial).toBe(false);
    const traded = bars.filter(({ volume }) => volume > 0);
    expect(resample(traded, { minutes: 5 }).some(({ partial }) => partial)).toBe(true);
    const cut = bars.filter(({ time }) => time !== at("2026-11-20 10:02"));
    expect(
      resample(cut, { minutes: 5 })
        .filter(({ partial }) => partial)
        .map(({ time }) => time),
    ).toEqual([at("2026-11-20 10:00")]);
    // Stopped in the middle: the last bucket is not whole.
    const morning = bars.filter(({ time }) => time < at("2026-11-20 11:03"));
    expect(resample(morning, { minutes: 5 }).at(-1)).toMatchObject({
      time: at("2026-11-20 11:00"),
      partial: true,
    });
  });

  test("flat bars add nothing to prices, and a bucket without a trade is left out", async () => {
    const bars = await flat("005930");
    const fives = resample(bars, { minutes: 5 });
    for (const five of fives) {
      const inside = bars.filter(
        ({ time, volume }) => volume > 0 && time >= five.time && time < five.time + 300_000,
      );
      if (five.time < at("2026-11-20 15:15")) {
        expect(five.open).toBe(inside[0]?.open);
        expect(five.high).toBe(Math.max(...inside.map(({ high }) => high)));
      }
    }
    const halted = bars.map((bar) =>
      bar.time >= at("2026-11-20 13:00") && bar.time < at("2026-11-20 14:00") ? { ...bar, volume: 0 } : bar,
    );
    const times = resample(halted, { minutes: 30 }).map(({ time }) => time);
    expect(times).not.toContain(at("2026-11-20 13:00"));
    expect(times).toContain(at("2026-11-20 14:00"));
  });

  test("a day: one bar, extended hours left out", async () => {
    const bars = await flat("005931");
    const [day, ...rest] = resample(bars, { period: "day" });
    expect(rest).toEqual([]);
    expect(day).toMatchObject({
      open: bars[0]?.open,
      close: bars.at(-1)?.close,
      volume: bars.at(-1)?.accVolume,
      partial: false,
    });
    const after = { ...(bars.at(-1) as MinuteBar), time: at("2026-11-20 17:00"), high: 1e6, close: 1e6 };
    expect(resample([...bars, after], { period: "day" })).toEqual([day]);
    expect(resample([], { period: "day" })).toEqual([]);
    expect(resample([], { minutes: 5 })).toEqual([]);
  });

  test("bad sizes are config errors", () => {
    for (const options of [{ minutes: 7 }, { minutes: 0 }, { period: "week" }, {}]) {
      expect(() => resample([], options as never)).toThrow(ConfigError);
    }
  });
});
