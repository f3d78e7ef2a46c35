import {
  type Logger,
  type TradingDay,
  type Venue,
  addDays,
  compactDay,
  isHantooError,
  venueCode,
} from "../../core/index.js";
import type { ObjectStore } from "../../storage/index.js";

/** Remembers when each symbol's scale was last checked, since adjusted prices cost a call each. */
export interface SweepLog {
  /**
   * @param since - first KST day of the checks that count.
   * @returns the symbols that were checked since then.
   * @throws {@link StorageError} if the store fails.
   */
  readSince(since: TradingDay, today: TradingDay): Promise<ReadonlySet<string>>;
  /** Notes that symbols were checked on a day. @throws {@link StorageError} if the store fails. */
  append(day: TradingDay, symbols: readonly string[]): Promise<void>;
}

/** Several processes may note a day side by side. */
const MOST_NOTES = 1000;

/** @param prefix - that of the factors; a note is `{prefix}/_swept/{YYYYMMDD}_{J|NX|UN}_{n}.json`, an array of symbols. */
export function createSweepLog(store: ObjectStore, prefix: string, venue: Venue, logger: Logger): SweepLog {
  const begin = (day: TradingDay): string => `${prefix}/_swept/${compactDay(day)}_${venueCode(venue)}_`;
  return {
    async readSince(since, today) {
      const symbols = new Set<string>();
      for (let day = since; day <= today; day = addDays(day, 1)) {
        for await (const key of store.list(begin(day))) {
          const bytes = await store.get(key);
          const names = bytes === undefined ? [] : parseNames(bytes);
          if (names === undefined)
            logger.warn({ key }, "a note on factors cannot be read; it is passed over");
          else for (const name of names) symbols.add(name);
        }
      }
      return symbols;
    },
    async append(day, symbols) {
      if (symbols.length === 0) return;
      const bytes = Buffer.from(JSON.stringify(symbols), "utf8");
      for (let note = 0; note < MOST_NOTES; note++) {
        const key = `${begin(day)}${note}.json`;
        if ((await store.get(key)) !== undefined) continue;
        try {
          return await store.put(key, bytes, { ifAbsent: true });
        } catch (error) {
          if (!isHantooError(error) || error.code !== "storage_conflict") throw error;
        }
      }
    },
  };
}

function parseNames(bytes: Uint8Array): readonly string[] | undefined {
  try {
    const names: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return Array.isArray(names) && names.every((name) => typeof name === "string") ? names : undefined;
  } catch {
    return undefined;
  }
}
