export { BEHAVIOURS, type Behaviour, type BehaviourGrade } from "./behaviours.data.js";
export type { Fault, FaultAction, FaultPlan, RowFaultName } from "./faults/index.js";
export {
  type CorporateAction,
  type CorporateActionKind,
  type Factors,
  type InstrumentKind,
  type InstrumentTraits,
  type TradingHalt,
  type KrxSector,
  type Liquidity,
  type SimulatedInstrument,
  simulatedSymbols,
  type IndexDay,
  type Market,
  type MarketOptions,
  type SimulatedDailyBar,
  type TruthOptions,
  createMarket,
  type SymbolDay,
  type Tick,
} from "./market/index.js";

export { type KisSimulator, createKisSimulator } from "./server/index.js";
export { type ManualClock, createManualClock } from "./manual-clock.js";

export type {
  ClockMode,
  SimulatorClock,
  Correction,
  CorrectionShare,
  KisSimulatorOptions,
  LimitOptions,
  QuirkOptions,
  SimulatorStats,
  StreamFault,
  StreamFaultAction,
  StreamOptions,
} from "./settings/index.js";

export { type RunningKisSimulator, startKisSimulator } from "./start-kis-simulator.js";

export type { WireRequest } from "./wire/index.js";
export {
  type Recorder,
  type RecorderOptions,
  createRecorder,
  type Replay,
  replay,
} from "./recording/index.js";
