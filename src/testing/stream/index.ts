export { createInProcessSockets, type InProcessSockets } from "./in-process.js";
export { attachWebSockets } from "./websocket-shell.js";
