import type { NamedObject } from "../../archive/index.js";
import {
  type TradingDay,
  type Venue,
  compactDay,
  daysBetween,
  expandDay,
  formatKstStamp,
  parseKstStamp,
  venueCode,
  venueOfCode,
} from "../../core/index.js";

/** Default prefix of daily objects. */
export const DAILY_PREFIX = "hantoo-stock-kline-1d";
/** The same for indices. */
export const INDEX_PREFIX = "hantoo-index-kline-1d";

/** Calendar days that one object may span. */
export const MOST_DAYS = 366;

/** What the key of a daily object says. */
export interface DailyKey extends NamedObject {
  readonly venue: Venue;
  /** First and last KST day that its symbols were asked for, inclusive. */
  readonly from: TradingDay;
  readonly to: TradingDay;
}

/** The key of an object, `{prefix}/{StartDay}_{EndDay}_{code}_{Retrieval}.jsonl.zstd`. */
export function formatDailyKey(
  prefix: string,
  { venue, from, to, retrieval }: Omit<DailyKey, "key">,
): string {
  const parts = [compactDay(from), compactDay(to), venueCode(venue), formatKstStamp(retrieval)];
  return `${prefix}/${parts.join("_")}.jsonl.zstd`;
}

const NAME = /^(\d{8})_(\d{8})_(J|NX|UN)_(\d{14})\.jsonl\.zstd$/;

/** @returns what the key says; `undefined` if it is none of ours. */
export function parseDailyKey(prefix: string, key: string): DailyKey | undefined {
  if (!key.startsWith(`${prefix}/`)) return undefined;
  const [, start = "", end = "", code = "", stamp = ""] = NAME.exec(key.slice(prefix.length + 1)) ?? [];
  const [from, to, venue, retrieval] = [
    expandDay(start),
    expandDay(end),
    venueOfCode(code),
    parseKstStamp(stamp),
  ];
  if (from === undefined || to === undefined || venue === undefined || retrieval === undefined)
    return undefined;
  if (to < from || daysBetween(from, to) >= MOST_DAYS) return undefined;
  return { key, retrieval, venue, from, to };
}
