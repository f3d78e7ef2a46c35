export {
  INT64_MIN,
  refusal,
  SIMULATOR_HEADER,
  success,
  tokenRefusal,
  type WireRequest,
  type WireResponse,
  wireJson,
  wireRequest,
} from "./wire-exchange.js";
