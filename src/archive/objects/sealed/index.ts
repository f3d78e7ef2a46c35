export { DEFAULT_ZSTD_LEVEL, seal, unseal } from "./codec.js";
export { factsOf, factsOfEnd, type ObjectFacts } from "./trailer.js";
