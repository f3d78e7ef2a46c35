import { venueOfCode } from "../../core/index.js";
import { success } from "../wire/index.js";
import { type Endpoint, changeFields, invalidField, queryOf, ratio } from "./endpoint.js";
import { type Quote, quoteOf } from "./quote.js";

const SYMBOLS = 30;

/** FHKST11300006: quotes of up to 30 symbols in one call, live only. */
export const intstockMultprice: Endpoint = {
  path: "/uapi/domestic-stock/v1/quotations/intstock-multprice",
  trId: "FHKST11300006",
  keys: ["FID_COND_MRKT_DIV_CODE_1", "FID_INPUT_ISCD_1"],
  liveOnly: true,
  answer(context, request) {
    const rows: object[] = [];
    for (let place = 1; place <= SYMBOLS; place++) {
      const symbol = queryOf(request, `FID_INPUT_ISCD_${place}`);
      if (symbol === "") continue;
      const venue = venueOfCode(queryOf(request, `FID_COND_MRKT_DIV_CODE_${place}`));
      if (venue === undefined) return invalidField(`FID_COND_MRKT_DIV_CODE_${place}`);
      rows.push(rowOf(symbol, quoteOf(context, symbol, venue)));
    }
    return success({ output: rows });
  },
};

function rowOf(symbol: string, quote: Quote | undefined): object {
  const limits = quote?.limits ?? { lower: 0, upper: 0 };
  const { prdy_vrss, ...change } = changeFields(quote?.price ?? 0, quote?.previousClose ?? 0, limits);
  const text = (value: number | undefined): string => String(value ?? 0);
  return {
    kospi_kosdaq_cls_name: quote?.instrument.market.toUpperCase() ?? "",
    mrkt_trtm_cls_name: "",
    hour_cls_code: "0",
    inter_shrn_iscd: symbol,
    inter_kor_isnm: quote?.instrument.name ?? "",
    inter2_prpr: text(quote?.price),
    inter2_prdy_vrss: prdy_vrss,
    ...change,
    acml_vol: text(quote?.accVolume),
    inter2_oprc: text(quote?.open),
    inter2_hgpr: text(quote?.high),
    inter2_lwpr: text(quote?.low),
    inter2_llam: text(limits.lower),
    inter2_mxpr: text(limits.upper),
    inter2_askp: text(quote?.price),
    inter2_bidp: text(quote?.price),
    seln_rsqn: "0",
    shnu_rsqn: "0",
    total_askp_rsqn: "0",
    total_bidp_rsqn: "0",
    acml_tr_pbmn: text(quote?.accTurnover),
    inter2_prdy_clpr: text(quote?.previousClose),
    oprc_vrss_hgpr_rate: ratio((quote?.high ?? 0) - (quote?.open ?? 0), quote?.open ?? 0),
    intr_antc_cntg_vrss: "0",
    intr_antc_cntg_vrss_sign: "3",
    intr_antc_cntg_prdy_ctrt: "0.00",
    intr_antc_vol: "0",
    inter2_sdpr: text(quote?.previousClose),
  };
}
