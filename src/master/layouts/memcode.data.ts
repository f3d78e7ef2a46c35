import type { FixedField } from "./layout.js";

/** The fields of one row of 26 bytes, in order. */
export const memcodeFields: readonly FixedField[] = [
  {
    name: "memberNo",
    korean: "회원사코드",
    wire: "mbcr_no",
    offset: 0,
    width: 5,
    type: "text",
    required: true,
  },
  { name: "memberName", korean: "회원사명", wire: "mbcr_name", offset: 5, width: 20, type: "cp949" },
  { name: "isForeign", korean: "구분(0=국내, 1=외국)", wire: "glob_yn", offset: 25, width: 1, type: "bit" },
];
