import type { TradingCalendar } from "../../calendar/index.js";
import { ALL_FIELDS, type KlineField } from "../../archive/index.js";
import { type Clock, ConfigError, MINUTE_MS, checkIndexCodes } from "../../core/index.js";
import type { BarSource } from "../evidence/index.js";
import { KEPT_MINUTES, indexSource, isIndexSource } from "./index-source.js";

/** Default prefix of minutes of indices. */
export const INDEX_MINUTE_PREFIX = "hantoo-index-kline-1m";

/** Default lag of an index: three polls may fail before KIS drops the first minute that they would have brought. */
const LAG_MS = 30 * MINUTE_MS;

/** Options of a logger of indices. */
interface IndexOptions {
  readonly client: BarSource;
  readonly indices: Iterable<string>;
  readonly symbols: unknown;
  readonly trades: unknown;
  readonly venue: unknown;
  readonly hours: unknown;
  readonly prefix: string | undefined;
  readonly fields: readonly KlineField[] | undefined;
  readonly lagMs: number | undefined;
  readonly settleMs: number;
  readonly calendar: TradingCalendar;
  readonly clock: Clock;
}

/** Settings that differ from those of a logger of symbols. */
interface IndexChoice {
  readonly source: BarSource;
  readonly codes: readonly string[];
  readonly prefix: string;
  readonly fields: readonly KlineField[];
  readonly lagMs: number;
}

/** @throws {@link ConfigError} naming what does not go together with indices. */
export function checkIndexOptions(options: IndexOptions): IndexChoice {
  const { client, symbols, trades, venue, hours, calendar, clock, settleMs, fields = ALL_FIELDS } = options;
  const codes = checkIndexCodes(options.indices);
  if (codes.length === 0) throw new ConfigError("indices", "at least one code", "none");
  if (symbols !== undefined)
    throw new ConfigError("indices", "given to a logger of their own, without `symbols`", "both in one");
  if (trades !== undefined) throw new ConfigError("trades", "left out for `indices`", "a stream");
  if (venue !== "KRX") throw new ConfigError("venue", '"KRX": an index is of one venue', venue);
  if (hours !== "regular") throw new ConfigError("hours", '"regular": an index has no other', hours);
  if (!isIndexSource(client))
    throw new ConfigError("client", "one with `indexMinutes`, since `indices` are asked for", "one without");
  const lagMs = options.lagMs ?? LAG_MS;
  if (lagMs > KEPT_MINUTES * MINUTE_MS)
    throw new ConfigError(
      "lagMs",
      `at most ${KEPT_MINUTES} minutes: KIS has no older ones of an index`,
      lagMs,
    );
  const source = indexSource(client, { calendar, clock, settleMs });
  return { source, codes, prefix: options.prefix ?? INDEX_MINUTE_PREFIX, fields, lagMs };
}
