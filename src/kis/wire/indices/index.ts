export { INDEX_PAGE_ROWS, type IndexRow, indexBars, indexDays } from "./index-bars.js";
export { indexMinutes } from "./index-minutes.js";
