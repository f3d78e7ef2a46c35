import type { DayTable } from "../../archive/index.js";
import type { Logger, TradingDay } from "../../core/index.js";
import type { StoredDays } from "./stored-days.js";
import type { QueuedTarget, TargetFetcher } from "./target-fetcher.js";

interface DayDoubtsOptions {
  readonly targets: Pick<TargetFetcher, "isLastOver" | "doubts">;
  /** Reads what is stored of a day by now. */
  readonly read: (tradingDay: TradingDay) => Promise<DayTable>;
  readonly stored: Pick<StoredDays, "write">;
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
}

/** Stores a day's closing minutes that nothing proves as holes when its last target is over. */
export class DayDoubts {
  readonly #options: DayDoubtsOptions;
  /** Days at which the store failed. */
  readonly #late: TradingDay[] = [];

  constructor(options: DayDoubtsOptions) {
    this.#options = options;
  }

  /** Takes a target that is over. A store that fails ends nothing yet: {@link end} tries once more. */
  async over(target: QueuedTarget): Promise<void> {
    const { targets, logger, signal } = this.#options;
    if (!targets.isLastOver(target)) return;
    const { tradingDay } = target;
    try {
      await this.#store(tradingDay);
    } catch (err) {
      signal?.throwIfAborted();
      logger.warn({ tradingDay, err }, "a day's last minutes could not be looked at; it is tried once more");
      this.#late.push(tradingDay);
    }
  }

  /** @returns why the holes of a day could not be stored at the second try either; `undefined` if they are. */
  async end(): Promise<unknown> {
    let fault: unknown;
    for (const tradingDay of this.#late)
      await this.#store(tradingDay).catch((error: unknown) => {
        this.#options.signal?.throwIfAborted();
        fault ??= error;
      });
    return fault;
  }

  async #store(tradingDay: TradingDay): Promise<void> {
    const { targets, read, stored } = this.#options;
    const holes = await targets.doubts(tradingDay, () => read(tradingDay));
    if (holes !== undefined) await stored.write(holes);
  }
}
