import { expect } from "vitest";
import { ConfigError, isHantooError, kstDay, silentLogger } from "../../../src/core/index.js";
import { createKlineStore } from "../../../src/archive/kline-store.js";
import { HantooKlineLogger, type SyncReport, backfill } from "../../../src/kline/index.js";
import { MemoryStore, type ObjectStore } from "../../../src/storage/index.js";
import { createKisSimulator, createManualClock } from "../../../src/testing/index.js";
import { clientOf } from "../../kis/unpaced.js";
import { at, watched } from "../logger-setup.js";
import { createRandom } from "../sample-market.js";
import { Life } from "./life.js";
import { ObjectWatch, type Row, expectHealed, expectTrue } from "./oracle.js";
import { DAYS, FIRST_DAY, HEALED, LAST_DAY, MIDDLE, SPLIT } from "./world.js";
import { type Pick, drawWorld, isServed, isSplit, ours } from "./world.js";

/** Before its first answer a client on KIS's own host takes itself for KIS. */
const KINDS = ["simulator", "kis-live", "kis-paper"] as const;

/** What a schedule met. */
export interface Met {
  kills: number;
  faults: number;
  holes: number;
  conflicts: number;
}

/** Plays one schedule of faults, odd days, kills and re-reads, and looks at the store after each turn. */
export async function play(seed: number): Promise<Met> {
  const random = createRandom(seed);
  const pick: Pick = (...choices) =>
    choices[Math.floor(random() * choices.length)] as (typeof choices)[number];
  const world = drawWorld(seed, random, pick);
  const { venue, kind, market, faults, environment, symbols, quirks, focus } = world;
  const clock = createManualClock(at("14:55", FIRST_DAY));
  const limits = { perSecond: false, tokenPerSecond: false, tokenPerMinute: false } as const;
  const simulator = createKisSimulator({ market, clock, faults, environment, limits, quirks });
  const truth = { world, simulator };
  const memory = new MemoryStore();
  const objects = new ObjectWatch();
  const met: Met = { kills: 0, faults: 0, holes: 0, conflicts: 0 };

  const born = (store: ObjectStore, life: Life) => {
    const client = clientOf(simulator, {
      clock,
      calendar: ours,
      environment,
      logger: silentLogger,
      paperPastMinutes: "try",
      random,
      fetch: async (input, init) => {
        await life.step("before");
        const answer = await simulator.fetch(input, init);
        await life.step("after");
        return answer;
      },
    });
    const common = {
      client,
      store,
      symbols,
      calendar: ours,
      clock,
      venue,
      zstdLevel: 1,
      logger: silentLogger,
    } as const;
    const logger = new HantooKlineLogger({
      ...common,
      random,
      lagMs: 600_000,
      concurrency: pick(1, 3),
      graceMs: 0,
      acceptProvenance: KINDS,
      ...(random() < 0.2 ? {} : { columns: false }),
    });
    return { common, logger };
  };
  const klineStore = createKlineStore({ store: memory, calendar: ours });
  const storedOn = async (tradingDay: string): Promise<Record<string, unknown[]>> => {
    const { table } = await klineStore.readDay({ tradingDay, venue, hours: "regular" });
    const rows = table.symbols().map((symbol) => {
      const cells = table.minutes.map((_, index) => {
        const cell = table.get(symbol, index);
        return cell && [cell.open, cell.high, cell.low, cell.close, cell.volume, cell.accVolume];
      });
      return [symbol, cells] as const;
    });
    return Object.fromEntries(rows);
  };
  const seen = new Set<string>();
  /** Whole before anything can have traded behind Nextrade's last minute: nobody knew better. */
  const early = new Set<string>();
  const check = async (): Promise<void> => {
    for (const day of DAYS) {
      if (day > kstDay(clock.now())) continue;
      const stored = await storedOn(day);
      if (venue === "NXT" && day === MIDDLE && clock.now() < at("15:21", day))
        for (const [symbol, cells] of Object.entries(stored))
          if (cells.at(-1) !== undefined) early.add(symbol);
      met.holes += expectTrue(stored, day, clock.now(), truth, seen);
    }
    await objects.look(memory);
  };
  const weigh = async (report: SyncReport): Promise<void> => {
    met.conflicts += report.calendarConflicts.length;
    if (kind !== "hours" || report.tradingDay !== MIDDLE) return;
    const whole = report.coverage.days.filter(({ status }) => status === "complete");
    const named = new Set(report.calendarConflicts.flatMap(({ symbols: seenAt }) => seenAt));
    const liquid = clock.now() > at("16:30", MIDDLE) && isServed(world, SPLIT) ? [SPLIT] : [];
    const isNamed = ({ symbol }: { readonly symbol: string }): boolean =>
      (named.has(symbol) || liquid.includes(symbol)) && !early.has(symbol);
    expect(whole.filter(isNamed), "a day of other hours is called whole").toEqual([]);
    if (named.size === 0 || kstDay(clock.now()) > MIDDLE) return;
    // Of the others nobody knows yet whether they will trade after our close.
    const stored = await storedOn(MIDDLE);
    const isQuiet = ({ symbol }: { readonly symbol: string }): boolean =>
      (stored[symbol]?.at(-1) as Row | undefined)?.[4] === 0;
    expect(whole.filter(isQuiet), "nobody vouches for its last minute").toEqual([]);
  };

  const act = async (life: Life): Promise<void> => {
    const store = watched(memory, ({ stage }) => life.step(stage));
    const { common, logger } = born(store, life);
    const now = clock.now();
    const begun = DAYS.filter((day) => now >= at("14:52", day));
    const deed = random();
    const isFocused = focus !== undefined && begun.includes(focus.day) && random() < 0.6;
    const tradingDay = isFocused ? focus.day : pick(...begun);
    if (deed < 0.5) await weigh(await logger.sync({ tradingDay, reread: random() < 0.4 }));
    else if (deed < 0.75 || kstDay(now) > LAST_DAY) {
      const days = begun.filter((day) => day < kstDay(now));
      const recheck = pick(undefined, "suspect", "all");
      const steps = backfill({ ...common, days, acceptProvenance: KINDS, ...(recheck && { recheck }) });
      if (days.length > 0) for await (const _ of steps);
    } else {
      let steps = 1 + Math.floor(random() * 4);
      for await (const report of logger.run()) {
        await check();
        await weigh(report);
        if (--steps === 0) break;
      }
    }
  };

  for (let turn = 0; turn < 5; turn++) {
    const life = new Life();
    if (random() < 0.3) life.killAfter(Math.floor(random() * 25), pick("before", "after"));
    const work = act(life).catch((error: unknown) => {
      if (!isHantooError(error) || error instanceof ConfigError) throw error;
    });
    await clock.runUntil(Promise.race([work, life.death]));
    if (life.isDead) met.kills++;
    await check();
    const ahead = pick(60_000, 600_000, 3_600_000, 86_400_000, 86_400_000);
    const to = clock.now() + Math.floor(random() * ahead);
    const isToFocus = focus !== undefined && random() < 0.8;
    if (isToFocus && clock.now() < focus.from - 600_000) clock.set(focus.from - 600_000);
    else clock.set(isToFocus ? Math.max(to, focus.from) : to);
    const day = kstDay(clock.now());
    // Nights are dull: on to the next afternoon.
    if (clock.now() < at("14:52", day)) clock.set(at("14:52", day) + Math.floor(random() * 7_200_000));
  }
  met.faults = simulator.stats.faults;

  // KIS has everything right now, and each day is read again on a date on which its volumes do not wander.
  for (const evening of [HEALED, "2026-12-03"]) {
    clock.set(Math.max(clock.now(), at("18:00", evening)));
    for (const [index, tradingDay] of DAYS.entries()) {
      if ((index + Number(evening.endsWith("3"))) % 2 === 1) continue;
      const { logger } = born(memory, new Life());
      const report = await clock.runUntil(logger.sync({ tradingDay, reread: true }));
      await weigh(report);
      if (kind === "holiday" && tradingDay === MIDDLE) {
        // The source says that there was no such day: nothing of it is missing, and nobody asks in vain.
        expect(report.calendarConflicts).toEqual([{ tradingDay, kind: "closed-by-source", symbols }]);
        expect([report.failures, report.fetched.calls]).toEqual([[], 0]);
        continue;
      }
      const isForeign = kind === "hours" && tradingDay === MIDDLE;
      const foreign = isForeign ? report.calendarConflicts.flatMap(({ symbols: seenAt }) => seenAt) : [];
      const isOurs = ({ symbol }: { readonly symbol: string }): boolean =>
        !isSplit(world, symbol) && isServed(world, symbol) && !foreign.includes(symbol);
      expect(report.failures.filter(isOurs), tradingDay).toEqual([]);
      expect(report.holes.filter(isOurs), tradingDay).toEqual([]);
      const healed = symbols.filter((symbol) => isOurs({ symbol }));
      const partial = report.coverage.days.filter((row) => isOurs(row) && row.status !== "complete");
      expect(partial, tradingDay).toEqual([]);
      expectHealed(await storedOn(tradingDay), tradingDay, healed, truth);
    }
  }
  await check();
  return met;
}
