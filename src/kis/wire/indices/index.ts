export { type IndexRow, indexBars } from "./index-bars.js";
export { type IndexMinuteRow, indexMinutes } from "./index-minutes.js";
