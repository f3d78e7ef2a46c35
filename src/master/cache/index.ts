export { downloadMaster } from "./download-master.js";
export { MASTER_URL, type DownloadMasterOptions } from "./download-options.js";
