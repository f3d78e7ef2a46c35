import type { FixedField } from "./layout.js";

/** The fields of one row of 104 bytes, in order. */
export const frgnFields: readonly FixedField[] = [
  { name: "class", korean: "구분코드", wire: "cls_code", offset: 0, width: 1, type: "text" },
  { name: "symbol", korean: "심볼", wire: "symb", offset: 1, width: 10, type: "text", required: true },
  {
    name: "nameEn",
    korean: "영문명",
    wire: "hts_eng_isnm",
    offset: 11,
    width: 39,
    type: "cp949",
    cut: true,
    note: "can end mid-character",
  },
  {
    name: "koreanName",
    korean: "한글명",
    wire: "hts_kor_isnm",
    offset: 50,
    width: 40,
    type: "cp949",
    cut: true,
    note: "a longer name runs on over sector and flags, which are absent then; can end mid-character",
  },
  { name: "sector", korean: "업종코드", wire: "bstp_cls_code", offset: 90, width: 4, type: "text" },
  { name: "inDow30", korean: "다우30", wire: "dow_30_yn", offset: 94, width: 1, type: "bit" },
  { name: "inNasdaq100", korean: "나스닥100", wire: "nasdaq_100_yn", offset: 95, width: 1, type: "bit" },
  { name: "inSp500", korean: "S&P500", wire: "snp_500_yn", offset: 96, width: 1, type: "bit" },
  { name: "exchange", korean: "거래소", wire: "exch_cls_code", offset: 97, width: 4, type: "text" },
  { name: "country", korean: "국가", wire: "ntnl_cls_code", offset: 101, width: 3, type: "text" },
];
