import { type Logger, type TradingDay, expandDay, isHantooError } from "../../core/index.js";
import type { ObjectStore } from "../../storage/index.js";
import type { Market } from "../market.js";
import type { Master } from "../master.js";
import {
  MASTER_PREFIX,
  formatMasterDocument,
  isOurs,
  masterKey,
  parseMasterDocument,
} from "./master-document.js";

/** What the cache has for a market and date. */
export interface Cached<M extends Market> {
  readonly master: Master<M> | undefined;
  /** What is there instead: a damaged object of ours, which is replaced, or one of another program, which never is. */
  readonly problem?: "damaged" | "foreign";
}

/**
 * The masters in an object store. If the store fails in any way, a warning is logged and the master is downloaded.
 */
export interface MasterCache {
  read<M extends Market>(market: M, date: TradingDay): Promise<Cached<M>>;
  /** The newest readable master of an earlier day. */
  readOlder<M extends Market>(market: M, date: TradingDay): Promise<Master<M> | undefined>;
  /** Writes `master`. @returns the master of another writer that was first, if there is one. */
  write<M extends Market>(master: Master<M>, replace: boolean): Promise<Master<M>>;
}

/** Of `downloadMaster`'s settings. */
export interface MasterCacheOptions {
  readonly store?: ObjectStore;
  readonly logger: Logger;
  readonly readableCache: boolean;
}

/** @returns the cache of `store`; without a store, one that keeps nothing. */
export function createMasterCache({ store, logger, readableCache }: MasterCacheOptions): MasterCache {
  const tolerated = async <T>(
    key: string,
    fallback: T,
    work: (store: ObjectStore) => Promise<T>,
  ): Promise<T> => {
    if (store === undefined) return fallback;
    try {
      return await work(store);
    } catch (error) {
      // Any error: the caller's own store need not throw ours.
      logger.warn({ key, err: error }, "master cache failed, going on without it");
      return fallback;
    }
  };

  const read: MasterCache["read"] = <M extends Market>(market: M, date: TradingDay) => {
    const key = masterKey(market, date);
    return tolerated<Cached<M>>(key, { master: undefined }, async (objects) => {
      const bytes = await objects.get(key);
      if (bytes === undefined) return { master: undefined };
      const { master, problem } = parseMasterDocument(market, date, bytes);
      if (master !== undefined) return { master };
      if (isOurs(bytes)) {
        logger.warn({ key, problem }, "master cache object is damaged, replacing it");
        return { master, problem: "damaged" };
      }
      logger.warn(
        { key, problem },
        "master cache object is another program's: it stays, and every call downloads; move it away to use the cache",
      );
      return { master, problem: "foreign" };
    });
  };

  return {
    read,
    async readOlder(market, date) {
      const dates = await tolerated<TradingDay[]>(MASTER_PREFIX, [], async (objects) => {
        const found: TradingDay[] = [];
        for await (const key of objects.list(MASTER_PREFIX)) {
          const day = expandDay(key.slice(MASTER_PREFIX.length, MASTER_PREFIX.length + 8));
          if (day !== undefined && day < date && key === masterKey(market, day)) found.push(day);
        }
        return found;
      });
      for (const day of dates.reverse()) {
        const { master } = await read(market, day);
        if (master !== undefined) return master;
      }
      return undefined;
    },
    async write(master, replace) {
      const key = masterKey(master.market, master.date);
      const bytes = formatMasterDocument(master, { readable: readableCache });
      return tolerated(key, master, async (objects) => {
        try {
          await objects.put(key, bytes, { ifAbsent: !replace });
          return master;
        } catch (error) {
          if (!isHantooError(error) || error.code !== "storage_conflict") throw error;
          const winner = (await read(master.market, master.date)).master;
          return winner ?? master;
        }
      });
    },
  };
}
