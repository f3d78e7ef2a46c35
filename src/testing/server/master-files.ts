import { type TradingDay, addDays, kstDay, kstInstant } from "../../core/index.js";
import type { TradingCalendar } from "../../calendar/index.js";
import { marketCap } from "../endpoints/index.js";
import {
  type CorporateActionKind,
  type SimulatedInstrument,
  type Market,
  createMarket,
} from "../market/index.js";

import type { WireRequest, WireResponse } from "../wire/index.js";
import { zipFile } from "./zip-file.js";

/** Path of the master files on the simulator's host. */
export const MASTER_PATH = "/common/master";

type MasterMarket = "kospi" | "kosdaq" | "konex" | "nxt_kospi" | "nxt_kosdaq";

const FILES: Readonly<Record<string, MasterMarket>> = {
  kospi_code: "kospi",
  kosdaq_code: "kosdaq",
  konex_code: "konex",
  nxt_kospi_code: "nxt_kospi",
  nxt_kosdaq_code: "nxt_kosdaq",
};

/** KST times at which the files were seen to be written on a trading day. On other days only the first one counts. */
const PUBLISHED = ["06:00", "07:35", "08:45"] as const;

/** @returns when the file that is there at `nowMs` was written, epoch ms. */
function publishedAt(nowMs: number, calendar: TradingCalendar): number {
  for (let day = kstDay(nowMs); ; day = addDays(day, -1)) {
    const times = calendar.isTradingDay(day) ? PUBLISHED : PUBLISHED.slice(0, 1);
    const written = times.map((time) => kstInstant(day, time)).filter((at) => at <= nowMs);
    const last = written.at(-1);
    if (last !== undefined) return last;
  }
}

/** @returns the zip asked for, a 304, or a 404. @param request - of a path below {@link MASTER_PATH}. */
export async function answerMaster(
  market: Market,
  request: WireRequest,
  nowMs: number,
): Promise<WireResponse> {
  const name = request.path.slice(MASTER_PATH.length + 1);
  const file = name.endsWith(".mst.zip") ? FILES[name.slice(0, -".mst.zip".length)] : undefined;
  if (file === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
    return { status: 404, headers: { "content-type": "text/html" }, body: "<h1>404 Not Found</h1>" };
  }
  const at = publishedAt(nowMs, market.calendar);
  const modified = new Date(at).toUTCString();
  const headers = {
    "content-type": "application/zip",
    "last-modified": modified,
    etag: `"${at.toString(16)}"`,
  };
  const known = request.headers.get("if-none-match") === headers.etag;
  if (known || request.headers.get("if-modified-since") === modified)
    return { status: 304, headers, body: "" };
  const bytes = await masterBytes(market, file, kstDay(at));
  return { status: 200, headers, body: zipFile(name.slice(0, -".zip".length), bytes, at) };
}

/** The `.mst` of a day; the formats of the files are the master room's, loaded when first asked for. */
async function masterBytes(market: Market, file: MasterMarket, date: TradingDay): Promise<Uint8Array> {
  const { createMaster, formatMaster } = await import("../../master/index.js");
  const home = file.replace("nxt_", "");
  const listedOf = (from: Market): readonly SimulatedInstrument[] =>
    from.symbols
      .map((symbol) => from.instrument(symbol))
      .filter((found) => found !== undefined)
      .filter((found) => found.market === home && found.listedOn <= date)
      .filter(({ delistedOn }) => delistedOn === undefined || date < delistedOn)
      .filter((found) => file === home || found.nxt);
  let listed = listedOf(market);
  // KIS's files are never empty: a market that holds none of the chosen symbols lists the usual ones.
  if (listed.length === 0) {
    market = createMarket({ seed: market.seed, calendar: market.calendar });
    listed = listedOf(market);
  }
  return formatMaster(
    createMaster(
      file,
      listed.map((instrument) => rowOf(market, instrument, date)),
      { date },
    ),
  );
}

function rowOf(market: Market, instrument: SimulatedInstrument, date: TradingDay): Record<string, unknown> {
  const { symbol, kind } = instrument;
  const isGone = instrument.haltedFrom !== undefined && date >= instrument.haltedFrom;
  const actions = market.actions(symbol);
  const isForAction = actions.some(
    ({ haltedFrom, effectiveDay }) => haltedFrom !== undefined && date >= haltedFrom && date < effectiveDay,
  );
  const halted = isGone || isForAction;
  const action = actions.find(({ effectiveDay }) => effectiveDay === date);
  const shares = market.listedShares(symbol, date);
  const price = market.previousClose(symbol, date);
  const before = market.calendar.previousTradingDay(date);
  return {
    symbol,
    isin: isinOf(symbol, kind),
    koreanName: instrument.name,
    securityGroup: kind === "etf" ? "EF" : kind === "etn" ? "EN" : "ST",
    ...(kind === "etf" ? { etpType: "2" } : kind === "etn" ? { etpType: "3" } : {}),
    // A halted symbol has no base price.
    basePrice: isForAction ? 0 : price,
    lotSize: 1,
    afterHoursLotSize: 1,
    isTradingHalted: halted,
    isLiquidationTrading: false,
    ...(instrument.krxSector === undefined ? {} : { [instrument.krxSector]: true }),
    isAdministrativeIssue: isGone,
    marketAlert: "00",
    isMarketAlertNotice: false,
    isUnfaithfulDisclosure: false,
    isBackdoorListed: false,
    ...actionCodes(action?.kind),
    marginRate: 40,
    isCreditOrderable: true,
    creditDays: 90,
    previousVolume: market.dailyBar(symbol, before)?.volume ?? 0,
    parValue: market.parValue(symbol, date),
    listingDate: instrument.listedOn,
    listedSharesThousand: Math.round(shares / 1000),
    capital: 10_000_000_000,
    fiscalMonth: 12,
    offeringPrice: 0,
    preferredType: kind === "preferred" ? "1" : "0",
    isShortSaleOverheated: false,
    isAbnormalSurge: false,
    marketCap: marketCap(price, shares),
    isCreditLimitExceeded: false,
    isCollateralLoanable: true,
    isShortable: true,
  };
}

/** How a master says what happened: on the effective day alone. */
function actionCodes(kind: CorporateActionKind | undefined): Record<string, string> {
  return {
    exRightsType: kind === "rights" || kind === "bonus" ? "01" : "00",
    parValueChange: kind === "split" ? "01" : kind === "reverse-split" ? "02" : "00",
    capitalIncreaseType: kind === "rights" ? "01" : kind === "bonus" ? "02" : "00",
  };
}

/** ISO 6166 with its check digit: KR7, KRG for ETN, the six characters, an issue number. */
function isinOf(symbol: string, kind: SimulatedInstrument["kind"]): string {
  const six = symbol.startsWith("Q") ? symbol.slice(1, 7) : symbol.slice(0, 6);
  const body = `${kind === "etn" ? "KRG" : "KR7"}${six}00`;
  let digits = "";
  for (const char of body) digits += Number.parseInt(char, 36).toString();
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    sum += place % 2 === 0 ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return `${body}${(10 - (sum % 10)) % 10}`;
}
