export { attachWebSockets } from "./websocket-shell.js";
