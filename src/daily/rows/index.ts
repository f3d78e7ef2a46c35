export { DAILY_PREFIX, INDEX_PREFIX } from "./daily-key.js";
export { type DayRows } from "./daily-lines.js";
export { type AskedSpan, type DailyStore, type SpanRead, createDailyStore } from "./daily-store.js";
export { type DailyRow, DailyTable, type ReadRow } from "./daily-table.js";
