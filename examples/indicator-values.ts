// Indicators of a series of closes, each from the bar on which it means something. See decisions/017-indicators.md.
import { BollingerBands, EMA, MACD, RSI, SMA } from "trading-signals";

/** What is known at the end of one bar; `undefined` while an indicator warms up. */
export interface IndicatorRow {
  readonly sma20: number | undefined;
  readonly ema12: number | undefined;
  readonly bands: { readonly lower: number; readonly middle: number; readonly upper: number } | undefined;
  /** 0..100 */
  readonly rsi14: number | undefined;
  readonly macd: { readonly macd: number; readonly signal: number; readonly histogram: number } | undefined;
}

/** What an average that never forgets may still owe to the price it began with. */
const SEED_SHARE = 0.01;

/** Steps after which a recursive average that takes `weight` of each new value owes its first one at most 1 %. */
const forgotten = (weight: number): number => Math.ceil(Math.log(SEED_SHARE) / Math.log(1 - weight));
const ofEma = (interval: number): number => forgotten(2 / (interval + 1));

/**
 * Bars that each indicator needs. An SMA knows itself after its interval. An EMA, Wilder's average in the RSI and the
 * three EMAs of the MACD begin with whatever came first: the library gives values from then on, and we wait.
 */
export const BARS_NEEDED: Readonly<Record<keyof IndicatorRow, number>> = {
  sma20: 20,
  bands: 20,
  ema12: 1 + ofEma(12),
  rsi14: 1 + 14 + forgotten(1 / 14),
  macd: 26 + ofEma(26) + ofEma(9),
};

/** Bars to read before the first one that is shown. */
export const WARM_UP: number = Math.max(...Object.values(BARS_NEEDED)) - 1;

/**
 * @param closes - ascending, each of a bar that traded; on one scale, so adjusted.
 * @returns a row a close.
 */
export function indicatorRows(closes: Iterable<number>): IndicatorRow[] {
  const [sma20, ema12, rsi14, bands] = [new SMA(20), new EMA(12), new RSI(14), new BollingerBands(20)];
  const macd = new MACD(new EMA(12), new EMA(26), new EMA(9));
  const rows: IndicatorRow[] = [];
  for (const close of closes) {
    const has = rows.length + 1;
    const settled = <T>(name: keyof typeof BARS_NEEDED, value: T | null): T | undefined =>
      has >= BARS_NEEDED[name] && value !== null ? value : undefined;
    rows.push({
      sma20: settled("sma20", sma20.add(close)),
      ema12: settled("ema12", ema12.add(close)),
      rsi14: settled("rsi14", rsi14.add(close)),
      bands: settled("bands", bands.add(close)),
      macd: settled("macd", macd.add(close)),
    });
  }
  return rows;
}
