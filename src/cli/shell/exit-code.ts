import { isHantooError } from "hantoo";
import { Interrupted } from "./io.js";

/** Exit codes of the command. After a signal it is 128 plus the signal's number: 130 or 143. */
export const EXIT = { whole: 0, degraded: 1, badInput: 2 } as const;

/** Errors that the same line would meet again: the command line or the key has to change. */
const INPUT: ReadonlySet<string> = new Set(["config", "calendar_range", "kis_auth", "kis_unsupported"]);

/** @returns the exit code of whatever a command threw. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return error.signal === "SIGTERM" ? 143 : 130;
  return isHantooError(error) && INPUT.has(error.code) ? EXIT.badInput : EXIT.degraded;
}
