import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ConfigError,
  KisAuthError,
  KisRateLimitError,
  KisUnsupportedError,
  StorageError,
  TransportError,
} from "../../src/core/index.js";
import {
  Budget,
  type FetchOptions,
  type Fetched,
  type Piece,
  PieceRun,
  type Settled,
} from "../../src/engine/index.js";
import { createManualClock } from "../../src/testing/index.js";

interface Numbered extends Piece {
  readonly at: number;
}

const answer = { status: 200, trId: "T", rtCd: "1", msgCd: "X" };
const auth = new KisAuthError("no", answer);
const rate = new KisRateLimitError("too fast", answer, { retryAfterMs: 1000 });
const unsupported = new KisUnsupportedError("not on paper", answer);
const network = new TransportError("reset");
const full = new StorageError("full", { operation: "put", key: "k" });
const busy = new StorageError("busy", { operation: "put", key: "k" }, { retryable: true });

interface SetUp {
  readonly count?: number;
  readonly groupSize?: number;
  readonly calls?: number;
  readonly concurrency?: number;
  readonly window?: number;
  readonly batch?: number;
  readonly maxCalls?: number;
  readonly deadlineAt?: number;
  readonly staggerMs?: number;
  readonly outlivesStore?: boolean;
  readonly isFull?: () => boolean;
  /** Calls made, latency, and what is wrong. */
  readonly fetch?: (at: number) => { calls?: number; ms?: number; error?: unknown; rows?: number };
  /** What each batch meets. */
  readonly store?: (groups: readonly string[], at: number) => ReadonlyMap<string, unknown>;
}

function setUp(how: SetUp) {
  const { count = 20, groupSize = 5, calls = 1, concurrency = 3, window = 8, batch = 4 } = how;
  const clock = createManualClock();
  const pieces: Numbered[] = Array.from({ length: count }, (_, at) => ({
    at,
    group: `g${Math.floor(at / groupSize)}`,
    calls,
  }));
  const begun: number[] = [];
  const stored = new Set<number>();
  let batches = 0;
  let sent = 0;
  let untaken = 0;
  let mostUntaken = 0;
  let storing = 0;
  const budget = new Budget({
    plannedCalls: count * calls,
    ratePerSecond: 10,
    concurrency,
    ...(how.maxCalls === undefined ? {} : { maxCalls: how.maxCalls }),
    ...(how.deadlineAt === undefined ? {} : { deadlineAt: how.deadlineAt }),
  });
  const run = new PieceRun<Numbered, Fetched>({
    pieces,
    clock,
    budget,
    concurrency,
    window,
    batch: { pieces: batch },
    ...(how.staggerMs === undefined ? {} : { staggerMs: how.staggerMs }),
    ...(how.outlivesStore === undefined ? {} : { outlivesStore: how.outlivesStore }),
    ...(how.isFull === undefined ? {} : { isFull: how.isFull }),
    fetch: async ({ at }, { signal, onCall }: FetchOptions): Promise<Fetched> => {
      begun.push(at);
      mostUntaken = Math.max(mostUntaken, ++untaken);
      const { calls: made = calls, ms = 100, error, rows = 1 } = how.fetch?.(at) ?? {};
      try {
        for (let call = 0; call < made; call++) {
          onCall();
          sent++;
          await clock.sleep(ms, signal).catch(() => undefined);
        }
      } catch (thrown) {
        return { calls: 0, rows: 0, error: thrown };
      }
      return { calls: 0, rows: error === undefined ? rows : 0, ...(error === undefined ? {} : { error }) };
    },
    store: async (answered) => {
      expect(++storing, "one batch at a time").toBe(1);
      await clock.sleep(50);
      storing--;
      const faults =
        how.store?.([...new Set(answered.map(({ piece }) => piece.group))], batches++) ?? new Map();
      for (const { piece } of answered) if (!faults.has(piece.group)) stored.add(piece.at);
      return faults;
    },
  });
  const told: Settled<Numbered, Fetched>[] = [];
  const take = async (most = Infinity, signal?: AbortSignal): Promise<void> => {
    if (most === 0) return;
    for await (const over of run.results(signal)) {
      if (begun.includes(over.piece.at)) untaken--;
      told.push(over);
      if (over.error === undefined && over.fetched?.rows === 1)
        expect(stored.has(over.piece.at), `${over.piece.at} is durable before it is told`).toBe(true);
      if (told.length >= most) return;
    }
  };
  return {
    clock,
    run,
    budget,
    begun,
    stored,
    told,
    take,
    facts: () => ({ sent, batches, mostUntaken }),
  };
}

const errorsOf = (told: readonly Settled<Numbered, Fetched>[]): unknown[] => told.map(({ error }) => error);

describe("an error reaches as far as it does", () => {
  test.each([
    ["kis_auth", auth],
    ["kis_rate_limit", rate],
  ])("%s ends the run, and what was fetched is told", async (_, error) => {
    const { clock, run, take, told, begun, stored } = setUp({ fetch: (at) => (at === 6 ? { error } : {}) });
    await clock.runUntil(take());
    expect(run.fault).toEqual({ error, by: "source" });
    expect(run.stopReason).toBe("source");
    expect(begun.length).toBeLessThan(12);
    expect(told.map(({ piece }) => piece.at).sort((a, b) => a - b)).toEqual(begun);
    expect(stored.size).toBe(begun.length - 1);
  });

  test.each([
    ["kis_unsupported", unsupported],
    ["config", new ConfigError("day", "open", "closed")],
  ])("%s fails the rest of its group without a call, and no other group", async (_, error) => {
    const { clock, run, take, told, begun } = setUp({
      concurrency: 1,
      fetch: (at) => (at >= 5 && at < 10 ? { error } : {}),
    });
    await clock.runUntil(take());
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(
      told
        .filter((over) => over.error === error)
        .map(({ piece }) => piece.at)
        .sort((a, b) => a - b),
    ).toEqual([5, 6, 7, 8, 9]);
    expect(run.stopReason).toBeUndefined();
  });

  test("ten network failures in a row give up the rest; nine and a success do not", async () => {
    const dead = setUp({ count: 40, concurrency: 1, fetch: () => ({ error: network }) });
    await dead.clock.runUntil(dead.take());
    expect(dead.begun.length).toBe(10);
    expect(errorsOf(dead.told)).toEqual(Array.from({ length: 40 }, () => network));
    const flaky = setUp({
      count: 40,
      concurrency: 1,
      fetch: (at) => (at % 10 === 9 ? {} : { error: network }),
    });
    await flaky.clock.runUntil(flaky.take());
    expect(flaky.begun.length).toBe(40);
  });

  test("a store that is full gives up the rest at once, one that is busy after three batches, one group's never", async () => {
    const all = (error: unknown) => (groups: readonly string[]) =>
      new Map(groups.map((group) => [group, error]));
    const filled = setUp({ count: 60, store: all(full) });
    await filled.clock.runUntil(filled.take());
    expect(filled.facts().batches).toBeLessThanOrEqual(2);
    expect(filled.run.fault).toEqual({ error: full, by: "store" });
    expect(filled.told.length).toBe(60);
    const slow = setUp({ count: 60, store: all(busy) });
    await slow.clock.runUntil(slow.take());
    expect(slow.facts().batches).toBeLessThanOrEqual(4);
    const one = setUp({
      count: 60,
      groupSize: 2,
      store: (groups) => new Map(groups.slice(1).map((group) => [group, full])),
    });
    await one.clock.runUntil(one.take());
    expect(one.begun.length).toBe(60);
    const patient = setUp({ count: 60, store: all(busy), outlivesStore: true });
    await patient.clock.runUntil(patient.take());
    expect(patient.begun.length).toBe(60);
  });

  test("that took no more before the run is tried first: nothing waits for room that nobody makes", async () => {
    let hasRoom = false;
    const later = setUp({
      isFull: () => !hasRoom,
      store: () => {
        hasRoom = true;
        return new Map();
      },
    });
    await later.clock.runUntil(later.take());
    expect(later.begun.length).toBe(20);
    expect(later.facts().batches).toBeGreaterThan(5);
    const never = setUp({ isFull: () => true, outlivesStore: true, store: () => new Map([["g0", busy]]) });
    await never.clock.runUntil(never.take());
    expect(never.begun).toEqual([]);
    expect(never.told.length).toBe(20);
    expect(never.run.fault).toEqual({ error: busy, by: "store" });
    const liar = setUp({ isFull: () => true });
    await expect(liar.clock.runUntil(liar.take())).rejects.toThrow(/no room/);
  });

  test("a run that outlives its store ends where there is no room for more", async () => {
    let isFull = false;
    const { clock, take, begun, run } = setUp({
      outlivesStore: true,
      isFull: () => isFull,
      store: (groups) => {
        isFull = true;
        return new Map(groups.map((group) => [group, busy]));
      },
    });
    await clock.runUntil(take());
    expect(begun.length).toBeLessThan(20);
    expect(run.fault).toEqual({ error: busy, by: "store" });
  });
});

test("a stop stores and tells what was fetched, then throws; a deaf source does not hold it up", async () => {
  const { clock, take, told, stored } = setUp({ fetch: (at) => (at === 3 ? { ms: 1e9 } : {}) });
  const reason = new Error("enough");
  const abort = new AbortController();
  const end = take(Infinity, abort.signal).catch((error: unknown) => error);
  await clock.advance(120);
  abort.abort(reason);
  expect(await clock.runUntil(end)).toBe(reason);
  expect(told.length).toBe(3);
  expect([...stored]).toEqual([0, 1, 2]);
});

test("a listener that throws ends the run after the upload", async () => {
  const bug = new Error("a bug of the caller's");
  const clock = createManualClock();
  const stored: number[] = [];
  const run = new PieceRun<Numbered, Fetched>({
    pieces: Array.from({ length: 5 }, (_, at) => ({ at, group: "g", calls: 1 })),
    clock,
    budget: new Budget({ plannedCalls: 5, ratePerSecond: 1, concurrency: 1 }),
    concurrency: 1,
    window: 9,
    batch: { pieces: 9 },
    fetch: async () => ({ calls: 1, rows: 1 }),
    store: async (batch) => {
      stored.push(...batch.map(({ piece }) => piece.at));
      return new Map();
    },
    onChange: () => {
      throw bug;
    },
  });
  const all = async (): Promise<void> => {
    for await (const over of run.results()) expect(over.error).toBeUndefined();
  };
  await expect(all()).rejects.toBe(bug);
  expect(stored.length).toBeGreaterThan(0);
});

test("whatever goes wrong: each piece is told at most once, durable before, within the window and the ceiling", async () => {
  const fault = fc.constantFrom(
    undefined,
    undefined,
    undefined,
    undefined,
    network,
    unsupported,
    rate,
    new Error("odd"),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        count: fc.integer({ min: 0, max: 40 }),
        groupSize: fc.integer({ min: 1, max: 7 }),
        calls: fc.integer({ min: 1, max: 4 }),
        concurrency: fc.integer({ min: 1, max: 5 }),
        batch: fc.integer({ min: 1, max: 9 }),
        extra: fc.integer({ min: 0, max: 9 }),
        maxCalls: fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined }),
        deadlineAt: fc.option(fc.integer({ min: 1100, max: 9000 }), { nil: undefined }),
        staggerMs: fc.constantFrom(0, 0, 130),
        faults: fc.array(fault, { maxLength: 40 }),
        retries: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 40 }),
        latencies: fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 40 }),
        storeFaults: fc.array(fc.constantFrom(false, false, true), { maxLength: 20 }),
        leaveAfter: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
      }),
      async ({
        faults,
        retries,
        latencies,
        storeFaults,
        leaveAfter,
        extra,
        maxCalls,
        deadlineAt,
        ...how
      }) => {
        const world = setUp({
          ...how,
          window: how.concurrency + extra,
          ...(maxCalls === undefined ? {} : { maxCalls }),
          ...(deadlineAt === undefined ? {} : { deadlineAt }),
          fetch: (at) => ({
            calls: Math.max(1, how.calls + (retries[at] ?? 0) - (at % 2)),
            ms: latencies[at] ?? 100,
            error: faults[at],
          }),
          store: (groups, at) =>
            new Map(storeFaults[at] === true ? groups.map((group) => [group, busy]) : []),
        });
        const { clock, run, take, told, budget, facts, stored } = world;
        await clock.runUntil(take(leaveAfter));
        const names = told.map(({ piece }) => piece.at);
        expect(new Set(names).size).toBe(names.length);
        expect(facts().sent).toBeLessThanOrEqual(maxCalls ?? Infinity);
        if (run.stopReason !== "deadline" && leaveAfter === undefined)
          expect(budget.calls).toBe(facts().sent);
        // One more: the piece that is being handed over makes room for the next.
        expect(facts().mostUntaken).toBeLessThanOrEqual(how.concurrency + extra + 1);
        if (deadlineAt !== undefined) expect(clock.monotonic()).toBeLessThanOrEqual(deadlineAt);
        if (leaveAfter === undefined && run.stopReason === undefined) {
          expect(names.length).toBe(how.count);
          for (const { piece, error, fetched } of told)
            if (error === undefined && fetched?.rows === 1) expect(stored.has(piece.at)).toBe(true);
        }
      },
    ),
    { numRuns: 300 },
  );
});
