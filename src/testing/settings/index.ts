export { createServerClock, type ClockMode, type SimulatorClock } from "./simulator-clock.js";
export {
  serverConfig,
  type Correction,
  type CorrectionShare,
  type KisSimulatorOptions,
  type LimitOptions,
  type QuirkOptions,
  type ServerConfig,
} from "./simulator-options.js";
export type { SimulatorStats } from "./simulator-stats.js";
export type { StreamFault, StreamFaultAction, StreamOptions, StreamSettings } from "./stream-options.js";
