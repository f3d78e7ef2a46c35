import { describe, expect, test, vi } from "vitest";
import { CalendarRangeError, ConfigError, type ObjectStore, readBars, readKlines, resample } from "hantoo";
import { MemoryStore } from "hantoo/storage";
import { createKlineStore } from "../../../src/archive/kline-store.js";
import { DEFAULT_FIELDS } from "../../../src/archive/lines/kline-record.js";
import { DAY, HOLE, MINUTES, bar, collect, emptyDay, filledDay, fixedClock } from "../day-samples.js";

const untraded = { open: null, high: null, low: null, close: null, volume: 0, accVolume: 0 } as const;

/** Two days; 0001A0 trades from its third minute on, and not in its fifth. */
async function twoDays(): Promise<ObjectStore> {
  const store = new MemoryStore();
  const klineStore = createKlineStore({ store, clock: fixedClock() });
  await klineStore.write(filledDay(["005930"], 3, "2026-11-18"));
  const table = filledDay(["005930"], 6);
  for (const index of [0, 1]) table.set("0001A0", index, untraded);
  table.set("0001A0", 2, bar(500, 5, 5));
  table.set("0001A0", 3, bar(550, 5, 10));
  table.set("0001A0", 4, { open: 600, high: 600, low: 600, close: 600, volume: 0, accVolume: 10 });
  await klineStore.write(table);
  return store;
}

const RANGE = { from: "2026-11-17", to: DAY } as const;

describe("readKlines", () => {
  test("gives merged records of all days, ascending, from KST midnight on any host", async () => {
    const store = await twoDays();
    const records = await collect(readKlines({ store, ...RANGE }));
    expect(records.map(({ timestamp }) => timestamp)).toEqual([
      "2026-11-18_09:00",
      "2026-11-18_09:01",
      "2026-11-18_09:02",
      ...[0, 1, 2, 3, 4, 5].map((minute) => `2026-11-20_09:0${minute}`),
    ]);
    expect(records[3]).toEqual({
      timestamp: "2026-11-20_09:00",
      time: MINUTES[0],
      fields: DEFAULT_FIELDS,
      data: { "0001A0": [null, null, null, null, 0, 0], "005930": [10000, 10100, 9900, 10050, 7, 7] },
    });
    expect(Object.keys(records.at(-1)?.data ?? {})).toEqual(["005930"]);
  });

  test("gives the symbols asked for, and no record without one", async () => {
    const store = await twoDays();
    const records = await collect(readKlines({ store, ...RANGE, symbols: ["0001A0"] }));
    expect(records.map(({ timestamp }) => timestamp.slice(-5))).toEqual([
      "09:00",
      "09:01",
      "09:02",
      "09:03",
      "09:04",
    ]);
    expect(await collect(readKlines({ store, ...RANGE, venue: "NXT" }))).toEqual([]);
    expect(await collect(readKlines({ store, ...RANGE, prefix: "elsewhere" }))).toEqual([]);
  });

  test("shows the nulls of a hole, which has no bar", async () => {
    const store = new MemoryStore();
    const table = emptyDay();
    table.set("005930", 0, { ...bar(100), turnover: 12345 });
    table.set("005930", 1, { ...HOLE, accVolume: 10, turnover: 5000 });
    table.set("005930", 2, { ...HOLE, accVolume: 10 });
    table.set("005930", 3, { ...bar(200, 5, 15), turnover: 1000 });
    await createKlineStore({ store, fields: [...DEFAULT_FIELDS, "turnover"] }).write(table);
    const records = await collect(readKlines({ store, from: DAY, to: DAY }));
    expect(records.map(({ data }) => data["005930"])).toEqual([
      [100, 200, 1, 150, 10, 10, 12345],
      [null, null, null, null, null, 10, 5000],
      [null, null, null, null, null, 10],
      [200, 300, 100, 250, 5, 15, 1000],
    ]);
    const bars = await collect(readBars({ store, symbol: "005930", from: DAY, to: DAY }));
    expect(bars.map(({ time }) => MINUTES.indexOf(time))).toEqual([0, 3]);
    const [bucket] = resample(bars, { minutes: 5 });
    expect(bucket).toMatchObject({ volume: 15, partial: true });
  });

  test("a hole without turnover does not take the turnover of the others away", async () => {
    const store = new MemoryStore();
    const table = emptyDay();
    table.set("005930", 0, { ...bar(100), turnover: 12345 });
    table.set("000660", 0, { ...HOLE, accVolume: 0 });
    await createKlineStore({ store, fields: [...DEFAULT_FIELDS, "turnover"] }).write(table);
    const [record] = await collect(readKlines({ store, from: DAY, to: DAY }));
    expect(record?.data).toEqual({
      "000660": [null, null, null, null, null, 0, null],
      "005930": [100, 200, 1, 150, 10, 10, 12345],
    });
  });

  test("tells turnover where it is known of every symbol", async () => {
    const store = new MemoryStore();
    const table = emptyDay();
    table.set("005930", 0, { ...bar(100), turnover: 12345 });
    table.set("005930", 1, { ...bar(100), turnover: 0 });
    table.set("000660", 1, bar(100));
    await createKlineStore({ store, fields: [...DEFAULT_FIELDS, "turnover"] }).write(table);
    const records = await collect(readKlines({ store, from: DAY, to: DAY }));
    expect(records.map(({ fields }) => fields.length)).toEqual([7, 6]);
    expect(records[0]?.data["005930"]?.[6]).toBe(12345);
    const bars = await collect(readBars({ store, symbol: "005930", from: DAY, to: DAY }));
    expect(bars.map(({ turnover }) => turnover)).toEqual([12345, 0]);
  });

  test("stops when its consumer does, and at an aborted signal with its reason", async () => {
    const store = await twoDays();
    for await (const record of readKlines({ store, ...RANGE })) {
      expect(record.timestamp).toBe("2026-11-18_09:00");
      break;
    }
    const controller = new AbortController();
    const reason = new Error("enough");
    const read = async (): Promise<void> => {
      for await (const record of readKlines({ store, ...RANGE, signal: controller.signal })) {
        if (record.timestamp.endsWith("09:02")) controller.abort(reason);
      }
    };
    await expect(read()).rejects.toBe(reason);
  });

  test.each([
    ["a Date", { from: new Date() as unknown as string }],
    ["a compact day", { from: "20261120" }],
    ["a day that does not exist", { to: "2026-11-31" }],
    ["a range backwards", { from: "2026-11-20", to: "2026-11-19" }],
    ["a venue of the wire", { venue: "J" as "KRX" }],
    ["no symbols", { symbols: [] }],
    ["a symbol as a number", { symbols: [5930 as unknown as string] }],
    ["an empty prefix", { prefix: "" }],
    ["hours unheard of", { hours: "night" as "all" }],
  ])("refuses %s before any I/O", async (_, bad) => {
    const touched = new Proxy({} as ObjectStore, { get: () => expect.unreachable() });
    await expect(readKlines({ store: touched, ...RANGE, ...bad }).next()).rejects.toThrow(ConfigError);
  });

  test("does not guess days that the calendar does not know", async () => {
    const store = new MemoryStore();
    await expect(readKlines({ store, from: "2026-11-20", to: "2099-01-01" }).next()).rejects.toThrow(
      CalendarRangeError,
    );
  });
});

describe("readBars", () => {
  test("begins with the day's first trade and keeps minutes without one flat, or leaves them out", async () => {
    const store = await twoDays();
    const flat = await collect(readBars({ store, symbol: "0001A0", ...RANGE }));
    expect(flat).toEqual([
      { time: MINUTES[2], open: 500, high: 600, low: 400, close: 550, volume: 5, accVolume: 5 },
      { time: MINUTES[3], open: 550, high: 650, low: 450, close: 600, volume: 5, accVolume: 10 },
      { time: MINUTES[4], open: 600, high: 600, low: 600, close: 600, volume: 0, accVolume: 10 },
    ]);
    const traded = await collect(readBars({ store, symbol: "0001A0", ...RANGE, untraded: "skip" }));
    expect(traded).toEqual(flat.slice(0, 2));
  });

  test("has no bar for what is not stored", async () => {
    expect(await collect(readBars({ store: await twoDays(), symbol: "999999", ...RANGE }))).toEqual([]);
  });

  test.each([{ symbol: "5930" }, { untraded: "drop" as "skip" }])("refuses %o", async (bad) => {
    await expect(
      readBars({ store: new MemoryStore(), symbol: "005930", ...RANGE, ...bad }).next(),
    ).rejects.toThrow(ConfigError);
  });
});

test("an object that cannot be read is never silent: without a logger, Node prints a warning", async () => {
  const store = new MemoryStore();
  const klineStore = createKlineStore({ store, clock: fixedClock() });
  await klineStore.write(filledDay(["005930"], 381, "2026-11-18"));
  await klineStore.write(filledDay(["005930"], 381));
  const keys = await collect(store.list(""));
  const [key = ""] = keys;
  const bytes = Buffer.from((await store.get(key)) ?? []);
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  await store.put(key, bytes);
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  try {
    const range = { store, from: "2026-11-18", to: DAY };
    expect(await collect(readBars({ ...range, symbol: "005930" }))).toHaveLength(381);
    expect(await collect(readKlines(range))).toHaveLength(381);
    expect(warn).toHaveBeenCalledTimes(2);
    for (const call of warn.mock.calls) expect(call[0]).toContain(key);
    const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    await collect(readBars({ ...range, symbol: "005930", logger }));
    expect(warn).toHaveBeenCalledTimes(2);
    expect(logger.error.mock.calls).toMatchObject([[{ key }, expect.any(String)]]);
  } finally {
    warn.mockRestore();
  }
});
