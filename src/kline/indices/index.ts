export { INDEX_MINUTE_PREFIX, checkIndexOptions } from "./index-options.js";
export { type IndexMinuteSource, isIndexSource } from "./index-source.js";
