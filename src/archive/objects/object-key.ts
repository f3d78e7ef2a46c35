import {
  compactDay,
  ConfigError,
  expandDay,
  formatKstStamp,
  kstDay,
  parseKstStamp,
  type TradingDay,
  type Venue,
  venueCode,
  venueOfCode,
} from "../../core/index.js";

/** Default prefix of kline objects. */
export const DEFAULT_PREFIX = "hantoo-stock-kline-1m";

/** What the key of a kline object says. */
export interface ParsedKey {
  /** The whole key, prefix included. */
  readonly key: string;
  /** KST day the object's minutes belong to. */
  readonly tradingDay: TradingDay;
  /** Venue of the object's minutes; `KRX` for keys of the older logger, which name none. */
  readonly venue: Venue;
  /** Epoch ms of the first minute in the object. */
  readonly start: number;
  /** Epoch ms of the last minute in the object, inclusive. */
  readonly end: number;
  /** Epoch ms of the upload, whole seconds. Of two objects the later wins. */
  readonly retrieval: number;
}

/** @returns `prefix` without slashes at its end. @throws {@link ConfigError} naming `option` if nothing usable is left. */
export function checkKeyPrefix(prefix: unknown, option = "prefix"): string {
  const trimmed = typeof prefix === "string" ? prefix.replace(/\/+$/, "") : "";
  if (!/^[^/]+(?:\/[^/]+)*$/.test(trimmed) || /(?:^|\/)\.\.?(?:\/|$)/.test(trimmed)) {
    throw new ConfigError(option, `a key prefix such as "${DEFAULT_PREFIX}"`, prefix);
  }
  return trimmed;
}

/** Listing this finds the objects of a day, of all venues. */
export function dayPrefix(prefix: string, tradingDay: TradingDay): string {
  return `${prefix}/${compactDay(tradingDay)}`;
}

/** The key of an object, `{prefix}/{Start}_{End}_{code}_{Retrieval}.jsonl.zstd`, stamps in KST. */
export function formatKey(
  prefix: string,
  facts: Pick<ParsedKey, "venue" | "start" | "end" | "retrieval">,
): string {
  const { start, end, retrieval } = facts;
  const stamps = [
    formatKstStamp(start),
    formatKstStamp(end),
    venueCode(facts.venue),
    formatKstStamp(retrieval),
  ];
  return `${prefix}/${stamps.join("_")}.jsonl.zstd`;
}

const NAME = /^(\d{14})_(\d{14})(?:_(J|NX|UN))?_(\d{14})\.jsonl\.zstd$/;

/**
 * @returns what the key says, or `undefined` if it is not one of ours: another prefix or name, a stamp that
 * names no existing second, or a span over two days. A key without venue code (older loggers) is KRX's.
 */
export function parseKey(prefix: string, key: string): ParsedKey | undefined {
  if (!key.startsWith(`${prefix}/`)) return undefined;
  const [, startText = "", endText = "", code = "J", retrievalText = ""] =
    NAME.exec(key.slice(prefix.length + 1)) ?? [];
  const tradingDay = expandDay(startText.slice(0, 8));
  const start = parseKstStamp(startText);
  const end = parseKstStamp(endText);
  const retrieval = parseKstStamp(retrievalText);
  const venue = venueOfCode(code);
  if (tradingDay === undefined || venue === undefined) return undefined;
  if (start === undefined || end === undefined || retrieval === undefined) return undefined;
  if (end < start || kstDay(end) !== tradingDay) return undefined;
  return { key, tradingDay, venue, start, end, retrieval };
}
