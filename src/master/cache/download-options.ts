import { type TradingCalendar, krx } from "../../calendar/index.js";
import {
  type Clock,
  type ClockOption,
  ConfigError,
  type Logger,
  type TradingDay,
  checkClock,
  checkDay,
  checkOptions,
  checkPort,
  checkSignal,
  kstDay,
  silentLogger,
} from "../../core/index.js";
import type { ObjectStore } from "../../storage/index.js";

/** Where KIS publishes its master files, without authentication. */
export const MASTER_URL = "https://new.real.download.dws.co.kr/common/master";

/** Options of `downloadMaster`. */
export interface DownloadMasterOptions {
  /** Store of the masters, which are kept under `hantoo_master/`. @defaultValue none: every call downloads */
  readonly store?: ObjectStore;
  /**
   * The KST day of the master. The host has only its current file, so an earlier day must be cached already, or still
   * have the same file (as Saturday has on Sunday).
   *
   * @defaultValue today, KST
   */
  readonly date?: TradingDay;
  /** If the download fails, return the newest earlier day of the cache, marked `stale`. @defaultValue false */
  readonly allowStale?: boolean;
  /**
   * Accept a file that lost half its rows or more since the last cached day. A loss of more than 5 % is always logged.
   * @defaultValue false: MasterFormatError
   */
  readonly allowShrink?: boolean;
  /**
   * Write every field of every instrument into the cached JSON, for readers without this package. It is six times as
   * large. @defaultValue false: symbol, ISIN, names, group, base price, market cap, halt, and the file itself
   */
  readonly readableCache?: boolean;
  /** Folder of the files, `http:` or `https:`. @defaultValue KIS's download host */
  readonly baseUrl?: string;
  /** Limit of one attempt, body included, in milliseconds. @defaultValue 30000 */
  readonly timeoutMs?: number;
  /** Attempts in all. @defaultValue 4 */
  readonly maxAttempts?: number;
  /** Download at most this many bytes. @defaultValue 32 MiB; the largest file is below 1 MiB */
  readonly maxDownloadBytes?: number;
  /** Unpack at most this many bytes. @defaultValue 64 MiB */
  readonly maxBytes?: number;
  /** @defaultValue the calendar of KRX */
  readonly calendar?: TradingCalendar;
  /** @defaultValue the host's clock */
  readonly clock?: ClockOption;
  /** @defaultValue the global `fetch`, which verifies TLS */
  readonly fetch?: typeof globalThis.fetch;
  /** Random number in [0, 1) that spreads the pauses. @defaultValue Math.random */
  readonly random?: () => number;
  /** Told of retries, foreign cache objects and a failing store. @defaultValue silent */
  readonly logger?: Logger;
  /** Ends the download, which throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** {@link DownloadMasterOptions}, checked and complete. */
export interface DownloadSettings
  extends
    Required<Omit<DownloadMasterOptions, "store" | "clock" | "fetch" | "signal">>,
    Pick<DownloadMasterOptions, "store"> {
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch | undefined;
}

/** @throws {@link ConfigError} naming the first option that is wrong. */
export function checkDownloadOptions(options: DownloadMasterOptions): DownloadSettings {
  const { baseUrl = MASTER_URL, store } = checkOptions(options, "an object, or left out");
  if (store !== undefined) {
    checkPort(store, "store", ["get", "put", "list"], "an ObjectStore such as `new FileStore(dir)`");
  }
  checkSignal(options.signal);
  const clock = checkClock(options.clock);
  const today = kstDay(clock.now());
  const date = checkDay(options.date ?? today, "date");
  if (date > today) throw new ConfigError("date", `today (${today}, KST) or a day before it`, date);
  for (const port of ["fetch", "random"] as const) {
    if (options[port] !== undefined && typeof options[port] !== "function")
      throw new ConfigError(port, "a function", typeof options[port]);
  }
  return {
    ...(store === undefined ? {} : { store }),
    date,
    allowStale: options.allowStale ?? false,
    allowShrink: options.allowShrink ?? false,
    readableCache: options.readableCache ?? false,
    baseUrl: checkBaseUrl(baseUrl),
    timeoutMs: positive("timeoutMs", options.timeoutMs ?? 30_000),
    maxAttempts: positive("maxAttempts", options.maxAttempts ?? 4),
    maxDownloadBytes: positive("maxDownloadBytes", options.maxDownloadBytes ?? 32 * 2 ** 20),
    maxBytes: positive("maxBytes", options.maxBytes ?? 64 * 2 ** 20),
    calendar: checkPort(
      options.calendar ?? krx,
      "calendar",
      ["isTradingDay", "previousTradingDay"],
      "`krx` or made by `createCalendar()`",
    ),
    clock,
    fetch: options.fetch,
    random: options.random ?? Math.random,
    logger: checkPort(options.logger ?? silentLogger, "logger", ["warn"], "a logger such as `console`"),
  };
}

/** Checks the URL here because the error of `fetch` would show its credentials. */
function checkBaseUrl(value: unknown): string {
  const text = typeof value === "string" ? value : "";
  if (text.includes("@"))
    throw new ConfigError("baseUrl", "an http: or https: URL without credentials", "one with an @");
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new ConfigError("baseUrl", "an http: or https: URL", value);
  return text.replace(/\/+$/, "");
}

function positive(option: string, value: number): number {
  if (!(Number.isInteger(value) && value > 0)) throw new ConfigError(option, "a positive integer", value);
  return value;
}
