export { type IndexRow, indexBars } from "./index-bars.js";
export { indexMinutes } from "./index-minutes.js";
