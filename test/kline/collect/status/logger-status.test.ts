import { describe, expect, test } from "vitest";
import { StorageError, TransportError } from "../../../../src/core/index.js";
import {
  type HantooKlineLogger,
  type LoggerStatus,
  minuteStates,
  readStatus,
} from "../../../../src/kline/index.js";
import { MemoryStore } from "../../../../src/storage/index.js";
import { DAY, type Setup, at, setUp, storedRows, watched } from "../../logger-setup.js";
import { truthOf } from "../../sample-market.js";

/** Lets time pass in small steps, each once all that can be done before it is done: real I/O takes no time here. */
async function wait(clock: Setup["clock"], ms: number): Promise<void> {
  const end = clock.now() + ms;
  const rest = async (): Promise<void> => {
    while (clock.sleeping === 0) await new Promise(setImmediate);
  };
  for (const step = ms > 7_200_000 ? 10_000 : 1000; clock.now() < end;) {
    await rest();
    await clock.advance(Math.min(step, end - clock.now()));
  }
  await rest();
}

/** Follows until the clock stands at `time`; what it throws by then is the test's. */
async function followTo({ logger, clock }: Setup, time: string, day = DAY): Promise<() => Promise<void>> {
  const run = (async () => {
    for await (const _ of logger.run({ days: 2 }));
  })();
  await wait(clock, at(time, day) - clock.now());
  return async () => {
    await logger.close();
    await run;
  };
}

const kinds = ({ problems }: LoggerStatus): string[] => problems.map(({ kind }) => kind);
const states = (logger: HantooKlineLogger, symbol: string): string[] => {
  const { minutes } = logger.status();
  return minuteStates(minutes.runs[minutes.symbols.indexOf(symbol)] ?? "");
};

test("a session under way: what the store holds, on time, nothing wrong, the same as JSON", async () => {
  const setup = setUp(at("09:00"));
  const end = await followTo(setup, "10:00:30");
  const status = setup.logger.status();
  expect(status).toMatchObject({
    today_total: 180,
    expected_total: 3 * 381,
    collection_rate: 180 / (3 * 381),
    stock_count: 3,
    first_time: at("09:00"),
    last_time: at("09:59"),
    at: at("10:00:30"),
    venue: "KRX",
    tradingDay: DAY,
    session: { open: at("09:00"), close: at("15:30") },
    isOpen: true,
    nextSession: { tradingDay: "2026-11-23", open: at("09:00", "2026-11-23") },
    isFollowing: true,
    isHealthy: true,
    problems: [],
    lag: { ms: 0, lastDue: at("09:58"), lastSealed: at("09:59"), behind: 0, behindSymbols: [] },
    pace: { everyMinutes: 1, feasible: true, source: null },
    tokens: null,
    dueMinutes: 180,
    dueRate: 1,
    waiting: 0,
    storeError: null,
    failed: 0,
    lastPass: { tradingDay: DAY, at: at("10:00:10"), calls: 3, objects: 1 },
    since: { passes: 60, calls: 180 },
  });
  expect(JSON.parse(JSON.stringify(status))).toEqual(status);
  // The map says of every minute what the store itself says.
  const stored = await storedRows(setup.store);
  for (const symbol of setup.symbols) {
    const expected = (stored[symbol] ?? []).map((cell) => (cell === undefined ? "not-yet" : "stored"));
    expect(states(setup.logger, symbol)).toEqual(expected);
  }
  expect(status.minutes.spans).toEqual([
    { from: at("09:00"), to: at("15:19") },
    { from: at("15:30"), to: at("15:30") },
  ]);
  const traded = truthOf(1, "0001A0", DAY).filter(({ time }) => time < at("10:00"));
  const bars = await setup.logger.bars("0001A0");
  expect(traded).toMatchObject(bars);
  expect(bars).toHaveLength(traded.length);
  await end();
  expect(setup.logger.status().isFollowing).toBe(false);
});

test("over the night it is about the last session, from the open on about the new one", async () => {
  const setup = setUp(at("15:00"));
  const end = await followTo(setup, "08:59", "2026-11-23");
  expect(setup.logger.status()).toMatchObject({
    tradingDay: DAY,
    today_total: 3 * 381,
    collection_rate: 1,
    isOpen: false,
    isHealthy: true,
    problems: [],
    lag: { ms: 0, lastDue: at("15:30"), lastSealed: at("15:30") },
    nextSession: { tradingDay: "2026-11-23", open: at("09:00", "2026-11-23") },
  });
  expect(await setup.logger.bars("T00020")).toHaveLength(truthOf(1, "T00020", DAY).length);
  await wait(setup.clock, 90_000); // 09:00:30: no minute has ended
  expect(setup.logger.status()).toMatchObject({
    tradingDay: "2026-11-23",
    today_total: 0,
    dueMinutes: 0,
    dueRate: 1,
    isOpen: true,
    isHealthy: true,
    problems: [],
    lag: { ms: 0, lastDue: null, lastSealed: null },
    nextSession: { tradingDay: "2026-11-24" },
  });
  await end();
});

test("a dead network makes it late once the promise is over, not before; and it is whole again after it", async () => {
  let isDead = false;
  const setup = setUp(
    at("09:00"),
    {},
    {
      before: () => {
        if (isDead) throw new TransportError("no route");
      },
    },
  );
  const end = await followTo(setup, "10:00:30");
  const { promisedMs } = setup.logger.status().lag;
  isDead = true;
  // The minute of 10:00 ends at 10:01:00 and is due by the promise after that.
  await wait(setup.clock, at("10:01:00") + (promisedMs ?? 0) - 1 - setup.clock.now());
  expect(setup.logger.status()).toMatchObject({ isHealthy: true, failed: 3 });
  expect(kinds(setup.logger.status())).toEqual(["failed"]);
  await wait(setup.clock, 1);
  const late = setup.logger.status();
  expect(late).toMatchObject({ isHealthy: false, lag: { behind: 3, lastDue: at("10:00"), ms: promisedMs } });
  expect(kinds(late)).toEqual(["late", "failed"]);
  expect(late.problems[0]?.text).toBe(`${DAY}: 1 minute behind, stored through 09:59, due through 10:00 KST`);
  expect(late.failures[0]?.error).toEqual({ name: "TransportError", code: "transport", message: "no route" });
  expect(states(setup.logger, "0001A0").slice(59, 63)).toEqual(["stored", "failed", "failed", "not-yet"]);
  isDead = false;
  await wait(setup.clock, 6 * 60_000);
  expect(setup.logger.status()).toMatchObject({ isHealthy: true, problems: [], failed: 0 });
  await end();
});

test("one symbol that KIS refuses is named, and makes its neighbours not late", async () => {
  const setup = setUp(
    at("09:00"),
    { symbols: ["0001A0", "X00001", "T00020"] },
    { unknown: new Set(["X00001"]) },
  );
  const end = await followTo(setup, "11:00:30");
  const status = setup.logger.status();
  expect(status).toMatchObject({ isHealthy: true, failed: 1, lag: { behind: 1, behindSymbols: ["X00001"] } });
  expect(status.failures).toMatchObject([{ symbol: "X00001", error: { code: "kis_api" } }]);
  expect(kinds(status)).toEqual(["failed"]);
  setup.logger.remove("X00001");
  expect(setup.logger.status()).toMatchObject({ stock_count: 2, failed: 0, problems: [] });
  await end();
});

test("while the store fails it counts what the store has, not what waits", async () => {
  let isFull = false;
  const store = watched(new MemoryStore(), ({ operation, stage, key }) => {
    if (isFull && operation === "put" && stage === "before")
      throw new StorageError("no space left", { operation: "put", key }, { retryable: true });
  });
  const setup = setUp(at("09:00"), { store });
  const end = await followTo(setup, "10:00:30");
  isFull = true;
  await wait(setup.clock, at("10:05:30") - setup.clock.now());
  const status = setup.logger.status();
  expect(status).toMatchObject({
    today_total: 180,
    last_time: at("09:59"),
    waiting: 15,
    isHealthy: false,
    storeError: { code: "storage", message: "no space left" },
    lag: { behind: 3, lastSealed: at("09:59") },
  });
  expect(kinds(status)).toEqual(["late", "store"]);
  isFull = false;
  await wait(setup.clock, 2 * 60_000);
  expect(setup.logger.status()).toMatchObject({
    waiting: 0,
    storeError: null,
    isHealthy: true,
    problems: [],
  });
  await end();
});

test("a logger that begins late is given the time its first pass takes, and no more", async () => {
  const symbols = Array.from({ length: 60 }, (_, index) => `A${String(index).padStart(5, "0")}`);
  const setup = setUp(at("14:00"), { symbols }, { before: () => setup.clock.sleep(10_000) });
  const end = await followTo(setup, "14:00:05");
  // 301 minutes are three calls a symbol: 180 calls at 18 a second.
  expect(setup.logger.status()).toMatchObject({ today_total: 0, isHealthy: true, lag: { behind: 60 } });
  await wait(setup.clock, 5_000);
  expect(setup.logger.status()).toMatchObject({ isHealthy: false });
  await wait(setup.clock, 100_000);
  expect(setup.logger.status()).toMatchObject({ isHealthy: true, problems: [] });
  await end();
});

test("what was fetched shows at its checkpoint, long before a pass over many symbols has ended", async () => {
  const symbols = Array.from({ length: 40 }, (_, index) => `A${String(index).padStart(5, "0")}`);
  let go = (): void => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  const setup = setUp(
    at("16:00"),
    { symbols, checkpoint: { symbols: 10 }, concurrency: 1 },
    { before: () => (setup.source.requests.length === 26 ? held : undefined) },
  );
  const pass = setup.logger.sync();
  await expect.poll(() => setup.logger.status().today_total).toBe(20 * 381);
  expect(setup.logger.status()).toMatchObject({ since: { passes: 0 }, lastPass: null });
  go();
  await setup.clock.runUntil(pass);
  expect(setup.logger.status()).toMatchObject({ today_total: 40 * 381, since: { passes: 1 } });
});

describe("a day that the source calls closed", () => {
  test("is named, and nothing is late", async () => {
    const setup = setUp(at("09:00"));
    Object.assign(setup.source, { tradingDay: (day: string) => Promise.resolve(day !== DAY) });
    const end = await followTo(setup, "12:00");
    const status = setup.logger.status();
    expect(status).toMatchObject({ today_total: 0, isHealthy: true });
    expect(kinds(status)).toEqual(["calendar"]);
    await end();
  });
});

test("holes are stored and named; a bar that breaks a rule is counted", async () => {
  const setup = setUp(at("09:00"));
  const ask = setup.source.minuteBars.bind(setup.source);
  setup.source.minuteBars = async (request) => {
    const answer = await ask(request);
    const lost = at("09:30");
    if (request.symbol !== "0001A0" || answer.through < lost) return answer;
    const bars = answer.bars.filter(({ time }) => time !== lost);
    return { ...answer, bars, holes: [{ from: lost, to: lost, kind: "lost" as const }] };
  };
  const end = await followTo(setup, "10:00:30");
  const status = setup.logger.status();
  expect(status).toMatchObject({ holes: 1, today_total: 180, isHealthy: true, lag: { behind: 0 } });
  expect(status.dueRate).toBe(179 / 180);
  expect(kinds(status)).toEqual(["lost"]);
  expect(states(setup.logger, "0001A0").slice(29, 32)).toEqual(["stored", "lost", "stored"]);
  await end();
});

describe("a store looked at from outside", () => {
  test("tells what the logger tells", async () => {
    const setup = setUp(at("16:00"));
    await setup.clock.runUntil(setup.logger.sync());
    const own = setup.logger.status();
    const seen = await readStatus({ store: setup.store, clock: setup.clock });
    const { today_total, expected_total, first_time, last_time, lag, minutes, problems } = seen;
    const { symbols } = minutes;
    expect(symbols).toEqual([...setup.symbols].sort());
    expect({ today_total, expected_total, first_time, last_time, problems }).toEqual({
      today_total: own.today_total,
      expected_total: own.expected_total,
      first_time: own.first_time,
      last_time: own.last_time,
      problems: [],
    });
    expect(lag.lastSealed).toBe(at("15:30"));
  });

  test("sees a symbol that fell silent, and a day of which nothing came", async () => {
    const setup = setUp(at("16:00"));
    await setup.clock.runUntil(setup.logger.sync());
    setup.clock.set(at("12:00", "2026-11-23"));
    const status = await readStatus({ store: setup.store, clock: setup.clock });
    expect(status).toMatchObject({
      tradingDay: "2026-11-23",
      stock_count: 3,
      today_total: 0,
      isHealthy: false,
    });
    expect(
      await readStatus({ store: setup.store, clock: setup.clock, promisedMs: 4 * 3_600_000 }),
    ).toMatchObject({
      isHealthy: true,
    });
  });

  test("an empty store is about no symbol, and not late", async () => {
    const status = await readStatus({ store: new MemoryStore(), clock: { now: () => at("12:00") } });
    expect(status).toMatchObject({ stock_count: 0, today_total: 0, isHealthy: true, problems: [] });
  });
});
