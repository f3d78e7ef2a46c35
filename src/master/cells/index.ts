export { decodeTexts, encodeText, isDamaged } from "./cp949.js";
export { isTradable, periodOf, sectorOf } from "./derive.js";
export { rawRow, type RawRow } from "./raw-row.js";
export {
  FieldFault,
  isCut,
  isImpaired,
  isInexact,
  readBit,
  readCode,
  readDate,
  readDecimal,
  readFlag,
  readInt,
  readIsin,
  readRequired,
  readSymbol,
  readText,
  unwrapped,
} from "./read-field.js";
export { ShortTexts } from "./short-texts.js";
