import { type TradingDay, countThrough } from "../../../core/index.js";
import type { IndexDay } from "../../market/index.js";
import type { EndpointContext } from "../endpoint.js";
import { servedDay } from "../quote.js";

/** A day of an index as far as it has gone by an instant. */
export interface IndexFigures {
  readonly tradingDay: TradingDay;
  /** Points, two decimals. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** 1,000 shares and million KRW, as KIS counts an index. */
  readonly volume: number;
  readonly turnover: number;
  readonly previousClose: number;
}

/** @returns `undefined` on a closed day, before the day's first minute and for a code that is no index. */
export function indexFigures(
  { market, now }: EndpointContext,
  code: string,
  tradingDay: TradingDay,
): IndexFigures | undefined {
  const day = market.indexDay(code, tradingDay);
  if (day === undefined) return undefined;
  const begun = countThrough(day.minutes, now);
  return begun === 0 ? undefined : figuresOf(day, begun);
}

function figuresOf(
  { tradingDay, points, volumes, turnovers, previousClose }: IndexDay,
  begun: number,
): IndexFigures {
  const seen = points.slice(0, begun + 1);
  const sum = (numbers: readonly number[]): number =>
    numbers.slice(0, begun).reduce((all, number) => all + number, 0);
  return {
    tradingDay,
    open: seen[0] ?? 0,
    high: Math.max(...seen),
    low: Math.min(...seen),
    close: seen.at(-1) ?? 0,
    volume: sum(volumes),
    turnover: sum(turnovers),
    previousClose,
  };
}

/** Points as KIS writes them. */
export function pointsText(points: number): string {
  return points.toFixed(2);
}

/** Change to the previous close: amount, sign code, per cent. */
export function indexChange(points: number, previousClose: number): IndexChange {
  const change = points - previousClose;
  return {
    bstp_nmix_prdy_vrss: pointsText(change),
    prdy_vrss_sign: Math.abs(change) < 0.005 ? "3" : change > 0 ? "2" : "5",
    bstp_nmix_prdy_ctrt: pointsText((100 * change) / previousClose),
  };
}

/** The day that is served, the one before, and the fields that every head of an index has of them. */
export function indexNow(
  context: EndpointContext,
  code: string,
): {
  readonly known: IndexDay | undefined;
  readonly yesterday: IndexFigures | undefined;
  readonly price: number;
  readonly fields: object;
} {
  const { market } = context;
  const day = servedDay(context);
  const known = market.indexDay(code, day);
  const now = indexFigures(context, code, day);
  const before = known?.previousClose ?? 0;
  const price = now?.close ?? before;
  const yesterday = known && indexFigures(context, code, market.calendar.previousTradingDay(day));
  const fields = {
    bstp_nmix_prpr: pointsText(price),
    ...indexChange(price, before === 0 ? 1 : before),
    acml_vol: String(now?.volume ?? 0),
    acml_tr_pbmn: String(now?.turnover ?? 0),
    prdy_vol: String(yesterday?.volume ?? 0),
    bstp_nmix_oprc: pointsText(now?.open ?? 0),
    bstp_nmix_hgpr: pointsText(now?.high ?? 0),
    bstp_nmix_lwpr: pointsText(now?.low ?? 0),
  };
  return { known, yesterday, price, fields };
}

interface IndexChange {
  readonly bstp_nmix_prdy_vrss: string;
  readonly prdy_vrss_sign: string;
  readonly bstp_nmix_prdy_ctrt: string;
}
