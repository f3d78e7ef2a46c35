import { type Hours, type Logger, StorageError, type TradingDay, type Venue } from "../core/index.js";
import type { ObjectStore } from "../storage/index.js";
import type { DayTable } from "./day-table.js";
import { difference, disputed } from "./table-operations.js";
import type { KlineStore, WrittenObject } from "./kline-store.js";
import { type ParsedKey, parseKey } from "./objects/index.js";
import type { DayRead } from "./read-day.js";

/** Objects that wait in a second store until the first one takes them. */
export interface Spool {
  /** Whether nothing waits; false before the spool was read. */
  readonly isEmpty: boolean;
  /** @param how - where the bars come from. @throws {@link StorageError} if the spool is full, or fails itself. */
  write(table: DayTable, how?: { readonly source?: string }): Promise<void>;
  /**
   * Moves the waiting objects into the store, a day at a time, oldest first, and yields each object when it is durable
   * there. What the store already has is not uploaded again. If it has other values, nobody knows which are newer, since a
   * compaction hides their time: those symbols must be read again, see {@link disputed}.
   *
   * @throws {@link StorageError} if either store fails; what is not moved yet stays.
   */
  drain(): AsyncGenerator<WrittenObject, void, undefined>;
  /** The waiting objects of one day, merged. */
  readDay(day: {
    readonly tradingDay: TradingDay;
    readonly venue: Venue;
    readonly hours: Hours;
  }): Promise<DayRead>;
  /**
   * Symbols of a day for which the store had other values than the spool, ascending. They are noted beside the objects,
   * so that a kill does not lose them, until they are {@link settle}d. Empty until the spool was read.
   */
  disputed(tradingDay: TradingDay, venue: Venue): readonly string[];
  /** Removes symbols that were read again from the source and stored. @throws {@link StorageError} */
  settle(tradingDay: TradingDay, venue: Venue, symbols: ReadonlySet<string>): Promise<void>;
}

/** A {@link Spool} and where it drains to. */
interface SpoolOptions {
  /** Where objects wait. It belongs to one logger at a time. */
  readonly store: ObjectStore;
  /** The same store as {@link KlineStore}, with the prefix and fields of `target`. */
  readonly waitingRoom: KlineStore;
  readonly target: Pick<KlineStore, "readDay" | "write">;
  /** Bytes that may wait. */
  readonly maxBytes: number;
  /** Whether `turnover` is stored. */
  readonly turnover: boolean;
  readonly logger: Logger;
}

interface WaitingObject extends ParsedKey {
  readonly bytes: number;
}

/** @returns a spool that finds what an earlier process left there. */
export function createSpool(options: SpoolOptions): Spool {
  const { store, waitingRoom, target, maxBytes, turnover, logger } = options;
  const notes = createSpoolNotes(store, waitingRoom.prefix);
  let waiting: WaitingObject[] | undefined;

  const look = async (): Promise<WaitingObject[]> => {
    if (waiting !== undefined) return waiting;
    await notes.load();
    const found: WaitingObject[] = [];
    for await (const key of store.list(`${waitingRoom.prefix}/`)) {
      const parsed = parseKey(waitingRoom.prefix, key);
      if (parsed !== undefined) found.push({ ...parsed, bytes: (await store.get(key))?.length ?? 0 });
    }
    return (waiting = found);
  };

  const drainDay = async (tradingDay: TradingDay, venue: Venue): Promise<WrittenObject[]> => {
    // All hours, so that no minute is left out.
    const { table, objects, damaged, source } = await waitingRoom.readDay({
      tradingDay,
      venue,
      hours: "all",
    });
    const stored = await target.readDay({ tradingDay, venue, hours: "all" });
    const since = objects.at(-1)?.retrieval;
    const rest = difference(table, stored.table, turnover);
    const again = disputed(rest, stored.table, turnover);
    // The note first: an uploaded object wins even over a newer value that a compaction merged.
    if (again.length > 0) {
      await notes.add(tradingDay, venue, again);
      const facts = { tradingDay, venue, symbols: again };
      logger.warn(facts, "the store has other minutes than the spool; these symbols are read again");
    }
    const written = await target.write(rest, { source, ...(since === undefined ? {} : { since }) });
    const unreadable = new Set(damaged.map(({ key }) => key));
    for (const { key } of objects) {
      if (unreadable.has(key))
        logger.error({ key }, "an object in the spool is damaged; its minutes will be fetched again");
      else await store.delete(key);
    }
    waiting = (await look()).filter((object) => object.tradingDay !== tradingDay || object.venue !== venue);
    return written;
  };

  return {
    get isEmpty() {
      return waiting?.length === 0;
    },
    async write(table, how) {
      const objects = await look();
      const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
      if (bytes >= maxBytes) {
        throw new StorageError(
          `the spool holds ${bytes} bytes of at most ${maxBytes}; bring the store back, or raise \`spoolMaxBytes\``,
          { operation: "put", key: waitingRoom.prefix },
          { retryable: true },
        );
      }
      try {
        for (const object of await waitingRoom.write(table, how)) {
          const parsed = parseKey(waitingRoom.prefix, object.key);
          if (parsed !== undefined) objects.push({ ...parsed, bytes: object.bytes });
        }
      } catch (error) {
        waiting = undefined; // it may have been written: read the spool again
        throw error;
      }
    },
    async *drain() {
      const objects = await look();
      const days = new Map(
        objects.map(({ tradingDay, venue }) => [`${tradingDay} ${venue}`, { tradingDay, venue }]),
      );
      for (const name of [...days.keys()].sort()) {
        const day = days.get(name);
        if (day !== undefined) yield* await drainDay(day.tradingDay, day.venue);
      }
    },
    readDay: (day) => waitingRoom.readDay(day),
    disputed: (tradingDay, venue) => notes.of(tradingDay, venue),
    settle: (tradingDay, venue, symbols) => notes.remove(tradingDay, venue, symbols),
  };
}

/** Symbols that are to be read again from the source, by day and venue; beside the objects of a spool. */
interface SpoolNotes {
  /** Reads what an earlier process left. @throws {@link StorageError} */
  load(): Promise<void>;
  /** Ascending. */
  of(tradingDay: TradingDay, venue: Venue): readonly string[];
  /** Durable when it resolves. @throws {@link StorageError} */
  add(tradingDay: TradingDay, venue: Venue, symbols: readonly string[]): Promise<void>;
  /** @throws {@link StorageError} */
  remove(tradingDay: TradingDay, venue: Venue, symbols: ReadonlySet<string>): Promise<void>;
}

/** One text a day and venue, `{prefix}/_again/{day}_{venue}.txt`: a symbol a line. */
function createSpoolNotes(store: ObjectStore, prefix: string): SpoolNotes {
  const folder = `${prefix}/_again/`;
  const notes = new Map<string, readonly string[]>();
  const keyOf = (tradingDay: TradingDay, venue: Venue): string => `${folder}${tradingDay}_${venue}.txt`;

  const write = async (key: string, symbols: readonly string[]): Promise<void> => {
    if (symbols.length === 0) await store.delete(key);
    else await store.put(key, Buffer.from(symbols.map((symbol) => `${symbol}\n`).join("")));
    notes.set(key, symbols);
  };

  return {
    async load() {
      for await (const key of store.list(folder)) {
        const bytes = await store.get(key);
        const text = bytes === undefined ? "" : Buffer.from(bytes).toString();
        if (text !== "" && !/^(?:[0-9A-Z]+\n)+$/.test(text)) {
          throw new StorageError(
            `the note \`${key}\` in the spool is no list of symbols: sync that day with \`reread\`, then delete it`,
            { operation: "get", key },
          );
        }
        notes.set(key, text.split("\n").filter(Boolean));
      }
    },
    of: (tradingDay, venue) => notes.get(keyOf(tradingDay, venue)) ?? [],
    async add(tradingDay, venue, symbols) {
      const key = keyOf(tradingDay, venue);
      await write(key, [...new Set([...(notes.get(key) ?? []), ...symbols])].sort());
    },
    async remove(tradingDay, venue, symbols) {
      const key = keyOf(tradingDay, venue);
      const left = (notes.get(key) ?? []).filter((symbol) => !symbols.has(symbol));
      if (left.length !== notes.get(key)?.length) await write(key, left);
    },
  };
}
