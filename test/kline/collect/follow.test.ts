import { describe, expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import {
  KisAuthError,
  KisRateLimitError,
  KisUnsupportedError,
  type MinuteBarsRequest,
  StorageError,
  TransportError,
  kstDay,
} from "../../../src/core/index.js";
import {
  type BarSource,
  HantooKlineLogger,
  type RunOptions,
  type SyncReport,
  type TradeSourceEvent,
} from "../../../src/kline/index.js";
import { MemoryStore, type ObjectStore } from "../../../src/storage/index.js";
import { type ManualClock, createManualClock } from "../../../src/testing/index.js";
import {
  DAY,
  type Setup,
  at,
  expectRows,
  keysOf,
  leading,
  setUp,
  storedRows,
  watched,
  wholeDay,
} from "../logger-setup.js";
import { createSampleSource, truthOf } from "../sample-market.js";

async function collect(logger: HantooKlineLogger, options?: RunOptions): Promise<SyncReport[]> {
  const reports: SyncReport[] = [];
  for await (const report of logger.run(options)) reports.push(report);
  return reports;
}
const calls = (reports: readonly SyncReport[]): number =>
  reports.reduce((sum, { fetched }) => sum + fetched.calls, 0);

test("a session from before its open: a call a symbol and minute, a reconciliation, one object", async () => {
  const { logger, clock, store, symbols, source } = setUp(at("08:00"), { compact: "delete-sources" });
  const lags: number[] = [];
  const run = (async () => {
    const reports: SyncReport[] = [];
    for await (const report of logger.run()) {
      reports.push(report);
      const { last } = report.coverage.total;
      if (last !== undefined && reports.length <= 381) lags.push(clock.now() - last - 60_000);
    }
    return reports;
  })();
  const reports = await clock.runUntil(run);
  expectRows(await storedRows(store), wholeDay(symbols));
  expect(reports).toHaveLength(382);
  expect(Math.max(...lags)).toBe(10_000);
  expect(calls(reports)).toBe(3 * 381 + 3 * 4); // one each minute, four each to read the day again
  expect(source.requests[0]).toMatchObject({ tradingDay: DAY });
  expect(reports.at(-1)).toMatchObject({ revised: [], failures: [], compaction: { outcome: "compacted" } });
  expect(reports.at(-1)?.coverage.total.rate).toBe(1);
  expect(await keysOf(store)).toHaveLength(1);
  expect(clock.now()).toBe(at("15:31:10"));
});

/** What a stream would tell of the sample market up to now, whenever it is asked to; nothing of those in `mute`. */
function streamed(clock: ManualClock, symbols: readonly string[], mute: readonly string[] = []) {
  const bars = symbols
    .filter((symbol) => !mute.includes(symbol))
    .flatMap((symbol) => truthOf(1, symbol, DAY).map((bar) => ({ symbol, ...bar })))
    .sort((a, b) => a.time - b.time);
  let wake = (): void => undefined;
  const over = new AbortController();
  async function* trades(): AsyncGenerator<TradeSourceEvent> {
    for (const symbol of symbols) yield { kind: "subscribed", symbol };
    const won = new Map<string, number>();
    while (!over.signal.aborted) {
      while ((bars[0]?.time ?? Infinity) + 30_000 <= clock.now()) {
        const { symbol, time, close: price, volume, accVolume } = bars.shift()!;
        won.set(symbol, (won.get(symbol) ?? 0) + price * volume);
        const accTurnover = won.get(symbol) ?? 0;
        yield { kind: "trade", symbol, time: time + 30_000, price, volume, accVolume, accTurnover };
      }
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const deliver = async (): Promise<void> => {
    wake();
    for (let turn = 0; turn < 40; turn++) await Promise.resolve();
  };
  return {
    trades: trades(),
    // A stream on timers of its own would run the clock ahead while compression takes real time.
    clock: {
      ...clock,
      sleep: async (ms: number, signal?: AbortSignal) => (await clock.sleep(ms, signal), deliver()),
    },
    end: () => (over.abort(), wake()),
  };
}

test("beside trades a symbol that did not trade waits for its call; what is stored is the same", async () => {
  const counts = async (options: { trades: boolean; mute?: readonly string[] }) => {
    const set = setUp(at("14:00"));
    const { clock, store, symbols, another, source } = set;
    const stream = streamed(clock, symbols, options.mute);
    const beside = options.trades ? { trades: stream.trades, clock: stream.clock } : {};
    const logger = another({ compact: false, ...beside });
    const behind: number[] = [];
    await clock.runUntil(
      (async () => {
        for await (const report of logger.run({ signal: new AbortController().signal }))
          for (const { last } of report.coverage.days) behind.push(clock.now() - (last ?? clock.now()));
      })(),
    );
    expectRows(await storedRows(store), wholeDay(symbols));
    stream.end();
    await clock.runUntil(logger.close());
    const of = (symbol: string): number =>
      source.requests.filter((request) => request.symbol === symbol).length;
    return { calls: symbols.map(of), behind: Math.max(...behind) };
  };
  // Liquid, thin and halted.
  const plain = await counts({ trades: false });
  expect(plain.calls.every((calls) => calls >= 80)).toBe(true);
  const beside = await counts({ trades: true });
  expect(beside.calls[0]).toBeGreaterThan(45);
  expect(beside.calls[1]).toBeLessThan(30);
  expect(beside.calls[2]).toBeLessThan(30);
  expect(beside.behind).toBeLessThanOrEqual(17 * 60_000);
  // A socket that says yes and delivers nothing proves nothing: every minute is asked for.
  const mute = await counts({ trades: true, mute: ["0001A0", "T00020", "H00030"] });
  expect(mute.calls).toEqual(plain.calls);
});

test("no call between the last continuous minute and the closing auction", async () => {
  const { logger, clock } = setUp(at("15:18"));
  const when = new Set<number>();
  await clock.runUntil(
    (async () => {
      for await (const report of logger.run()) if (report.fetched.calls > 0) when.add(clock.now());
    })(),
  );
  expect([...when]).toEqual([at("15:18"), at("15:18:10"), at("15:19:10"), at("15:20:10"), at("15:31:10")]);
});

test("after the close it is a pass without a second reading; on a weekend it is for the last day", async () => {
  const { logger, clock, store, symbols } = setUp(at("12:00", "2026-11-21"));
  const reports = await clock.runUntil(collect(logger));
  expect(calls(reports)).toBe(12);
  expect(reports.at(-1)?.tradingDay).toBe(DAY);
  expectRows(await storedRows(store), wholeDay(symbols));
});

test("several days, over a weekend", async () => {
  const { logger, clock, store, symbols } = setUp(at("15:00"));
  await clock.runUntil(collect(logger, { days: 2 }));
  expectRows(await storedRows(store), wholeDay(symbols));
  expectRows(await storedRows(store, "2026-11-23"), wholeDay(symbols, { tradingDay: "2026-11-23" }));
});

test("many symbols take turns: an even load, each within the lag that was announced", async () => {
  const symbols = Array.from({ length: 120 }, (_, index) => `A${String(index).padStart(5, "0")}`);
  const { logger, clock, store } = setUp(at("14:40"), { symbols, compact: false }, { ratePerSecond: 1 });
  const { cadence } = logger;
  expect(cadence).toMatchObject({ everyMinutes: 3, feasible: true });
  const loads: number[] = [];
  let oldest = 0;
  await clock.runUntil(
    (async () => {
      for await (const report of logger.run()) {
        if (clock.now() > at("14:44") && clock.now() < at("15:20")) {
          loads.push(report.fetched.calls);
          for (const { last } of report.coverage.days)
            oldest = Math.max(oldest, clock.now() - (last ?? 0) - 120_000);
        }
      }
    })(),
  );
  expect(new Set(loads)).toEqual(new Set([40]));
  expect(oldest).toBeLessThanOrEqual(cadence.lagMs);
  expectRows(await storedRows(store), wholeDay(symbols));
});

describe("it goes on through", () => {
  const at1459 = at("14:59");

  test("a host that sleeps for hours, and clocks that are set forward and back", async () => {
    const { logger, clock, store, symbols } = setUp(at("09:30"));
    const run = logger.run();
    const asleep = async (): Promise<void> => {
      while (clock.sleeping === 0) await new Promise(setImmediate);
    };
    while (clock.now() < at("09:32")) await clock.runUntil(run.next());
    let next = run.next();
    await asleep();
    clock.set(at("13:00")); // woken from suspension: the monotonic clock stood still
    await clock.runUntil(next);
    const final = (): number => krx.minutes(DAY).filter((minute) => minute + 70_000 <= clock.now()).length;
    expectRows(await storedRows(store), leading(wholeDay(symbols), final()));
    expect(clock.now()).toBeLessThanOrEqual(at("13:00:30"));
    next = run.next();
    await asleep();
    clock.set(at("11:00")); // set back by hand: nothing is new before 13:00
    await asleep();
    clock.set(at("13:30"));
    await clock.runUntil(next);
    expectRows(await storedRows(store), leading(wholeDay(symbols), final()));
    expect(clock.now()).toBeLessThanOrEqual(at("13:30:30"));
    await clock.runUntil(
      (async () => {
        for await (const _ of run);
      })(),
    );
    expectRows(await storedRows(store), wholeDay(symbols));
  });

  test("a network that is out for an hour: kept back, not stormed, and nothing is lost", async () => {
    const symbols = Array.from({ length: 50 }, (_, index) => `A${String(index).padStart(5, "0")}`);
    let tries = 0;
    const setup: Setup = setUp(
      at1459,
      { symbols },
      {
        before: () => {
          const now = setup.clock.now();
          if (now < at("15:02") || now >= at("16:02")) return;
          tries++;
          throw new TransportError("connection refused");
        },
      },
    );
    const reports = await setup.clock.runUntil(collect(setup.logger));
    expectRows(await storedRows(setup.store), wholeDay(symbols));
    expect(tries).toBeLessThan(20 * 18); // passes of at most 17 symbols, at most five minutes apart
    expect(reports.at(-1)?.failures).toEqual([]);
  });

  test("a refused rate: left alone for as long as it says", async () => {
    const error = new KisRateLimitError(
      "too many",
      { status: 500, trId: "FHKST03010230", rtCd: "1", msgCd: "EGW00201" },
      { retryAfterMs: 200_000 },
    );
    const asked: number[] = [];
    const setup: Setup = setUp(
      at1459,
      { concurrency: 1 },
      {
        before: () => {
          asked.push(setup.clock.now());
          if (asked.length === 4) throw error;
        },
      },
    );
    await setup.clock.runUntil(collect(setup.logger));
    expect((asked[4] as number) - (asked[3] as number)).toBeGreaterThanOrEqual(200_000);
    expectRows(await storedRows(setup.store), wholeDay(setup.symbols));
  });

  test("an unknown symbol, one that is added and one that is taken out", async () => {
    const { logger, clock, store, source } = setUp(
      at("14:30"),
      { symbols: ["X00001", "0001A0"] },
      { unknown: new Set(["X00001"]) },
    );
    const seen: (readonly string[])[] = [];
    const run = (async () => {
      for await (const report of logger.run()) {
        seen.push(report.coverage.days.map(({ symbol }) => symbol));
        if (seen.length === 2) logger.add("Q53003");
        if (seen.length === 4) logger.remove("0001A0");
      }
    })();
    await clock.runUntil(run);
    expect(seen.at(-1)).toEqual(["X00001", "Q53003"]);
    const rows = await storedRows(store);
    expectRows({ Q53003: rows["Q53003"] ?? [] }, wholeDay(["Q53003"]));
    expect(source.requests.filter(({ symbol }) => symbol === "X00001").length).toBeLessThan(12);
  });

  test("a store that is out for an hour, within memory", async () => {
    const memory = new MemoryStore();
    const setup: Setup = setUp(at1459, { store: outage(memory, () => setup.clock.now(), "15:05", "16:05") });
    const reports = await setup.clock.runUntil(collect(setup.logger));
    expectRows(await storedRows(memory), wholeDay(setup.symbols));
    expect(reports.some(({ storeError }) => storeError instanceof StorageError)).toBe(true);
    expect(reports.at(-1)?.storeError).toBeUndefined();
  });

  test("a store that is out, with more than memory may hold: fetching waits for it", async () => {
    const memory = new MemoryStore();
    const setup: Setup = setUp(at("09:30"), {
      store: outage(memory, () => setup.clock.now(), "10:00", "11:00"),
      maxPendingBars: 30,
    });
    let most = 0;
    const reports: SyncReport[] = [];
    await setup.clock.runUntil(
      (async () => {
        for await (const report of setup.logger.run()) {
          reports.push(report);
          const now = setup.clock.now();
          if (now > at("10:30") && now < at("11:00")) most = Math.max(most, report.fetched.calls);
        }
      })(),
    );
    expect(most).toBe(0);
    expectRows(await storedRows(memory), wholeDay(setup.symbols));
  });
});

const outage = (store: ObjectStore, now: () => number, from: string, to: string): ObjectStore =>
  watched(store, ({ operation, key, stage }) => {
    if (stage !== "before" || now() < at(from) || now() >= at(to)) return;
    throw new StorageError("503 from S3", { operation: operation as "put", key }, { retryable: true });
  });

describe("a spool", () => {
  test("keeps what the store does not take, also over a kill, and drains into it later", async () => {
    const memory = new MemoryStore();
    const spool = new MemoryStore();
    const setup: Setup = setUp(at("09:30"), {
      store: outage(memory, () => setup.clock.now(), "10:00", "13:00"),
      spool,
    });
    const { clock, logger } = setup;
    // The first logger is abandoned in the middle of the outage, as by kill -9.
    const first = logger.run();
    while (clock.now() < at("11:00")) await clock.runUntil(first.next());
    expect(await keysOf(spool)).not.toHaveLength(0);
    expectRows(await storedRows(memory), leading(wholeDay(setup.symbols), 59));
    // Another takes over while the store is still out: it knows what waits.
    const second = setup.another();
    await clock.runUntil(collect(second));
    expectRows(await storedRows(memory), wholeDay(setup.symbols));
    expect(await keysOf(spool)).toEqual([]);
  });

  test("within its bound: when it is full, memory holds the rest", async () => {
    const memory = new MemoryStore();
    const spool = new MemoryStore();
    const setup: Setup = setUp(at("09:30"), {
      store: outage(memory, () => setup.clock.now(), "10:00", "12:00"),
      spool,
      spoolMaxBytes: 2000,
    });
    let most = 0;
    await setup.clock.runUntil(
      (async () => {
        for await (const _ of setup.logger.run()) most = Math.max(most, (await keysOf(spool)).length);
      })(),
    );
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(20);
    expectRows(await storedRows(memory), wholeDay(setup.symbols));
  });

  test("a correction that waits wins over what a host stored whose clock runs ahead", async () => {
    const memory = new MemoryStore();
    const setup: Setup = setUp(at("18:00"), {
      store: watched(memory, ({ operation, key, stage }) => {
        if (operation !== "put" || stage !== "before" || setup.clock.now() >= at("18:05")) return;
        throw new StorageError("503 from S3", { operation: "put", key }, { retryable: true });
      }),
      spool: new MemoryStore(),
    });
    const { clock, source, logger, symbols } = setup;
    const wrong: BarSource = {
      async minuteBars(request) {
        const found = await source.minuteBars(request);
        return { ...found, bars: found.bars.map((bar) => ({ ...bar, volume: bar.volume + 1 })) };
      },
    };
    await setup.another({ client: wrong, store: memory, clock: createManualClock(at("19:00")) }).sync();
    await clock.runUntil(collect(logger));
    expectRows(await storedRows(memory), wholeDay(symbols));
  });

  test("of two shards, in a store without conditional writes, drains into objects of their own", async () => {
    const memory = new MemoryStore();
    const setup: Setup = setUp(at("18:00"), { store: memory });
    const away = outage(memory, () => setup.clock.now(), "18:00", "19:00");
    const careless: ObjectStore = {
      ...away,
      put: (key, bytes) => away.put(key, bytes),
      conditionalWrites: async () => false,
    };
    const shards = [0.1, 0.9].map((draw, index) =>
      setup.another({
        store: careless,
        spool: new MemoryStore(),
        shard: { index, count: 2 },
        random: () => draw,
      }),
    );
    for (const shard of shards) await shard.sync();
    setup.clock.set(at("19:00"));
    for (const shard of shards) await shard.sync();
    expect(shards.map(({ symbols }) => symbols.length > 0)).toEqual([true, true]);
    expectRows(await storedRows(memory), wholeDay(setup.symbols));
  });

  test("what another logger stored meanwhile is not uploaded again", async () => {
    const memory = new MemoryStore();
    const spool = new MemoryStore();
    const setup: Setup = setUp(at("18:00"), {
      store: outage(memory, () => setup.clock.now(), "18:00", "19:00"),
      spool,
    });
    const report = await setup.logger.sync();
    expect(report).toMatchObject({ uploaded: [], storeError: { code: "storage" } });
    setup.clock.set(at("19:00"));
    await setup.another({ store: memory, spool: new MemoryStore() }).sync();
    const keys = await keysOf(memory);
    expect((await setup.logger.sync()).fetched.calls).toBe(0);
    expect(await keysOf(memory)).toEqual(keys);
    expect(await keysOf(spool)).toEqual([]);
  });
});

test("the reconciliation finds what KIS changed after it was stored, stores that alone and reports it", async () => {
  const setup: Setup = setUp(at("15:00"));
  const minuteBars = setup.source.minuteBars.bind(setup.source);
  setup.source.minuteBars = async (request) => {
    const found = await minuteBars(request);
    if (setup.clock.now() >= at("15:31") || request.symbol !== "0001A0") return found;
    // Until the close, the bar of 14:30 lacks a trade that was booked late.
    const bars = found.bars.map((bar) =>
      bar.time === at("14:30") ? { ...bar, volume: bar.volume - 1 } : bar,
    );
    return { ...found, bars };
  };
  const reports = await setup.clock.runUntil(collect(setup.logger));
  expectRows(await storedRows(setup.store), wholeDay(setup.symbols));
  const last = reports.at(-1) as SyncReport;
  expect(last.revised).toEqual([{ symbol: "0001A0", minutes: expect.any(Array) }]);
  expect(last.revised[0]?.minutes[0]).toBe(at("14:30"));
  expect(last.revised[0]?.minutes).toHaveLength(51); // 14:30 to 15:19 and 15:30, since accVolume follows
  expect(last.uploaded).toMatchObject([{ bars: 51 }]);
});

describe("leaving", () => {
  const failing = (): { setup: Setup; memory: MemoryStore; heal: () => void } => {
    const memory = new MemoryStore();
    let isOut = false;
    const store = watched(memory, ({ operation, key, stage }) => {
      if (isOut && stage === "before" && operation === "put") {
        throw new StorageError("503", { operation: "put", key }, { retryable: true });
      }
    });
    const setup = setUp(at("10:00"), { store });
    setup.source.minuteBars = ((original) => async (request) => {
      isOut = setup.clock.now() > at("10:02");
      return original(request);
    })(setup.source.minuteBars.bind(setup.source));
    return { setup, memory, heal: () => (isOut = false) };
  };
  /** A loop that goes on by itself; it is asleep when this resolves. */
  const runTo1005 = async (logger: HantooKlineLogger, clock: Setup["clock"], options?: RunOptions) => {
    let reached: () => void = () => undefined;
    const is1005 = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const done = (async () => {
      for await (const _ of logger.run(options)) if (clock.now() >= at("10:05")) reached();
    })();
    done.catch(() => undefined);
    await clock.runUntil(is1005);
    return { done };
  };
  const leave = {
    "an exception in the loop's body": async (
      logger: HantooKlineLogger,
      clock: Setup["clock"],
      heal: () => void,
    ) => {
      const bug = new Error("a bug in the body");
      const loop = (async () => {
        for await (const _ of logger.run()) {
          if (clock.now() < at("10:05")) continue;
          heal();
          throw bug;
        }
      })();
      await expect(clock.runUntil(loop)).rejects.toBe(bug);
    },
    break: async (logger: HantooKlineLogger, clock: Setup["clock"], heal: () => void) => {
      await clock.runUntil(
        (async () => {
          for await (const _ of logger.run()) {
            if (clock.now() < at("10:05")) continue;
            heal();
            break;
          }
        })(),
      );
    },
    "an abort": async (logger: HantooKlineLogger, clock: Setup["clock"], heal: () => void) => {
      const controller = new AbortController();
      const loop = await runTo1005(logger, clock, { signal: controller.signal });
      heal();
      controller.abort("over");
      await expect(loop.done).rejects.toBe("over");
    },
    "close(), from outside": async (logger: HantooKlineLogger, clock: Setup["clock"], heal: () => void) => {
      const loop = await runTo1005(logger, clock);
      heal();
      await logger.close();
      await loop.done; // ends without an error
    },
    "close(), from inside": async (logger: HantooKlineLogger, clock: Setup["clock"], heal: () => void) => {
      await clock.runUntil(
        (async () => {
          for await (const _ of logger.run()) {
            if (clock.now() < at("10:05")) continue;
            heal();
            await logger.close();
          }
        })(),
      );
    },
    "await using": async (outer: HantooKlineLogger, clock: Setup["clock"], heal: () => void) => {
      await using logger = outer;
      const run = logger.run();
      while (clock.now() < at("10:05")) await clock.runUntil(run.next());
      heal();
    },
  };
  test.each(Object.entries(leave))("%s stores what is in memory", async (_, way) => {
    const { setup, memory, heal } = failing();
    await way(setup.logger, setup.clock, heal);
    const stored = (await storedRows(memory))["0001A0"] as unknown[];
    expect(stored.indexOf(undefined)).toBe(65); // to 10:04, final at 10:05:10, though the store was out since 10:02
  });

  test("what cannot be stored even then is an error of the store", async () => {
    const { setup } = failing();
    const run = setup.logger.run();
    while (setup.clock.now() < at("10:05")) await setup.clock.runUntil(run.next());
    await expect(setup.logger.close()).rejects.toMatchObject({ code: "storage" });
  });
});

test("an aborted reconciliation leaves no day behind that would pass for the stored one", async () => {
  const controller = new AbortController();
  // The reconciliation alone asks for whole days at that hour.
  const before = ({ from }: MinuteBarsRequest): void => {
    if (from === undefined && setup.clock.now() > at("15:29")) controller.abort("over");
  };
  const setup: Setup = setUp(at("15:28"), {}, { before });
  await expect(setup.clock.runUntil(collect(setup.logger, { signal: controller.signal }))).rejects.toBe(
    "over",
  );
  const stored = setup.another({ symbols: ["X00040"] });
  setup.logger.add("X00040");
  await setup.clock.runUntil(stored.sync());
  expect(await setup.logger.bars("X00040")).toHaveLength(truthOf(1, "X00040", DAY).length);
});

test("a refused key ends the run with its error, after the upload", async () => {
  const error = new KisAuthError("the app key is not accepted", {
    status: 403,
    trId: "/oauth2/tokenP",
    rtCd: "1",
    msgCd: "EGW00103",
  });
  const setup: Setup = setUp(
    at("10:00"),
    { concurrency: 1 },
    {
      before: ({ symbol }) => {
        if (setup.clock.now() > at("10:03") && symbol === "T00020") throw error;
      },
    },
  );
  await expect(setup.clock.runUntil(collect(setup.logger))).rejects.toBe(error);
  const rows = await storedRows(setup.store);
  expect([rows["0001A0"]?.indexOf(undefined), rows["T00020"]?.indexOf(undefined)]).toEqual([63, 62]);
});

test("a token that stays refused ends no run: the source is left alone as long as the error says", async () => {
  const error = new KisAuthError(
    "the token stays refused",
    { status: 500, trId: "FHKST03010230", rtCd: "1", msgCd: "EGW00121" },
    { retryable: true, retryAfterMs: 20 * 60_000 },
  );
  const asked: number[] = [];
  const setup: Setup = setUp(
    at("10:00"),
    {},
    {
      before: () => {
        const now = setup.clock.now();
        asked.push(now);
        if (now > at("10:03") && now < at("10:04")) throw error;
      },
    },
  );
  await setup.clock.runUntil(collect(setup.logger));
  const refusedAt = asked.filter((time) => time < at("10:04")).at(-1) ?? 0;
  expect(asked.filter((time) => time > refusedAt && time < refusedAt + 20 * 60_000)).toEqual([]);
  const rows = await storedRows(setup.store);
  expect(Object.values(rows).every((row) => !row.includes(undefined))).toBe(true);
});

test("a store that never comes back is an error at the end, not a silence", async () => {
  const memory = new MemoryStore();
  const setup: Setup = setUp(at("15:00"), {
    store: outage(memory, () => setup.clock.now(), "15:05", "23:59"),
    graceMs: 1_800_000,
  });
  await expect(setup.clock.runUntil(collect(setup.logger))).rejects.toMatchObject({ code: "storage" });
});

test("a source without past days: a run that begins on a Saturday goes on with Monday, one of a single day says why", async () => {
  const clock = createManualClock(at("10:00", "2026-11-21"));
  const sample = createSampleSource({ clock });
  const unsupported = new KisUnsupportedError("paper has no past days", {
    status: undefined,
    trId: "FHKST03010230",
    rtCd: "",
    msgCd: "",
  });
  const client: BarSource = {
    ...(sample.capacity && { capacity: sample.capacity }),
    minuteBars: async (request) => {
      if ((request.tradingDay ?? "") < kstDay(clock.now())) throw unsupported;
      return sample.minuteBars(request);
    },
  };
  const store = new MemoryStore();
  const symbols = ["0001A0", "T00020"];
  const options = { client, store, clock, symbols, random: () => 0.5 };
  const single = collect(new HantooKlineLogger(options)).catch((error: unknown) => error);
  expect(await clock.runUntil(single)).toBe(unsupported);
  await clock.runUntil(collect(new HantooKlineLogger(options), { days: 2 }));
  expectRows(await storedRows(store, "2026-11-23"), wholeDay(symbols, { tradingDay: "2026-11-23" }));
});
