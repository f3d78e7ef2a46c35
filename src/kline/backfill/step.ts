import type { Settled } from "../../engine/index.js";
import type { FetchedTarget } from "./target-fetcher.js";
import type { BackfillTarget } from "./targets/index.js";

/** The outcome of one target, yielded only when its minutes are durable in the store. */
export interface BackfillStep extends BackfillTarget {
  /**
   * `done`: everything KIS has of it is stored. `skipped`: nothing was asked for, see `reason`. `failed`: see `error`;
   * minutes that came before it are stored. Give failed steps back as `targets`.
   */
  readonly status: "done" | "skipped" | "failed";
  /** Traded minutes received. */
  readonly bars: number;
  /** Requests made; those planned, where a failure does not say how many. */
  readonly calls: number;
  /** Minutes that had other values and are stored again, epoch ms, ascending; absent if there are none. */
  readonly revised?: readonly number[];
  /** The source has it on a later price scale, and its prices were brought back to those traded; else absent. */
  readonly restored?: true;
  /** Only if it failed. */
  readonly error?: unknown;
  /** Only if it was skipped, as in the plan. */
  readonly reason?: string;
  /** Steps so far, this one included. */
  readonly done: number;
  /** Targets of this run. */
  readonly total: number;
}

/** How far a backfill has come. */
export interface BackfillProgress {
  /** Targets that are over: done, skipped or failed. */
  readonly done: number;
  /** Targets in all. */
  readonly total: number;
  /** Targets given up so far. */
  readonly failed: number;
  /** Requests made; for failed targets those planned. */
  readonly calls: number;
  /** Calls a second since the first one; 0 before. */
  readonly ratePerSecond: number;
  /** Milliseconds to the end at the pace so far. */
  readonly etaMs: number;
}

/** A step before it is yielded. */
export type Outcome = Omit<BackfillStep, "done" | "total">;

/** @returns the outcome of a target that is over. */
export function outcomeOf({
  piece: { symbol, tradingDay },
  fetched,
  error,
  calls,
}: Settled<BackfillTarget, FetchedTarget>): Outcome {
  const target = { symbol, tradingDay };
  const bars = fetched?.bars ?? 0;
  const revised = fetched !== undefined && fetched.revised.length > 0 ? { revised: fetched.revised } : {};
  const restored = fetched?.rescaled === "restored" ? ({ restored: true } as const) : {};
  if (error !== undefined)
    return { ...target, status: "failed", bars, calls, ...revised, ...restored, error };
  if (fetched?.isClosed === true)
    return { ...target, status: "skipped", bars: 0, calls, reason: "closed by the source" };
  // Another host may have stored the target since it was planned; then nothing was asked for.
  return calls === 0 && fetched?.isAnswered === false && fetched.cells.length === 0
    ? { ...target, status: "skipped", bars: 0, calls, reason: "complete" }
    : { ...target, status: "done", bars, calls, ...revised, ...restored };
}
