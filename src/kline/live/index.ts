export { liveBars, type LiveBarEvent, type LiveBarsOptions } from "./live-bars.js";
