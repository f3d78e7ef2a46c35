export {
  ALL_FIELDS,
  DEFAULT_FIELDS,
  checkFields,
  columnsOf,
  formatDay,
  type KlineField,
  type KlineRecord,
} from "./kline-record.js";
export { DayMerge } from "./merge.js";
export { parseContent } from "./parse-content.js";
export { formatTimestamp } from "./timestamp.js";
