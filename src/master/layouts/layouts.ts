import type { DelimitedLayout, FixedLayout } from "./layout.js";
import { elwFields } from "./elw.data.js";
import { ffcodeFields } from "./ffcode.data.js";
import { foComFields } from "./fo-com.data.js";
import { foEurexFields } from "./fo-eurex.data.js";
import { foMtsFields } from "./fo-mts.data.js";
import { frgnFields } from "./frgn.data.js";
import { idxcodeFields } from "./idxcode.data.js";
import { konexFields } from "./konex.data.js";
import { kosdaqFields } from "./kosdaq.data.js";
import { kospiFields } from "./kospi.data.js";
import { overseasFields } from "./overseas.data.js";
import { themeFields } from "./theme.data.js";

// `verified` if the test suite has a real file. The others were written from real files that are no longer available, so
// no test would see a change.
const bySymbol = { key: ["symbol"], unique: true, verified: true } as const;
const unverified = { key: ["symbol"], unique: false, verified: false } as const;

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
  verified: false,
  fields: themeFields,
};

export const foComLayout: FixedLayout = {
  ...unverified,
  name: "fo_com-116",
  instrument: "CommodityDerivative",
  rowBytes: 116,
  fields: foComFields,
};

/** Night options. */
export const foEurexLayout: FixedLayout = {
  ...unverified,
  name: "fo_eurex-121",
  instrument: "NightOption",
  rowBytes: 121,
  fields: foEurexFields,
};

/** Index and stock futures and options. */
export const foMtsLayout: DelimitedLayout = {
  ...unverified,
  name: "fo_mts-9",
  instrument: "IndexOrStockDerivative",
  delimiter: "|",
  fields: foMtsFields,
};

/** Overseas futures. */
export const ffcodeLayout: FixedLayout = {
  ...unverified,
  name: "ffcode-223",
  instrument: "OverseasFuture",
  rowBytes: 223,
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
  overflow: { from: "koreanName", into: ["sector", "inDow30", "inNasdaq100", "inSp500"] },
  fields: frgnFields,
};

export const overseasLayout: DelimitedLayout = {
  ...unverified,
  name: "overseas-24",
  instrument: "OverseasStock",
  delimiter: "\t",
  fields: overseasFields,
};
