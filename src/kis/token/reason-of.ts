import { errnoOf, isHantooError } from "../../core/index.js";

/** Why a store failed, for a log line. Of a foreign error only its code or name is shown: its message may hold a secret. */
export const reasonOf = (error: unknown): string =>
  isHantooError(error) ? error.message : error instanceof Error ? errnoOf(error) || error.name : "unknown";
