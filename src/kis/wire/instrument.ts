import { z } from "zod";
import { type TradingDay, expandDay } from "../../core/index.js";
import { numberIn, requiredObject, present, readAnswer, text } from "./field.js";
import type { KisCall } from "./kis-call.js";

/** What KIS knows of a symbol; a field it leaves blank is absent. */
export interface KisInstrument {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** Name in Korean. */
  readonly name: string;
  /** Name in English; absent where KIS has none. */
  readonly englishName?: string;
  /** ISIN of twelve characters; absent where KIS has none. */
  readonly isin?: string;
  /** Market of listing; absent where it is none of these. */
  readonly market?: "KOSPI" | "KOSDAQ" | "KONEX";
  /** KRX's kind of security: `ST` share, `EF` ETF, `EN` ETN, `EW` ELW, `RT` REIT and others. */
  readonly kindCode?: string;
  /** Listed shares; absent where KIS has none. */
  readonly listedShares?: number;
  /** First day of trading, KST; absent where KIS has none. */
  readonly listedOn?: TradingDay;
  /** Day of the delisting, KST; absent while it is listed. */
  readonly delistedOn?: TradingDay;
  /** Trading is halted. */
  readonly isHalted: boolean;
  /** 관리종목: under supervision. */
  readonly isManaged: boolean;
  /** Nextrade trades it, and has not halted it. */
  readonly isNextradeTradable: boolean;
}

const answer = z.object({
  output: requiredObject({
    pdno: text,
    prdt_name: text,
    prdt_abrv_name: text,
    prdt_eng_name: text,
    std_pdno: text,
    mket_id_cd: text,
    scty_grp_id_cd: text,
    lstg_stqt: text,
    scts_mket_lstg_dt: text,
    scts_mket_lstg_abol_dt: text,
    kosdaq_mket_lstg_dt: text,
    kosdaq_mket_lstg_abol_dt: text,
    tr_stop_yn: text,
    admn_item_yn: text,
    cptt_trad_tr_psbl_yn: text,
    nxt_tr_stop_yn: text,
  }),
});

const MARKETS: Readonly<Record<string, KisInstrument["market"]>> = {
  STK: "KOSPI",
  KSQ: "KOSDAQ",
  KNX: "KONEX",
};

function readInstrument(body: unknown, symbol: string): KisInstrument | undefined {
  const { output } = readAnswer(answer, body);
  const name = output.prdt_abrv_name || output.prdt_name;
  if (name === "") return undefined;
  return {
    symbol,
    name,
    isHalted: output.tr_stop_yn === "Y",
    isManaged: output.admn_item_yn === "Y",
    isNextradeTradable: output.cptt_trad_tr_psbl_yn === "Y" && output.nxt_tr_stop_yn !== "Y",
    ...present({
      englishName: output.prdt_eng_name || undefined,
      isin: output.std_pdno || undefined,
      market: MARKETS[output.mket_id_cd],
      kindCode: output.scty_grp_id_cd || undefined,
      listedShares: numberIn(output.lstg_stqt),
      listedOn: expandDay(output.scts_mket_lstg_dt || output.kosdaq_mket_lstg_dt),
      delistedOn: expandDay(output.scts_mket_lstg_abol_dt || output.kosdaq_mket_lstg_abol_dt),
    }),
  };
}

/**
 * 주식기본조회: what a symbol is; live only. Reads as `undefined` where KIS does not know it.
 *
 * @see KIS portal search-stock-info, CTPF1002R (read 2026-11-21)
 */
export function instrumentInfo(symbol: string): KisCall<KisInstrument | undefined> {
  return {
    method: "GET",
    path: "/uapi/domestic-stock/v1/quotations/search-stock-info",
    trId: "CTPF1002R",
    // 300: shares, ETF, ETN and ELW.
    params: { PRDT_TYPE_CD: "300", PDNO: symbol },
    read: (body) => readInstrument(body, symbol),
  };
}
