import type { TradingCalendar } from "../calendar/index.js";
import {
  type Hours,
  type Logger,
  type TradingDay,
  type Venue,
  checkSymbolsOrIndices,
} from "../core/index.js";
import type { ObjectStore } from "../storage/index.js";
import type { DayTable } from "./day-table.js";
import { DayMerge, parseContent } from "./lines/index.js";
import { type ParsedKey, joinSources, readObjects } from "./objects/index.js";

/** An object that was left out, and why. */
export interface DamagedObject extends ParsedKey {
  /** Read after "damaged: ". */
  readonly reason: string;
}

/** A day as stored. */
export interface DayRead {
  /** Merged: of two objects the later Retrieval wins per minute and symbol. */
  readonly table: DayTable;
  /** All objects of the day and venue, by Retrieval; damaged and replaced ones among them. */
  readonly objects: readonly ParsedKey[];
  /** Keys of the merged objects; the others are damaged, or sources of a compacted one. */
  readonly merged: readonly string[];
  /** Objects that were not merged. */
  readonly damaged: readonly DamagedObject[];
  /** Cells that were left out, by object: at no minute of the day, of no symbol, or with impossible values. */
  readonly keptOut: readonly { readonly key: string; readonly cells: number }[];
  /** Whether cells were passed over because `minutes` does not include theirs. */
  readonly isCut: boolean;
  /** Where the bars came from, as the merged objects say; `"unknown"` for older ones. */
  readonly source: string;
}

/** Which part of a day to read. */
export interface ReadDayOptions {
  readonly tradingDay: TradingDay;
  readonly venue: Venue;
  readonly hours: Hours;
  /** Minutes of the table, if fewer than the session's: cells at others are passed over. */
  readonly minutes?: readonly number[];
  /** @defaultValue all that are stored */
  readonly symbols?: Iterable<string> | undefined;
  /** Which objects of the day to merge. @defaultValue all */
  readonly pick?: (object: ParsedKey) => boolean;
  /** Whether named symbols may be read from columns. @defaultValue true */
  readonly columns?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Where a day is read: its objects, and the columns derived from them. */
export interface DaySource {
  readonly store: ObjectStore;
  readonly prefix: string;
  readonly calendar: TradingCalendar;
  readonly logger: Logger;
  readonly listDay: (tradingDay: TradingDay, venue: Venue) => Promise<ParsedKey[]>;
}

/** Reads and merges all objects of a day. */
export async function readDay(options: ReadDayOptions, source: DaySource): Promise<DayRead> {
  const { store, prefix, calendar, logger, listDay } = source;
  const { tradingDay, venue, hours, pick = () => true, signal } = options;
  const allMinutes = calendar.minutes(tradingDay, { venue, hours: "all" });
  const minutes =
    options.minutes ?? (hours === "all" ? allMinutes : calendar.minutes(tradingDay, { venue, hours }));
  const symbols = options.symbols === undefined ? undefined : new Set(checkSymbolsOrIndices(options.symbols));
  const parsing = { tradingDay, venue, minutes: allMinutes, ...(symbols && { symbols }) };
  const start = (): DayMerge => new DayMerge({ tradingDay, venue, minutes }, allMinutes[0]);
  let merge = start();
  let keptOut: { key: string; cells: number }[] = [];
  const wanted = options.minutes && new Set(options.minutes);
  let isCut = false;
  const read = await readObjects<ParsedKey>({
    store,
    prefix,
    list: async () => (await listDay(tradingDay, venue)).filter(pick),
    restart() {
      merge = start();
      keptOut = [];
      isCut = false;
    },
    take({ key }, content, isProved) {
      const parsed = parseContent(content, parsing);
      if ("damage" in parsed) return parsed.damage;
      merge.add(parsed, isProved);
      isCut ||= wanted !== undefined && !parsed.table.minutes.every((minute) => wanted.has(minute));
      if (parsed.keptOut > 0) keptOut.push({ key, cells: parsed.keptOut });
      return undefined;
    },
    signal,
  });
  const damaged = read.damaged.map(({ object, reason }) => ({ ...object, reason }));
  for (const { key, reason } of damaged)
    logger.error({ key, reason }, "a stored object is damaged and was left out");
  for (const { key, cells } of keptOut)
    logger.warn({ key, cells }, "cells that are no bars of that day were left out");
  return {
    table: merge.finish(),
    objects: read.listed,
    merged: read.taken.map(({ object }) => object.key),
    damaged,
    keptOut,
    isCut,
    source: joinSources(read.taken.map(({ facts }) => facts.source)),
  };
}
