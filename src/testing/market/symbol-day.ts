import { MINUTE_MS, type TradingDay, type Venue, kstInstant } from "../../core/index.js";
import type { TradingCalendar } from "../../calendar/index.js";
import { type SimulatedInstrument, isHalted } from "./instrument.js";
import type { ActionHistory } from "./corporate-action.js";
import { createColumns, sumTrades } from "./day-columns.js";
import type { PriceLevel } from "./price-level.js";
import { onStep, priceLimits } from "./price-step.js";
import { createRandom, fractionOf, hashText, mixHash, normalFrom } from "../random.js";
import { type MinuteScript, type Tick, minuteTicks, playMinute } from "./tick.js";

/** All trades of one symbol on one day and venue, by minute, as columns. A minute with volume 0 had none. */
export interface SymbolDay {
  /** Short code. */
  readonly symbol: string;
  /** KST day. */
  readonly tradingDay: TradingDay;
  /** Starts of the minutes at which a bar can exist, all hours, ascending. */
  readonly minutes: readonly number[];
  /** The regular session is `minutes[regularFrom]` up to, not including, `minutes[regularTo]`. */
  readonly regularFrom: number;
  /** Index after the regular session's last minute. */
  readonly regularTo: number;
  /** Index of the closing auction's minute; -1 where there is none. */
  readonly auction: number;
  /** Index of the after-market's close print, labelled with that window's end; -1 where there is none. */
  readonly closePrint: number;
  /** First price of each minute, KRW. */
  readonly open: ArrayLike<number>;
  /** Highest price of each minute, KRW. */
  readonly high: ArrayLike<number>;
  /** Lowest price of each minute, KRW. */
  readonly low: ArrayLike<number>;
  /** Last price of each minute, KRW. */
  readonly close: ArrayLike<number>;
  /** Shares of each minute; 0 where nothing traded. */
  readonly volume: ArrayLike<number>;
  /** Shares and KRW from the day's first minute to the end of each one. */
  readonly accVolume: ArrayLike<number>;
  /** KRW from the day's start to each minute's end. */
  readonly accTurnover: ArrayLike<number>;
  /** KRW; the reference of the day's limits. */
  readonly previousClose: number;
  /** Shares traded off session before the open: they count in the day's total and in no minute. */
  readonly offSessionVolume: number;
  /** The trades that make up minute `index`, ascending by time. */
  ticks(index: number): readonly Tick[];
}

/** What {@link createSymbolDay} draws from. */
export interface SymbolDaySource {
  readonly instrument: SimulatedInstrument;
  readonly level: PriceLevel;
  readonly calendar: TradingCalendar;
  readonly seed: number;
  readonly history: ActionHistory;
}

/** Nextrade's share of the exchange's volume; J/UN was measured between 0.62 and 0.94. */
const NXT_SHARE = 0.3;
/** First day of mid-price orders, with Nextrade's opening. */
const MID_PRICES_FROM = "2025-03-04";
/** The walk covers 08:00 to 20:00. */
const WALK_MINUTES = 721;

/** @returns the day's trades on the exchange or on Nextrade; empty columns where the symbol does not trade. */
export function createSymbolDay(
  source: SymbolDaySource,
  tradingDay: TradingDay,
  venue: Exclude<Venue, "UN">,
): SymbolDay {
  const { instrument, level, calendar, seed, history } = source;
  const listed = tradingDay >= instrument.listedOn && (venue === "KRX" || instrument.nxt);
  const all = listed ? calendar.minutes(tradingDay, { venue, hours: "all" }) : [];
  const regular = listed ? calendar.minutes(tradingDay, { venue }) : [];
  const shares = instrument.kind === "stock" || instrument.kind === "preferred";
  const extended = shares && instrument.market !== "konex";
  const minutes = extended ? all : regular;
  const regularFrom = regular.length === 0 ? 0 : minutes.indexOf(regular[0] ?? 0);
  const regularTo = regularFrom + regular.length;
  const previousClose = level.previousClose(tradingDay);
  const { lower, upper } = priceLimits(previousClose, instrument.kind);
  const root = hashText(`${seed}/day/${instrument.symbol}/${tradingDay}`);
  const key = mixHash(root, venue === "KRX" ? 1 : 2);
  const isOpen = minutes.length > 0 && !isHalted(instrument, tradingDay, venue);
  const trades = isOpen && level.trades(tradingDay);
  const columns = createColumns(minutes.length);
  const { volume, starts, close: ends } = columns;
  const auction = venue === "KRX" && regular.length > 0 ? regularTo - 1 : -1;
  const opening = venue === "KRX" ? regularFrom : -1;
  const closePrint = closePrintOf(minutes, calendar, tradingDay, venue);

  if (trades) {
    drawVolumes();
    drawPrices();
    sumTrades(columns, (index, visit) => playMinute(script(index), visit));
  }

  function drawVolumes(): void {
    const random = createRandom(mixHash(key, 3));
    const day =
      instrument.dailyVolume *
      history.between("1999-01-01", tradingDay).shares *
      (venue === "NXT" ? NXT_SHARE : 1) *
      Math.exp(0.5 * normalFrom(random));
    const chance = CHANCE[instrument.liquidity];
    const halt = random() < 1 / 60 ? Math.floor(random() * 330) : -1;
    const haltEnd = halt + 2 + Math.floor(random() * 28);
    const span = Math.max(1, regular.length - 1);
    for (let index = 0; index < minutes.length; index++) {
      const place = index - regularFrom;
      const inRegular = index >= regularFrom && index < regularTo;
      const print = index === auction || index === opening || index === closePrint;
      const odds = print ? Math.sqrt(chance) : inRegular ? chance : chance * 0.5;
      const halted = inRegular && place >= halt && place < haltEnd && halt >= 0;
      // Most minutes of a thin symbol end here: what follows is for those with a trade.
      if (random() >= odds || halted) continue;
      const shape = inRegular ? 0.5 + 2.2 * (2 * (place / span) - 1) ** 2 : 0.12;
      const weight = index === auction ? 0.08 : index === opening ? 0.04 : (0.88 * shape) / (1.23 * 380);
      volume[index] = Math.max(1, Math.round((day * weight * Math.exp(0.9 * normalFrom(random))) / odds));
    }
    let some = false;
    for (let index = regularFrom; index < regularTo && !some; index++) some = (volume[index] ?? 0) > 0;
    if (!some) volume[regularFrom + Math.floor(random() * span)] = Math.max(1, Math.round(day * random()));
  }

  function drawPrices(): void {
    const walk = walkOf(root);
    const dayStart = kstInstant(tradingDay, "08:00");
    const base = calendar.minutes(tradingDay);
    const openAt = minuteIndex(base[0] ?? 0, dayStart);
    const closeAt = minuteIndex(base.at(-1) ?? 0, dayStart);
    const close = level.close(tradingDay);
    const gap = 0.006 * (2 * fractionOf(mixHash(root, 5)) - 1);
    const from = Math.log(previousClose * Math.exp(gap));
    const to = Math.log(close);
    const at = (minute: number): number => walk[Math.min(WALK_MINUTES - 1, Math.max(0, minute))] ?? 0;
    const price = (minute: number): number => {
      const part = (minute - openAt) / (closeAt - openAt);
      // A bridge: the walk is tilted so that it begins at the opening price and ends at the day's close.
      const bridge = (tilt: number): number => at(minute) - at(openAt) - tilt * (at(closeAt) - at(openAt));
      const log =
        part < 0
          ? from + bridge(0)
          : part <= 1
            ? from + (to - from) * part + bridge(part)
            : to + at(minute) - at(closeAt);
      return Math.min(upper, Math.max(lower, onStep(Math.exp(log), instrument.kind)));
    };
    let last = price(minuteIndex(minutes[0] ?? 0, dayStart));
    let lastRegular = -1;
    for (let index = 0; index < minutes.length; index++) {
      if ((volume[index] ?? 0) === 0) continue;
      const end = price(minuteIndex(minutes[index] ?? 0, dayStart) + (index === auction ? 0 : 1));
      starts[index] = last;
      ends[index] = end;
      last = end;
      if (index >= regularFrom && index < regularTo) lastRegular = index;
    }
    // The last trade of the exchange's regular session is the day's close, whatever minute it falls in.
    if (venue === "KRX" && lastRegular >= 0) {
      ends[lastRegular] = close;
      const next = starts.findIndex((_, index) => index > lastRegular && (volume[index] ?? 0) > 0);
      if (next > 0) starts[next] = close;
    }
  }

  function script(index: number): MinuteScript {
    return {
      key: mixHash(key, 1000 + index),
      kind: instrument.kind,
      part:
        index === auction || index === closePrint ? "auction" : index === opening ? "opening" : "continuous",
      startPrice: starts[index] ?? 0,
      endPrice: ends[index] ?? 0,
      volume: volume[index] ?? 0,
      lower,
      upper,
      midPrices: tradingDay >= MID_PRICES_FROM,
    };
  }

  const isOffHours = instrument.offHoursDays?.includes(tradingDay) === true;
  const most = isOffHours ? instrument.dailyVolume : trades && instrument.liquidity !== "rare" ? 200 : 0;
  const off = Math.floor(fractionOf(mixHash(key, 7)) * most) + (isOffHours ? 1 : 0);
  return {
    symbol: instrument.symbol,
    tradingDay,
    minutes,
    regularFrom,
    regularTo,
    auction,
    closePrint,
    ...columns,
    previousClose,
    offSessionVolume: venue === "KRX" ? off : 0,
    ticks: (index) => minuteTicks(script(index)),
  };
}

/** KRX's after-market ends with a bar labelled 200000 that holds its close print (seen 2026-10). */
function closePrintOf(
  minutes: readonly number[],
  calendar: TradingCalendar,
  day: TradingDay,
  venue: Venue,
): number {
  const after = calendar
    .session(day, { venue, hours: "all" })
    ?.windows.find(({ kind }) => kind === "after-market");
  const last = minutes.length - 1;
  return venue === "KRX" && after !== undefined && minutes[last] === after.to ? last : -1;
}

/** Chance of a trade in a minute of the regular session. */
const CHANCE = { liquid: 1, medium: 0.93, thin: 0.18, rare: 0.008 } as const;

function minuteIndex(atMs: number, dayStart: number): number {
  return Math.round((atMs - dayStart) / MINUTE_MS);
}

/** A random walk of the logarithm over the day; about 1.5 % between its ends. */
function walkOf(root: number): Float64Array {
  const random = createRandom(mixHash(root, 4));
  const walk = new Float64Array(WALK_MINUTES);
  // A draw has variance 1/12; times 0.0021 a step is about 0.06 %.
  for (let at = 1; at < WALK_MINUTES; at++) walk[at] = (walk[at - 1] ?? 0) + 0.0021 * (random() - 0.5);
  return walk;
}
