import type { TradingDay } from "../../core/index.js";

/** Ticks of KRX's stocks: up to which price, KRW, exclusive, which step. */
type TickTable = readonly (readonly [below: number, step: number])[];

/**
 * By the day from which a table holds, latest first. Before 2023-01-25 KOSPI's steps were coarser than KOSDAQ's from
 * 100,000 KRW on; the finer ones are taken for both, so that a price that is one tick's by them is one by either.
 *
 * @see KRX, rules of the KOSPI and KOSDAQ markets on quotation units, 2010-10-04 and 2023-01-25
 */
const TABLES: readonly (readonly [from: TradingDay, table: TickTable])[] = [
  [
    "2023-01-25",
    [
      [2000, 1],
      [5000, 5],
      [20_000, 10],
      [50_000, 50],
      [200_000, 100],
      [500_000, 500],
      [Infinity, 1000],
    ],
  ],
  [
    "",
    [
      [1000, 1],
      [5000, 5],
      [10_000, 10],
      [50_000, 50],
      [Infinity, 100],
    ],
  ],
];

/** The step between two quotable prices of a stock at a price on a day, KRW. */
export function tickSize(price: number, tradingDay: TradingDay): number {
  const table = TABLES.find(([from]) => from <= tradingDay)?.[1];
  return table?.find(([below]) => price < below)?.[1] ?? 1;
}

/**
 * Whether a stock can have traded at a price: on a tick, or midway between two, as mid-price orders do (249,250 at a
 * tick of 500); KRX cuts a half won.
 */
export function isTradablePrice(price: number, tradingDay: TradingDay): boolean {
  if (!Number.isInteger(price) || price <= 0) return false;
  const step = tickSize(price, tradingDay);
  const beyond = price % step;
  return beyond === 0 || (step > 1 && beyond === Math.floor(step / 2));
}
