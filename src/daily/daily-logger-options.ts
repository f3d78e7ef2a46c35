import { checkAccepted, checkKeyPrefix } from "../archive/index.js";
import { type TradingCalendar, checkCalendar } from "../calendar/index.js";
import {
  type Clock,
  type ClockOption,
  ConfigError,
  type Logger,
  type Venue,
  checkClock,
  checkIndexCodes,
  checkOptions,
  checkPort,
  checkSymbols,
  checkVenue,
  createWarningLogger,
} from "../core/index.js";
import { type Shard, checkShard, isInShard } from "../engine/index.js";
import { FACTOR_PREFIX, type FactorLog, createFactorLog } from "../factors/index.js";
import type { ObjectStore } from "../storage/index.js";
import type { DailySource } from "./daily-source.js";
import { DAILY_PREFIX, type DailyStore, INDEX_PREFIX, createDailyStore } from "./rows/index.js";
import {
  type AskedLog,
  type SuspectLog,
  type SweepLog,
  createAskedLog,
  createSuspectLog,
  createSweepLog,
} from "./logs/index.js";

/** Options of {@link HantooDailyLogger}. */
export interface HantooDailyLoggerOptions {
  /** Where bars come from: a `KisClient`, or anything with such a `dailyBars`. It is not closed with the logger. */
  readonly client: DailySource;
  /** Where they are kept. */
  readonly store: ObjectStore;
  /** Short codes, in the order in which they are fetched; by market cap, say. @defaultValue none */
  readonly symbols?: Iterable<string>;
  /** KIS's codes of indices: `"0001"` KOSPI, `"1001"` KOSDAQ, `"2001"` KOSPI 200. @defaultValue none */
  readonly indices?: Iterable<string>;
  /** The part of `symbols` and `indices` that this process fetches. @defaultValue all of them */
  readonly shard?: Shard;
  /** How many trading days to store, today included. @defaultValue 300 */
  readonly days?: number;
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** Beginning of every key of stocks. @defaultValue "hantoo-stock-kline-1d" */
  readonly prefix?: string;
  /** Beginning of every key of indices. @defaultValue "hantoo-index-kline-1d" */
  readonly indexPrefix?: string;
  /** Beginning of every key of factors. @defaultValue "hantoo-stock-factors" */
  readonly factorPrefix?: string;
  /** Most requests of one pass, retries included if the source reports them. @defaultValue no ceiling */
  readonly maxCalls?: number;
  /** Milliseconds after which a pass has ended, its last upload included. @defaultValue no deadline */
  readonly deadlineMs?: number;
  /** Symbols asked for at a time; the client paces the requests. @defaultValue 8 */
  readonly concurrency?: number;
  /** Provenances of other kinds that may stand under the prefixes already. @defaultValue none */
  readonly acceptProvenance?: readonly string[];
  /** 1 (fast) to 22 (small). @defaultValue 10 */
  readonly zstdLevel?: number;
  /** @defaultValue {@link krx} */
  readonly calendar?: TradingCalendar;
  /** @defaultValue the host's clock */
  readonly clock?: ClockOption;
  /** @defaultValue warnings of the process, each kind of warning and error once */
  readonly logger?: Logger;
  /** 0 <= value < 1. Spreads writers over a store without conditional writes. @defaultValue Math.random */
  readonly random?: () => number;
}

/** The options, checked, defaults filled in. */
export interface DailySettings {
  readonly source: DailySource;
  readonly store: ObjectStore;
  readonly symbols: readonly string[];
  readonly indices: readonly string[];
  readonly days: number;
  readonly venue: Venue;
  readonly maxCalls: number;
  readonly deadlineMs: number;
  readonly concurrency: number;
  readonly acceptProvenance: readonly string[];
  readonly calendar: TradingCalendar;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stocks: DailyStore;
  readonly indexRows: DailyStore;
  readonly factorLog: FactorLog;
  readonly sweeps: SweepLog;
  readonly askedLog: AskedLog;
  readonly suspects: SuspectLog;
}

/** @throws {@link ConfigError} naming the first option that is missing or out of range. */
export function checkDailyOptions(options: HantooDailyLoggerOptions): DailySettings {
  checkOptions(options, "an object with `client`, `store` and `symbols`");
  const { client, store, logger = createWarningLogger(), random, zstdLevel } = options;
  const { days = 300, concurrency = 8, maxCalls = Infinity, deadlineMs = Infinity } = options;
  const prefix = checkKeyPrefix(options.prefix ?? DAILY_PREFIX);
  const indexPrefix = checkKeyPrefix(options.indexPrefix ?? INDEX_PREFIX, "indexPrefix");
  const factorPrefix = checkKeyPrefix(options.factorPrefix ?? FACTOR_PREFIX, "factorPrefix");
  const shard = checkShard(options.shard ?? { index: 0, count: 1 });
  const isOwn = (symbol: string): boolean => isInShard(symbol, shard);
  const clock = checkClock(options.clock);
  checkPort(client, "client", ["dailyBars"], "a KisClient, or anything with such a `dailyBars`");
  const symbols = options.symbols === undefined ? [] : checkSymbols(options.symbols);
  const indices = options.indices === undefined ? [] : checkIndexCodes(options.indices);
  if (symbols.length + indices.length === 0)
    throw new ConfigError("symbols", "at least one symbol, or one of `indices`", []);
  if (indices.length > 0 && typeof client.indexBars !== "function")
    throw new ConfigError("client", "one with `indexBars`, since `indices` are asked for", "one without");
  const whole = (name: string, value: number, least: number): void => {
    if (!Number.isInteger(value) || value < least)
      throw new ConfigError(name, `an integer >= ${least}`, value);
  };
  whole("days", days, 1);
  whole("concurrency", concurrency, 1);
  if (maxCalls !== Infinity) whole("maxCalls", maxCalls, 0);
  if (!(deadlineMs > 0)) throw new ConfigError("deadlineMs", "milliseconds, above 0", deadlineMs);
  const venue = checkVenue(options.venue ?? "KRX");
  const calendar = checkCalendar(options.calendar);
  const shared = {
    store,
    clock,
    logger,
    ...(random !== undefined && { random }),
    ...(zstdLevel !== undefined && { zstdLevel }),
    // Read at each write: only its answers tell a simulator from another host.
    provenance: () => client.provenance,
  };
  return {
    source: client,
    store,
    symbols: symbols.filter(isOwn),
    indices: indices.filter(isOwn),
    days,
    venue,
    maxCalls,
    deadlineMs,
    concurrency,
    acceptProvenance: checkAccepted(options.acceptProvenance),
    calendar,
    clock,
    logger,
    stocks: createDailyStore({ ...shared, prefix }),
    indexRows: createDailyStore({ ...shared, prefix: indexPrefix }),
    factorLog: createFactorLog({ ...shared, prefix: factorPrefix }),
    sweeps: createSweepLog(store, factorPrefix, venue, logger),
    askedLog: createAskedLog({ store, prefix: factorPrefix, venue, calendar, logger, shard }),
    suspects: createSuspectLog(store, factorPrefix, venue, logger),
  };
}
