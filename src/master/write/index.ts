export { createMaster, type CreateMasterOptions } from "./create-master.js";
export { formatMaster, formatRows, type Formattable } from "./format-master.js";
