import type { DelimitedLayout, FixedLayout } from "./layout.js";
import { bondFields } from "./bond.data.js";
import { elwFields } from "./elw.data.js";
import { ffcodeFields } from "./ffcode.data.js";
import { foCmeFields } from "./fo-cme.data.js";
import { foComFields } from "./fo-com.data.js";
import { foEurexFields } from "./fo-eurex.data.js";
import { foMtsFields } from "./fo-mts.data.js";
import { frgnFields } from "./frgn.data.js";
import { idxcodeFields } from "./idxcode.data.js";
import { konexFields } from "./konex.data.js";
import { kosdaqFields } from "./kosdaq.data.js";
import { kospiFields } from "./kospi.data.js";
import { memcodeFields } from "./memcode.data.js";
import { overseasFields } from "./overseas.data.js";
import { themeFields } from "./theme.data.js";

const bySymbol = { key: ["symbol"], unique: true, verified: true } as const;

/** KOSPI and its NXT subset. */
export const kospiLayout: FixedLayout = {
  ...bySymbol,
  name: "kospi-288",
  instrument: "KospiInstrument",
  rowBytes: 288,
  equity: true,
  fields: kospiFields,
};

/** KOSDAQ and its NXT subset. */
export const kosdaqLayout: FixedLayout = {
  ...bySymbol,
  name: "kosdaq-282",
  instrument: "KosdaqInstrument",
  rowBytes: 282,
  equity: true,
  fields: kosdaqFields,
};

export const konexLayout: FixedLayout = {
  ...bySymbol,
  name: "konex-245",
  instrument: "KonexInstrument",
  rowBytes: 245,
  equity: true,
  fields: konexFields,
};

export const elwLayout: FixedLayout = {
  ...bySymbol,
  name: "elw-270",
  instrument: "Elw",
  rowBytes: 270,
  fields: elwFields,
};

/** Keyed as equities refer to it: the market's digit and the sector code, `"00027"`. */
export const idxcodeLayout: FixedLayout = {
  name: "idxcode-45",
  instrument: "SectorIndex",
  rowBytes: 45,
  key: ["market", "code"],
  separator: "",
  unique: true,
  verified: true,
  fields: idxcodeFields,
};

/** One row per theme and stock. */
export const themeLayout: FixedLayout = {
  name: "theme-52",
  instrument: "ThemeMember",
  rowBytes: 52,
  key: ["themeCode", "symbol"],
  unique: false,
  verified: true,
  fields: themeFields,
};

export const foComLayout: FixedLayout = {
  ...bySymbol,
  name: "fo_com-116",
  instrument: "CommodityDerivative",
  rowBytes: 116,
  unique: false,
  fields: foComFields,
};

/** Night options. */
export const foEurexLayout: FixedLayout = {
  ...bySymbol,
  name: "fo_eurex-121",
  instrument: "NightOption",
  rowBytes: 121,
  unique: false,
  fields: foEurexFields,
};

/** Index and stock futures and options. */
export const foMtsLayout: DelimitedLayout = {
  ...bySymbol,
  name: "fo_mts-9",
  instrument: "IndexOrStockDerivative",
  delimiter: "|",
  unique: false,
  fields: foMtsFields,
};

/** Overseas futures. */
export const ffcodeLayout: FixedLayout = {
  ...bySymbol,
  name: "ffcode-223",
  instrument: "OverseasFuture",
  rowBytes: 223,
  unique: false,
  fields: ffcodeFields,
};

/** Overseas indices and names. */
export const frgnLayout: FixedLayout = {
  name: "frgn-104",
  instrument: "OverseasIndex",
  rowBytes: 104,
  key: ["class", "symbol"],
  unique: false,
  verified: true,
  fields: frgnFields,
};

export const overseasLayout: DelimitedLayout = {
  ...bySymbol,
  name: "overseas-24",
  instrument: "OverseasStock",
  delimiter: "\t",
  unique: false,
  fields: overseasFields,
};

/** As KIS's C header has it; its script reads 82 bytes. No real file was seen. */
export const bondLayout: FixedLayout = {
  name: "bond-106",
  instrument: "Bond",
  rowBytes: 106,
  key: ["isin"],
  unique: false,
  verified: false,
  fields: bondFields,
};

export const memcodeLayout: FixedLayout = {
  name: "memcode-26",
  instrument: "ExchangeMember",
  rowBytes: 26,
  key: ["memberNo"],
  unique: false,
  verified: false,
  fields: memcodeFields,
};

/** Night futures. No real file was seen. */
export const foCmeLayout: FixedLayout = {
  name: "fo_cme-121",
  instrument: "NightFuture",
  rowBytes: 121,
  key: ["symbol"],
  unique: false,
  verified: false,
  fields: foCmeFields,
};
