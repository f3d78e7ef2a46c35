import { MINUTE_MS, type TradingDay, kstInstant, kstTime } from "../../core/index.js";
import { servedDay } from "../endpoints/index.js";
import type { IndexDay, SimulatedInstrument } from "../market/index.js";
import type { SimulatorCore } from "../server/index.js";
import type { Feed, FeedRecord } from "./feed-record.js";

/** Between two records of an index; how often KIS sends them is not known. */
const INDEX_EVERY_MS = 10_000;
const INDEX_FIELDS = 30;

/** H0UPCNT0: where an index stands. @returns `undefined` for an index that the market does not have. */
export function openIndexFeed(core: SimulatorCore, code: string): Feed | undefined {
  const dayAt = (atMs: number): IndexDay | undefined =>
    core.market.indexDay(code, servedDay(core.contextAt(atMs)));
  if (dayAt(core.clock.now()) === undefined) return undefined;
  const timesOf = (day: IndexDay): number[] => {
    const [open = 0, last = 0] = [day.minutes[0], day.minutes.at(-1)];
    const count = Math.floor((last + MINUTE_MS - open) / INDEX_EVERY_MS);
    return Array.from({ length: count }, (_, at) => open + (at + 1) * INDEX_EVERY_MS);
  };
  return feedOf(code, dayAt, timesOf, indexRecord);
}

/** Level on the way from minute to minute; the day's totals in KIS's units, 1,000 shares and million KRW. */
function indexRecord(day: IndexDay, time: number): string {
  const { minutes, points, volumes, turnovers } = day;
  const ended = minutes.filter((minute) => minute + MINUTE_MS <= time).length;
  const start = minutes[ended] ?? Infinity;
  // Between the last continuous minute and the closing auction it stands still.
  const part = Math.max(0, Math.min(1, (time - start) / MINUTE_MS));
  const [from = 0, to = from] = [points[ended], points[ended + 1]];
  const round = (value: number): number => Math.round(value * 100) / 100;
  const level = round(from + (to - from) * part);
  const seen = [...points.slice(0, ended + 1), level];
  const sum = (values: readonly number[]): number =>
    values.slice(0, ended).reduce((total, value) => total + value, 0) +
    Math.floor((values[ended] ?? 0) * part);
  const change = round(level - day.previousClose);
  const fields = Array.from({ length: INDEX_FIELDS }, () => "0");
  fields[0] = day.code;
  fields[1] = kstTime(time);
  fields[2] = level.toFixed(2);
  fields[3] = change > 0 ? "2" : change < 0 ? "5" : "3";
  fields[4] = change.toFixed(2);
  fields[5] = String(sum(volumes));
  fields[6] = String(sum(turnovers));
  fields[9] = ((100 * change) / day.previousClose).toFixed(2);
  fields[10] = (points[0] ?? level).toFixed(2);
  fields[11] = Math.max(...seen).toFixed(2);
  fields[12] = Math.min(...seen).toFixed(2);
  return fields.join("^");
}

/** The phases that every symbol goes through on a plain day: opening, orders of the closing auction, close. */
const PHASES = [
  ["09:00", "112"],
  ["15:20", "121"],
  ["15:30", "129"],
] as const;

/** H0STMKO0: the market's phases as each symbol's own events, and whether it is halted. No clock: three a day. */
export function operationFeed(core: SimulatorCore, instrument: SimulatedInstrument): Feed {
  const { calendar } = core.market;
  const dayAt = (atMs: number): TradingDay | undefined => {
    const day = servedDay(core.contextAt(atMs));
    return calendar.isTradingDay(day) ? day : undefined;
  };
  const timesOf = (day: TradingDay): number[] => PHASES.map(([at]) => kstInstant(day, at));
  return feedOf(instrument.symbol, dayAt, timesOf, (day, time) => {
    const [, code] = PHASES.find(([at]) => kstInstant(day, at) === time) ?? PHASES[0];
    const [halted, state] = isHaltedOn(instrument, day) ? ["Y", "58"] : ["N", "55"];
    // Ten fields, as they were seen.
    return [instrument.symbol, halted, "(null)", code, "", "", "", state, "N", ""].join("^");
  });
}

function isHaltedOn({ haltedFrom, halts = [] }: SimulatedInstrument, day: TradingDay): boolean {
  const isGone = haltedFrom !== undefined && day >= haltedFrom;
  return isGone || halts.some(({ from, to, venue }) => venue !== "NXT" && from <= day && day <= to);
}

/** The feed of a day's records; `timesOf` ascend. */
function feedOf<Day>(
  symbol: string,
  dayAt: (atMs: number) => Day | undefined,
  timesOf: (day: Day) => readonly number[],
  textOf: (day: Day, time: number) => string,
): Feed {
  return {
    between(fromMs, toMs): readonly FeedRecord[] {
      const day = dayAt(toMs);
      if (day === undefined) return [];
      const times = timesOf(day).filter((time) => time > fromMs && time <= toMs);
      return times.map((time) => ({ time, symbol, text: textOf(day, time) }));
    },
    nextAfter(fromMs) {
      const day = dayAt(fromMs);
      return day === undefined ? Infinity : (timesOf(day).find((time) => time > fromMs) ?? Infinity);
    },
  };
}
