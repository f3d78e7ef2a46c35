export { listen } from "./http-shell.js";
export {
  createKisSimulator,
  createSimulatorCore,
  type KisSimulator,
  type SimulatorCore,
} from "./kis-simulator.js";
export { MASTER_PATH } from "./master-files.js";
