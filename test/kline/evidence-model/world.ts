import { type TradingCalendar, createCalendar } from "../../../src/calendar/index.js";
import { type Venue, kstTime } from "../../../src/core/index.js";
import { type Fault, type Market, createMarket } from "../../../src/testing/index.js";
import type { KisSimulatorOptions } from "../../../src/testing/index.js";
import { at } from "../logger-setup.js";

export const FIRST_DAY = "2026-11-18";
export const MIDDLE = "2026-11-19";
export const LAST_DAY = "2026-11-20";
export const DAYS: readonly string[] = [FIRST_DAY, MIDDLE, LAST_DAY];
const SPLIT_DAY = "2026-11-23";
/** Five, so that silence of all can close a day; from liquid to thin, and two that Nextrade trades as well. */
export const SYMBOLS = ["000020", "005930", "035720", "28513K", "Q530036"] as const;
export const SPLIT = "005930";
/** At prices of a few KRW a step of one leaves room for many a lost row: no total tells of it. */
const CHEAP = "28513K";
const CHEAP_TRAITS = { basePrice: 8, dailyVolume: 100_000, liquidity: "medium" } as const;
/** KIS has everything right from then on. */
export const HEALED = "2026-12-02";

/** Half an hour and the closing auction: every phase of a day in a fraction of its minutes. */
const short = (day: string, open = "14:50", close = "15:30") => ({ day, open, close, reason: "a short day" });
const sessions = DAYS.map((day) => short(day));
/** The calendar of the one who logs. */
export const ours: TradingCalendar = createCalendar({ sessions });

/** What KIS's days are in truth, where our calendar may not know it. */
const KINDS = ["plain", "plain", "split", "holiday", "hours"] as const;
export type WorldKind = (typeof KINDS)[number];
const closure = {
  day: MIDDLE,
  nameKo: "임시공휴일",
  nameEn: "temporary holiday",
  kind: "temporary",
} as const;
const CALENDARS: Readonly<Record<WorldKind, TradingCalendar>> = {
  plain: ours,
  split: ours,
  holiday: createCalendar({ sessions: sessions.filter(({ day }) => day !== MIDDLE), closures: [closure] }),
  hours: createCalendar({
    sessions: sessions.map((one) => (one.day === MIDDLE ? short(MIDDLE, "15:10", "16:10") : one)),
  }),
};

/** Days without a trade, of some or of all venues, by the market's seed. */
const HALTS = [
  {},
  { "035720": [{ from: MIDDLE, to: MIDDLE }], "000020": [{ from: FIRST_DAY, to: LAST_DAY }] },
  { "005930": [{ from: LAST_DAY, to: LAST_DAY, venue: "KRX" }], "28513K": [{ from: MIDDLE, to: LAST_DAY }] },
] as const;

const markets = new Map<string, Market>();

function marketOf(kind: WorldKind, seed: number): Market {
  const key = `${kind} ${seed}`;
  let market = markets.get(key);
  if (market === undefined) {
    const actions = [{ symbol: SPLIT, kind: "split", effectiveDay: SPLIT_DAY, shares: 5 }] as const;
    const halts: Readonly<Record<string, readonly object[]>> = HALTS[seed % HALTS.length] ?? {};
    // Listed lately: each daily answer is a dozen rows.
    const instruments = Object.fromEntries(
      SYMBOLS.map((symbol) => {
        const traits = symbol === CHEAP ? CHEAP_TRAITS : {};
        return [symbol, { ...traits, listedOn: "2026-11-10", halts: (halts[symbol] ?? []) as [] }];
      }),
    );
    market = createMarket({
      seed,
      instruments,
      symbols: SYMBOLS,
      calendar: CALENDARS[kind],
      actions: kind === "split" ? actions : [],
    });
    markets.set(key, market);
  }
  return market;
}

/** What is wrong in KIS's record; a lost row is the most often met, and the hardest to see. */
const RECORD_FAULTS = [
  "lost-row",
  "lost-row",
  "lost-row",
  "open-outside",
  "int64-min-row",
  "odd-second-label",
  "closing-missing",
  "closing-late",
  "closing-withdrawn",
  "doubled-close",
  "wandering-volume",
  "cut-day",
  "empty-day",
] as const;
const WIRE_FAULTS = [
  "passing-error",
  "http-429",
  "no-container",
  "foreign-json",
  "filler-row",
  "html-502",
  "reset",
  "half-body",
  "rate-limit",
] as const;
/** KIS shows these for days longer than the others. */
const LASTING: ReadonlySet<string> = new Set(["closing-withdrawn", "wandering-volume"]);

/** Minutes of a day whose row can be lost unseen: the next one's own shares can have cost both. */
function hidden(market: Market, day: string, venue: Venue): readonly string[] {
  const bars = market.truth(CHEAP, day, { venue });
  return bars.flatMap(({ time, turnover = 0 }, at) => {
    const next = bars[at + 1];
    const isHidden = next !== undefined && turnover + (next.turnover ?? 0) <= (next.high + 0.5) * next.volume;
    return isHidden ? kstTime(time).replace(/^(..)(..).*/, "$1:$2") : [];
  });
}

/** A row that was there, and is gone without a trace when it is read again: for hours, or for days. */
function vanishing(
  market: Market,
  venue: Venue,
  random: () => number,
  pick: Pick,
): { readonly fault: Fault; readonly day: string; readonly from: number } | undefined {
  const day = pick(...DAYS);
  const from = at(pick("15:45", "16:00", "20:00"), day);
  const isShort = random() < 0.3;
  const healsAfterDays = pick(2, 3);
  const minutes = hidden(market, day, venue);
  if (minutes.length === 0) return undefined;
  const fault: Fault = {
    do: "lost-row",
    per: "symbol-day",
    symbols: [CHEAP],
    tradingDays: [day],
    minutes: [pick(...minutes)],
    from,
    ...(isShort ? { until: from + 8 * 3_600_000 } : { healsAfterDays }),
  };
  return { fault, day, from };
}

export type Pick = <T>(...choices: readonly T[]) => T;

/** Fewer than silence is believed of: a day that was none is known by the source's word alone. */
const FEW = SYMBOLS.slice(0, 3);

/** One drawn world: a market, what is wrong in it and with its server, and where the bars are asked for. */
export interface World {
  readonly kind: WorldKind;
  readonly venue: Venue;
  readonly market: Market;
  readonly faults: readonly Fault[];
  readonly environment: "live" | "paper";
  /** Those that are logged. */
  readonly symbols: readonly string[];
  /** Where something is gone that may have been stored: looked at before and after more often than chance would. */
  readonly focus: { readonly day: string; readonly from: number } | undefined;
  readonly quirks: NonNullable<KisSimulatorOptions["quirks"]>;
  /** Whether one of the faults is in KIS's record of that day. */
  readonly has: (symbol: string, day: string, ...names: readonly string[]) => boolean;
}

export function drawWorld(seed: number, random: () => number, pick: Pick): World {
  const kind = pick(...KINDS);
  const venue = pick<Venue>("KRX", "KRX", "KRX", "KRX", "KRX", "KRX", "NXT", "UN");
  const marks: { readonly name: string; readonly symbol: string; readonly day: string }[] = [];
  const faults: Fault[] = [];
  for (let count = 1 + Math.floor(random() * 6); count > 0; count--) {
    const mark = { name: pick(...RECORD_FAULTS), symbol: pick(...SYMBOLS), day: pick(...DAYS) };
    marks.push(mark);
    faults.push({
      do: mark.name,
      symbols: [mark.symbol],
      tradingDays: [mark.day],
      per: "symbol-day",
      rows: pick(1, 1, 2, 4),
      // Some rows are there at first, and gone when they are read again.
      ...(random() < 0.4 ? { from: at(pick("15:10", "16:00", "20:00"), mark.day) } : {}),
      healsAfterDays: LASTING.has(mark.name) ? 8 : pick(1, 2, 3),
    });
  }
  const market = marketOf(kind, 1 + (seed % 3));
  const gone = random() < 0.4 && venue === "KRX" ? vanishing(market, venue, random, pick) : undefined;
  if (gone !== undefined) faults.push(gone.fault);
  for (let count = Math.floor(random() * 3); count > 0; count--)
    faults.push({ do: pick(...WIRE_FAULTS), probability: pick(0.05, 0.3), until: at("06:00", HEALED) });
  return {
    kind,
    venue,
    market,
    faults,
    environment: random() < 0.2 ? "paper" : "live",
    symbols: random() < 0.4 && gone === undefined ? FEW : SYMBOLS,
    focus: gone,
    quirks: {
      rescaledMinutes: pick("prices", "prices", "prices-and-volume", "none"),
      echoDailyMinutes: random() < 0.3,
      holidayDays: pick(96, Infinity),
      blankSettlement: random() < 0.5,
      dailyMinutesOnPaper: true,
    },
    has: (symbol, day, ...names) =>
      marks.some((mark) => mark.symbol === symbol && mark.day === day && names.includes(mark.name)),
  };
}

/** Whether KIS has rows of a symbol at all there: at NX and UN only where Nextrade trades it. */
export function isServed({ venue, market }: World, symbol: string): boolean {
  return venue === "KRX" || market.instrument(symbol)?.nxt === true;
}

/** The price of a symbol's days before the split is on another scale once it is in effect. */
export function isSplit({ kind }: World, symbol: string): boolean {
  return kind === "split" && symbol === SPLIT;
}
