export { liveBars, type LiveBarEvent } from "./live-bars.js";
export type { LiveBarsOptions } from "./live-bars-options.js";
