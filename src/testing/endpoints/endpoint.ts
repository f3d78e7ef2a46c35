import { type TradingDay, type Venue, venueOfCode } from "../../core/index.js";

import type { FaultInjector } from "../faults/index.js";
import type { DayView, Factors, Market } from "../market/index.js";
import { type PublishedMinute, publishDay } from "../rows/index.js";
import type { ServerConfig } from "../settings/index.js";
import { type WireRequest, type WireResponse, refusal } from "../wire/index.js";

/** What an endpoint answers from: the market, the rules and the instant, nothing else. */
export interface EndpointContext {
  readonly market: Market;
  readonly config: ServerConfig;
  /** Epoch ms. */
  readonly now: number;
  /** KST date of `now`. */
  readonly today: TradingDay;
  /** Faults in KIS's own record of some days; absent if there are none. */
  readonly faults?: Pick<FaultInjector, "onDay" | "hit">;
}

/** @returns a day's minutes as KIS publishes them; `undefined` where they are the market's own. */
export function publishedMinutes(
  context: EndpointContext,
  trId: string,
  view: DayView,
): readonly PublishedMinute[] | undefined {
  const { market, now: nowMs, faults } = context;
  const { symbol, tradingDay } = view.day;
  const strikes = faults?.onDay?.({ symbol, day: tradingDay, nowMs, trId }) ?? [];
  const scale = scaleOf(context, symbol, tradingDay);
  if (strikes.length === 0 && scale.price === 1) return undefined;
  const hit = (name: string): void => faults?.hit(name);
  return publishDay(view, { tradingDay, calendar: market.calendar, nowMs, trId, strikes, scale, hit });
}

/** KIS rescales old minutes after a corporate action; it is not known whether their volume as well. */
function scaleOf({ market, config, today }: EndpointContext, symbol: string, day: TradingDay): Factors {
  const { rescaledMinutes } = config.quirks;
  if (rescaledMinutes === "none") return { price: 1, shares: 1 };
  const { price, shares } = market.factors(symbol, day, today);
  return { price, shares: rescaledMinutes === "prices" ? 1 : shares };
}

/** One GET endpoint of KIS. */
export interface Endpoint {
  readonly path: string;
  readonly trId: string;
  /** Query keys that must be present, blank or not. */
  readonly keys: readonly string[];
  /** Whether paper refuses it. */
  readonly liveOnly?: boolean;
  answer(context: EndpointContext, request: WireRequest): WireResponse;
}

/** A query value; blank where it is absent. */
export function queryOf(request: WireRequest, key: string): string {
  return request.query.get(key) ?? "";
}

/** KIS's refusal of a field. */
export function invalidField(field: string): WireResponse {
  return refusal(200, "OPSQ2001", `ERROR INVALID INPUT_FIELD_NAME INVALID_CHECK_${field}`, "2");
}

/** The symbol and venue of a request, or KIS's refusal of them. */
export function askedFor(
  request: WireRequest,
): { readonly symbol: string; readonly venue: Venue } | WireResponse {
  const venue = venueOfCode(queryOf(request, "FID_COND_MRKT_DIV_CODE"));
  if (venue === undefined) return invalidField("FID_COND_MRKT_DIV_CODE");
  const text = queryOf(request, "FID_INPUT_ISCD");
  // KIS refuses two codes with a separator between them. Of two codes without one it reads the first.
  if (!/^[0-9A-Z]+$/.test(text)) return invalidField("FID_INPUT_ISCD");
  return { symbol: text.length > 9 ? text.slice(0, 6) : text, venue };
}

/** Signed difference to the previous close as KIS writes it: amount, sign code, per cent. */
export function changeFields(
  price: number,
  previousClose: number,
  limits: { readonly lower: number; readonly upper: number },
): { readonly prdy_vrss: string; readonly prdy_vrss_sign: string; readonly prdy_ctrt: string } {
  const change = price - previousClose;
  const sign =
    change === 0 ? "3" : change > 0 ? (price >= limits.upper ? "1" : "2") : price <= limits.lower ? "4" : "5";
  return { prdy_vrss: String(change), prdy_vrss_sign: sign, prdy_ctrt: ratio(change, previousClose) };
}

/** `part` in per cent of `whole`, two digits. */
export function ratio(part: number, whole: number): string {
  return (whole === 0 ? 0 : (100 * part) / whole).toFixed(2);
}
