import { createManualClock, createMarket } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import { kstInstant } from "../../../src/core/index.js";
import { planBackfill } from "../../../src/kline/backfill/survey.js";
import { backfill } from "../../../src/kline/backfill/backfill.js";
import { readBars } from "../../../src/kline/read/read-bars.js";
import { MemoryStore, type ObjectStore } from "../../../src/storage/index.js";
import { createVirtualSource } from "../virtual-source.js";

const SYMBOLS = ["005930", "0037T0", "28513K", "Q530036", "247540", "000660"];
const market = createMarket({ seed: 21, symbols: SYMBOLS });
const DAYS = krx.tradingDays("2026-11-16", "2026-11-20");
const EVENING = kstInstant("2026-11-20", "18:00");
const never = new Promise<never>(() => undefined);

/** Where the process dies: nothing it began ever comes back after that. */
interface Kill {
  readonly at: "call" | "before put" | "after put";
  readonly count: number;
}

/** A run in a process that may die; what another process sees afterwards is in `disk` and `told`. */
async function runProcess(disk: MemoryStore, kill?: Kill) {
  const clock = createManualClock(EVENING);
  const told: string[] = [];
  const counts = { call: 0, put: 0 };
  let isDead = false;
  const dieAt = (at: Kill["at"], count: number): boolean => {
    if (kill?.at === at && kill.count === count) isDead = true;
    return isDead;
  };
  const store: ObjectStore = {
    get: (key) => (isDead ? never : disk.get(key)),
    list: (prefix) => disk.list(prefix),
    delete: (key) => disk.delete(key),
    conditionalWrites: () => disk.conditionalWrites(),
    async put(key, bytes, options) {
      counts.put++;
      if (dieAt("before put", counts.put)) return never;
      await disk.put(key, bytes, options);
      return dieAt("after put", counts.put) ? never : undefined;
    },
  };
  const source = createVirtualSource({ clock, market, fault: () => void dieAt("call", ++counts.call) });
  const client = {
    ...source,
    minuteBars: async (request: Parameters<typeof source.minuteBars>[0]) => {
      const bars = await source.minuteBars(request);
      return isDead ? never : bars;
    },
  };
  const state = { isOver: false };
  const work = (async () => {
    for await (const { symbol, tradingDay } of backfill({
      client,
      store,
      clock,
      symbols: SYMBOLS,
      days: DAYS,
      zstdLevel: 1,
    })) {
      if (isDead) await never;
      told.push(`${symbol} ${tradingDay}`);
    }
    state.isOver = true;
  })();
  const isAlive = (): boolean => !state.isOver && !isDead;
  while (isAlive()) await Promise.race([clock.advance(55), work]);
  return { told, asked: source.asked };
}

async function expectTruth(store: ObjectStore): Promise<void> {
  const [from = "", to = ""] = [DAYS[0], DAYS.at(-1)];
  for (const symbol of SYMBOLS) {
    const bars = [];
    for await (const bar of readBars({ store, symbol, venue: "KRX", from, to, untraded: "skip" }))
      bars.push(bar);
    const truth = DAYS.flatMap((day) => market.truth(symbol, day));
    expect(bars).toEqual(truth.map(({ turnover, ...bar }) => (turnover === undefined ? {} : bar)));
  }
}

const kills: Kill[] = [
  ...[1, 2, 5, 17, 29, 41, 58, 70].map((count) => ({ at: "call", count }) as const),
  ...[1, 2, 3].flatMap((count) => [
    { at: "before put", count } as const,
    { at: "after put", count } as const,
  ]),
];

describe("killed and started again", () => {
  test.each(kills)(
    "at $at $count: nothing told is asked for again, and the end is the same",
    async (kill) => {
      const disk = new MemoryStore();
      const first = await runProcess(disk, kill);
      expect(first.told.length).toBeLessThan(SYMBOLS.length * DAYS.length);
      const second = await runProcess(disk);
      const told = new Set(first.told);
      expect(second.asked.filter((target) => told.has(target))).toEqual([]);
      const again = second.asked.filter((target) => first.asked.includes(target));
      expect(again.length).toBeLessThanOrEqual(20);
      expect(second.told).toHaveLength(SYMBOLS.length * DAYS.length);
      await expectTruth(disk);
      const plan = await planBackfill({
        store: disk,
        clock: createManualClock(EVENING),
        symbols: SYMBOLS,
        days: DAYS,
      });
      expect(plan.totals).toMatchObject({ fetch: 0, calls: 0 });
    },
  );

  test("after every death until it is done, all the same", async () => {
    const disk = new MemoryStore();
    const asked: string[] = [];
    for (let deaths = 0; ; deaths++) {
      const run = await runProcess(disk, { at: "call", count: 45 });
      asked.push(...run.asked);
      if (run.told.length === SYMBOLS.length * DAYS.length) break;
      expect(deaths).toBeLessThan(20);
    }
    await expectTruth(disk);
  });
});
