import type { Field } from "./layout.js";

/** The 9 columns, parted by `|`, of index and stock futures and options, in order. */
export const foMtsFields: readonly Field[] = [
  {
    name: "infoType",
    korean: "상품종류",
    wire: "info_type",
    type: "text",
    note: "beyond KIS's header: index H I N O P Q R S, stock 7 8",
  },
  { name: "symbol", korean: "단축코드", wire: "shrn_iscd", type: "text", required: true },
  { name: "isin", korean: "표준코드", wire: "stnd_iscd", type: "text" },
  { name: "koreanName", korean: "한글종목명", wire: "kor_name", type: "cp949" },
  { name: "moneyness", korean: "ATM구분", wire: "atm_cls_code", type: "text", note: "1 ATM, 2 ITM, 3 OTM" },
  {
    name: "strikePrice",
    korean: "행사가",
    wire: "acpr",
    type: "decimal",
    note: "index 00640.00, stock 00032000",
  },
  { name: "contractMonthRank", korean: "월물구분코드", wire: "mmsc_cls_code", type: "text" },
  { name: "underlying", korean: "기초자산 단축코드", wire: "unas_shrn_iscd", type: "text" },
  { name: "underlyingName", korean: "기초자산 명", wire: "unas_kor_name", type: "cp949" },
];
