export { byRetrieval, type NamedObject } from "./named-object.js";
export { createObjectLog, type ObjectLog } from "./object-log.js";
export {
  checkProvenance,
  type CheckProvenanceOptions,
  joinSources,
  kindsOf,
  readFacts,
  readProvenance,
  type ReadProvenanceOptions,
  type StoredSource,
  UNKNOWN_SOURCE,
} from "./provenance.js";
export { readObjects } from "./read-objects.js";
export { createRetrievalClock, type RetrievalClock } from "./retrieval.js";
export { type ObjectFacts, unseal } from "./sealed/index.js";
