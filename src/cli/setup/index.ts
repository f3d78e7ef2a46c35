export {
  type MasterPlace,
  chooseSymbols,
  onlyCodes,
  marketsOf,
  needSymbols,
  typedSymbols,
} from "./choose-symbols.js";
export {
  type Connection,
  announceElsewhere,
  connect,
  masterUrlOf,
  simulatedEvening,
  simulatedMasters,
} from "./connect.js";
export {
  type MarketValues,
  type RangeValues,
  dateOption,
  marketOptions,
  pastTradingDay,
  rangeOf,
  rangeOptions,
  venueOption,
} from "./days.js";
export {
  type OpenStore,
  notePlaceOfSimulated,
  openStore,
  openWritableStore,
  checkWritable,
} from "./open-store.js";
export { graceAfter } from "./grace.js";
export { type SymbolValues, symbolOptions } from "./symbols-option.js";
export { collecting, masterOptions } from "./collecting.js";
export { chooseStored, withoutWriting } from "./read-only.js";
export { readTargetFile, writeFailures } from "./target-files.js";
