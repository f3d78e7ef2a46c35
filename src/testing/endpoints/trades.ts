import { kstInstant, kstTime } from "../../core/index.js";
import { success } from "../wire/index.js";
import { type Endpoint, askedFor, changeFields, invalidField, queryOf } from "./endpoint.js";
import { quoteOf } from "./quote.js";
import { tradesUpTo } from "./day-trades.js";

const ROWS = 30;

/** FHKST01010300: the latest 30 trades, newest first. */
export const inquireCcnl: Endpoint = {
  path: "/uapi/domestic-stock/v1/quotations/inquire-ccnl",
  trId: "FHKST01010300",
  keys: ["FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD"],
  answer(context, request) {
    const asked = askedFor(request);
    if ("status" in asked) return asked;
    const quote = quoteOf(context, asked.symbol, asked.venue);
    if (quote === undefined) return success({ output: [] });
    const output = tradesUpTo(quote.view.day, context.now, ROWS).map(({ time, price, volume }) => ({
      stck_cntg_hour: kstTime(time),
      stck_prpr: String(price),
      ...changeFields(price, quote.previousClose, quote.limits),
      cntg_vol: String(volume),
      tday_rltv: "100.00",
    }));
    return success({ output });
  },
};

/** FHPST01060000: trades at or before a time, with the day's volume after each. */
export const timeItemConclusion: Endpoint = {
  path: "/uapi/domestic-stock/v1/quotations/inquire-time-itemconclusion",
  trId: "FHPST01060000",
  keys: ["FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD", "FID_INPUT_HOUR_1"],
  answer(context, request) {
    const asked = askedFor(request);
    if ("status" in asked) return asked;
    const hour = queryOf(request, "FID_INPUT_HOUR_1");
    if (!/^\d{6}$/.test(hour)) return invalidField("FID_INPUT_HOUR_1");
    const quote = quoteOf(context, asked.symbol, asked.venue);
    if (quote === undefined) return success({ output1: { stck_prpr: "0" }, output2: [] });
    const until = Math.min(context.now, kstInstant(quote.tradingDay, hour) + 999);
    const output2 = tradesUpTo(quote.view.day, until, ROWS).map(({ time, price, volume, accVolume }) => ({
      stck_cntg_hour: kstTime(time),
      stck_pbpr: String(price),
      ...changeFields(price, quote.previousClose, quote.limits),
      askp: String(price),
      bidp: String(price),
      tday_rltv: "100.00",
      acml_vol: String(accVolume + quote.view.day.offSessionVolume),
      cnqn: String(volume),
    }));
    const output1 = {
      stck_prpr: String(quote.price),
      ...changeFields(quote.price, quote.previousClose, quote.limits),
      acml_vol: String(quote.accVolume),
      prdy_vol: "0",
      rprs_mrkt_kor_name: quote.instrument.market.toUpperCase(),
    };
    return success({ output1, output2 });
  },
};
