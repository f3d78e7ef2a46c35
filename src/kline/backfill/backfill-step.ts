import { isHantooError } from "../../core/index.js";
import { type SymbolDay, isNetwork } from "../evidence/index.js";
import type { BackfillTarget } from "./targets/index.js";

/** What became of one target; told only when its minutes are durable in the store. */
export interface BackfillStep extends BackfillTarget {
  /**
   * `done`: everything KIS has of it is stored. `skipped`: nothing was asked for, see `reason`. `failed`: see
   * `error`; minutes that came before it are stored all the same. A failed step is a target to hand back.
   */
  readonly status: "done" | "skipped" | "failed";
  /** Traded minutes received. */
  readonly bars: number;
  /** Requests made; those planned where a failure does not tell. */
  readonly calls: number;
  /** Only of a failed one. */
  readonly error?: unknown;
  /** Only of a skipped one, as in the plan. */
  readonly reason?: string;
  /** Targets told so far, this one included. */
  readonly done: number;
  /** Targets of this run. */
  readonly total: number;
}

/** A step before it is told. */
export type Outcome = Omit<BackfillStep, "done" | "total">;

/** @returns the outcome of a fetch whose cells are durable. */
export function outcomeOf({ symbol, tradingDay }: BackfillTarget, day: SymbolDay, calls: number): Outcome {
  if (day.error !== undefined) {
    return { symbol, tradingDay, status: "failed", bars: day.bars, calls, error: day.error };
  }
  // Another host may have stored the target since it was planned: then there was nothing to ask for.
  return calls === 0 && day.cells.length === 0
    ? { symbol, tradingDay, status: "skipped", bars: 0, calls, reason: "complete" }
    : { symbol, tradingDay, status: "done", bars: day.bars, calls };
}

/** @returns the outcome of a target of which nothing is stored. */
export function failureOf(
  { symbol, tradingDay }: BackfillTarget,
  error: unknown,
  calls = 0,
  bars = 0,
): Outcome {
  return { symbol, tradingDay, status: "failed", bars, calls, error };
}

/** Whether an error would meet every other target, so that asking on would only be a storm. */
export function stopsRun(error: unknown): boolean {
  return isHantooError(error) && (error.code === "kis_auth" || error.code === "kis_rate_limit");
}

/** Failures in a row after which the same must be expected of the rest. */
const HOPELESS = { network: 10, store: 3 } as const;

/** Sees when a network is dead or a store is full, so that the rest is given up without calls. */
export class Despair {
  #network = 0;
  #store = 0;
  /** What to expect of every further target. */
  fault: { readonly error: unknown } | undefined;

  /** @param error - of a fetch; `undefined` if it succeeded. */
  fetched(error: unknown): void {
    this.#network = isNetwork(error) ? this.#network + 1 : 0;
    if (this.#network >= HOPELESS.network) this.fault ??= { error };
  }

  /** @param error - of a batch of which nothing could be written; `undefined` if something could. */
  wrote(error: unknown): void {
    this.#store = error === undefined ? 0 : this.#store + 1;
    if (this.#store >= HOPELESS.store) this.fault ??= { error };
  }
}
