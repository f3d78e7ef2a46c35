import { isHantooError } from "../../core/index.js";

/** Why a store failed, for a log line: a foreign error's message may hold anything, so its name stands for it. */
export const reasonOf = (error: unknown): string =>
  isHantooError(error) ? error.message : error instanceof Error ? error.name : "unknown";
