import { MINUTE_MS, type Venue, compactDay, kstTime } from "../../core/index.js";
import { changeFields, ratio, type Trade } from "../endpoints/index.js";

import { type SimulatedInstrument, priceLimits, priceStep, type SymbolDay } from "../market/index.js";

/** The trade streams by TR id; paper has the first alone. */
export const TRADE_STREAMS: Readonly<Record<string, Venue>> = {
  H0STCNT0: "KRX",
  H0UNCNT0: "UN",
  H0NXCNT0: "NXT",
};

/** Field 47, MARKET_CLS_CODE, came with the after-market. */
const FIELD_47_FROM = "2026-09-14";
/** Records in one frame; KIS packs several of a busy symbol. */
const RECORDS = 4;

/** What of the day so far a record needs besides its trade. */
interface Extremes {
  open: Trade;
  high: Trade;
  low: Trade;
  buys: number;
  sells: number;
  buyVolume: number;
}

/**
 * @param trades - all of the day up to now, ascending.
 * @param after - how many of them were sent before.
 * @returns the frames `0|TR|NNN|f^f^…` of the rest, in order.
 */
export function tradeFrames(
  trId: string,
  { instrument, day }: { readonly instrument: SimulatedInstrument; readonly day: SymbolDay },
  trades: readonly Trade[],
  after: number,
): string[] {
  const first = trades[0];
  if (first === undefined) return [];
  const seen: Extremes = { open: first, high: first, low: first, buys: 0, sells: 0, buyVolume: 0 };
  const records: string[] = [];
  for (const [index, trade] of trades.entries()) {
    if (trade.price > seen.high.price) seen.high = trade;
    if (trade.price < seen.low.price) seen.low = trade;
    if (trade.side === "buy") {
      seen.buys++;
      seen.buyVolume += trade.volume;
    } else seen.sells++;
    if (index >= after) records.push(recordOf(instrument, day, trade, seen).join("^"));
  }
  const frames: string[] = [];
  for (let at = 0; at < records.length; at += RECORDS) {
    const part = records.slice(at, at + RECORDS);
    frames.push(`0|${trId}|${String(part.length).padStart(3, "0")}|${part.join("^")}`);
  }
  return frames;
}

function recordOf(instrument: SimulatedInstrument, day: SymbolDay, trade: Trade, seen: Extremes): string[] {
  const { price, time } = trade;
  const limits = priceLimits(day.previousClose, instrument.kind);
  const versus = (other: number): { readonly sign: string; readonly amount: string } => {
    const change = changeFields(price, other, { lower: 0, upper: Number.POSITIVE_INFINITY });
    return { sign: change.prdy_vrss_sign, amount: change.prdy_vrss };
  };
  const change = changeFields(price, day.previousClose, limits);
  const step = priceStep(price, instrument.kind);
  const total = trade.accVolume + day.offSessionVolume;
  const [open, high, low] = [versus(seen.open.price), versus(seen.high.price), versus(seen.low.price)];
  const after = time > (day.minutes[day.regularTo - 1] ?? 0) + MINUTE_MS;
  const sellVolume = trade.accVolume - seen.buyVolume;
  const fields = [
    instrument.symbol,
    kstTime(time),
    String(price),
    change.prdy_vrss_sign,
    change.prdy_vrss,
    change.prdy_ctrt,
    (trade.accTurnover / trade.accVolume).toFixed(2),
    String(seen.open.price),
    String(seen.high.price),
    String(seen.low.price),
    String(price + step),
    String(price),
    String(trade.volume),
    String(total),
    String(trade.accTurnover),
    String(seen.sells),
    String(seen.buys),
    String(seen.buys - seen.sells),
    ratio(seen.buyVolume, sellVolume),
    String(sellVolume),
    String(seen.buyVolume),
    trade.side === "buy" ? "1" : "5",
    ratio(seen.buyVolume, trade.accVolume),
    "100.00",
    kstTime(seen.open.time),
    open.sign,
    open.amount,
    kstTime(seen.high.time),
    high.sign,
    high.amount,
    kstTime(seen.low.time),
    low.sign,
    low.amount,
    compactDay(day.tradingDay),
    after ? "40" : "20",
    "N",
    "100",
    "100",
    "1000",
    "1000",
    "0.10",
    "0",
    "0.00",
    "0",
    "",
    "0",
  ];
  if (day.tradingDay >= FIELD_47_FROM) fields.push(after ? "3" : "2");
  return fields;
}
