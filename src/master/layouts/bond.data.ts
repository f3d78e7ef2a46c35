import type { FixedField } from "./layout.js";

/** The fields of one row of 106 bytes, in order. */
export const bondFields: readonly FixedField[] = [
  { name: "type", korean: "유형", wire: "bond_type", offset: 0, width: 2, type: "text" },
  { name: "bondClass", korean: "채권분류코드", wire: "bond_clsf_cd", offset: 2, width: 2, type: "text" },
  { name: "isin", korean: "표준코드", wire: "stnd_iscd", offset: 4, width: 12, type: "text", required: true },
  { name: "koreanName", korean: "종목명", wire: "bond_name", offset: 16, width: 40, type: "cp949" },
  {
    name: "interestClass",
    korean: "이자구분",
    wire: "bond_int_cls_code",
    offset: 56,
    width: 2,
    type: "text",
  },
  { name: "listingDate", korean: "상장일", wire: "lstn_date", offset: 58, width: 8, type: "date" },
  { name: "issueDate", korean: "발행일", wire: "issu_date", offset: 66, width: 8, type: "date" },
  { name: "redemptionDate", korean: "상환일", wire: "rdmp_date", offset: 74, width: 8, type: "date" },
  { name: "saleDate", korean: "매출일", wire: "sale_date", offset: 82, width: 8, type: "date" },
  {
    name: "coupon",
    korean: "표면금리",
    wire: "srfc_inrt",
    offset: 90,
    width: 8,
    type: "text",
    note: "unused, says the header",
  },
  {
    name: "redemptionRate",
    korean: "상환율",
    wire: "rdmp_rate",
    offset: 98,
    width: 8,
    type: "text",
    note: "unused, says the header",
  },
];
