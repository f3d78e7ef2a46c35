export { type Booking, type DayView, type BookedMinute, viewDay } from "./day-view.js";
export type { InstrumentKind, KrxSector, Liquidity } from "./instrument-kind.js";
export {
  type CorporateAction,
  type CorporateActionKind,
  type Factors,
  priceFactor,
} from "./corporate-action.js";
export {
  type InstrumentTraits,
  simulatedSymbols,
  type SimulatedInstrument,
  type TradingHalt,
} from "./instrument.js";
export {
  createMarket,
  type Market,
  type MarketOptions,
  type SimulatedDailyBar,
  type TruthOptions,
} from "./market.js";
export type { IndexDay } from "./price-index.js";
export { priceLimits, priceStep } from "./price-step.js";
export type { SymbolDay } from "./symbol-day.js";
export type { Tick } from "./tick.js";
