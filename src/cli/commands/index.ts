export { log } from "./log.js";
