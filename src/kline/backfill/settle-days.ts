import { type Logger, type TradingDay, type Venue, silentLogger } from "../../core/index.js";
import { type KlineStoreOptions, trySettleDay } from "../../archive/index.js";
import type { PlannedTarget } from "./plan.js";

interface SettleDaysOptions {
  readonly options: KlineStoreOptions & {
    readonly columns?: boolean;
    readonly deleteSources?: boolean;
    readonly signal?: AbortSignal;
  };
  readonly venue: Venue;
  /** All targets of the run. */
  readonly targets: readonly PlannedTarget[];
  /** Days that are one object with columns in step already. */
  readonly settled: ReadonlySet<TradingDay>;
  /** Keys that this run wrote of a day. */
  readonly writtenOf: (tradingDay: TradingDay) => ReadonlySet<string>;
  /** Checks that what was written is still there, before anything is deleted. @throws {@link StorageError} */
  readonly lookAgain: () => Promise<unknown>;
}

/** Reasons to skip that leave nothing to fetch. */
const WHOLE: ReadonlySet<string | undefined> = new Set(["complete", "before listing", "duplicate"]);

/** Turns a day into one object with columns when its last target is done, if all of them are whole. */
export class SettleDays {
  readonly #options: SettleDaysOptions;
  readonly #left = new Map<TradingDay, number>();
  readonly #short = new Set<TradingDay>();

  constructor(options: SettleDaysOptions) {
    this.#options = options;
    for (const { tradingDay, action, reason } of options.targets) {
      const isToCome = action === "fetch";
      this.#left.set(tradingDay, (this.#left.get(tradingDay) ?? 0) + (isToCome ? 1 : 0));
      if (!isToCome && !WHOLE.has(reason)) this.#short.add(tradingDay);
    }
  }

  /** Settles the days without a target to fetch that an earlier run did not settle. */
  async begin(): Promise<void> {
    for (const [tradingDay, left] of this.#left)
      if (left === 0 && !this.#options.settled.has(tradingDay)) await this.#settle(tradingDay);
  }

  /** Takes a target that is done, whole or not. */
  async over(tradingDay: TradingDay, isWhole: boolean): Promise<void> {
    const left = (this.#left.get(tradingDay) ?? 0) - 1;
    this.#left.set(tradingDay, left);
    if (!isWhole) this.#short.add(tradingDay);
    if (left === 0) await this.#settle(tradingDay);
  }

  async #settle(tradingDay: TradingDay): Promise<void> {
    if (this.#short.has(tradingDay)) return;
    const { options, venue, writtenOf, lookAgain } = this.#options;
    await lookAgain();
    const { store, prefix, calendar, zstdLevel, columns, deleteSources = false, signal } = options;
    const logger: Logger = options.logger ?? silentLogger;
    const written = writtenOf(tradingDay);
    await trySettleDay({
      store,
      tradingDay,
      venue,
      logger,
      mayDelete: (key) => deleteSources || written.has(key),
      ...(columns !== undefined && { columns }),
      ...(prefix !== undefined && { prefix }),
      ...(calendar !== undefined && { calendar }),
      ...(zstdLevel !== undefined && { zstdLevel }),
      ...(signal !== undefined && { signal }),
    });
  }
}
