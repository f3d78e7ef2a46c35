import { KisApiError } from "hantoo";

/** One sentence of what was thrown; KIS's own refusals by their code. */
export function whatFailed(error: unknown): string {
  if (error instanceof KisApiError) return `${error.msgCd || "no code"} (HTTP ${error.status ?? "none"})`;
  return error instanceof Error ? error.message : String(error);
}
