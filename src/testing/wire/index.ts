export {
  INT64_MIN,
  refusal,
  success,
  tokenRefusal,
  type WireRequest,
  type WireResponse,
  wireJson,
  wireRequest,
} from "./wire-exchange.js";
