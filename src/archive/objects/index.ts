export { type NamedObject } from "./named-object.js";
export {
  DEFAULT_PREFIX,
  type ParsedKey,
  checkKeyPrefix,
  dayPrefix,
  formatKey,
  parseKey,
} from "./object-key.js";
export { createObjectLog, type ObjectLog } from "./object-log.js";
export {
  checkAccepted,
  checkProvenance,
  checkSource,
  joinSources,
  kindsOf,
  notedSources,
  readFacts,
  readProvenance,
  UNKNOWN_SOURCE,
} from "./provenance.js";
export { readObjects } from "./read-objects.js";
export { createRetrievalClock, type RetrievalClock } from "./retrieval.js";
export { unseal } from "./sealed/index.js";
export { SecondLook } from "./second-look.js";
export type { LostObject } from "./unguarded.js";
