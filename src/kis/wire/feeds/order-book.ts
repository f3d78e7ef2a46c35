import type { Venue } from "../../../core/index.js";
import type { Frame } from "./frame.js";
import { instantNear } from "./stamp.js";

/** 실시간호가. @see KIS portal H0STASP0, H0NXASP0, H0UNASP0: 59 fields documented, 63 seen (read 2026-11-28) */
export const BOOK_FEEDS: Readonly<Record<Venue, string>> = {
  KRX: "H0STASP0",
  NXT: "H0NXASP0",
  UN: "H0UNASP0",
};

/** Fields of a record that are read; the last one is the total of all bids. */
export const BOOK_FIELDS = 45;
const LEVELS = 10;
const [ASKS, BIDS, ASK_SIZES, BID_SIZES] = [3, 13, 23, 33];

/** The orders at one price of an order book. */
export interface BookLevel {
  /** KRW. */
  readonly price: number;
  /** Shares. */
  readonly size: number;
}

/** A symbol's order book, ten levels a side at the most. */
export interface BookRecord {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** Epoch ms of KIS's whole second. */
  readonly time: number;
  /** Sell orders, the best (lowest) price first. */
  readonly asks: readonly BookLevel[];
  /** Buy orders, the best (highest) price first. */
  readonly bids: readonly BookLevel[];
  /** Shares on the ask side, all levels. */
  readonly totalAskSize: number;
  /** Shares on the bid side, all levels. */
  readonly totalBidSize: number;
}

/** @param now - epoch ms of the receipt: the stream gives no date. */
export function bookIn(frame: Frame, record: number, now: number): BookRecord | undefined {
  const symbol = frame.text(record, 0);
  const time = instantNear(frame.text(record, 1), now);
  const totalAskSize = frame.number(record, 43);
  const totalBidSize = frame.number(record, 44);
  if (symbol === "" || time === undefined || totalAskSize === undefined || totalBidSize === undefined)
    return undefined;
  const side = (prices: number, sizes: number): BookLevel[] => {
    const levels: BookLevel[] = [];
    for (let level = 0; level < LEVELS; level++) {
      const price = frame.number(record, prices + level);
      const size = frame.number(record, sizes + level);
      // An empty level has the price 0.
      if (price !== undefined && price > 0 && size !== undefined) levels.push({ price, size });
    }
    return levels;
  };
  return {
    symbol,
    time,
    asks: side(ASKS, ASK_SIZES),
    bids: side(BIDS, BID_SIZES),
    totalAskSize,
    totalBidSize,
  };
}
