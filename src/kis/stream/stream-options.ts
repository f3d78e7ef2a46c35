import {
  ConfigError,
  KisUnsupportedError,
  type Venue,
  checkSignal,
  checkSymbols,
  checkVenue,
  checkNames,
} from "../../core/index.js";
import type { KisEnvironment } from "../wire/index.js";
import { feedKey } from "./decode-record.js";
import type { FeedKey } from "./registrations.js";
import type { StreamFeed } from "./stream-events.js";

/** Options of a stream of trades. */
export interface TradeStreamOptions {
  /** Short codes. Each takes one of the session's 41 registrations for each feed. */
  readonly symbols: Iterable<string>;
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** How many events may wait for a slow consumer. Beyond that, trades become gaps. @defaultValue 100000 */
  readonly maxQueued?: number;
  /** Ends the loop, which throws the signal's reason, and unsubscribes the symbols. */
  readonly signal?: AbortSignal;
}

/**
 * Options of a stream of several feeds.
 *
 * @example
 * ```ts
 * for await (const event of client.stream({ symbols: ["005930"], feeds: ["trade", "book"], indices: ["0001"] }))
 *   if (event.kind === "book") console.log(event.asks[0]?.price, event.bids[0]?.price);
 * ```
 */
export interface StreamOptions extends Omit<TradeStreamOptions, "symbols"> {
  /** Short codes; can be left out if `indices` are given. */
  readonly symbols?: Iterable<string>;
  /** Feeds of each symbol. Paper has trades and books only. @defaultValue ["trade"] */
  readonly feeds?: readonly Exclude<StreamFeed, "index">[];
  /** Codes of indices, such as `"0001"` for KOSPI. Each takes a registration. Live only. @defaultValue none */
  readonly indices?: readonly string[];
}

const NAMES: readonly (keyof StreamOptions)[] = [
  "symbols",
  "venue",
  "maxQueued",
  "signal",
  "feeds",
  "indices",
];
const FEEDS: readonly unknown[] = ["trade", "book", "expected", "operation"];
/** @see KIS portal: the WebSocket services that paper has (read 2026-11-28) */
const ON_PAPER: ReadonlySet<string> = new Set(["H0STCNT0", "H0STASP0"]);
const MAX_QUEUED = 100_000;

/** The options, checked. */
export interface StreamSettings {
  readonly keys: readonly FeedKey[];
  readonly maxQueued: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * @throws {@link ConfigError} naming what is wrong.
 * @throws {@link KisUnsupportedError} for a stream that paper lacks.
 */
export function checkStreamOptions(options: StreamOptions, environment: KisEnvironment): StreamSettings {
  checkNames(options, NAMES);
  const { maxQueued = MAX_QUEUED, feeds = ["trade"], indices = [] } = options;
  const venue = checkVenue(options.venue ?? "KRX");
  if (!(Number.isInteger(maxQueued) && maxQueued >= 1))
    throw new ConfigError("maxQueued", "an integer >= 1", maxQueued);
  if (!Array.isArray(feeds) || feeds.length === 0 || !feeds.every((feed) => FEEDS.includes(feed)))
    throw new ConfigError("feeds", `made of ${FEEDS.join(", ")}`, feeds);
  if (!Array.isArray(indices) || !indices.every((index) => /^\d{4}$/.test(String(index))))
    throw new ConfigError("indices", 'codes of four digits such as "0001"', indices);
  const symbols =
    options.symbols === undefined && indices.length > 0 ? [] : checkSymbols(options.symbols ?? []);
  const keys = [
    ...[...new Set(feeds)].flatMap((feed) => symbols.map((symbol) => feedKey(feed, venue, symbol))),
    ...[...new Set(indices)].map((index) => feedKey("index", venue, index)),
  ];
  const lacking = environment === "paper" ? keys.find(({ trId }) => !ON_PAPER.has(trId)) : undefined;
  if (lacking !== undefined) {
    throw new KisUnsupportedError(`KIS streams ${lacking.trId} on live only; this client is on paper`, {
      status: undefined,
      trId: lacking.trId,
      rtCd: "",
      msgCd: "",
    });
  }
  return { keys, maxQueued, signal: checkSignal(options.signal) };
}
