export { readCommodityDerivative, type CommodityDerivative } from "./commodity-derivative.generated.js";
export { readElw, type Elw } from "./elw.generated.js";
export {
  readIndexOrStockDerivative,
  type IndexOrStockDerivative,
} from "./index-or-stock-derivative.generated.js";
export { readKonexInstrument, type KonexInstrument } from "./konex-instrument.generated.js";
export { readKosdaqInstrument, type KosdaqInstrument } from "./kosdaq-instrument.generated.js";
export { readKospiInstrument, type KospiInstrument } from "./kospi-instrument.generated.js";
export { readNightOption, type NightOption } from "./night-option.generated.js";
export { readOverseasFuture, type OverseasFuture } from "./overseas-future.generated.js";
export { readOverseasIndex, type OverseasIndex } from "./overseas-index.generated.js";
export { readOverseasStock, type OverseasStock } from "./overseas-stock.generated.js";
export { readSectorIndex, type SectorIndex } from "./sector-index.generated.js";
export { readThemeMember, type ThemeMember } from "./theme-member.generated.js";
