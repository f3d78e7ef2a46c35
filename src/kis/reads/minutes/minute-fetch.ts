import type { TradingCalendar } from "../../../calendar/index.js";
import {
  type Hours,
  IncompleteDataError,
  KisSchemaError,
  MINUTE_MS,
  type MinuteBars,
  type MinuteEvidence,
  type TradingDay,
  type Venue,
  kstDay,
  finalCount,
  kstTime,
  venueCode,
} from "../../../core/index.js";
import { closingMinute, isClosingSettled } from "./minute-finality.js";
import { MinutePages } from "./minute-pages.js";
import {
  DAY_PAGE_ROWS,
  dayMinutes,
  type KisCall,
  type MinutePage,
  TODAY_PAGE_ROWS,
  todayMinutes,
} from "../../wire/index.js";
import type { Fetched } from "../../calls/index.js";
import { unknownSymbol } from "../unknown-symbol.js";

/** One symbol's day, checked: a trading day of the venue, not in the future. */
export interface MinuteTask {
  readonly symbol: string;
  readonly day: TradingDay;
  readonly venue: Venue;
  readonly hours: Hours;
  /** Epoch ms of the first minute wanted. */
  readonly from: number;
  readonly isToday: boolean;
  /** FHKST03010200 serves paper, FHKST03010230 live. */
  readonly endpoint: "today" | "day";
}

interface MinuteShell {
  readonly calendar: TradingCalendar;
  readonly settleMs: number;
  readonly now: () => number;
  readonly fetch: (call: KisCall<MinutePage>) => Promise<Fetched<MinutePage>>;
  /** Shares traded by KIS's daily bar of the day; `undefined` if it has none. */
  readonly dailyVolume: (task: MinuteTask) => Promise<number | undefined>;
  readonly calls: () => number;
}

const NOTHING_ODD: MinuteEvidence = { holes: [], odd: [], outside: undefined, basis: "traded" };

/** Pages until the first minute wanted is covered, then tells what is final and how far it is known. */
export async function fetchMinutes(task: MinuteTask, shell: MinuteShell): Promise<MinuteBars> {
  const { symbol, day, venue, hours, from, isToday, endpoint } = task;
  const minutes = shell.calendar.minutes(day, { venue, hours });
  const [open = 0] = minutes;
  const last = minutes.at(-1) ?? open;
  /** Of the minute at an index; that before the session where there is none. */
  const timeAt = (index: number): number => minutes[index] ?? open - MINUTE_MS;
  const final = (asOf: number): number => timeAt(finalCount(minutes, asOf, shell.settleMs) - 1);
  const known = { symbol, venue, tradingDay: day };

  const planned = final(shell.now());
  const wanted = minutes.filter((minute) => minute >= from);
  const first = wanted[0];
  if (first === undefined || planned < first) {
    return {
      ...known,
      ...NOTHING_ODD,
      bars: [],
      through: planned,
      complete: planned === last,
      calls: shell.calls(),
    };
  }

  const echoes = endpoint === "today";
  const pages = new MinutePages({ day, first, echoes });
  // The row that carries the label asked for is not to be trusted: ask for the minute after the last final one.
  let label = echoes ? planned + MINUTE_MS : planned;
  const rowsACall = echoes ? TODAY_PAGE_ROWS - 1 : DAY_PAGE_ROWS;
  // FHKST03010200 has rows for untraded minutes, in the auction and between boards as well.
  const most = Math.ceil(((label - first) / MINUTE_MS + 1) / rowsACall) + 2;
  const missing = (): IncompleteDataError =>
    new IncompleteDataError(
      `KIS's minutes of ${symbol} on ${day} do not reach back to their first minute: ${
        isToday ? "ask again" : "KIS keeps about one year; ask again if the day is younger"
      }`,
      { expected: wanted.length, have: pages.size, missing: [{ from: first, to: label }] },
      { retryable: isToday },
    );

  const ask = (at: number): Promise<Fetched<MinutePage>> => {
    const [code, time] = [venueCode(venue), kstTime(at)];
    return shell.fetch(echoes ? todayMinutes(symbol, code, time) : dayMinutes(symbol, code, day, time));
  };

  let newest: Fetched<MinutePage> | undefined;
  for (let page = 0; ; page++) {
    if (page >= most) throw missing();
    const fetched = await ask(label);
    newest ??= fetched;
    const outcome = pages.add(fetched.value, label);
    if (outcome.kind === "covered") {
      if (outcome.before !== undefined) pages.add((await ask(outcome.before)).value, outcome.before);
      break;
    }
    if (outcome.kind === "more") {
      label = outcome.next;
      continue;
    }
    const { price = 0 } = newest.value;
    if (pages.size === 0 && price === 0)
      throw unknownSymbol(symbol, venue, echoes ? "FHKST03010200" : "FHKST03010230");
    if (pages.startsTheDay) break;
    // No rows and no proof: KIS's daily bar is the second witness.
    const traded = (await shell.dailyVolume(task)) ?? 0;
    if (traded > pages.volumeThrough(last)) throw missing();
    break;
  }

  let through = Math.min(planned, final(newest.asOf));
  // Rows without data, or off their minute, may read better a second time; what stays unreadable is not known.
  const blurred = pages.unreadable(wanted, through).at(-1);
  if (blurred !== undefined) {
    const again = echoes ? blurred + MINUTE_MS : blurred;
    pages.add((await ask(again)).value, again);
  }
  const [unread] = pages.unreadable(wanted, through);
  if (unread !== undefined) through = timeAt(minutes.indexOf(unread) - 1);

  // A host's clock that is hours ahead takes KIS's today for a past day, which is not over.
  const isUnderWay = isToday || kstDay(newest.asOf) === day;
  const closing = isUnderWay
    ? closingMinute(shell.calendar.session(day, { venue, hours })?.windows ?? [])
    : undefined;
  if (closing !== undefined && through >= closing) {
    const { dayVolume, dayTurnover } = newest.value;
    const settled = isClosingSettled({
      closing,
      asOf: newest.asOf,
      volume: pages.volumeAt(closing),
      addsUp:
        (first === open && dayVolume !== undefined && pages.volumeThrough(last) >= dayVolume) ||
        (dayTurnover !== undefined &&
          dayTurnover > 0 &&
          (pages.turnoverThrough(closing) ?? 0) >= dayTurnover),
      hasPlaceholders: echoes,
    });
    if (!settled) through = timeAt(minutes.indexOf(closing) - 1);
  }
  const { previousClose = 0, dayVolume } = newest.value;
  const bars = pages.bars(wanted, through);
  const traded = bars.at(-1)?.accVolume ?? 0;
  if (isUnderWay && dayVolume !== undefined && traded > dayVolume) {
    // Rows of another day have been seen under today's date; what they add up to gives them away.
    throw new KisSchemaError(
      "output2",
      `rows of today, of no more than ${dayVolume} shares together`,
      traded,
    );
  }
  return {
    ...known,
    ...NOTHING_ODD,
    bars,
    through,
    ...(isUnderWay && previousClose > 0 ? { previousClose } : {}),
    complete: through === last,
    calls: shell.calls(),
  };
}
