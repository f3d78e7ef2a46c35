import { compactDay } from "../../core/index.js";
import { success } from "../wire/index.js";
import { type Endpoint, queryOf } from "./endpoint.js";
import { servedDay } from "./quote.js";

/** CTPF1002R: what a symbol is, and whether Nextrade trades it, live only. */
export const searchStockInfo: Endpoint = {
  path: "/uapi/domestic-stock/v1/quotations/search-stock-info",
  trId: "CTPF1002R",
  keys: ["PRDT_TYPE_CD", "PDNO"],
  liveOnly: true,
  answer(context, request) {
    const symbol = queryOf(request, "PDNO");
    const instrument = context.market.instrument(symbol);
    if (instrument === undefined) return success({ output: { pdno: "", prdt_name: "" } });
    const halted = instrument.haltedFrom !== undefined && servedDay(context) >= instrument.haltedFrom;
    return success({
      output: {
        pdno: symbol.padStart(12, "0"),
        prdt_type_cd: "300",
        mket_id_cd: MARKET_CODES[instrument.market],
        scty_grp_id_cd: instrument.kind === "etf" ? "EF" : instrument.kind === "etn" ? "EN" : "ST",
        excg_dvsn_cd: instrument.market === "kosdaq" ? "03" : "02",
        lstg_stqt: String(context.market.listedShares(symbol, servedDay(context))),
        scts_mket_lstg_dt: instrument.market === "kospi" ? compactDay(instrument.listedOn) : "",
        kosdaq_mket_lstg_dt: instrument.market === "kosdaq" ? compactDay(instrument.listedOn) : "",
        prdt_name: instrument.name,
        prdt_abrv_name: instrument.name,
        lstg_abol_dt: instrument.delistedOn === undefined ? "" : compactDay(instrument.delistedOn),
        tr_stop_yn: halted ? "Y" : "N",
        admn_item_yn: halted ? "Y" : "N",
        cptt_trad_tr_psbl_yn: instrument.nxt ? "Y" : "N",
        nxt_tr_stop_yn: "N",
      },
    });
  },
};

const MARKET_CODES = { kospi: "STK", kosdaq: "KSQ", konex: "KNX" } as const;
