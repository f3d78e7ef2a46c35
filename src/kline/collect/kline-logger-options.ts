import { type TradingCalendar, krx } from "../../calendar/index.js";
import {
  type Clock,
  type ClockOption,
  ConfigError,
  type Hours,
  type Logger,
  SETTLE_MS,
  type Venue,
  checkClock,
  checkHours,
  checkOptions,
  checkSymbols,
  checkVenue,
  createWarningLogger,
} from "../../core/index.js";
import type { ObjectStore } from "../../storage/index.js";
import {
  type BarSource,
  LIVE_CAPACITY,
  type SourceCapacity,
  type TradeSource,
  type WitnessedSource,
  witnessedSource,
} from "../evidence/index.js";
import {
  DEFAULT_FIELDS,
  type KlineField,
  type KlineStore,
  checkAccepted,
  createKlineStore,
  createRetrievalClock,
  type Spool,
  createSpool,
} from "../../archive/index.js";

import { checkIndexOptions } from "../indices/index.js";
import { PrefixGuard } from "../guard/index.js";
import { DayWatch } from "./status/index.js";
import { DEFAULT_REVISIT_DAYS, checkRevisitDays } from "../revisit/index.js";
import { type Shard, checkShard } from "../../engine/index.js";

/** When fetched minutes are uploaded: whichever comes first. */
export interface Checkpoint {
  /** After so many symbols. @defaultValue 200 */
  readonly symbols?: number;
  /** After so many milliseconds. @defaultValue 60000 */
  readonly ms?: number;
}

/** Options of {@link HantooKlineLogger}. */
export interface HantooKlineLoggerOptions {
  /** Where bars come from: a `KisClient`, or anything with such a `minuteBars`. It is not closed with the logger. */
  readonly client: BarSource;
  /**
   * Trades as they happen, such as `client.stream({ symbols })`, as evidence beside the bars, from the first pass on: a
   * minute that traded and has no row is a hole, never untraded; the closing auction's print is stored where `client`
   * does not show it (paper). The bars stay the truth. A call for a symbol that does not trade may be put off, for at
   * most 15 minutes. The logger stops reading them when it is closed. @defaultValue none
   */
  readonly trades?: TradeSource;
  /** Where they are kept. */
  readonly store: ObjectStore;
  /** Short codes; more can be added while it runs. One of `symbols` and `indices` is needed. */
  readonly symbols?: Iterable<string>;
  /**
   * Instead of symbols KIS's codes of indices: `"0001"` KOSPI, `"1001"` KOSDAQ, `"2001"` KOSPI 200. KIS keeps their
   * last 102 minutes or so, live only: {@link HantooKlineLogger.run} polls them in time, about 14 calls an index and
   * day, and what was polled too late is a hole. KRX's regular session, every column, a `prefix` of their own.
   */
  readonly indices?: Iterable<string>;
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /**
   * Which part of the day. Give each its own `prefix` at NXT and UN: `acc_vol` counts from the first minute of
   * the hours logged. @defaultValue "regular"
   */
  readonly hours?: Hours;
  /** Beginning of every key. @defaultValue "hantoo-stock-kline-1m"; "hantoo-index-kline-1m" for indices */
  readonly prefix?: string;
  /** Columns to store. @defaultValue those of the prefix; for a new one open, high, low, close, volume, acc_vol; for indices turnover too */
  readonly fields?: readonly KlineField[];
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
  /** How long after its end a minute is final, in milliseconds. @defaultValue 10000 */
  readonly settleMs?: number;
  /** How many symbols are asked for at a time; the client paces the requests. @defaultValue 8; 32 for four keys */
  readonly concurrency?: number;
  /** When fetched minutes are uploaded; after a crash at most so much is fetched again. @defaultValue 200 symbols, 60 s */
  readonly checkpoint?: Checkpoint;
  /** The part of `symbols` that is this process's. @defaultValue all of them */
  readonly shard?: Shard;
  /**
   * How old a minute may become in {@link HantooKlineLogger.run}, in milliseconds from its end; a longer lag means fewer
   * calls. @defaultValue as short as the rate allows; 30 minutes for indices, of which KIS has no more than 102
   */
  readonly lagMs?: number;
  /** Where objects wait while `store` fails, such as a `FileStore`; one logger's own. @defaultValue memory alone */
  readonly spool?: ObjectStore;
  /** Bytes that may wait in `spool`. @defaultValue 1 GiB */
  readonly spoolMaxBytes?: number;
  /** Minutes of symbols that may wait in memory; then nothing more is fetched. @defaultValue 2000000 */
  readonly maxPendingBars?: number;
  /**
   * What to do with a past day that the source has only on the scale of a later corporate action, if its traded prices
   * cannot be restored with certainty. @defaultValue "leave": nothing of it is stored
   */
  readonly rescaled?: "leave" | "store";
  /** Other kinds of bars that may stand under the prefix, such as `["host:lab"]`. @defaultValue none */
  readonly acceptProvenance?: readonly string[];
  /**
   * Whether a whole day is compacted into one object. The objects that this call wrote are then deleted; those of others
   * only with `"delete-sources"`. `false` leaves everything as it is. @defaultValue "keep-sources"
   */
  readonly compact?: "keep-sources" | "delete-sources" | false;
  /** Build the columns of a whole day. @defaultValue true */
  readonly columns?: boolean;
  /**
   * How long after the session {@link HantooKlineLogger.run} goes on trying to get and store what is missing, in
   * milliseconds. @defaultValue 6 hours
   */
  readonly graceMs?: number;
  /**
   * How many trading days back {@link HantooKlineLogger.run} reads stored days again after its reconciliation: each once
   * after 06:00 KST of the next trading day, and what is suspect (a hole, a bar that breaks a rule, a missing closing
   * print, hours that the calendar does not know) once after every such morning. Other minutes that are missing are asked
   * for by each run. 0 for never. @defaultValue 3: KIS corrects a day for so long
   */
  readonly revisitDays?: number;
}

/** Where minutes go. */
interface LoggerStores {
  readonly klineStore: KlineStore;
  readonly spool: Spool | undefined;
  readonly columns: readonly KlineField[];
  /** Whether `turnover` is among the columns. */
  readonly turnover: boolean;
}

/** The options, checked, defaults filled in. */
export interface LoggerSettings extends LoggerStores {
  readonly source: BarSource;
  /** The names are codes of indices. */
  readonly isOfIndices: boolean;
  /** `source`, where trades stand beside it. */
  readonly witness: WitnessedSource | undefined;
  readonly store: ObjectStore;
  readonly symbols: readonly string[];
  readonly venue: Venue;
  readonly hours: Hours;
  /** As given; `undefined` for those of the prefix. */
  readonly fields: readonly KlineField[] | undefined;
  /** The same places, with other columns. */
  readonly withFields: (fields: readonly KlineField[]) => LoggerStores;
  readonly guard: PrefixGuard;
  readonly rescaled: "leave" | "store";
  readonly calendar: TradingCalendar;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settleMs: number;
  readonly concurrency: number;
  readonly checkpoint: Required<Checkpoint>;
  readonly shard: Shard;
  readonly lagMs: number | undefined;
  readonly maxPendingBars: number;
  readonly compact: "keep-sources" | "delete-sources" | false;
  /** Whether a whole day's Parquet columns are built. */
  readonly buildsColumns: boolean;
  readonly graceMs: number;
  readonly revisitDays: number;
  readonly zstdLevel: number | undefined;
  /** Remembers what `status()` shows. */
  readonly watch: DayWatch;
}

const COMPACT: ReadonlySet<unknown> = new Set(["keep-sources", "delete-sources", false]);
const HOUR_MS = 3_600_000;
const GIB = 2 ** 30;

/** @throws {@link ConfigError} naming the first option that is missing, unknown or out of range. */
export function checkLoggerOptions(options: HantooKlineLoggerOptions): LoggerSettings {
  const {
    client,
    trades,
    store,
    symbols,
    indices,
    venue = "KRX",
    hours = "regular",
    zstdLevel,
    calendar = krx,
    clock: clockOption,
    logger = createWarningLogger(),
    random = Math.random,
    settleMs = SETTLE_MS,
    concurrency = concurrencyFor(options.client?.capacity),
    checkpoint: { symbols: every = 200, ms = 60_000 } = {},
    shard = { index: 0, count: 1 },
    prefix: ownPrefix,
    fields: ownFields,
    lagMs: ownLagMs,
    spool,
    spoolMaxBytes = GIB,
    maxPendingBars = 2_000_000,
    compact = "keep-sources",
    columns = true,
    graceMs = 6 * HOUR_MS,
    revisitDays = DEFAULT_REVISIT_DAYS,
    rescaled = "leave",
    acceptProvenance,
    ...unknown
  } = checkOptions(options, "an object with `client`, `store` and `symbols`");
  const [misspelt] = Object.keys(unknown satisfies Record<string, never>);
  if (misspelt !== undefined)
    throw new ConfigError(misspelt, "spelt as one of `HantooKlineLoggerOptions`", "an unknown option");
  const clock = checkClock(clockOption);
  if (typeof client?.minuteBars !== "function")
    throw new ConfigError("client", "a KisClient or another source with `minuteBars`", typeof client);
  if (trades !== undefined && typeof trades?.[Symbol.asyncIterator] !== "function")
    throw new ConfigError("trades", "an async iterable such as `client.stream({ symbols })`", typeof trades);
  for (const [name, value] of Object.entries(spool === undefined ? { store } : { store, spool }))
    if (typeof value?.put !== "function")
      throw new ConfigError(name, "an ObjectStore such as `new FileStore(dir)`", typeof value);
  if (spool !== undefined && spool === store)
    throw new ConfigError("spool", "another store than `store`", "the same");
  atLeast("settleMs", settleMs, 0, false);
  atLeast("concurrency", concurrency, 1, true);
  atLeast("checkpoint.symbols", every, 1, true);
  atLeast("checkpoint.ms", ms, 1, false);
  atLeast("maxPendingBars", maxPendingBars, 1, true);
  atLeast("spoolMaxBytes", spoolMaxBytes, 1, false);
  atLeast("graceMs", graceMs, 0, false);
  checkRevisitDays(revisitDays);
  if (ownLagMs !== undefined) atLeast("lagMs", ownLagMs, 1, false);
  if (!COMPACT.has(compact)) {
    throw new ConfigError("compact", '"keep-sources", "delete-sources" or false', compact);
  }
  if (typeof columns !== "boolean") throw new ConfigError("columns", "true or false", columns);
  if (rescaled !== "leave" && rescaled !== "store")
    throw new ConfigError("rescaled", '"leave" or "store"', rescaled);
  const accept = checkAccepted(acceptProvenance);
  const own = { prefix: ownPrefix, fields: ownFields, lagMs: ownLagMs };
  const choice =
    indices === undefined
      ? { ...own, source: client, codes: checkSymbols(symbols ?? []) }
      : checkIndexOptions({
          ...own,
          client,
          indices,
          symbols,
          trades,
          venue,
          hours,
          settleMs,
          calendar,
          clock,
        });
  const { prefix, fields, lagMs } = choice;
  // Objects of the spool correct what was seen in the store, so one clock names both: the spool's must be the later name.
  const named = createRetrievalClock({ clock, random });
  const storesOf = (written: readonly KlineField[]): LoggerStores => {
    const storeOptions = {
      fields: written,
      calendar,
      clock,
      logger,
      random,
      ...(prefix === undefined ? {} : { prefix }),
      ...(zstdLevel === undefined ? {} : { zstdLevel }),
    };
    const klineStore = createKlineStore({ ...storeOptions, store }, named);
    const turnover = written.includes("turnover");
    if (spool === undefined) return { klineStore, columns: written, turnover, spool };
    const waitingRoom = createKlineStore({ ...storeOptions, store: spool }, named);
    return {
      klineStore,
      columns: written,
      turnover,
      spool: createSpool({
        store: spool,
        waitingRoom,
        target: klineStore,
        maxBytes: spoolMaxBytes,
        turnover,
        logger,
      }),
    };
  };
  const stores = storesOf(fields ?? DEFAULT_FIELDS);
  const witness =
    trades === undefined ? undefined : witnessedSource({ source: client, trades, calendar, clock, logger });
  return {
    ...stores,
    source: witness ?? choice.source,
    isOfIndices: indices !== undefined,
    witness,
    store,
    symbols: choice.codes,
    venue: checkVenue(venue),
    hours: checkHours(hours),
    fields,
    withFields: storesOf,
    guard: new PrefixGuard({
      source: client,
      store,
      wanted: { prefix: stores.klineStore.prefix, venue, hours, fields },
      accept,
      pastDay: () => calendar.previousTradingDay(calendar.lastTradingDay(clock.now())),
    }),
    rescaled,
    calendar,
    clock,
    logger,
    settleMs,
    concurrency,
    checkpoint: { symbols: every, ms },
    shard: checkShard(shard),
    lagMs,
    maxPendingBars,
    compact,
    buildsColumns: columns,
    graceMs,
    revisitDays,
    zstdLevel,
    watch: new DayWatch(clock),
  };
}

/** Enough to hide an answer time of half a second. */
function concurrencyFor({ ratePerSecond } = LIVE_CAPACITY as SourceCapacity): number {
  return Math.max(8, Math.floor(ratePerSecond / 2.25));
}

function atLeast(name: string, value: number, least: number, whole: boolean): void {
  if (
    typeof value === "number" &&
    value >= least &&
    (whole ? Number.isInteger(value) : Number.isFinite(value))
  )
    return;
  throw new ConfigError(name, `${whole ? "an integer" : "a number"} >= ${least}`, value);
}
