import { z } from "zod";
import { KisSchemaError, type Venue, venueCode } from "../../../core/index.js";
import { numberIn, requiredObject, present, readAnswer, text } from "../field.js";
import type { KisCall } from "../kis-call.js";

/** The current quote of a symbol. Prices, changes and turnover in KRW; a field that KIS leaves blank is absent. */
export interface Quote {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** Venue asked for. */
  readonly venue: Venue;
  /** Last price, KRW. */
  readonly price: number;
  /** Change from the close before, KRW; negative when down. */
  readonly change?: number;
  /** Change from the close before, in percent, signed. */
  readonly changePercent?: number;
  /** Close of the trading day before, KRW. */
  readonly previousClose?: number;
  /** First price of the day, KRW; absent before the first trade. */
  readonly open?: number;
  /** Highest price of the day, KRW; absent before the first trade. */
  readonly high?: number;
  /** Lowest price of the day, KRW; absent before the first trade. */
  readonly low?: number;
  /** Shares traded today, on all of the day's boards. */
  readonly volume?: number;
  /** KRW traded today. */
  readonly turnover?: number;
  /** Highest price allowed today, KRW. */
  readonly upperLimit?: number;
  /** Lowest price allowed today, KRW. */
  readonly lowerLimit?: number;
  /** The price that the limits are counted from, KRW. */
  readonly basePrice?: number;
  /** Name in Korean; only from `quotes()` on live, as are `ask` and `bid`. */
  readonly name?: string;
  /** Best offer, KRW. */
  readonly ask?: number;
  /** Best bid, KRW. */
  readonly bid?: number;
  /** Shares listed. This field and those below come only from `quote()`. */
  readonly listedShares?: number;
  /** Market capitalisation, KRW. */
  readonly marketCap?: number;
  /** Price to earnings, as KIS computes it. */
  readonly per?: number;
  /** Price to book value, as KIS computes it. */
  readonly pbr?: number;
  /** Earnings a share, KRW. */
  readonly eps?: number;
  /** Book value a share, KRW. */
  readonly bps?: number;
  /** Highest price of 52 weeks, KRW. */
  readonly high52Weeks?: number;
  /** Lowest price of 52 weeks, KRW. */
  readonly low52Weeks?: number;
  /** Whether trading is halted. */
  readonly isHalted?: boolean;
  /** KIS's code: 51 managed, 52 to 54 risk grades, 55 credit allowed, 57 full margin, 58 halted, 59 overheated. */
  readonly statusCode?: string;
}

/** A price of 0 means there is none yet. */
export const priceIn = (field: string): number | undefined => {
  const value = numberIn(field);
  return value !== undefined && value > 0 ? value : undefined;
};

const answer = z.object({
  output: requiredObject({
    stck_prpr: text,
    prdy_vrss: text,
    prdy_ctrt: text,
    acml_vol: text,
    acml_tr_pbmn: text,
    stck_oprc: text,
    stck_hgpr: text,
    stck_lwpr: text,
    stck_mxpr: text,
    stck_llam: text,
    stck_sdpr: text,
    lstn_stcn: text,
    hts_avls: text,
    per: text,
    pbr: text,
    eps: text,
    bps: text,
    w52_hgpr: text,
    w52_lwpr: text,
    temp_stop_yn: text,
    iscd_stat_cls_code: text,
  }),
});

/** `hts_avls` counts in 억원. */
const MARKET_CAP_UNIT = 100_000_000;

function readQuote(body: unknown, symbol: string, venue: Venue): Quote | undefined {
  const { output } = readAnswer(answer, body);
  const price = numberIn(output.stck_prpr);
  if (price === undefined && Object.values(output).some((field) => field !== "")) {
    throw new KisSchemaError("output.stck_prpr", "a price", output.stck_prpr);
  }
  if (price === undefined || price <= 0) return undefined;
  const change = numberIn(output.prdy_vrss);
  const capital = numberIn(output.hts_avls);
  return {
    symbol,
    venue,
    price,
    ...present({
      change,
      changePercent: numberIn(output.prdy_ctrt),
      previousClose: change === undefined ? undefined : price - change,
      volume: volumeIn(output.acml_vol, "output.acml_vol"),
      turnover: volumeIn(output.acml_tr_pbmn, "output.acml_tr_pbmn"),
      open: priceIn(output.stck_oprc),
      high: priceIn(output.stck_hgpr),
      low: priceIn(output.stck_lwpr),
      upperLimit: priceIn(output.stck_mxpr),
      lowerLimit: priceIn(output.stck_llam),
      basePrice: priceIn(output.stck_sdpr),
      listedShares: numberIn(output.lstn_stcn),
      marketCap: capital === undefined ? undefined : capital * MARKET_CAP_UNIT,
      per: numberIn(output.per),
      pbr: numberIn(output.pbr),
      eps: numberIn(output.eps),
      bps: numberIn(output.bps),
      high52Weeks: priceIn(output.w52_hgpr),
      low52Weeks: priceIn(output.w52_lwpr),
      isHalted:
        output.iscd_stat_cls_code === "" && output.temp_stop_yn === ""
          ? undefined
          : output.iscd_stat_cls_code === "58" || output.temp_stop_yn === "Y",
      statusCode: output.iscd_stat_cls_code === "" ? undefined : output.iscd_stat_cls_code,
    }),
  };
}

/** @throws {@link KisSchemaError} at `path` if the field is neither blank nor a number >= 0. */
export function volumeIn(field: string, path: string): number | undefined {
  const value = numberIn(field);
  if (field !== "" && (value === undefined || value < 0))
    throw new KisSchemaError(path, "a number >= 0", field);
  return value;
}

/**
 * 주식현재가 시세: one symbol; live and paper. Reads as `undefined` where KIS does not know the symbol.
 *
 * @see KIS portal inquire-price, FHKST01010100 (read 2026-11-21)
 */
export function symbolQuote(symbol: string, venue: Venue): KisCall<Quote | undefined> {
  return {
    method: "GET",
    path: "/uapi/domestic-stock/v1/quotations/inquire-price",
    trId: "FHKST01010100",
    params: { FID_COND_MRKT_DIV_CODE: venueCode(venue), FID_INPUT_ISCD: symbol },
    read: (body) => readQuote(body, symbol, venue),
  };
}
