import { type Venue, compactDay, kstTime } from "../../core/index.js";
import { changeFields, ratio } from "../endpoints/index.js";
import { type SimulatedInstrument, priceLimits, priceStep, type SymbolDay } from "../market/index.js";
import type { TapeEntry } from "./trade-tape.js";

/** The trade streams by TR id; paper has the first alone. */
export const TRADE_STREAMS: Readonly<Record<string, Venue>> = {
  H0STCNT0: "KRX",
  H0UNCNT0: "UN",
  H0NXCNT0: "NXT",
};

/** Field 47, MARKET_CLS_CODE, came with the after-market. */
const FIELD_47_FROM = "2026-09-14";

/** How many fields a record of the day has. */
export function tradeFieldsOn(day: SymbolDay): number {
  return day.tradingDay >= FIELD_47_FROM ? 47 : 46;
}

/**
 * One record of a trade stream.
 *
 * @param width - how many fields; what comes after the known ones is a surprise to every client.
 */
export function tradeRecord(
  instrument: SimulatedInstrument,
  day: SymbolDay,
  entry: TapeEntry,
  width: number,
): string {
  const { trade, print, open, high, low, buys, sells, buyVolume, sellVolume } = entry;
  const { price, time } = trade;
  const versus = (other: number): readonly [string, string] => {
    const change = changeFields(price, other, { lower: 0, upper: Number.POSITIVE_INFINITY });
    return [change.prdy_vrss_sign, change.prdy_vrss];
  };
  const change = changeFields(price, day.previousClose, priceLimits(day.previousClose, instrument.kind));
  const step = priceStep(price, instrument.kind);
  const part = partOf(day, time);
  const fields = [
    instrument.symbol,
    kstTime(time),
    String(price),
    change.prdy_vrss_sign,
    change.prdy_vrss,
    change.prdy_ctrt,
    (trade.accTurnover / trade.accVolume).toFixed(2),
    String(open.price),
    String(high.price),
    String(low.price),
    String(price + step),
    String(price),
    String(trade.volume),
    String(trade.accVolume + day.offSessionVolume),
    String(trade.accTurnover),
    String(sells),
    String(buys),
    String(buys - sells),
    ratio(buyVolume, sellVolume),
    String(sellVolume),
    String(buyVolume),
    print ? "3" : trade.side === "buy" ? "1" : "5",
    // A fraction, not per cent: 0.44 in the frame of 2026-09-14.
    (buyVolume + sellVolume === 0 ? 0 : buyVolume / (buyVolume + sellVolume)).toFixed(2),
    "100.00",
    kstTime(open.time),
    ...versus(open.price),
    kstTime(high.time),
    ...versus(high.price),
    kstTime(low.time),
    ...versus(low.price),
    compactDay(day.tradingDay),
    part === "pre" ? "10" : part === "after" ? "40" : "20",
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
  if (width > 46) fields.push(part === "pre" ? "1" : part === "after" ? "3" : "2");
  while (fields.length < width) fields.push("?");
  return fields.join("^");
}

function partOf(day: SymbolDay, time: number): "pre" | "regular" | "after" {
  const [open = 0, last = Infinity] = [day.minutes[day.regularFrom], day.minutes[day.regularTo - 1]];
  return time < open ? "pre" : time >= last + 60_000 ? "after" : "regular";
}
