import {
  type LostObject,
  type ObjectLog,
  type RetrievalClock,
  SecondLook,
  createObjectLog,
  createRetrievalClock,
  readObjects,
} from "../../archive/index.js";
import {
  type Clock,
  type Logger,
  StorageError,
  type TradingDay,
  type Venue,
  silentLogger,
  systemClock,
} from "../../core/index.js";
import type { ObjectStore } from "../../storage/index.js";
import { DAILY_PREFIX, type DailyKey, formatDailyKey, parseDailyKey } from "./daily-key.js";
import { type DayRows, formatDays, parseDays } from "./daily-lines.js";
import { DailyTable } from "./daily-table.js";

/** Where daily rows are kept. */
export interface DailyStoreOptions {
  readonly store: ObjectStore;
  /** Beginning of every key. @defaultValue "hantoo-stock-kline-1d" */
  readonly prefix?: string;
  /** Where the rows come from. @defaultValue "unknown" */
  readonly provenance?: () => string | undefined;
  /** 1 (fast) to 22 (small). @defaultValue 10 */
  readonly zstdLevel?: number;
  readonly clock?: Clock;
  /** 0 <= value < 1. Spreads writers over a store without conditional writes. @defaultValue Math.random */
  readonly random?: () => number;
  /** Told of damaged and foreign objects. @defaultValue silent */
  readonly logger?: Logger;
}

/** Which rows to read. */
export interface ReadSpanOptions {
  readonly venue: Venue;
  /** KST days, ascending: the rows of a table. Stored rows of other days between them are reported and left out. */
  readonly days: readonly TradingDay[];
  /** @defaultValue all that are stored */
  readonly symbols?: ReadonlySet<string>;
  /** Epoch ms: objects stored later are left out. @defaultValue all */
  readonly asOf?: number;
  /** Only rows are wanted: `asked` may lack symbols that have rows of other days only. @defaultValue false */
  readonly rowsOnly?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A span for which a symbol was asked, with its rows stored: a day in it without a row has none. The span of an object
 * ends with the symbol's newest row, since only a later row proves that the source had come so far.
 */
export interface AskedSpan {
  readonly from: TradingDay;
  readonly to: TradingDay;
  /** Epoch ms. */
  readonly readAt: number;
}

/** A span as stored. */
export interface SpanRead {
  readonly table: DailyTable;
  /** By symbol, in the order of merging. */
  readonly asked: ReadonlyMap<string, readonly AskedSpan[]>;
  /** Objects that cannot be used, and why. */
  readonly damaged: readonly { readonly key: string; readonly reason: string }[];
}

/** Daily rows in an {@link ObjectStore}: immutable objects, merged when read. */
export interface DailyStore {
  readonly prefix: string;
  /**
   * Reads and merges. Of two rows the later Retrieval wins, but a row that is not final never wins over a final one.
   *
   * @throws {@link StorageError} if the store fails.
   */
  readSpan(options: ReadSpanOptions): Promise<SpanRead>;
  /**
   * Stores rows as one immutable object; nothing for none. When it resolves the object is durable.
   *
   * @param span - the days its symbols were asked for, both inclusive; all rows are within them.
   * @throws {@link StorageError} if the store fails.
   */
  write(
    span: { readonly venue: Venue; readonly from: TradingDay; readonly to: TradingDay },
    days: readonly DayRows[],
    signal?: AbortSignal,
  ): Promise<string | undefined>;
  /**
   * Checks again what was written to a store without conditional writes, and stores again what another writer's object
   * replaced. First waits by the host's clock until two seconds have passed since the last write.
   *
   * @throws {@link StorageError} if the store fails; what was not checked waits for the next time.
   */
  lookAgain(signal?: AbortSignal): Promise<void>;
}

/** @throws {@link ConfigError} if an option is not usable. */
export function createDailyStore(options: DailyStoreOptions): DailyStore {
  const { store, prefix = DAILY_PREFIX, clock = systemClock, logger = silentLogger } = options;
  const retrievals: RetrievalClock = createRetrievalClock({ clock, random: options.random ?? Math.random });
  const secondLook = new SecondLook({ store, clock, logger });
  const log: ObjectLog<DailyKey> = createObjectLog<DailyKey>({
    store,
    prefix,
    parseKey: parseDailyKey,
    retrievals,
    zstdLevel: options.zstdLevel,
    logger,
    onUnguarded: secondLook.note,
  });
  const list = async (venue: Venue): Promise<DailyKey[]> => {
    const found = await log.list(`${prefix}/`, (object) => object.venue === venue);
    for (const { retrieval } of found.slice(-1)) retrievals.saw(venue, retrieval);
    return found;
  };

  return {
    prefix,
    async readSpan({ venue, days, symbols, asOf = Infinity, rowsOnly = false, signal }) {
      const [first = "", last = ""] = [days[0], days.at(-1)];
      let table = new DailyTable(venue, days);
      let asked = new Map<string, AskedSpan[]>();
      let closedDays = new Set<TradingDay>();
      const { damaged } = await readObjects<DailyKey>({
        store,
        prefix,
        list: async () =>
          (await list(venue)).filter(
            ({ from, to, retrieval }) => from <= last && to >= first && retrieval <= asOf,
          ),
        restart() {
          table = new DailyTable(venue, days);
          asked = new Map();
          closedDays = new Set();
        },
        take({ from, retrieval }, content) {
          const newest = new Map<string, TradingDay>();
          const fault = parseDays(
            content,
            (symbol, day, numbers) => {
              if (day > (newest.get(symbol) ?? "")) newest.set(symbol, day);
              const index = table.indexOf(day);
              if (index < 0) {
                if (day >= first && day <= last) closedDays.add(day);
                return;
              }
              const before = table.get(symbol, index);
              if (before?.isFinal === true && numbers[6] !== 1) return;
              numbers[7] = retrieval;
              table.setNumbers(symbol, index, numbers);
            },
            { symbols, isWanted: rowsOnly ? (day) => day >= first && day <= last : undefined },
          );
          for (const [symbol, to] of newest) {
            const span = { from, to, readAt: retrieval };
            const spans = asked.get(symbol);
            if (spans === undefined) asked.set(symbol, [span]);
            else spans.push(span);
          }
          return fault?.damage;
        },
        signal,
      });
      if (closedDays.size > 0)
        logger.warn(
          { prefix, days: [...closedDays].sort() },
          "stored daily rows of days that the calendar calls closed were left out",
        );
      for (const { object, reason } of damaged)
        logger.error({ key: object.key, reason }, "a stored object is damaged and was left out");
      return { table, asked, damaged: damaged.map(({ object, reason }) => ({ key: object.key, reason })) };
    },
    async write({ venue, from, to }, days, signal) {
      if (days.every(({ rows }) => rows.size === 0)) return undefined;
      if (days.some(({ day }) => day < from || day > to))
        throw new StorageError(`a row lies outside the span ${from} to ${to} of its object`, {
          operation: "put",
          key: prefix,
        });
      await list(venue);
      const { key } = await log.write({
        content: formatDays(days.filter(({ rows }) => rows.size > 0)),
        keyOf: (retrieval) => formatDailyKey(prefix, { venue, from, to, retrieval }),
        scope: venue,
        source: options.provenance?.(),
        signal,
      });
      return key;
    },
    async lookAgain(signal) {
      const storeAgain = async (lost: LostObject): Promise<never[]> => {
        const name = parseDailyKey(prefix, lost.key);
        // An object that is gone was deleted on purpose: nothing else removes daily objects.
        if (name === undefined || lost.isGone) return [];
        const keyOf = (retrieval: number): string => formatDailyKey(prefix, { ...name, retrieval });
        await log.writeAgain(lost, { keyOf, scope: name.venue, signal });
        return [];
      };
      await secondLook.take("wait", storeAgain, signal);
    },
  };
}
