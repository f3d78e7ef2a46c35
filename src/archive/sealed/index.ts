export { DEFAULT_ZSTD_LEVEL, seal, unseal } from "./codec.js";
