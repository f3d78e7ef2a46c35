import { describe, expect, test, vi } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import {
  ConfigError,
  KisAuthError,
  KisRateLimitError,
  type MinuteBar,
  TransportError,
} from "../../../src/core/index.js";
import {
  HantooKlineLogger,
  type HantooKlineLoggerOptions,
  type SyncReport,
} from "../../../src/kline/index.js";
import { MemoryStore } from "../../../src/storage/index.js";
import { filledCells } from "../sample-market.js";
import {
  DAY,
  at,
  expectRows,
  keysOf,
  leading,
  setUp,
  storedRows,
  watched,
  wholeDay,
} from "../logger-setup.js";

const answer = { status: 500, trId: "FHKST03010230", rtCd: "1", msgCd: "EGW00201" };

test("a past day in one pass: the whole content, and a second pass costs no call and uploads nothing", async () => {
  const { logger, store, symbols, source } = setUp(at("18:00"));
  const report = await logger.sync();
  expect(report).toMatchObject({ tradingDay: DAY, venue: "KRX", failures: [], unchanged: 0, revised: [] });
  expect(report.fetched).toEqual({ calls: 12, bars: source.requests.length > 0 ? expect.any(Number) : 0 });
  expect(report.uploaded).toEqual([
    { key: (await keysOf(store))[0], minutes: 381, bars: 3 * 381, bytes: expect.any(Number) },
  ]);
  expect(report.coverage.total).toMatchObject({ symbols: 3, expected: 3 * 381, have: 3 * 381, rate: 1 });
  expect(report.coverage.days.map(({ status }) => status)).toEqual(["complete", "complete", "complete"]);
  expectRows(await storedRows(store), wholeDay(symbols));

  const again = await logger.sync();
  expect(again).toMatchObject({
    uploaded: [],
    fetched: { calls: 0, bars: 0 },
    unchanged: 3 * 381,
    failures: [],
  });
  expect(await keysOf(store)).toHaveLength(1);
});

test("during the session: closed minutes only, then from the first missing one on", async () => {
  const { logger, store, symbols, source, clock } = setUp(at("10:36:09"));
  await logger.sync();
  const truth = wholeDay(symbols);
  expectRows(await storedRows(store), leading(truth, 95)); // 10:35 ends at 10:36:00 and settles at 10:36:10
  clock.set(at("10:36:10"));
  source.requests.length = 0;
  await logger.sync();
  expectRows(await storedRows(store), leading(truth, 96));
  expect(source.requests.map(({ from }) => from)).toEqual([at("10:35"), at("10:35"), at("10:35")]);
  clock.set(at("20:00"));
  const report = await logger.sync();
  expectRows(await storedRows(store), truth);
  expect(report.uploaded).toMatchObject([{ bars: 3 * (381 - 96) }]);
});

describe("which day", () => {
  test.each([
    ["Saturday", at("12:00", "2026-11-21"), "2026-11-20"],
    ["before the open", at("08:59:59", "2026-11-23"), "2026-11-20"],
    ["at the open", at("09:00", "2026-11-23"), "2026-11-23"],
    ["a late open", at("09:59:59", "2026-11-19"), "2026-11-18"],
    ["the day after Constitution Day", at("08:00", "2026-07-18"), "2026-07-16"],
  ])("%s", async (_, now, tradingDay) => {
    const { logger, source } = setUp(now);
    expect((await logger.sync()).tradingDay).toBe(tradingDay);
    for (const request of source.requests) expect(request.tradingDay).toBe(tradingDay);
  });

  test.each([
    ["2026-07-17", "closed: Constitution Day"],
    ["2026-11-21", "a day with a session at KRX"],
    ["2026-11-23", "a day whose session has opened"],
    ["20261120", "YYYY-MM-DD"],
  ])("asked for %s: refused before any I/O", async (tradingDay, message) => {
    const touched = vi.fn<() => void>();
    const { logger, source } = setUp(at("18:00"), { store: watched(new MemoryStore(), touched) });
    await expect(logger.sync({ tradingDay })).rejects.toThrow(message);
    await expect(logger.sync({ tradingDay })).rejects.toBeInstanceOf(ConfigError);
    expect(source.requests).toEqual([]);
    expect(touched).not.toHaveBeenCalled();
  });
});

test("one symbol's fault does not stop the others, and an odd bar costs nobody anything", async () => {
  const { logger, store, source } = setUp(
    at("18:00"),
    { symbols: ["X00001", "0001A0", "T00020"] },
    { unknown: new Set(["X00001"]) },
  );
  const minuteBars = source.minuteBars.bind(source);
  let odd: readonly MinuteBar[] = [];
  source.minuteBars = async (request) => {
    const found = await minuteBars(request);
    if (request.symbol !== "T00020") return found;
    odd = found.bars.map((bar, index) => (index === 2 ? { ...bar, open: bar.high + 1 } : bar));
    return { ...found, bars: odd };
  };
  const report = await logger.sync();
  expect(report.failures).toMatchObject([{ symbol: "X00001", error: { code: "kis_api" } }]);
  expectRows(await storedRows(store), {
    "0001A0": wholeDay(["0001A0"])["0001A0"] ?? [],
    T00020: filledCells(odd, krx.minutes(DAY)),
  });
  expect(
    report.coverage.days.map(({ symbol, missing }) => [symbol, missing.map(({ reason }) => reason)]),
  ).toEqual([
    ["X00001", ["failed"]],
    ["0001A0", []],
    ["T00020", []],
  ]);
});

describe("what concerns every symbol stops the pass at once, after the upload", () => {
  test.each([
    ["a refused key", new KisAuthError("the app key is not accepted", { ...answer, msgCd: "EGW00103" })],
    ["a refused rate", new KisRateLimitError("too many", answer, { retryAfterMs: 60_000 })],
  ])("%s", async (_, error) => {
    const symbols = Array.from({ length: 40 }, (_, index) => `A${String(index).padStart(5, "0")}`);
    let count = 0;
    const { logger, store, source } = setUp(
      at("18:00"),
      { symbols, concurrency: 2 },
      {
        before: () => {
          if (++count > 5) throw error;
        },
      },
    );
    await expect(logger.sync()).rejects.toBe(error);
    expect(source.requests.length).toBeLessThanOrEqual(7);
    expect(Object.keys(await storedRows(store))).toHaveLength(5);
  });

  test("a network that is gone: ten in a row, and the rest is named without being asked for", async () => {
    const symbols = Array.from({ length: 200 }, (_, index) => `A${String(index).padStart(5, "0")}`);
    const error = new TransportError("connection refused");
    const { logger, source } = setUp(
      at("18:00"),
      { symbols, concurrency: 4 },
      {
        before: () => {
          throw error;
        },
      },
    );
    const report = await logger.sync();
    expect(source.requests.length).toBeLessThanOrEqual(14);
    expect(report.failures.map(({ symbol }) => symbol).sort()).toEqual(symbols);
    expect(new Set(report.failures.map((failure) => failure.error))).toEqual(new Set([error]));
  });
});

test("abort stores what was fetched and rejects with the reason, untouched", async () => {
  const controller = new AbortController();
  const reason = { why: "enough" };
  const { logger, store } = setUp(
    at("18:00"),
    { concurrency: 1 },
    {
      before: ({ symbol }) => {
        if (symbol === "H00030") controller.abort(reason);
      },
    },
  );
  await expect(logger.sync({ signal: controller.signal })).rejects.toBe(reason);
  expect(Object.keys(await storedRows(store))).toEqual(["0001A0", "T00020"]);
  await expect(logger.sync({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test("a source that does not listen to the signal does not hold up the last upload", async () => {
  const controller = new AbortController();
  const { logger, store } = setUp(
    at("18:00"),
    { concurrency: 1 },
    {
      before: ({ symbol }) => {
        if (symbol !== "H00030") return undefined;
        controller.abort("stop");
        return new Promise(() => undefined);
      },
    },
  );
  await expect(logger.sync({ signal: controller.signal })).rejects.toBe("stop");
  expect(Object.keys(await storedRows(store))).toEqual(["0001A0", "T00020"]);
});

test("checkpoints: an upload after so many symbols, each minute of a symbol uploaded once", async () => {
  const symbols = Array.from({ length: 25 }, (_, index) => `A${String(index).padStart(5, "0")}`);
  const { logger, store } = setUp(at("18:00"), { symbols, concurrency: 1, checkpoint: { symbols: 10 } });
  const report = await logger.sync();
  expect(report.uploaded.map(({ bars }) => bars)).toEqual([10 * 381, 10 * 381, 5 * 381]);
  expectRows(await storedRows(store), wholeDay(symbols));
});

test("progress counts symbols and calls; an error thrown by the listener ends the pass after the upload", async () => {
  const { logger } = setUp(at("18:00"));
  const seen: unknown[] = [];
  await logger.sync({ onProgress: (progress) => seen.push(progress) });
  expect(seen.at(-1)).toEqual({ done: 3, total: 3, failed: 0, calls: 12 });
  const other = setUp(at("18:00"), { concurrency: 1 });
  const bug = new Error("a bug of the caller's");
  await expect(
    other.logger.sync({
      onProgress: () => {
        throw bug;
      },
    }),
  ).rejects.toBe(bug);
  expect(Object.keys(await storedRows(other.store))).toEqual(["0001A0"]);
});

test("damaged and removed objects are fetched again, from the first hole on, and only what lacks is uploaded", async () => {
  const { store, clock, another, symbols } = setUp(at("10:00"), { compact: false });
  await another().sync();
  clock.set(at("12:00"));
  await another().sync();
  clock.set(at("18:00"));
  await another().sync();
  const keys = await keysOf(store);
  const bytes = (await store.get(keys[1] as string)) as Uint8Array;
  bytes[20] = (bytes[20] as number) ^ 1;
  await store.put(keys[1] as string, bytes);
  clock.set(at("19:00"));
  const report = await another().sync();
  expect(report.uploaded).toMatchObject([{ minutes: 120, bars: 360 }]);
  expectRows(await storedRows(store), wholeDay(symbols));
  expect((await another().sync()).fetched.calls).toBe(0);
});

test("shards and a second logger share a prefix without knowing of each other", async () => {
  const symbols = Array.from({ length: 40 }, (_, index) => `A${String(index).padStart(5, "0")}`);
  const { store, another, source } = setUp(at("18:00"), { symbols });
  const shards = [0, 1, 2].map((index) => another({ shard: { index, count: 3 } }));
  expect(shards.flatMap((shard) => shard.symbols).sort()).toEqual(symbols);
  for (const shard of shards) expect(shard.symbols.length).toBeGreaterThan(5);
  const reports = await Promise.all(shards.map((shard) => shard.sync()));
  expect(reports.map(({ coverage }) => coverage.total.symbols)).toEqual(
    shards.map((shard) => shard.symbols.length),
  );
  expectRows(await storedRows(store), wholeDay(symbols));
  expect(source.requests).toHaveLength(40);

  const twins = setUp(at("18:00"), { symbols });
  await Promise.all([twins.logger.sync(), twins.another().sync()]);
  expectRows(await storedRows(twins.store), wholeDay(symbols));
});

describe("the store fails", () => {
  test.each([["a full disk", Object.assign(new Error("no space"), { retryable: false })]])(
    "%s during a pass: what was acknowledged stays, the error is the store's",
    async (_, fault) => {
      const symbols = Array.from({ length: 30 }, (_, index) => `A${String(index).padStart(5, "0")}`);
      const memory = new MemoryStore();
      let puts = 0;
      const store = watched(memory, ({ operation, key, stage }) => {
        if (operation === "put" && stage === "before" && key.endsWith(".zstd") && ++puts > 2) throw fault;
      });
      const { logger, source, another } = setUp(at("18:00"), {
        symbols,
        store,
        concurrency: 1,
        checkpoint: { symbols: 5 },
      });
      await expect(logger.sync()).rejects.toBe(fault);
      expect(Object.keys(await storedRows(memory))).toEqual(symbols.slice(0, 10));
      expect(source.requests.length).toBe(20); // only what was fetched while the store failed is for nothing
      await another({ store: memory }).sync();
      expectRows(await storedRows(memory), wholeDay(symbols));
    },
  );

  test("a put that took effect and then failed is harmless", async () => {
    const memory = new MemoryStore();
    let puts = 0;
    const store = watched(memory, ({ operation, key, stage }) => {
      if (operation === "put" && stage === "after" && key.endsWith(".zstd") && ++puts === 1)
        throw new Error("timed out");
    });
    const { logger, symbols } = setUp(at("18:00"), { store, checkpoint: { symbols: 1 }, concurrency: 1 });
    await expect(logger.sync()).rejects.toThrow("timed out");
    await logger.sync();
    expectRows(await storedRows(memory), wholeDay(symbols));
  });
});

describe("options are checked before any I/O", () => {
  const good = {
    client: { minuteBars: async () => Promise.reject(new Error("asked")) },
    store: new MemoryStore(),
    symbols: ["005930"],
  };
  test.each<[string, object]>([
    ["client", { client: {} }],
    ["store", { store: "./data" }],
    ["symbols", { symbols: [5930] }],
    ["symbols", { symbols: [] }],
    ["venue", { venue: "J" }],
    ["hours", { hours: "night" }],
    ["prefix", { prefix: "" }],
    ["fields", { fields: ["open"] }],
    ["settleMs", { settleMs: -1 }],
    ["concurrency", { concurrency: 0 }],
    ["checkpoint.symbols", { checkpoint: { symbols: 1.5 } }],
    ["checkpoint.ms", { checkpoint: { ms: 0 } }],
    ["shard.index", { shard: { index: 2, count: 2 } }],
    ["lagMs", { lagMs: 0 }],
    ["spool", { spool: {} }],
    ["spool", { spool: good.store }],
    ["maxPendingBars", { maxPendingBars: 0 }],
    ["compact", { compact: true }],
    ["simbols", { simbols: [] }],
  ])("%s %o", (option, change) => {
    const options = { ...good, ...change } as unknown as HantooKlineLoggerOptions;
    expect(() => new HantooKlineLogger(options)).toThrow(expect.objectContaining({ code: "config", option }));
  });
});

test("a closed logger says so; closing twice is closing once; it ends a pass after the upload", async () => {
  const { logger, store } = setUp(
    at("18:00"),
    { concurrency: 1 },
    {
      before: ({ symbol }) => {
        if (symbol === "T00020") void logger.close();
      },
    },
  );
  await expect(logger.sync()).rejects.toMatchObject({ code: "config", option: "logger" });
  await logger.close();
  expect(logger.close()).toBe(logger.close());
  await expect(logger.sync()).rejects.toMatchObject({ code: "config", option: "logger" });
  await expect(logger.run().next()).rejects.toMatchObject({ code: "config", option: "logger" });
  expect(Object.keys(await storedRows(store))).toEqual(["0001A0"]);
});

test("turnover is stored where it is asked for", async () => {
  const fields = ["open", "high", "low", "close", "volume", "acc_vol", "turnover"] as const;
  const { logger, store } = setUp(at("18:00"), { fields });
  await logger.sync();
  const report: SyncReport = await logger.sync();
  expect(report.fetched.calls).toBe(0);
  const { readBars } = await import("../../../src/kline/index.js");
  for await (const bar of readBars({
    store,
    symbol: "0001A0",
    venue: "KRX",
    from: DAY,
    to: DAY,
    untraded: "skip",
  })) {
    expect(bar.turnover).toBe(bar.volume * bar.close);
  }
  expect(krx.minutes(DAY)).toHaveLength(381);
});
