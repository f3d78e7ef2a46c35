export { main } from "./main.js";
export { hostFiles, hostIo } from "./host.js";
export { type Files, Interrupted, type Io, type Prompts } from "./shell/index.js";
export { simulatedEvening } from "./setup/index.js";
