import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  ConfigError,
  HantooKlineLogger,
  type HantooKlineLoggerOptions,
  MemoryStore,
  StorageError,
  isHantooError,
  krx,
} from "hantoo";
import { createManualClock } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.js";
import { at, expectedRows, keysOf, sourceAt, storedRows, tradedBars } from "./bars.js";

const DAY = "2026-11-20";
const EVENING = at("2026-11-20 18:00");
const PREFIX = "hantoo-stock-kline-1m";

function loggerAt(nowMs: number, options: Partial<HantooKlineLoggerOptions> = {}) {
  const clock = createManualClock(nowMs);
  const source = sourceAt(() => clock.now());
  const store = new MemoryStore();
  const logger = new HantooKlineLogger({
    client: source,
    store,
    symbols: ["005930", "0037T0"],
    clock,
    ...options,
  });
  return { clock, source, store, logger };
}

/** A skippable frame's first bytes, and what ours begins with. */
const MAGIC = Buffer.from([0x5a, 0x2a, 0x4d, 0x18]);

/** The text of an object, by the `zstd` program; its trailer checked by hand. */
function textOf(bytes: Uint8Array): string {
  const text = execFileSync("zstd", ["-dcq"], { input: bytes, maxBuffer: 2 ** 28 });
  // Behind the digest: a JSON object, its length before it.
  const trailer = Buffer.from(bytes.subarray(Buffer.from(bytes).lastIndexOf(MAGIC)));
  expect(trailer.readUInt32LE(4)).toBe(trailer.length - 8);
  expect(trailer.subarray(8, 16).toString("latin1")).toBe("hantoo1\0");
  expect(trailer.readBigUInt64LE(16)).toBe(BigInt(text.length));
  expect(trailer.subarray(24, 56).toString("hex")).toBe(createHash("sha256").update(text).digest("hex"));
  const end = 60 + trailer.readUInt32LE(56);
  const facts: unknown = JSON.parse(trailer.subarray(60, end).toString("utf8"));
  expect(facts).toMatchObject({ source: "unknown", writer: expect.stringMatching(/^hantoo\/\d/) });
  return text.toString("utf8");
}

describe("one pass", () => {
  test("a day ends up as one object, its key, its lines and its report as the pages say", async () => {
    const { logger, store } = loggerAt(EVENING, { symbols: ["123456", "005930", "Q530036", "0037T0"] });
    const report = await logger.sync();
    const keys = await keysOf(store);
    expect(keys).toEqual([`${PREFIX}/20261120090000_20261120153000_J_20261120180000.jsonl.zstd`]);
    const bytes = (await store.get(keys[0] ?? "")) ?? new Uint8Array();
    const lines = textOf(bytes).split("\n");
    expect(lines.pop()).toBe("");
    expect(lines).toHaveLength(381);
    expect(lines[0]).toMatch(
      /^\{"timestamp":"2026-11-20_09:00","fields":\["open","high","low","close","volume","acc_vol"\],"data":\{"0037T0":\[null,null,null,null,0,0\],"005930":\[null,null,null,null,0,0\],"123456":\[/,
    );
    expect(lines[380]).toContain('"timestamp":"2026-11-20_15:30"');
    for (const line of lines) {
      const symbols = [...line.matchAll(/"([0-9A-Z]{6,9})":\[/g)].map(([, symbol]) => symbol);
      expect(symbols).toEqual(["0037T0", "005930", "123456", "Q530036"]);
    }
    expect(report).toMatchObject({
      tradingDay: DAY,
      venue: "KRX",
      uploaded: [{ key: keys[0], minutes: 381, bars: 4 * 381, bytes: bytes.length }],
      fetched: { calls: 4 },
      unchanged: 0,
      failures: [],
    });
    expect(report.coverage.total).toMatchObject({ symbols: 4, expected: 4 * 381, have: 4 * 381, rate: 1 });
    expect(report.coverage.days.map(({ status }) => status)).toEqual(Array(4).fill("complete"));
  });

  test("what is stored is the truth: flat where untraded, null before the first trade, acc_vol summed", async () => {
    const { logger, store } = loggerAt(EVENING);
    await logger.sync();
    expect(await storedRows(store, DAY)).toEqual({
      "005930": expectedRows("005930", DAY),
      "0037T0": expectedRows("0037T0", DAY),
    });
  });

  test("a second pass asks nothing and uploads nothing", async () => {
    const { logger, store, source } = loggerAt(EVENING);
    await logger.sync();
    const before = source.requests.length;
    const report = await logger.sync();
    expect(report).toMatchObject({
      uploaded: [],
      fetched: { calls: 0, bars: 0 },
      unchanged: 762,
      failures: [],
    });
    expect(source.requests).toHaveLength(before);
    expect(await keysOf(store)).toHaveLength(1);
    const other = new HantooKlineLogger({
      client: source,
      store,
      symbols: ["0037T0", "005930"],
      clock: createManualClock(at("2026-11-22 12:00")),
    });
    expect((await other.sync()).uploaded).toEqual([]);
    expect(source.requests).toHaveLength(before);
  });

  test("mid-session: closed, settled minutes only; the next pass adds only what is new", async () => {
    const { logger, store, clock, source } = loggerAt(at("2026-11-20 10:00:09"));
    const first = await logger.sync();
    expect((await storedRows(store, DAY))["005930"]).toHaveLength(59);
    expect(first.coverage.days[0]).toMatchObject({
      status: "partial",
      have: 59,
      expected: 381,
      missing: [{ from: at("2026-11-20 09:59"), to: at("2026-11-20 15:30"), reason: "not-yet" }],
    });
    clock.set(at("2026-11-20 10:00:10"));
    const second = await logger.sync();
    expect(second.uploaded).toMatchObject([{ minutes: 1, bars: 2 }]);
    expect(second.unchanged).toBe(118);
    expect(source.requests.at(-1)?.from).toBe(at("2026-11-20 09:59"));
    // The second of the upload, or shortly after: it must come after what was stored before.
    expect((await keysOf(store)).at(-1)).toMatch(
      /\/20261120095900_20261120095900_J_2026112010001[0-2]\.jsonl\.zstd$/,
    );
    clock.set(EVENING);
    await logger.sync();
    expect(await storedRows(store, DAY)).toEqual({
      "005930": expectedRows("005930", DAY),
      "0037T0": expectedRows("0037T0", DAY),
    });
  });

  test.each([
    ["2026-11-21 12:00", "2026-11-20"],
    ["2026-11-22 23:59", "2026-11-20"],
    ["2026-11-23 08:59", "2026-11-20"],
    ["2026-11-23 09:00", "2026-11-23"],
    ["2026-11-19 09:59", "2026-11-18"],
    ["2026-11-19 10:00", "2026-11-19"],
    ["2026-12-31 12:00", "2026-12-30"],
    ["2027-01-04 09:30", "2026-12-30"],
  ])("at %s it is for %s", async (now, day) => {
    const { logger, source } = loggerAt(at(now));
    const report = await logger.sync();
    expect(report.tradingDay).toBe(day);
    for (const request of source.requests) expect(request.tradingDay).toBe(day);
  });

  test("CSAT day: 381 minutes from 10:00 to 16:30", async () => {
    const { logger, store } = loggerAt(at("2026-11-19 18:00"));
    await logger.sync();
    expect(await keysOf(store)).toEqual([
      `${PREFIX}/20261119100000_20261119163000_J_20261119180000.jsonl.zstd`,
    ]);
    expect((await storedRows(store, "2026-11-19"))["005930"]).toEqual(expectedRows("005930", "2026-11-19"));
  });

  test("turnover, prefix and venue are options", async () => {
    const { logger, store } = loggerAt(EVENING, {
      fields: ["open", "high", "low", "close", "volume", "acc_vol", "turnover"],
      prefix: "my/bars",
      venue: "NXT",
      symbols: ["005931"],
    });
    const report = await logger.sync();
    const keys = await keysOf(store);
    expect(keys).toEqual([`my/bars/20261120090000_20261120151900_NX_20261120180000.jsonl.zstd`]);
    expect(report.venue).toBe("NXT");
    const [line] = textOf((await store.get(keys[0] ?? "")) ?? new Uint8Array()).split("\n");
    const { open, high, low, close, volume, accVolume, turnover } = tradedBars("005931", DAY, "NXT")[0] ?? {};
    expect(JSON.parse(line ?? "")).toMatchObject({
      fields: ["open", "high", "low", "close", "volume", "acc_vol", "turnover"],
      data: { "005931": [open, high, low, close, volume, accVolume, turnover] },
    });
  });

  test("progress is told, a signal is honoured and its reason rethrown untouched", async () => {
    const { logger } = loggerAt(EVENING);
    const seen: unknown[] = [];
    await logger.sync({ onProgress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(0);
    const reason = { mine: true };
    const aborted = loggerAt(EVENING);
    expect(await failureOf(aborted.logger.sync({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(aborted.source.requests).toHaveLength(0);
  });

  test("aborted in the middle, what was fetched is kept and the next pass goes on", async () => {
    const clock = createManualClock(EVENING);
    const controller = new AbortController();
    const reason = new Error("enough");
    let asked = 0;
    const source = sourceAt(
      () => clock.now(),
      (answer) => {
        if (++asked === 3) controller.abort(reason);
        return answer;
      },
    );
    const store = new MemoryStore();
    const symbols = ["005930", "0037T0", "000660", "035720", "035420"];
    const logger = new HantooKlineLogger({ client: source, store, symbols, clock, concurrency: 1 });
    expect(await failureOf(logger.sync({ signal: controller.signal }))).toBe(reason);
    const kept = Object.keys(await storedRows(store, DAY));
    expect(kept.length).toBeGreaterThanOrEqual(2);
    await logger.sync();
    expect(Object.keys(await storedRows(store, DAY)).sort()).toEqual([...symbols].sort());
    expect(asked).toBeLessThanOrEqual(6);
  });

  test("closing is idempotent and ends it", async () => {
    const { logger } = loggerAt(EVENING);
    await logger.close();
    await logger.close();
    await logger[Symbol.asyncDispose]();
    expect(isHantooError(await failureOf(logger.sync()))).toBe(true);
  });

  test.each([
    ["symbols", { symbols: [] }],
    ["symbols", { symbols: [5930 as never] }],
    ["symbols", { symbols: ["AAPL"] }],
    ["symbols", { symbols: ["005930 "] }],
    ["venue", { venue: "J" as never }],
    ["hours", { hours: "extended" as never }],
    ["prefix", { prefix: "" }],
    ["prefix", { prefix: "../up" }],
    ["client", { client: {} as never }],
    ["store", { store: {} as never }],
  ])("a bad `%s` is a config error before any I/O", (option, options) => {
    try {
      loggerAt(EVENING, options);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as ConfigError).message).toContain(option);
      return;
    }
    throw new Error("it did not throw");
  });

  test("options are not mutated, and a symbol given twice counts once", async () => {
    const symbols = Object.freeze(["005930", "005930"]);
    const { logger, source } = loggerAt(EVENING, Object.freeze({ symbols }));
    const report = await logger.sync();
    expect(source.requests).toHaveLength(1);
    expect(report.coverage.total.symbols).toBe(1);
  });
});

describe("a source that cannot be trusted", () => {
  const minutes = krx.minutes(DAY);
  type Change = Parameters<typeof sourceAt>[1];
  const bad =
    (change: NonNullable<Change>): Change =>
    (answer, request) =>
      request.symbol === "005931" ? change(answer, request) : answer;
  const withBar = (patch: object, index = 5): Change =>
    bad((answer) => ({
      ...answer,
      bars: answer.bars.map((bar, position) => (position === index ? { ...bar, ...patch } : bar)),
    }));

  const refused: readonly (readonly [string, Change])[] = [
    ["another symbol's bars", bad((answer) => ({ ...answer, symbol: "000660" }))],
    ["another day's answer", bad((answer) => ({ ...answer, tradingDay: "2026-11-19" }))],
    ["another venue's answer", bad((answer) => ({ ...answer, venue: "UN" }))],
    ["`through` that is no number", bad((answer) => ({ ...answer, through: Number.NaN }))],
    ["no bars at all", bad((answer) => ({ ...answer, bars: undefined }))],
    ["bars of another day", bad((answer) => ({ ...answer, bars: tradedBars("005931", "2026-11-19") }))],
    ["nothing", bad(() => undefined)],
    ["a bare error", bad(() => Promise.reject(new RangeError("mine")))],
    ["a thrown text", bad(() => Promise.reject("mine"))],
  ];
  test.each(refused)("%s: that symbol fails, the others are stored, and it heals", async (_name, change) => {
    const { report, rows, heal } = await passWith(change);
    expect(report.failures.map(({ symbol }) => symbol)).toEqual(["005931"]);
    expect(report.failures[0]?.error).toBeDefined();
    expect(rows["005931"]).toBeUndefined();
    expect(report.coverage.days[1]?.status).toBe("missing");
    await heal();
  });

  const named: readonly (readonly [string, Change, "hole" | "odd" | "hours" | "short"])[] = [
    ["a bar at 15:25", withBar({ time: at("2026-11-20 15:25") }, 380), "hours"],
    ["a print at 15:31, past `through`", withBar({ time: at("2026-11-20 15:31") }, 380), "hours"],
    ["a bar before the open", withBar({ time: at("2026-11-20 08:59") }, 0), "hours"],
    ["a label off the grid", withBar({ time: (minutes[5] ?? 0) + 11_000 }), "hole"],
    ["NaN as price", withBar({ close: Number.NaN }), "hole"],
    ["NaN as volume", withBar({ volume: Number.NaN }), "hole"],
    ["a negative volume", withBar({ volume: -5 }), "hole"],
    ["a fraction of a share", withBar({ volume: 1.5 }), "hole"],
    ["INT64_MIN as volume", withBar({ volume: -9223372036854775808 }), "hole"],
    ["an infinite price", withBar({ high: Number.POSITIVE_INFINITY }), "hole"],
    ["prices as strings", withBar({ open: "1000" }), "hole"],
    ["high below close", withBar({ high: 1 }), "odd"],
    ["low above open", withBar({ low: 1e9 }), "odd"],
    ["a price of zero", withBar({ open: 0, high: 0, low: 0, close: 0 }), "hole"],
    ["a bar past `through`", bad((answer) => ({ ...answer, through: minutes[100] ?? 0 })), "short"],
  ];
  test.each(named)(
    "%s: it is named, costs no other minute and no other symbol, and heals",
    async (_name, change, kind) => {
      const { report, rows, heal } = await passWith(change);
      const wrong = minutes[5] ?? 0;
      const holes = kind === "hole" ? [{ symbol: "005931", minutes: [wrong] }] : [];
      const odd = kind === "odd" ? [{ symbol: "005931", time: wrong, rule: "low-above-high" }] : [];
      expect(report).toMatchObject({ holes, odd });
      expect(report.calendarConflicts.map((conflict) => [conflict.kind, conflict.symbols])).toEqual(
        kind === "hours" ? [["hours", ["005931"]]] : [],
      );
      const day = report.coverage.days[1];
      if (kind === "odd") expect(day).toMatchObject({ status: "complete", rate: 1 });
      else expect(day?.rate).toBeLessThan(1);
      if (kind === "hole" || kind === "odd") {
        const whole = expectedRows("005931", DAY);
        const values = (row: unknown): unknown => (row as unknown[]).slice(0, 5);
        const stored = rows["005931"] ?? [];
        expect(stored).toHaveLength(whole.length);
        for (const [index, row] of stored.entries())
          if (index !== 5) expect(values(row)).toEqual(values(whole[index]));
        if (kind === "hole") expect(values(stored[5])).toEqual([null, null, null, null, null]);
      }
      if (kind === "short") expect(rows["005931"]).toEqual(expectedRows("005931", DAY, 101));
      await heal();
    },
  );

  test.each([
    ["a bar twice", bad((answer) => ({ ...answer, bars: answer.bars.flatMap((bar) => [bar, bar]) }))],
    ["bars newest first", bad((answer) => ({ ...answer, bars: answer.bars.toReversed() }))],
  ])("%s does no harm", async (_name, change) => {
    const { report, rows } = await passWith(change);
    expect(report).toMatchObject({ failures: [], holes: [], odd: [], calendarConflicts: [] });
    expect(rows["005931"]).toEqual(expectedRows("005931", DAY));
  });

  /** One pass over three symbols, the second's answers spoilt; the others are as they must be. */
  async function passWith(change: Change) {
    const clock = createManualClock(EVENING);
    const store = new MemoryStore();
    const symbols = ["005930", "005931", "0037T0"];
    const loggerOf = (spoilt?: Change): HantooKlineLogger =>
      new HantooKlineLogger({ client: sourceAt(() => clock.now(), spoilt), store, symbols, clock });
    const report = await loggerOf(change).sync();
    const rows = await storedRows(store, DAY);
    expect(rows["005930"]).toEqual(expectedRows("005930", DAY));
    expect(rows["0037T0"]).toEqual(expectedRows("0037T0", DAY));
    const heal = async (): Promise<void> => {
      expect((await loggerOf().sync({ tradingDay: DAY, reread: true })).failures).toEqual([]);
      expect((await storedRows(store, DAY))["005931"]).toEqual(expectedRows("005931", DAY));
    };
    return { report, rows, heal };
  }

  test("a source that speaks for the future is not believed", async () => {
    const now = at("2026-11-20 10:00:00");
    const change: Change = (answer) => ({
      ...answer,
      bars: tradedBars(answer.symbol, DAY).filter(({ time }) => time <= at("2026-11-20 10:05")),
      through: minutes[380] ?? 0,
      complete: true,
    });
    const { logger, store } = loggerAt(now, { client: sourceAt(() => now, change), symbols: ["005931"] });
    const report = await logger.sync();
    expect((await storedRows(store, DAY))["005931"]).toEqual(expectedRows("005931", DAY, 59));
    expect(report.coverage.days[0]?.status).toBe("partial");
  });

  test("a forming bar and placeholders after the final minutes are not stored", async () => {
    const now = at("2026-11-20 10:00:30");
    const change: Change = (answer) => ({
      ...answer,
      bars: [
        ...answer.bars,
        ...tradedBars("005931", DAY).filter(({ time }) => time === at("2026-11-20 10:00")),
      ],
      through: at("2026-11-20 10:00"),
    });
    const { logger, store } = loggerAt(now, { client: sourceAt(() => now, change), symbols: ["005931"] });
    await logger.sync();
    expect((await storedRows(store, DAY))["005931"]).toEqual(expectedRows("005931", DAY, 60));
  });

  test("its accVolume is not believed: acc_vol is the sum of what is stored", async () => {
    const { logger, store } = loggerAt(EVENING, {
      symbols: ["005931"],
      client: sourceAt(
        () => EVENING,
        (answer) => ({
          ...answer,
          bars: answer.bars.map((bar) => ({ ...bar, accVolume: 7 })),
        }),
      ),
    });
    await logger.sync();
    expect((await storedRows(store, DAY))["005931"]).toEqual(expectedRows("005931", DAY));
  });

  test("a source that ignores `from` and counts no calls does no harm", async () => {
    const clock = createManualClock(at("2026-11-20 10:00:30"));
    const client = {
      minuteBars: async ({ symbol, tradingDay = "" }: { symbol: string; tradingDay?: string }) => {
        const through = krx.minutes(DAY).findLast((time) => time + 70_000 <= clock.now()) ?? 0;
        const bars = tradedBars(symbol, tradingDay).filter(({ time }) => time <= through);
        return {
          symbol,
          venue: "KRX",
          tradingDay,
          bars,
          through,
          complete: through === at("2026-11-20 15:30"),
        };
      },
    };
    const { store } = loggerAt(EVENING);
    const logger = new HantooKlineLogger({ client: client as never, store, symbols: ["005931"], clock });
    await logger.sync();
    clock.set(EVENING);
    const report = await logger.sync();
    expect(report.failures).toEqual([]);
    expect(Number.isFinite(report.fetched.calls)).toBe(true);
    expect((await storedRows(store, DAY))["005931"]).toEqual(expectedRows("005931", DAY));
  });
});

describe("a store that cannot be trusted", () => {
  const SYMBOLS = ["005930", "0037T0", "000661"];
  const truth = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, expectedRows(symbol, DAY)]));

  /** Runs a morning pass and an evening one; the nth operation of the store fails, before or after it took effect. */
  async function passes(store: MemoryStore, fail: (operation: string) => "before" | "after" | undefined) {
    const clock = createManualClock(at("2026-11-20 11:00:10"));
    const guarded = {
      get: async (key: string) => {
        const when = fail("get");
        if (when !== undefined) throw new StorageError("down", { operation: "get", key });
        return store.get(key);
      },
      put: async (key: string, bytes: Uint8Array, options?: { ifAbsent?: boolean }) => {
        const when = fail("put");
        if (when === "before") throw new StorageError("down", { operation: "put", key });
        await store.put(key, bytes, options);
        if (when === "after") throw new StorageError("lost answer", { operation: "put", key });
      },
      list: async function* (prefix: string) {
        const when = fail("list");
        if (when === "before") throw new StorageError("down", { operation: "list", key: prefix });
        yield* store.list(prefix);
        if (when === "after") throw new StorageError("down", { operation: "list", key: prefix });
      },
      delete: async (key: string) => {
        const when = fail("delete");
        if (when === "before") throw new StorageError("down", { operation: "delete", key });
        await store.delete(key);
        if (when === "after") throw new StorageError("down", { operation: "delete", key });
      },
    };
    const client = sourceAt(() => clock.now());
    const options = { client, store: guarded, symbols: SYMBOLS, clock, checkpoint: { symbols: 1 } };
    const outcomes: unknown[] = [];
    for (const time of ["2026-11-20 11:00:10", "2026-11-20 18:00:00"]) {
      clock.set(at(time));
      const logger = new HantooKlineLogger(options);
      outcomes.push(await logger.sync().catch((error: unknown) => error));
      await logger.close().catch(() => undefined);
    }
    return { clock, outcomes };
  }

  test("killed or failing at every operation, before or after it took effect: one quiet pass heals it", async () => {
    let operations = 0;
    await passes(new MemoryStore(), () => (operations++, undefined));
    expect(operations).toBeGreaterThan(5);
    for (const when of ["before", "after"] as const) {
      for (let nth = 1; nth <= operations; nth++) {
        const store = new MemoryStore();
        let count = 0;
        const { outcomes } = await passes(store, () => (++count === nth ? when : undefined));
        for (const outcome of outcomes) {
          if (outcome instanceof Error) expect(outcome, `operation ${nth}`).toBeInstanceOf(StorageError);
        }
        // No invariant broken in between: each symbol holds a true prefix.
        for (const [symbol, rows] of Object.entries(await storedRows(store, DAY))) {
          expect(rows, `operation ${nth}`).toEqual(truth[symbol]?.slice(0, rows.length));
        }
        const clock = createManualClock(at("2026-11-20 19:00"));
        const client = sourceAt(() => clock.now());
        await new HantooKlineLogger({ client, store, symbols: SYMBOLS, clock }).sync();
        expect(await storedRows(store, DAY), `operation ${nth} ${when}`).toEqual(truth);
      }
    }
  });

  test("down for good from the nth operation on", async () => {
    for (let nth = 1; nth <= 12; nth++) {
      const store = new MemoryStore();
      let count = 0;
      await passes(store, () => (++count >= nth ? "before" : undefined));
      const clock = createManualClock(at("2026-11-20 19:00"));
      await new HantooKlineLogger({
        client: sourceAt(() => clock.now()),
        store,
        symbols: SYMBOLS,
        clock,
      }).sync();
      expect(await storedRows(store, DAY)).toEqual(truth);
    }
  });

  test("two loggers at once, on a store that ignores ifAbsent as well, end in the same content", async () => {
    for (const ignores of [false, true]) {
      const store = new MemoryStore();
      const careless = {
        get: (key: string) => store.get(key),
        put: (key: string, bytes: Uint8Array) => store.put(key, bytes),
        list: (prefix: string) => store.list(prefix),
        delete: (key: string) => store.delete(key),
        conditionalWrites: async () => false,
      };
      const clock = createManualClock(EVENING);
      const loggers = [SYMBOLS, SYMBOLS.toReversed()].map(
        (symbols) =>
          new HantooKlineLogger({
            client: sourceAt(() => clock.now()),
            store: ignores ? careless : store,
            symbols,
            clock,
            checkpoint: { symbols: 1 },
          }),
      );
      await Promise.all(loggers.map((logger) => logger.sync()));
      expect(await storedRows(store, DAY)).toEqual(truth);
      await Promise.all(loggers.map((logger) => logger.sync()));
      expect(await storedRows(store, DAY)).toEqual(truth);
    }
  });

  test("a conflicting Retrieval moves on by a second; nothing is overwritten", async () => {
    const { logger, store } = loggerAt(EVENING);
    const taken = `${PREFIX}/20261120090000_20261120153000_J_20261120180000.jsonl.zstd`;
    await store.put(taken, new Uint8Array([1]));
    await logger.sync();
    expect(await store.get(taken)).toEqual(new Uint8Array([1]));
    const [first, second] = await keysOf(store);
    expect(first).toBe(taken);
    expect(second).toMatch(/\/20261120090000_20261120153000_J_2026112018000[12]\.jsonl\.zstd$/);
    expect(Object.keys(await storedRows(store, DAY))).toEqual(["005930", "0037T0"].sort());
  });

  test("a listed object that is gone when read was compacted: the day is listed again", async () => {
    const { logger, store, clock } = loggerAt(EVENING);
    await logger.sync();
    const [key = ""] = await keysOf(store);
    const moved = key.replace("20261120180000", "20261120180005");
    let first = true;
    const racing = {
      get: async (wanted: string) => {
        if (first) {
          first = false;
          await store.put(moved, (await store.get(key)) ?? new Uint8Array());
          await store.delete(key);
        }
        return store.get(wanted);
      },
      put: store.put.bind(store),
      list: store.list.bind(store),
      delete: store.delete.bind(store),
    };
    expect(Object.keys(await storedRows(racing, DAY)).sort()).toEqual(["0037T0", "005930"].sort());
    const client = sourceAt(() => clock.now());
    const again = new HantooKlineLogger({ client, store: racing, symbols: ["005930", "0037T0"], clock });
    expect((await again.sync()).fetched.calls).toBe(0);
  });

  test("a store that lists what it never gives does not hang", async () => {
    const { logger, store, clock } = loggerAt(EVENING);
    await logger.sync();
    const ghost = {
      put: store.put.bind(store),
      list: store.list.bind(store),
      delete: store.delete.bind(store),
      get: async () => undefined,
    };
    const failure = await failureOf(storedRows(ghost, DAY));
    expect(isHantooError(failure)).toBe(true);
    const client = sourceAt(() => clock.now());
    const again = new HantooKlineLogger({ client, store: ghost, symbols: ["005930"], clock });
    expect(isHantooError(await failureOf(again.sync()))).toBe(true);
  });

  test("a store that fails with an error of its own still fails the pass", async () => {
    const { store, source, clock } = loggerAt(EVENING);
    const broken = {
      get: store.get.bind(store),
      list: store.list.bind(store),
      delete: store.delete.bind(store),
      put: async () => Promise.reject(new Error("EMFILE")),
    };
    const logger = new HantooKlineLogger({ client: source, store: broken, symbols: ["005930"], clock });
    expect(await failureOf(logger.sync())).toBeInstanceOf(Error);
  });
});

describe("run()", () => {
  test("follows a session and ends with a reconciliation after the close", async () => {
    const { clock, logger, store, source } = loggerAt(at("2026-11-20 09:03:30"));
    const reports: number[] = [];
    const followed = (async () => {
      for await (const report of logger.run()) {
        expect(report.tradingDay).toBe(DAY);
        expect(report.failures).toEqual([]);
        reports.push(report.coverage.total.have);
        if (reports.length % 60 !== 0) continue;
        for (const rows of Object.values(await storedRows(store, DAY))) {
          expect(rows.length).toBeLessThanOrEqual(
            krx.minutes(DAY).filter((time) => time + 70_000 <= clock.now()).length,
          );
        }
      }
    })();
    await clock.runUntil(followed);
    expect(reports.at(-1)).toBe(762);
    expect(reports.length).toBeGreaterThan(100);
    expect(clock.now()).toBeGreaterThanOrEqual(at("2026-11-20 15:31"));
    expect(clock.now()).toBeLessThan(at("2026-11-20 20:00"));
    expect(await storedRows(store, DAY)).toEqual({
      "005930": expectedRows("005930", DAY),
      "0037T0": expectedRows("0037T0", DAY),
    });
    for (const { tradingDay } of source.requests) expect(tradingDay).toBe(DAY);
  });

  test("leaving the loop flushes; a later pass has nothing to repair", async () => {
    const { clock, logger, store } = loggerAt(at("2026-11-20 09:30:30"));
    const followed = (async () => {
      for await (const report of logger.run()) if (report.coverage.total.have > 100) break;
    })();
    await clock.runUntil(followed);
    for (const [symbol, rows] of Object.entries(await storedRows(store, DAY))) {
      expect(rows).toEqual(expectedRows(symbol, DAY, rows.length));
    }
    await logger.close();
    clock.set(EVENING);
    await new HantooKlineLogger({
      client: sourceAt(() => EVENING),
      store,
      symbols: ["005930", "0037T0"],
      clock,
    }).sync();
    expect((await storedRows(store, DAY))["005930"]).toEqual(expectedRows("005930", DAY));
  });
});
