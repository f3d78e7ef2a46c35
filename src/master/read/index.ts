export { parseMaster, type ParseMasterOptions } from "./parse-master.js";
export { readRows } from "./read-rows.js";
export { type UnzipMasterOptions, type UnzippedMaster, unzipMaster } from "./unzip-master.js";
