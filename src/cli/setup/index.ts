export {
  type MasterPlace,
  SAMPLE_SYMBOLS,
  chooseSymbols,
  codesAmong,
  needSymbols,
  typedSymbols,
} from "./choose-symbols.js";
export {
  type ConnectOptions,
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
export { type OpenStore, SIMULATED_STORE, openStore, openWritableStore } from "./open-store.js";
export { type SymbolValues, symbolOptions } from "./symbols-option.js";
export { type Collecting, collecting, masterOptions } from "./collecting.js";
export { chooseStored, withoutWriting } from "./read-only.js";
