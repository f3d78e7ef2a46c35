export {
  type CreateDailyTableOptions,
  type CreateTableOptions,
  createDailyTable,
  createTable,
} from "./create-table.js";
export { type LoadBarsOptions, loadBars } from "./load-bars.js";
export { type LoadDailyOptions, loadDaily } from "./load-daily.js";
export type { PgClient } from "./pg-client.js";
export type { LoadProgress, LoadReport, Untraded } from "./write-rows.js";
