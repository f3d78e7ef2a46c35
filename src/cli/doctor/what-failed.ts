import { KisApiError } from "hantoo";

/** The message of whatever was thrown; KIS's own refusals by their code. */
export function whatFailed(error: unknown): string {
  if (error instanceof KisApiError) return `${error.msgCd || "no code"} (HTTP ${error.status ?? "none"})`;
  return error instanceof Error ? error.message : String(error);
}
