import type { FixedField } from "./layout.js";

/** The fields of one row of 116 bytes, in order. */
export const foComFields: readonly FixedField[] = [
  {
    name: "productClass",
    korean: "상품구분",
    wire: "com_type",
    offset: 0,
    width: 1,
    type: "text",
    note: "1 rates 2 fx 3 commodity",
  },
  {
    name: "infoType",
    korean: "종류",
    wire: "info_type",
    offset: 1,
    width: 1,
    type: "text",
    note: "1 future 2 spread 5 call 6 put",
  },
  {
    name: "symbol",
    korean: "단축코드",
    wire: "shrn_iscd",
    offset: 2,
    width: 9,
    type: "text",
    required: true,
  },
  { name: "isin", korean: "표준코드", wire: "stnd_iscd", offset: 11, width: 12, type: "text" },
  { name: "koreanName", korean: "한글종목명", wire: "kor_name", offset: 23, width: 40, type: "cp949" },
  {
    name: "moneyness",
    korean: "ATM구분",
    wire: "atm_cls_code",
    offset: 63,
    width: 1,
    type: "text",
    note: "1 ATM 2 ITM 3 OTM blank",
  },
  { name: "strikePrice", korean: "행사가", wire: "acpr", offset: 64, width: 8, type: "decimal" },
  {
    name: "contractMonthRank",
    korean: "월물구분",
    wire: "mmsc_cls_code",
    offset: 72,
    width: 1,
    type: "text",
  },
  { name: "underlying", korean: "기초자산코드", wire: "prod_no", offset: 73, width: 3, type: "text" },
  { name: "underlyingName", korean: "기초자산명", wire: "prod_name", offset: 76, width: 40, type: "cp949" },
];
