export { type CreateTableOptions, createTable } from "./create-table.js";
export { type LoadBarsOptions, type LoadProgress, type LoadReport, loadBars } from "./load-bars.js";
export type { PgClient } from "./pg-client.js";
