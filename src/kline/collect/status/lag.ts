import { MINUTE_MS, countThrough } from "../../../core/index.js";
import type { CoverageRow } from "../../evidence/index.js";
import type { StatusLag } from "./logger-status.js";

/** What a lag is computed from. */
interface LagFacts {
  /** Starts of the session's minutes, epoch ms, ascending. */
  readonly minutes: readonly number[];
  readonly rows: readonly CoverageRow[];
  /** Epoch ms. */
  readonly now: number;
  /** From a minute's end until it must be stored, in milliseconds; `Infinity` where the rate cannot follow. */
  readonly promisedMs: number;
  /** When everything is due whatever was promised, epoch ms. */
  readonly endsAt: number;
}

/** How many symbols a status names; of the others it tells the count. */
export const MOST_NAMED = 20;

/**
 * How far storing is behind. The median symbol decides: one symbol that KIS refuses does not make a market late, and a
 * market that stands still is seen.
 */
export function lagOf({ minutes, rows, now, promisedMs, endsAt }: LagFacts): StatusLag & { isLate: boolean } {
  const isPromised = Number.isFinite(promisedMs);
  const due =
    now >= endsAt ? minutes.length : isPromised ? countThrough(minutes, now - MINUTE_MS - promisedMs) : 0;
  const sealed = rows.map((row) => sealedCount(row, minutes));
  const half = sealed.toSorted((a, b) => a - b)[Math.floor(sealed.length / 2)] ?? minutes.length;
  const next = minutes[half];
  const behind = rows.filter((_, at) => (sealed[at] ?? 0) < due).map(({ symbol }) => symbol);
  return {
    ms: next === undefined ? 0 : Math.max(0, now - next - MINUTE_MS),
    promisedMs: isPromised ? promisedMs : null,
    lastDue: minutes[due - 1] ?? null,
    lastSealed: minutes[half - 1] ?? null,
    behind: behind.length,
    behindSymbols: behind.slice(0, MOST_NAMED),
    isLate: half < due,
  };
}

/** Leading minutes that are stored. Holes count as stored, since nothing more can be known of them. */
function sealedCount({ missing }: CoverageRow, minutes: readonly number[]): number {
  const gap = missing.find(({ reason }) => reason !== "lost");
  return gap === undefined ? minutes.length : countThrough(minutes, gap.from - 1);
}
