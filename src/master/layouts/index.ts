export {
  isFixed,
  type DelimitedLayout,
  type Field,
  type FieldType,
  type FixedField,
  type FixedLayout,
  type Layout,
} from "./layout.js";
export {
  elwLayout,
  ffcodeLayout,
  foComLayout,
  foEurexLayout,
  foMtsLayout,
  frgnLayout,
  idxcodeLayout,
  konexLayout,
  kosdaqLayout,
  kospiLayout,
  overseasLayout,
  themeLayout,
} from "./layouts.js";
