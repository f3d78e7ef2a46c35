import type { TradingDay } from "../../core/index.js";
import { type StoredPlace, noteReads } from "../revisit/index.js";
import type { PlannedTarget } from "./plan.js";
import type { FetchedTarget } from "./target-fetcher.js";

interface FullReadsOptions {
  readonly place: StoredPlace;
  /** All targets of the run. */
  readonly targets: readonly PlannedTarget[];
  /** Epoch ms of the run's beginning: nothing was read before. */
  readonly at: number;
  readonly buildsColumns: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Collects the symbols that were read in full, and notes them in their day when its last target is done. */
export class FullReads {
  readonly #options: FullReadsOptions;
  readonly #left = new Map<TradingDay, number>();
  readonly #read = new Map<TradingDay, { symbols: string[]; isAgain: boolean }>();

  constructor(options: FullReadsOptions) {
    this.#options = options;
    for (const { tradingDay, action } of options.targets)
      if (action === "fetch") this.#left.set(tradingDay, (this.#left.get(tradingDay) ?? 0) + 1);
  }

  /** Takes a target that is done and stored. */
  async over(target: PlannedTarget, fetched: FetchedTarget | undefined, error: unknown): Promise<void> {
    const { tradingDay, symbol } = target;
    const isAgain = target.reread === true;
    if (
      error === undefined &&
      fetched !== undefined &&
      (fetched.verified || (isAgain && fetched.isAnswered))
    ) {
      const read = this.#read.get(tradingDay) ?? { symbols: [], isAgain: false };
      this.#read.set(tradingDay, read);
      read.symbols.push(symbol);
      read.isAgain ||= isAgain;
    }
    const left = (this.#left.get(tradingDay) ?? 0) - 1;
    this.#left.set(tradingDay, left);
    if (left === 0) await this.#note(tradingDay);
  }

  /** Notes the rest at the end of the run, whether all targets were reached or not. */
  async end(): Promise<void> {
    for (const tradingDay of this.#read.keys()) await this.#note(tradingDay);
  }

  async #note(tradingDay: TradingDay): Promise<void> {
    const read = this.#read.get(tradingDay);
    this.#read.delete(tradingDay);
    if (read === undefined) return;
    const { place, at, buildsColumns, signal } = this.#options;
    const { symbols, isAgain } = read;
    await noteReads({ place, tradingDay, symbols, at, buildsColumns: buildsColumns && isAgain, signal });
  }
}
