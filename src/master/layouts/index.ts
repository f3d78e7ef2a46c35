export {
  isFixed,
  type DelimitedLayout,
  type Field,
  type FieldType,
  type FixedField,
  type FixedLayout,
  type Layout,
} from "./layout.js";
export * from "./layouts.js";
