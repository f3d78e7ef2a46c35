import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDayTable } from "../../../src/archive/index.js";
import { krx } from "../../../src/calendar/index.js";
import { KisApiError, TransportError } from "../../../src/core/index.js";
import { CEILING } from "../../../src/engine/index.js";
import { emptyDay } from "../../../src/kline/evidence/index.js";
import { DayGate } from "../../../src/kline/guard/index.js";
import {
  type BarSource,
  HantooKlineLogger,
  type SyncReport,
  backfill,
  catchUp,
} from "../../../src/kline/index.js";
import type { SymbolDay } from "../../../src/kline/evidence/index.js";
import { MemoryStore } from "../../../src/storage/index.js";
import { createManualClock } from "../../../src/testing/index.js";
import { at, keysOf, setUp, storedRows, told, wholeDay } from "../logger-setup.js";
import { createSampleSource } from "../sample-market.js";

const DAY = "2026-11-20";
const NEXT = "2026-11-23";
const HALTED = ["H00010", "H00020", "H00030", "H00040", "H00050", "H00060"];
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A source that answers the question about the day so. */
const asked = (source: BarSource, answer: BarSource["tradingDay"]): BarSource & { days: string[] } => {
  const days: string[] = [];
  return {
    days,
    ...(source.capacity && { capacity: source.capacity }),
    minuteBars: (request) => source.minuteBars(request),
    tradingDay: async (day) => {
      days.push(day);
      return answer?.(day);
    },
  };
};

describe("a day that the source calls closed", () => {
  test("sync asks for no bars, stores nothing, and names the conflict", async () => {
    const clock = createManualClock(at("18:00"));
    const sample = createSampleSource({ clock });
    const client = asked(sample, async () => false);
    const store = new MemoryStore();
    const logger = new HantooKlineLogger({ client, store, clock, symbols: ["0001A0", "T00020"] });
    const report = await logger.sync();
    expect(report.calendarConflicts).toEqual([
      { tradingDay: DAY, kind: "closed-by-source", symbols: ["0001A0", "T00020"] },
    ]);
    expect(report).toMatchObject({ uploaded: [], failures: [], fetched: { calls: 0, bars: 0 } });
    expect([sample.requests.length, client.days]).toEqual([0, [DAY]]);
    const keys: string[] = [];
    for await (const key of store.list("")) keys.push(key);
    expect(keys).toEqual([]);
  });

  test("run goes on with the next day", async () => {
    const clock = createManualClock(at("08:00"));
    const client = asked(createSampleSource({ clock }), async (day) => day !== DAY);
    const store = new MemoryStore();
    const logger = new HantooKlineLogger({ client, store, clock, symbols: ["0001A0"], random: () => 0.5 });
    const reports: SyncReport[] = [];
    await clock.runUntil(
      (async () => {
        for await (const report of logger.run({ days: 2 })) reports.push(report);
      })(),
    );
    const conflicts = reports.filter(({ calendarConflicts }) => calendarConflicts.length > 0);
    expect(conflicts.map(({ tradingDay }) => tradingDay)).toEqual([DAY]);
    expect(await storedRows(store, DAY)).toEqual({});
    expect(await storedRows(store, NEXT)).toEqual(wholeDay(["0001A0"], { tradingDay: NEXT }));
  });

  test("backfill skips its targets without a call, and catchUp finds nothing missing", async () => {
    const clock = createManualClock(at("18:00"));
    const sample = createSampleSource({ clock });
    const client = asked(sample, async (day) => day !== DAY);
    const options = { client, store: new MemoryStore(), clock, symbols: ["0001A0", "T00020"], days: 2 };
    const { steps, summary } = await told(backfill(options));
    expect(steps.map(({ tradingDay, status, reason }) => [tradingDay, status, reason])).toEqual([
      [DAY, "skipped", "closed by the source"],
      [DAY, "skipped", "closed by the source"],
      ["2026-11-19", "done", undefined],
      ["2026-11-19", "done", undefined],
    ]);
    expect(summary.calendarConflicts).toEqual([
      { tradingDay: DAY, kind: "closed-by-source", symbols: ["0001A0", "T00020"] },
    ]);
    expect(sample.requests.every(({ tradingDay }) => tradingDay === "2026-11-19")).toBe(true);
    expect(await catchUp(options)).toMatchObject({ status: "healthy", calls: 0, lastGoodDay: "2026-11-19" });
  });
});

describe("a day that nobody tells of", () => {
  test("five symbols without a trade after the close: nothing is stored; four: as the evidence says", async () => {
    const five = setUp(at("18:00"), { symbols: HALTED.slice(0, 5) });
    const report = await five.logger.sync();
    expect(report.calendarConflicts).toEqual([
      { tradingDay: DAY, kind: "closed-by-source", symbols: HALTED.slice(0, 5) },
    ]);
    expect(await keysOf(five.store)).toEqual([]);
    const four = setUp(at("18:00"), { symbols: HALTED.slice(0, 4) });
    expect((await four.logger.sync()).calendarConflicts).toEqual([]);
    expect(await storedRows(four.store)).toEqual(wholeDay(HALTED.slice(0, 4)));
  });

  test("one trade anywhere opens it, whatever the order; a source that says so as well", async () => {
    for (const symbols of [
      [...HALTED, "0001A0"],
      ["0001A0", ...HALTED],
    ]) {
      for (const concurrency of [1, 3, 8]) {
        const { logger, store } = setUp(at("18:00"), { symbols, concurrency });
        // Five are looked at; a sixth that trades is seen where it is among those asked for side by side.
        const { calendarConflicts } = await logger.sync();
        if (calendarConflicts.length === 0) expect(await storedRows(store)).toEqual(wholeDay(symbols));
        else expect(await keysOf(store)).toEqual([]);
        if (symbols[0] === "0001A0") expect(calendarConflicts).toEqual([]);
      }
    }
    const clock = createManualClock(at("18:00"));
    const client = asked(createSampleSource({ clock }), async () => true);
    const store = new MemoryStore();
    await new HantooKlineLogger({ client, store, clock, symbols: HALTED }).sync();
    expect(await storedRows(store)).toEqual(wholeDay(HALTED));
  });

  test("a question that fails is no answer", async () => {
    const clock = createManualClock(at("18:00"));
    const client = asked(createSampleSource({ clock }), () => Promise.reject(new TransportError("reset")));
    const store = new MemoryStore();
    await new HantooKlineLogger({ client, store, clock, symbols: ["0001A0", "T00020"] }).sync();
    expect(await storedRows(store)).toEqual(wholeDay(["0001A0", "T00020"]));
  });

  test("during the session nothing is stored and nothing decided; the first trade decides", async () => {
    const { logger, clock, store } = setUp(at("10:00"), { symbols: HALTED });
    expect((await logger.sync()).calendarConflicts).toEqual([]);
    expect(await keysOf(store)).toEqual([]);
    clock.set(at("18:00"));
    expect((await logger.sync()).calendarConflicts).toHaveLength(1);
    expect(await keysOf(store)).toEqual([]);
  });

  test("a run over five silent symbols ends with the session and goes on with the next day", async () => {
    const { logger, clock, store } = setUp(at("15:00"), { symbols: HALTED.slice(0, 5), graceMs: 600_000 });
    const reports: SyncReport[] = [];
    await clock.runUntil(
      (async () => {
        for await (const report of logger.run()) reports.push(report);
      })(),
    );
    expect(reports.at(-1)?.calendarConflicts).toHaveLength(1);
    expect(await keysOf(store)).toEqual([]);
  });
});

test("a symbol that is looked at when the ceiling of calls is met has its own turn all the same", async () => {
  const gate = new DayGate({
    source: {},
    stored: createDayTable({ tradingDay: DAY, venue: "KRX", minutes: krx.minutes(DAY) }),
    isOver: () => true,
    isPast: () => false,
    logger: silent,
  });
  const [first, second] = ["A00001", "A00002"];
  gate.begin([first, second]);
  const { signal } = new AbortController();
  const quiet = async (symbol: string): Promise<SymbolDay> => ({
    ...emptyDay(symbol),
    calls: symbol === first ? 1 : 0,
    ...(symbol === second && { error: CEILING }),
  });
  expect(await gate.pass(first, quiet, signal)).toMatchObject({ error: CEILING, calls: 1 });
  expect(gate.isAhead(second)).toBe(false);
  const traded = async (symbol: string): Promise<SymbolDay> => ({ ...emptyDay(symbol), bars: 5, known: 381 });
  expect(await gate.pass(second, traded, signal)).toMatchObject({ bars: 5, known: 381 });
});

test("whatever the order and the answers: one trade among those asked opens; errors decide nothing", async () => {
  const answer = fc.constantFrom("silent", "silent", "silent", "traded", "refused", "cut");
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 12, maxLength: 12 }),
      async (answers, concurrency, isOver, latencies) => {
        const clock = createManualClock();
        const symbols = answers.map((_, index) => `A${String(index).padStart(5, "0")}`);
        const fetched: string[] = [];
        const gate = new DayGate({
          source: {},
          stored: createDayTable({ tradingDay: DAY, venue: "KRX", minutes: krx.minutes(DAY) }),
          isOver: () => isOver,
          isPast: () => false,
          logger: silent,
        });
        gate.begin(symbols);
        const fetch = async (symbol: string): Promise<SymbolDay> => {
          fetched.push(symbol);
          const index = symbols.indexOf(symbol);
          await clock.sleep(latencies[index] ?? 1);
          const kind = answers[index];
          const day: SymbolDay = { ...emptyDay(symbol), calls: 1, known: 381, final: 381 };
          const cells = [
            { index: 0, cell: { open: null, high: null, low: null, close: null, volume: 0, accVolume: 0 } },
          ];
          if (kind === "traded") return { ...day, bars: 5, cells };
          if (kind === "cut") return { ...day, error: new TransportError("reset") };
          const unknown = { status: 200, trId: "T", rtCd: "1", msgCd: "X" };
          return kind === "refused" ? { ...day, error: new KisApiError("no", unknown) } : { ...day, cells };
        };
        const results = new Map<string, SymbolDay | "closed">();
        const queue = [...symbols];
        const { signal } = new AbortController();
        const worker = async (): Promise<void> => {
          for (let next = queue.shift(); next !== undefined; next = queue.shift())
            results.set(next, await gate.pass(next, fetch, signal));
        };
        await clock.runUntil(Promise.all(Array.from({ length: concurrency }, worker)));
        expect(results.size).toBe(symbols.length);
        expect(new Set(fetched).size, "each is asked for once").toBe(fetched.length);
        const seen = fetched.map((symbol) => answers[symbols.indexOf(symbol)]);
        const given = [...results.values()].filter((day) => day !== "closed" && day.cells.length > 0).length;
        const quiet = seen.filter((kind) => kind === "silent").length;
        if (gate.isClosed) {
          expect([given, isOver, quiet >= 5]).toEqual([0, true, true]);
          return;
        }
        if (seen.includes("traded")) return;
        // Without a trade cells are given on only where there are too few symbols to tell, and no network is dead.
        if (given > 0) expect(quiet).toBeLessThan(5);
        if (quiet >= 5 && !seen.includes("cut")) expect([isOver, given]).toEqual([false, 0]);
      },
    ),
    { numRuns: 300 },
  );
});
