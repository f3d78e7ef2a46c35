export { createServerClock, type ClockMode, type SimulatorClock } from "./simulator-clock.js";
export { type ServerConfig, serverConfig } from "./server-config.js";
export type {
  Correction,
  CorrectionShare,
  KisSimulatorOptions,
  LimitOptions,
  QuirkOptions,
} from "./simulator-options.js";
export type { SimulatorStats } from "./simulator-stats.js";
export type { StreamFault, StreamFaultAction, StreamOptions, StreamSettings } from "./stream-options.js";
