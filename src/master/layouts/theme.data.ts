import type { FixedField } from "./layout.js";

/** The fields of one row of 52 bytes, in order. */
export const themeFields: readonly FixedField[] = [
  {
    name: "themeCode",
    korean: "테마코드",
    wire: "theme_code",
    offset: 0,
    width: 3,
    type: "text",
    required: true,
  },
  { name: "themeName", korean: "테마명", wire: "theme_name", offset: 3, width: 40, type: "cp949" },
  {
    name: "symbol",
    korean: "종목코드",
    wire: "shrn_iscd",
    offset: 43,
    width: 6,
    type: "text",
    required: true,
  },
  { name: "filler", korean: "필러", wire: "filler", offset: 49, width: 3, type: "text" },
];
