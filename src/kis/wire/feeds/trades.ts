import type { Venue } from "../../../core/index.js";
import type { Frame } from "./frame.js";
import { instantOf } from "./stamp.js";

/** 실시간체결가. @see KIS portal H0STCNT0, H0NXCNT0, H0UNCNT0, as changed 2026-09-11 (read 2026-11-28) */
export const TRADE_FEEDS: Readonly<Record<Venue, string>> = {
  KRX: "H0STCNT0",
  NXT: "H0NXCNT0",
  UN: "H0UNCNT0",
};

/**
 * The last field read is the date, which also tells that none before it came or went. 46 were documented, 47 come since
 * 2026-09-14, and more or fewer may.
 */
export const TRADE_FIELDS = 34;

/** One trade of a stream, with the day's totals, which include it. */
export interface TradeRecord {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** Epoch ms; KIS gives whole seconds. */
  readonly time: number;
  /** KRW. */
  readonly price: number;
  /** Shares. */
  readonly volume: number;
  /** Shares of the day, this trade included. */
  readonly accVolume: number;
  /** KRW of the day, this trade included. */
  readonly accTurnover: number;
  /** Side of the taker, whose order met one that was already there; `undefined` for the prints of auctions. */
  readonly side: "buy" | "sell" | undefined;
}

/** @returns `undefined` for a record that cannot be read as a trade: the totals of the next one show its loss. */
export function tradeIn(frame: Frame, record: number): TradeRecord | undefined {
  const symbol = frame.text(record, 0);
  const time = instantOf(frame.text(record, 33), frame.text(record, 1));
  const price = frame.number(record, 2);
  const volume = frame.number(record, 12);
  const accVolume = frame.number(record, 13);
  const accTurnover = frame.number(record, 14);
  if (symbol === "" || time === undefined || price === undefined || !(price > 0)) return undefined;
  if (!isCount(volume) || !isCount(accVolume) || accTurnover === undefined || !(accTurnover >= 0))
    return undefined;
  if (volume > accVolume) return undefined;
  const code = frame.text(record, 21);
  const side = code === "1" ? "buy" : code === "5" ? "sell" : undefined;
  return { symbol, time, price, volume, accVolume, accTurnover, side };
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0;
}
