export { CumulativeTurnover } from "./cumulative-turnover.js";
export {
  ALL_FIELDS,
  DEFAULT_FIELDS,
  checkFields,
  columnsOf,
  formatDay,
  type KlineField,
  type KlineRecord,
} from "./kline-record.js";
export { parseContent, type ParsedContent } from "./parse-content.js";
export { formatTimestamp } from "./timestamp.js";
