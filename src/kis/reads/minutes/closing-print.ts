import type { SessionWindow } from "../../../calendar/index.js";
import { MINUTE_MS } from "../../../core/index.js";

/** The minute of the closing auction's print, if these windows have one. */
export function closingMinute(windows: readonly SessionWindow[]): number | undefined {
  return windows.findLast(({ kind }) => kind === "closing-auction")?.to;
}

/** What today's answer shows of the closing auction. */
interface ClosingEvidence {
  readonly closing: number;
  readonly asOf: number;
  /** Shares in the closing minute's row; `undefined` if there is no row. */
  readonly volume: number | undefined;
  /** The rows add up to the day's total: they show every trade. */
  readonly addsUp: boolean;
  /** Whether the endpoint puts a zero row where it has nothing yet (FHKST03010200). */
  readonly hasPlaceholders: boolean;
}

/**
 * From half an hour after the close (16:00 on a plain day, when trading at the closing price ends) an answer is taken as
 * it is: a row of the auction, and its absence where an endpoint has rows of traded minutes only.
 */
export const TRUSTED_AFTER_MS: number = 30 * MINUTE_MS;
/** FHKST03010200's zero row is taken as it is in the evening: its evening answers were seen to be right (2026-09-14). */
const ZERO_TRUSTED_AFTER_MS = 150 * MINUTE_MS;

/**
 * Whether the closing auction's minute is settled. FHKST03010200 shows its volume for half a minute, then zero for many
 * minutes; FHKST03010230 may not have it yet. A zero or a missing row means "untraded" only with proof, or late enough.
 */
export function isClosingSettled(evidence: ClosingEvidence): boolean {
  const { closing, asOf, volume = 0, addsUp, hasPlaceholders } = evidence;
  if (addsUp) return true;
  const sinceClose = asOf - closing;
  if (!hasPlaceholders) return volume > 0 || sinceClose >= TRUSTED_AFTER_MS;
  return sinceClose >= (volume > 0 ? TRUSTED_AFTER_MS : ZERO_TRUSTED_AFTER_MS);
}
