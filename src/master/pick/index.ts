export {
  dailyFields,
  diffMaster,
  type DiffMasterOptions,
  type FieldChange,
  type MasterDiff,
  type Renaming,
} from "./diff-master.js";
export { findByName } from "./find-by-name.js";
export { joinNxt, type NxtFields, type NxtJoinedMaster, type NxtMarkets } from "./join-nxt.js";
export {
  isCommonStock,
  marketCapKrw,
  selectInstruments,
  type SelectInstrumentsOptions,
} from "./select-instruments.js";
