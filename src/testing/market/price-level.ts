import { type TradingDay, daysBetween } from "../../core/index.js";
import type { TradingCalendar } from "../../calendar/index.js";
import { type ActionHistory, NO_ACTIONS } from "./corporate-action.js";
import { type SimulatedInstrument, isHalted } from "./instrument.js";
import { onStep, priceLimits } from "./price-step.js";
import { fractionOf, hashText, mixHash } from "../random.js";

/**
 * Where a symbol closes on a day, and whether it trades at all: a function of (seed, symbol, day) alone, so
 * that any day is known without walking through the days before it.
 */
export interface PriceLevel {
  /** Whether the symbol trades in the regular session of that trading day. */
  trades(day: TradingDay): boolean;
  /** KRW: last trade of the regular session, or of the last one with a trade. */
  close(day: TradingDay): number;
  /** KRW: {@link close} of the trading day before; on the first day after a corporate action the base price it makes. */
  previousClose(day: TradingDay): number;
  /** Whether the day closes at its upper limit. */
  isLimitDay(day: TradingDay): boolean;
}

const EPOCH = "2000-01-01";
/** Slow waves, [amplitude of the logarithm, days]: together at most about 7 % from one day to the next. */
const WAVES = [
  [0.25, 180],
  [0.08, 25],
  [0.03, 4],
] as const;
const NOISE = 0.01;
/** Share of days that a rare symbol does not trade, and of fortnights that any other one is halted in. */
const IDLE_RARE = 0.35;
const HALTED = 0.006;
/** One day in about 400 ends at the upper limit. */
const LIMIT = 1 / 400;

export function createPriceLevel(
  instrument: SimulatedInstrument,
  seed: number,
  calendar: TradingCalendar,
  history: ActionHistory = NO_ACTIONS,
): PriceLevel {
  const root = hashText(`${seed}/level/${instrument.symbol}`);
  const places = new Map<TradingDay, number>();
  /** Days since {@link EPOCH}; kept, since every price of a day begins with it. */
  const placeOf = (day: TradingDay): number => {
    let place = places.get(day);
    if (place === undefined) places.set(day, (place = daysBetween(EPOCH, day)));
    return place;
  };
  const fraction = (family: number, index: number): number =>
    fractionOf(mixHash(mixHash(root, family), index));

  const anchor = (day: TradingDay): number => {
    const at = placeOf(day);
    let log = NOISE * (2 * fraction(9, at) - 1);
    for (const [wave, [size, days]] of WAVES.entries()) {
      const place = at / days;
      const index = Math.floor(place);
      const part = place - index;
      const ease = part * part * (3 - 2 * part);
      const from = fraction(wave, index);
      log += size * (2 * (from + (fraction(wave, index + 1) - from) * ease) - 1);
    }
    const { price } = history.between(EPOCH, day);
    return onStep(instrument.basePrice * price * Math.exp(log), instrument.kind);
  };

  const trades = (day: TradingDay): boolean => {
    if (day < instrument.listedOn) return false;
    if (day === instrument.listedOn) return true;
    if (instrument.haltedFrom !== undefined && day >= instrument.haltedFrom) return false;
    if (instrument.delistedOn !== undefined && day >= instrument.delistedOn) return false;
    if (isHalted(instrument, day) || isHalted(instrument, day, "KRX")) return false;
    if (instrument.offHoursDays?.includes(day) === true || history.isHalted(day)) return false;
    const at = placeOf(day);
    if (instrument.liquidity === "rare") return fraction(20, at) >= IDLE_RARE;
    return instrument.liquidity === "liquid" || fraction(21, Math.floor(at / 14)) >= HALTED;
  };

  const lastTraded = (before: TradingDay): TradingDay | undefined => {
    let day = before;
    const halt = instrument.haltedFrom;
    if (halt !== undefined && day > halt) day = halt;
    for (;;) {
      if (day <= instrument.listedOn || day <= calendar.first) return undefined;
      day = calendar.previousTradingDay(day);
      if (trades(day)) return day;
    }
  };

  const drawsLimit = (day: TradingDay): boolean =>
    instrument.kind !== "etf" && instrument.kind !== "etn" && fraction(22, placeOf(day)) < LIMIT;

  const isLimitDay = (day: TradingDay): boolean => {
    if (!drawsLimit(day) || !trades(day)) return false;
    const before = lastTraded(day);
    return before !== undefined && !drawsLimit(before);
  };

  const close = (day: TradingDay): number => {
    if (!trades(day)) {
      const before = lastTraded(day);
      return before === undefined ? onStep(instrument.basePrice, instrument.kind) : close(before);
    }
    if (isLimitDay(day)) return priceLimits(previousClose(day), instrument.kind).upper;
    const before = lastTraded(day);
    const level = anchor(day);
    const isFree = before === undefined || (!isLimitDay(before) && !history.isHalted(dayBefore(day)));
    if (isFree) return level;
    // The day after a limit day or a halt may come back no further than its own limit allows.
    const { lower, upper } = priceLimits(previousClose(day), instrument.kind);
    return Math.min(upper, Math.max(lower, level));
  };

  const previousClose = (day: TradingDay): number => {
    const before = lastTraded(day);
    if (before === undefined) return onStep(instrument.basePrice, instrument.kind);
    const { price } = history.between(before, day);
    return price === 1 ? close(before) : onStep(close(before) * price, instrument.kind);
  };

  const dayBefore = (day: TradingDay): TradingDay =>
    day > instrument.listedOn ? calendar.previousTradingDay(day) : day;

  return { trades, close, previousClose, isLimitDay };
}
