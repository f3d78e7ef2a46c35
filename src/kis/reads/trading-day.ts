import type { TradingCalendar } from "../../calendar/index.js";
import {
  type Logger,
  type TradingDay,
  addDays,
  checkDay,
  isTradingDayText,
  kstDay,
} from "../../core/index.js";
import type { KisCaller } from "../calls/index.js";
import { type Holiday, type KisEnvironment, INDEX_PAGE_ROWS, indexDays } from "../wire/index.js";
import { DayCache } from "./day-cache.js";

/** Where the day's answer of chk-holiday is kept for the next process. */
export interface HolidayMemory {
  recall(name: string): Promise<unknown>;
  remember(name: string, value: unknown): Promise<void>;
}

interface TradingDayPorts {
  readonly call: KisCaller;
  readonly environment: KisEnvironment;
  readonly calendar: TradingCalendar;
  readonly logger: Logger;
  readonly memory: HolidayMemory;
  readonly holidays: (from: TradingDay) => Promise<readonly Holiday[]>;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Name of the fact beside the token. */
const FACT = "holidays";

/**
 * Asks KIS whether a day is or was a trading day. For today and later it reads chk-holiday; for past days, and on paper,
 * the daily rows of the KOSPI, which has one for each trading day.
 */
export class TradingDayReader {
  readonly #ports: TradingDayPorts;
  readonly #ahead: DayCache<readonly Pick<Holiday, "day" | "isOpen">[]>;
  readonly #past: DayCache<readonly TradingDay[]>;

  constructor(ports: TradingDayPorts) {
    this.#ports = ports;
    this.#ahead = new DayCache(ports.now);
    this.#past = new DayCache(ports.now);
  }

  /**
   * @returns `undefined` if KIS does not say or could not be asked; a failure of KIS is not thrown.
   * @throws {@link ConfigError} if `day` is none.
   */
  async ask(day: TradingDay): Promise<boolean | undefined> {
    checkDay(day, "day");
    try {
      return await this.#answer(day);
    } catch (error) {
      this.#ports.logger.warn({ day, err: error }, "KIS cannot be asked whether it is a trading day");
      return undefined;
    }
  }

  async #answer(day: TradingDay): Promise<boolean | undefined> {
    const today = kstDay(this.#ports.now());
    if (day >= today && this.#ports.environment === "live") {
      const rows = await this.#ahead.get(today, () => this.#fromToday(today));
      const said = new Set(rows.filter((row) => row.day === day).map((row) => row.isOpen));
      return said.size === 1 ? said.has(true) : undefined;
    }
    if (day > today || day < this.#ports.calendar.first) return undefined;
    const { from, to } = pastSpan(this.#ports.calendar, day, today);
    const days = await this.#past.get(`${from} ${to}`, async () => {
      const { value } = await this.#ports.call(indexDays({ from, to }), {});
      return value;
    });
    if (days.includes(day)) return true;
    // A day counts as closed only between open days: an answer that ends early proves nothing.
    return day < today && days.some((one) => one < day) && days.some((one) => one > day) ? false : undefined;
  }

  async #fromToday(today: TradingDay): Promise<readonly Pick<Holiday, "day" | "isOpen">[]> {
    const { memory, holidays } = this.#ports;
    const kept = parseKept(await memory.recall(FACT), today);
    if (kept !== undefined) return kept;
    const rows = await holidays(today);
    const days = rows.map(({ day, isOpen }) => [day, isOpen ? 1 : 0]);
    await memory.remember(FACT, { askedOn: today, days });
    return rows;
  }
}

/** @returns the answer kept on `today`; `undefined` if there is none. */
function parseKept(kept: unknown, today: TradingDay): readonly Pick<Holiday, "day" | "isOpen">[] | undefined {
  if (typeof kept !== "object" || kept === null) return undefined;
  const { askedOn, days } = kept as { readonly askedOn?: unknown; readonly days?: unknown };
  if (askedOn !== today || !Array.isArray(days) || days.length === 0) return undefined;
  const rows = days.flatMap((entry: unknown) => {
    const [day, isOpen] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
    return isTradingDayText(day) && (isOpen === 0 || isOpen === 1) ? [{ day, isOpen: isOpen === 1 }] : [];
  });
  return rows.length === days.length ? rows : undefined;
}

/** Calendar days of one question: no more trading days than the rows of an answer, six a week before 1998-12. */
const SPAN_DAYS = Math.floor(INDEX_PAGE_ROWS / 6) * 7;

/** The span to read for a past day. Spans are fixed steps back from today, so that later questions share them. */
function pastSpan(
  calendar: TradingCalendar,
  day: TradingDay,
  today: TradingDay,
): { readonly from: TradingDay; readonly to: TradingDay } {
  let to = today;
  // Steps overlap by two weeks, longer than any closure, so that a day near an edge has open days on both sides.
  while (day < addDays(to, -SPAN_DAYS + OVERLAP_DAYS)) to = addDays(to, OVERLAP_DAYS - SPAN_DAYS);
  const from = addDays(to, 1 - SPAN_DAYS);
  return { from: from < calendar.first ? calendar.first : from, to };
}

const OVERLAP_DAYS = 14;
