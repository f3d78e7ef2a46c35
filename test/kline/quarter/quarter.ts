import { type TradingCalendar, createCalendar, krx } from "../../../src/calendar/index.js";
import { kstInstant, silentLogger } from "../../../src/core/index.js";
import { HantooKlineLogger, type SyncReport } from "../../../src/kline/index.js";
import { MemoryStore } from "../../../src/storage/index.js";
import {
  type Fault,
  type KisSimulator,
  type ManualClock,
  createKisSimulator,
  createManualClock,
  createMarket,
} from "../../../src/testing/index.js";
import { clientOf } from "../../kis/unpaced.js";

/** Sixty days that our calendar calls open. On one KIS was closed, on one it had hours of its own. */
export const DAYS: readonly string[] = krx.tradingDays("2026-09-21", "2026-12-31").slice(0, 60);
export const HOLIDAY = "2026-11-02";
export const EXAM = "2026-11-19";
export const SPLIT_DAY = "2026-11-11";
/** Named in the schedule of faults: all of them trade in every minute. */
export const SPLIT = "100010";
export const LOST = "100020";
export const UNREADABLE = "100030";
export const CLOSING = "100040";
export const LATE = "100050";
export const ODD = "100060";
export const WANDERING = "100070";
export const EMPTY = "100080";
const NAMED = [SPLIT, LOST, UNREADABLE, CLOSING, LATE, ODD, WANDERING, EMPTY];
export const SYMBOLS: readonly string[] = [
  ...NAMED,
  ...Array.from({ length: 42 }, (_, at) => `2${String(at + 1).padStart(4, "0")}0`),
];
/** Of the others some trade seldom: one in seven of them in one minute of five, two hardly at all. */
const liquidityOf = (symbol: string) => {
  const at = SYMBOLS.indexOf(symbol) - NAMED.length;
  if (at < 0) return "liquid";
  return at % 7 === 3 ? "thin" : at % 20 === 19 ? "rare" : "medium";
};

/** Half an hour and the closing auction; whole days, which cost ten times as much, with `HANTOO_QUARTER=full`. */
export const IS_FULL: boolean = process.env["HANTOO_QUARTER"] === "full";
const [OPEN, CLOSE] = [IS_FULL ? "09:00" : "14:50", "15:30"];
const session = (day: string, open = OPEN, close = CLOSE) => ({ day, open, close, reason: "hours" });
/** The calendar of the one who logs: it knows neither the holiday nor the hours of the examination's day. */
export const ours: TradingCalendar = createCalendar({ sessions: DAYS.map((day) => session(day)) });
const theirs = createCalendar({
  sessions: DAYS.filter((day) => day !== HOLIDAY).map((day) =>
    day === EXAM ? session(day, IS_FULL ? "10:00" : "15:10", IS_FULL ? "16:30" : "16:10") : session(day),
  ),
  closures: [{ day: HOLIDAY, nameKo: "임시공휴일", nameEn: "temporary holiday", kind: "temporary" }],
});

/** What goes wrong, by the day on which it does. */
export const FAULTS: readonly Fault[] = [
  // In KIS's record, and right within the days on which `run()` reads again.
  at("lost-row", LOST, "2026-10-07", 1, ["15:03"]),
  at("lost-row", LOST, "2026-10-14", 2, ["14:55", "14:56", "15:11"]),
  at("int64-min-row", UNREADABLE, "2026-10-20", 3, ["15:05"]),
  at("odd-second-label", UNREADABLE, "2026-10-22", 1, ["15:07"]),
  at("closing-missing", CLOSING, "2026-10-13", 1),
  at("closing-late", LATE, "2026-10-15", 2),
  at("closing-withdrawn", LATE, "2026-11-16", 8),
  // A hole of the day before the split, which KIS fills on the new scale.
  at("lost-row", SPLIT, "2026-11-10", 1, ["15:01"]),
  // Right only afterwards, or never.
  at("lost-row", LOST, "2026-10-28", 5, ["14:58"]),
  at("int64-min-row", UNREADABLE, "2026-11-24", 9, ["15:00"]),
  at("closing-missing", CLOSING, "2026-11-06", undefined),
  at("open-outside", ODD, "2026-10-30", undefined, ["14:59"]),
  at("wandering-volume", WANDERING, "2026-11-05", undefined),
  at("empty-day", EMPTY, "2026-12-03", 1),
  at("lost-row", LOST, DAYS.at(-1) ?? "", 1, ["15:02"]),
  // On the way.
  { do: "passing-error", probability: 0.002 },
  { do: "http-429", probability: 0.0003 },
  { do: "no-container", probability: 0.001 },
  { do: "html-502", probability: 0.001 },
  { do: "half-body", probability: 0.001 },
  { do: "reset", probability: 0.002 },
  { do: "rate-limit", probability: 0.0003 },
];

function at(
  name: Extract<Fault["do"], string>,
  symbol: string,
  day: string,
  heals: number | undefined,
  minutes?: readonly string[],
): Fault {
  return {
    do: name,
    symbols: [symbol],
    tradingDays: [day],
    per: "symbol-day",
    ...(minutes === undefined ? {} : { minutes }),
    ...(heals === undefined ? {} : { healsAfterDays: heals }),
  };
}

/** Calls of the quarter without a fault, as {@link runQuarter} counts them. */
export const PLAIN_CALLS: Quarter["calls"] = IS_FULL
  ? { minutes: 30_973, daily: 2900 }
  : { minutes: 9683, daily: 2900 };

/** A quarter as `run()` alone logged it. */
export interface Quarter {
  readonly reports: readonly SyncReport[];
  readonly store: MemoryStore;
  readonly clock: ManualClock;
  readonly simulator: KisSimulator;
  /** Minute calls and daily calls that KIS counted. */
  readonly calls: { readonly minutes: number; readonly daily: number };
}

/** Sixty days of fifty symbols by one `run()`, from the first morning on. */
export async function runQuarter(faults: readonly Fault[]): Promise<Quarter> {
  const instruments = Object.fromEntries(
    SYMBOLS.map((symbol) => {
      const traits = { listedOn: "2026-09-01", liquidity: liquidityOf(symbol), nxt: false } as const;
      // Ticks of 50 KRW and more: a fifth of each rounds to a won of its own.
      return [symbol, symbol === SPLIT ? { ...traits, basePrice: 60_000 } : traits];
    }),
  );
  const actions = [{ symbol: SPLIT, kind: "split", effectiveDay: SPLIT_DAY, shares: 5 }] as const;
  const market = createMarket({ seed: 21, symbols: SYMBOLS, instruments, actions, calendar: theirs });
  const clock = createManualClock(kstInstant(DAYS[0] ?? "", "08:30"));
  const simulator = createKisSimulator({ market, clock, limits: { perSecond: false }, faults });
  const store = new MemoryStore();
  const random = (): number => 0.5;
  const logger = silentLogger;
  const client = clientOf(simulator, { clock, calendar: ours, random, logger });
  // Longer than any session: each day is fetched once, after its close.
  const lagMs = 8 * 3_600_000;
  const options = { client, store, symbols: SYMBOLS, calendar: ours, clock, random, lagMs, logger };
  const kline = new HantooKlineLogger({ ...options, zstdLevel: 1 });
  const reports: SyncReport[] = [];
  const follow = async (): Promise<void> => {
    for await (const report of kline.run({ days: DAYS.length })) reports.push(report);
  };
  await clock.runUntil(follow());
  const { byEndpoint } = simulator.stats;
  const calls = { minutes: byEndpoint["FHKST03010230"] ?? 0, daily: byEndpoint["FHKST03010100"] ?? 0 };
  return { reports, store, clock, simulator, calls };
}
