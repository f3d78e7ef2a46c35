export { KEY_COLUMNS, type ParquetLibrary } from "./encode-columns.js";
export { copyColumns } from "./copy-columns.js";
export { countsIn, type SymbolCounts } from "./manifest-counts.js";
export {
  columnsKey,
  type DayManifest,
  isInStep,
  manifestKey,
  type BriefManifest,
  sha256Of,
  sourcesDigest,
} from "./manifest.js";
export { markRead } from "./mark-read.js";
export {
  type ColumnsDay,
  readManifest,
  readBriefManifest,
  readSymbols,
  VALUE_COLUMNS,
} from "./read-columns-day.js";
export { writeColumns, writeManifest } from "./write-columns.js";
