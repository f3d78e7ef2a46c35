import type { TradingCalendar } from "../../calendar/index.js";
import {
  type Clock,
  IncompleteDataError,
  KisSchemaError,
  MINUTE_MS,
  type MinuteBarsRequest,
  brokenRule,
  finalAt,
  isTradedBar,
  kstDay,
} from "../../core/index.js";
import {
  type BarSource,
  LIVE_CAPACITY,
  type SourceBars,
  type SourceIndexMinutes,
} from "../evidence/index.js";
import { type IndexMinute, readIndexDay, takeRows } from "./index-day.js";

/** A source that has minutes of indices. */
export type IndexMinuteSource = BarSource & Required<Pick<BarSource, "indexMinutes">>;

/** Whether a source has minutes of indices. */
export function isIndexSource(source: BarSource): source is IndexMinuteSource {
  return typeof source.indexMinutes === "function";
}

/**
 * How many minutes KIS is sure to have. An answer has about 102 rows; two of them may be summaries of the session, and
 * the turnover of the oldest cannot be computed.
 *
 * @see facts: FHKUP03500200, measured on 2026-09-16
 */
export const KEPT_MINUTES = 95;

/** How long to wait for the row of the closing minute after its end, in milliseconds. */
const CLOSING_GRACE_MS = 30 * MINUTE_MS;

/**
 * Makes a source of bars from one of index minutes; an index's code takes the place of the symbol. Minutes that KIS no
 * longer has are holes. So is a minute without a row between two others, since KIS writes a row for each minute. Both
 * are believed only if a second answer says the same.
 */
export function indexSource(
  client: IndexMinuteSource,
  { calendar, clock, settleMs }: { calendar: TradingCalendar; clock: Clock; settleMs: number },
): BarSource {
  const minuteBars = async (request: MinuteBarsRequest): Promise<SourceBars> => {
    const { symbol: index, tradingDay = kstDay(clock.now()), from = -Infinity, onCall, signal } = request;
    const minutes = calendar.minutes(tradingDay);
    const rows = new Map<number, IndexMinute>();
    let calls = 0;
    const ask = async (): Promise<void> => {
      const answer = await client.indexMinutes({
        index,
        ...(onCall && { onCall }),
        ...(signal && { signal }),
      });
      calls += answer.calls;
      checkAnswer(answer, index);
      takeRows(rows, minutes, answer.bars);
      const newest = answer.bars.at(-1)?.time;
      if (rows.size === 0 && newest !== undefined && kstDay(newest) > tradingDay)
        throw goneError(index, tradingDay, minutes);
    };
    await ask();
    const isClosed = clock.now() >= finalAt(minutes.at(-1) ?? Infinity, settleMs) + CLOSING_GRACE_MS;
    const read = () => readIndexDay({ minutes, rows, from, isClosed });
    let day = read();
    if (day.holes.length > 0) {
      await ask();
      day = read();
    }
    let accVolume = 0;
    const bars = day.traded.map((bar) => ({ ...bar, accVolume: (accVolume += bar.volume) }));
    return {
      symbol: index,
      venue: "KRX",
      tradingDay,
      bars,
      holes: day.holes,
      odd: bars.flatMap((bar) => {
        const rule = brokenRule(bar);
        return rule === undefined ? [] : [{ time: bar.time, rule }];
      }),
      through: day.through,
      complete: day.through === minutes.at(-1),
      calls,
    };
  };
  const asked = client.tradingDay?.bind(client);
  return {
    minuteBars,
    ...(asked && { tradingDay: asked }),
    get provenance() {
      return client.provenance ?? "unknown";
    },
    get capacity() {
      const { ratePerSecond } = client.capacity ?? LIVE_CAPACITY;
      return { ratePerSecond, minutesPerCall: KEPT_MINUTES, keptDays: 1, keptMinutes: KEPT_MINUTES };
    },
    get pace() {
      return client.pace;
    },
    get tokens() {
      return client.tokens;
    },
  };
}

function checkAnswer({ index, bars }: SourceIndexMinutes, asked: string): void {
  if (index !== asked) throw new KisSchemaError("index", `${asked}, which was asked for`, index);
  for (const [at, bar] of bars.entries()) {
    const isBar = bar.volume === 0 ? isTradedBar({ ...bar, volume: 1 }) : isTradedBar(bar);
    if (!isBar) throw new KisSchemaError(`bars[${at}]`, "points above 0 and a whole number of shares", bar);
  }
}

/** KIS keeps minutes of an index until the next session begins. */
function goneError(index: string, day: string, minutes: readonly number[]): IncompleteDataError {
  const [from, to] = [minutes[0] ?? 0, minutes.at(-1) ?? 0];
  return new IncompleteDataError(
    `the source has minutes of a later day of index ${index}; it no longer has those of ${day}`,
    { expected: minutes.length, have: 0, missing: [{ from, to }] },
  );
}
