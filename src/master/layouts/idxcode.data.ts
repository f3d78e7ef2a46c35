import type { FixedField } from "./layout.js";

/** The fields of one row of 45 bytes, in order. */
export const idxcodeFields: readonly FixedField[] = [
  {
    name: "market",
    korean: "시장구분",
    wire: "idx_div",
    offset: 0,
    width: 1,
    type: "text",
    required: true,
    note: "0 KOSPI 1 KOSDAQ 2 KOSPI200 family 3.. 4 7 9 E G P T W also occur",
  },
  { name: "code", korean: "업종코드", wire: "idx_code", offset: 1, width: 4, type: "text", required: true },
  { name: "koreanName", korean: "업종명", wire: "idx_name", offset: 5, width: 40, type: "cp949" },
];
