import type { TradingCalendar } from "../calendar/index.js";
import {
  type Hours,
  type Logger,
  StorageError,
  type TradingDay,
  type Venue,
  checkSymbols,
} from "../core/index.js";
import type { ObjectStore } from "../storage/index.js";
import { unseal } from "./sealed/index.js";
import type { DayTable } from "./day-table.js";
import { DayMerge } from "./merge.js";
import type { ParsedKey } from "./object-key.js";
import { type ParsedContent, parseContent } from "./lines/index.js";

/** An object that was left out, and why. */
export interface DamagedObject extends ParsedKey {
  /** Read after "damaged: ". */
  readonly reason: string;
}

/** A day as stored. */
export interface DayRead {
  /** Merged: of two objects the later Retrieval wins per minute and symbol. */
  readonly table: DayTable;
  /** All objects of the day and venue, in the order of merging; damaged ones among them. */
  readonly objects: readonly ParsedKey[];
  /** Objects that were not merged. */
  readonly damaged: readonly DamagedObject[];
  /** Cells kept out, by object: at no minute of that day, or of no symbol, or with values that are none. */
  readonly keptOut: readonly { readonly key: string; readonly cells: number }[];
}

/** Which part of a day to read. */
export interface ReadDayOptions {
  readonly tradingDay: TradingDay;
  readonly venue: Venue;
  readonly hours: Hours;
  /** @defaultValue all that are stored */
  readonly symbols?: Iterable<string>;
  /** Which objects of the day to merge. @defaultValue all */
  readonly pick?: (object: ParsedKey) => boolean;
  readonly signal?: AbortSignal;
}

/** Where {@link readObjects} reads. */
interface ObjectSource {
  readonly store: ObjectStore;
  readonly calendar: TradingCalendar;
  readonly logger: Logger;
  readonly listDay: (tradingDay: TradingDay, venue: Venue) => Promise<ParsedKey[]>;
}

/** Objects fetched ahead of the one being merged: a live day has hundreds, and S3 answers in tens of ms. */
const AHEAD = 8;
/** Each attempt means that someone compacted the day meanwhile; nobody does it so often. */
const MAX_ATTEMPTS = 20;

/**
 * Reads and merges all objects of a day. An object that vanished after the listing was compacted: the day is
 * listed and read again.
 */
export async function readObjects(options: ReadDayOptions, source: ObjectSource): Promise<DayRead> {
  const { tradingDay, venue, pick = () => true, signal } = options;
  let vanished = "";
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    signal?.throwIfAborted();
    const objects = (await source.listDay(tradingDay, venue)).filter(pick);
    const read = await mergeObjects(objects, options, source);
    if (typeof read !== "string") return read;
    vanished = read;
  }
  throw new StorageError(
    `objects of ${tradingDay} keep vanishing between listing and reading, the last of them \`${vanished}\`; ` +
      "see what deletes them and read again",
    { operation: "get", key: vanished },
  );
}

/** @returns the merged day, or the key of an object that is no longer there. */
async function mergeObjects(
  objects: readonly ParsedKey[],
  options: ReadDayOptions,
  { store, calendar, logger }: ObjectSource,
): Promise<DayRead | string> {
  const { tradingDay, venue, hours, signal } = options;
  const minutes = calendar.minutes(tradingDay, { venue, hours });
  const allMinutes = calendar.minutes(tradingDay, { venue, hours: "all" });
  const symbols = options.symbols === undefined ? undefined : new Set(checkSymbols(options.symbols));
  const merge = new DayMerge({ tradingDay, venue, minutes }, allMinutes[0]);
  const damaged: DamagedObject[] = [];
  const keptOut: { key: string; cells: number }[] = [];

  const pending: Promise<Uint8Array | undefined>[] = [];
  const fetchAhead = (from: number): void => {
    for (let at = pending.length; at < Math.min(objects.length, from + AHEAD); at++) {
      const object = store.get(objects[at]?.key ?? "");
      object.catch(() => undefined); // awaited in its turn, if the turn comes
      pending.push(object);
    }
  };

  for (const [at, object] of objects.entries()) {
    signal?.throwIfAborted();
    fetchAhead(at);
    const bytes = await pending[at];
    pending[at] = Promise.resolve(undefined); // frees the bytes
    if (bytes === undefined) return object.key;
    const parsed = await parseObject(bytes, {
      tradingDay,
      venue,
      minutes: allMinutes,
      ...(symbols && { symbols }),
    });
    if ("damage" in parsed) {
      damaged.push({ ...object, reason: parsed.damage });
      logger.error({ key: object.key, reason: parsed.damage }, "a stored object is damaged and was left out");
      continue;
    }
    merge.add(parsed);
    if (parsed.keptOut === 0) continue;
    keptOut.push({ key: object.key, cells: parsed.keptOut });
    logger.warn(
      { key: object.key, cells: parsed.keptOut },
      "cells that are no bars of that day were left out",
    );
  }
  return { table: merge.finish(), objects, damaged, keptOut };
}

async function parseObject(
  bytes: Uint8Array,
  options: Parameters<typeof parseContent>[1],
): Promise<ParsedContent | { readonly damage: string }> {
  const unsealed = await unseal(bytes);
  return "damage" in unsealed ? unsealed : parseContent(unsealed.content, options);
}
