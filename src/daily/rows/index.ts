export { DAILY_PREFIX, INDEX_PREFIX, MOST_DAYS } from "./daily-key.js";
export { DAILY_FIELDS, type DayRows } from "./daily-lines.js";
export {
  type AskedSpan,
  type DailyStore,
  type DailyStoreOptions,
  type SpanRead,
  createDailyStore,
} from "./daily-store.js";
export { DAILY_COLUMNS, type DailyRow, DailyTable, type ReadRow } from "./daily-table.js";
