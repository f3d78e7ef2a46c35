export { DAYS_AHEAD, readAhead } from "./read-ahead.js";
export {
  buildColumns,
  type BuildColumnsOptions,
  type BuildColumnsReport,
  type BuiltDay,
} from "./build-columns.js";
export {
  countsIn,
  KEY_COLUMNS,
  type ParquetLibrary,
  type SymbolCounts,
  manifestKey,
  markRead,
  readManifest,
} from "./columns/index.js";
export type { DayListing, StoredRows } from "./day-columns.js";
export type { DayCopy, DayRows } from "./day-rows.js";
export { trySettleDay, settleDay } from "./settle-day.js";
export { compact, type CompactOptions, type CompactReport } from "./compact.js";
export { COLUMNS, DayTable, createDayTable, isHole, isStored, type Cell } from "./day-table.js";
export {
  createKlineStore,
  type KlineStore,
  type KlineStoreOptions,
  type WrittenObject,
} from "./kline-store.js";
export {
  ALL_FIELDS,
  DEFAULT_FIELDS,
  checkFields,
  columnsOf,
  formatTimestamp,
  type KlineField,
  type KlineRecord,
} from "./lines/index.js";
export {
  checkAccepted,
  checkKeyPrefix,
  checkProvenance,
  checkSource,
  DEFAULT_PREFIX,
  joinSources,
  kindsOf,
  notedSources,
  type ParsedKey,
  readProvenance,
  UNKNOWN_SOURCE,
} from "./objects/index.js";
export type { DamagedObject, DayRead, ReadDayOptions } from "./read-day.js";
export { type BarColumn, type BarColumns, readColumns, type ReadColumnsOptions } from "./read-columns.js";
export { checkRange, checkStoredNames, type Range, type RangeOptions } from "./read-range.js";
export {
  createObjectLog,
  createRetrievalClock,
  type LostObject,
  type NamedObject,
  type ObjectLog,
  readObjects,
  type RetrievalClock,
  SecondLook,
} from "./objects/index.js";
export { createSpool, type Spool } from "./spool.js";
export { isSameCell, overlay } from "./table-operations.js";
