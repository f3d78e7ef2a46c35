export { BEHAVIOURS, type Behaviour, type BehaviourGrade } from "./behaviours.data.js";
export type { Fault, FaultAction, FaultPlan } from "./fault.js";
export {
  type InstrumentKind,
  type Liquidity,
  type SimulatedInstrument,
  simulatedSymbols,
} from "./instrument.js";
export { type KisSimulator, createKisSimulator } from "./kis-simulator.js";
export { type ManualClock, createManualClock } from "./manual-clock.js";
export {
  type Market,
  type MarketOptions,
  type SimulatedDailyBar,
  type TruthOptions,
  createMarket,
} from "./market.js";
export type { ClockMode, SimulatorClock } from "./simulator-clock.js";
export type {
  Correction,
  CorrectionShare,
  KisSimulatorOptions,
  LimitOptions,
  QuirkOptions,
} from "./simulator-options.js";
export type { SimulatorStats } from "./simulator-stats.js";
export { type RunningKisSimulator, startKisSimulator } from "./start-kis-simulator.js";
export type { SymbolDay } from "./symbol-day.js";
export type { Tick } from "./tick.js";
export type { WireRequest } from "./wire-exchange.js";
export { type Recorder, type RecorderOptions, createRecorder } from "./recorder.js";
export { type Replay, replay } from "./replay.js";
