import type { FixedField } from "./layout.js";

/** The fields of one row of 121 bytes, in order. */
export const foCmeFields: readonly FixedField[] = [
  { name: "infoType", korean: "종류", wire: "info_type", offset: 0, width: 1, type: "text" },
  {
    name: "symbol",
    korean: "단축코드",
    wire: "shrn_iscd",
    offset: 1,
    width: 9,
    type: "text",
    required: true,
  },
  { name: "isin", korean: "표준코드", wire: "stnd_iscd", offset: 10, width: 12, type: "text" },
  { name: "koreanName", korean: "한글종목명", wire: "kor_name", offset: 22, width: 40, type: "cp949" },
  { name: "moneyness", korean: "ATM구분", wire: "atm_cls_code", offset: 62, width: 1, type: "text" },
  { name: "strikePrice", korean: "행사가", wire: "acpr", offset: 63, width: 8, type: "decimal" },
  {
    name: "contractMonthRank",
    korean: "월물구분",
    wire: "mmsc_cls_code",
    offset: 71,
    width: 1,
    type: "text",
  },
  { name: "underlying", korean: "기초자산코드", wire: "unas_shrn_iscd", offset: 72, width: 9, type: "text" },
  {
    name: "underlyingName",
    korean: "기초자산명",
    wire: "unas_kor_name",
    offset: 81,
    width: 40,
    type: "cp949",
  },
];
