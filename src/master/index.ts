export {
  type DiffMasterOptions,
  type FieldChange,
  type MasterDiff,
  type Renaming,
  dailyFields,
  diffMaster,
  findByName,
  type NxtFields,
  type NxtJoinedMaster,
  type NxtMarkets,
  joinNxt,
  type SelectInstrumentsOptions,
  isCommonStock,
  marketCapKrw,
  selectInstruments,
} from "./pick/index.js";
export { downloadMaster, type DownloadMasterOptions, MASTER_URL } from "./cache/index.js";

export { type CreateMasterOptions, createMaster, type Formattable, formatMaster } from "./write/index.js";

export type { DelimitedLayout, Field, FieldType, FixedField, FixedLayout, Layout } from "./layouts/index.js";
export {
  type EquityMarket,
  type Instrument,
  type Market,
  type MarketInstruments,
  type MasterFile,
  masterFiles,
} from "./market.js";
export type { Master, OddCell } from "./master.js";
export {
  type ParseMasterOptions,
  parseMaster,
  type UnzipMasterOptions,
  type UnzippedMaster,
  unzipMaster,
} from "./read/index.js";
export type {
  CommodityDerivative,
  Elw,
  IndexOrStockDerivative,
  KonexInstrument,
  KosdaqInstrument,
  KospiInstrument,
  NightOption,
  OverseasFuture,
  OverseasIndex,
  OverseasStock,
  SectorIndex,
  ThemeMember,
} from "./rows/index.js";
