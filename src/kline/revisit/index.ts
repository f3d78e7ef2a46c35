export { DEFAULT_REVISIT_DAYS, checkRevisitDays, revisitWindow } from "./revisit-window.js";
export { dueSymbols } from "./due-symbols.js";
export { missingSymbols } from "./missing-symbols.js";
export type { StoredPlace } from "./stored-place.js";
export { noteReads } from "./read-notes.js";
