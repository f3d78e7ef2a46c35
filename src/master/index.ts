export {
  type DiffMasterOptions,
  type FieldChange,
  type MasterDiff,
  type Renaming,
  dailyFields,
  diffMaster,
} from "./diff-master.js";
export { downloadMaster } from "./download-master.js";
export { type DownloadMasterOptions, MASTER_URL } from "./download-options.js";
export { findByName } from "./find-by-name.js";
export { type CreateMasterOptions, createMaster } from "./create-master.js";
export { type Formattable, formatMaster } from "./format-master.js";
export type { DelimitedLayout, Field, FieldType, FixedField, FixedLayout, Layout } from "./layout.js";
export {
  type EquityMarket,
  type Instrument,
  type Market,
  type MarketInstruments,
  type MasterFile,
  masterFiles,
} from "./market.js";
export type { Master } from "./master.js";
export { type ParseMasterOptions, parseMaster } from "./parse-master.js";
export type { Bond } from "./rows/bond.data.js";
export type { CommodityDerivative } from "./rows/commodity-derivative.data.js";
export type { Elw } from "./rows/elw.data.js";
export type { ExchangeMember } from "./rows/exchange-member.data.js";
export type { IndexOrStockDerivative } from "./rows/index-or-stock-derivative.data.js";
export type { KonexInstrument } from "./rows/konex-instrument.data.js";
export type { KosdaqInstrument } from "./rows/kosdaq-instrument.data.js";
export type { KospiInstrument } from "./rows/kospi-instrument.data.js";
export type { NightFuture } from "./rows/night-future.data.js";
export type { NightOption } from "./rows/night-option.data.js";
export type { OverseasFuture } from "./rows/overseas-future.data.js";
export type { OverseasIndex } from "./rows/overseas-index.data.js";
export type { OverseasStock } from "./rows/overseas-stock.data.js";
export type { SectorIndex } from "./rows/sector-index.data.js";
export type { ThemeMember } from "./rows/theme-member.data.js";
export { type NxtFields, type NxtJoinedMaster, type NxtMarkets, joinNxt } from "./join-nxt.js";
export {
  type SelectInstrumentsOptions,
  isCommonStock,
  marketCapKrw,
  selectInstruments,
} from "./select-instruments.js";
export { type UnzipMasterOptions, type UnzippedMaster, unzipMaster } from "./unzip-master.js";
