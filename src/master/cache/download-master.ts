import type { TradingCalendar } from "../../calendar/index.js";
import {
  ConfigError,
  MasterFormatError,
  TransportError,
  type TradingDay,
  isHantooError,
  kstDay,
} from "../../core/index.js";
import {
  type DownloadMasterOptions,
  type DownloadSettings,
  MASTER_URL,
  checkDownloadOptions,
} from "./download-options.js";
import { type FetchFileOptions, fetchFile } from "./fetch-file.js";
import { type Market, checkMarket, masterFiles } from "../market.js";
import type { Master } from "../master.js";
import { type MasterCache, createMasterCache } from "./master-cache.js";
import { settledAt } from "./master-document.js";
import { parseMaster, type UnzippedMaster, unzipMaster } from "../read/index.js";
import { createSingleFlight } from "./single-flight.js";

/**
 * Downloads under way, by store. It is module-level because callers that share a store share nothing else. It holds only
 * what they await now, and nothing of a store that is gone (decisions/004-master-files.md).
 */
const flights = createSingleFlight<Master>();

/**
 * Gets the master of a market from the cache. If it is not there, downloads, parses and caches it.
 *
 * Simultaneous calls with equal options share one download. A file that is not yet the one of its date is
 * `provisional`. KIS rewrites its files until 08:50 KST: the first call after that downloads a provisional file again. One
 * that still has the previous trading day's content is downloaded again after ten minutes. A store that fails costs a
 * warning, not the master.
 *
 * @returns the master with `asOf`, `retrievedAt` and `tradingDay`. Each caller has its own map.
 * @throws {@link MasterFormatError} if the file is not as its layout says, or has lost half its rows.
 * @throws {@link TransportError} or {@link TimeoutError} if it cannot be downloaded.
 * @throws {@link ConfigError} if an option is wrong, `date` lies ahead, or the host no longer has the file of `date`.
 * @example
 * ```ts
 * const kospi = await downloadMaster("kospi", { store: new FileStore("./data") });
 * kospi.instruments.get("005930")?.koreanName; // "삼성전자"
 * ```
 */
export async function downloadMaster<M extends Market>(
  market: M,
  options: DownloadMasterOptions = {},
): Promise<Master<M>> {
  checkMarket(market);
  const settings = checkDownloadOptions(options);
  const cache = createMasterCache(settings);
  const owner = settings.store ?? settings.fetch ?? globalThis.fetch;
  const { baseUrl, date, timeoutMs, maxAttempts, maxDownloadBytes, maxBytes } = settings;
  // The key has the limits: a caller must not fail by the stricter ones of another.
  const limits = [
    settings.allowShrink,
    settings.readableCache,
    timeoutMs,
    maxAttempts,
    maxDownloadBytes,
    maxBytes,
  ];
  const key = [baseUrl, market, date, ...limits].join(" ");
  try {
    const master = await flights.share(owner, key, options.signal, (signal) =>
      readOrDownload(market, settings, cache, signal),
    );
    return { ...(master as Master<M>), instruments: new Map((master as Master<M>).instruments) };
  } catch (error) {
    if (options.signal?.aborted === true || !settings.allowStale) throw error;
    if (!isHantooError(error) || error.code === "config") throw error;
    const older = await cache.readOlder(market, settings.date);
    if (older === undefined) throw error;
    settings.logger.warn(
      { market, date: older.date, err: error },
      "master download failed, using an older day's",
    );
    return { ...older, stale: true };
  }
}

async function readOrDownload<M extends Market>(
  market: M,
  settings: DownloadSettings,
  cache: MasterCache,
  signal: AbortSignal,
): Promise<Master<M>> {
  const { date, logger } = settings;
  const cached = await cache.read(market, date);
  signal.throwIfAborted();
  const provisional = cached.master?.provisional === true;
  if (cached.master !== undefined && !isDue(cached.master, settings)) return cached.master;
  let fresh: Master<M>;
  try {
    const before = await cache.readOlder(market, date);
    fresh = compared(await download(market, settings, signal), before, settings);
    checkSize(fresh, [before, cached.master], settings);
  } catch (error) {
    signal.throwIfAborted();
    if (cached.master === undefined || !isHantooError(error)) throw error;
    logger.warn({ market, date, err: error }, "master could not be renewed, using the provisional one");
    return cached.master;
  }
  if (provisional) {
    // Another process may have renewed it; the first settled file stays.
    const again = await cache.read(market, date);
    if (again.master !== undefined && again.master.provisional !== true) return again.master;
  }
  if (cached.problem === "foreign") return fresh;
  return cache.write(fresh, provisional || cached.problem === "damaged");
}

/** Ten minutes: KIS renews its files a few times a morning. */
const RENEW_AFTER_MS = 600_000;

/** Whether a cached master is to be downloaded again. */
function isDue(master: Master, settings: DownloadSettings): boolean {
  const { date, clock } = settings;
  const { provisional, retrievedAt = 0 } = master;
  if (provisional !== true) return false;
  const now = clock.now();
  if (retrievedAt < settledAt(date) && now >= settledAt(date)) return true;
  // The host has no file of a day that is over.
  return isBehind(master, settings) && now - retrievedAt >= RENEW_AFTER_MS && kstDay(now) === date;
}

/**
 * Whether the content is of an earlier trading day. Only files of listed equities show it, because their prices change
 * every day; other files may be weeks old and still the newest.
 */
function isBehind({ market, tradingDay }: Master, { date, calendar }: DownloadSettings): boolean {
  const due = tradingDayOf(calendar, date);
  return (
    masterFiles[market].layout.equity === true &&
    tradingDay !== undefined &&
    due !== undefined &&
    tradingDay < due
  );
}

/** `fresh`, marked if it is provisional. A file that was only rewritten has the bytes of the day before. */
function compared<M extends Market>(
  fresh: Master<M>,
  before: Master<M> | undefined,
  settings: DownloadSettings,
): Master<M> {
  const { market, date } = fresh;
  const isSame = before?.tradingDay !== undefined && before.sourceSha256 === fresh.sourceSha256;
  const master =
    isSame && masterFiles[market].layout.equity ? { ...fresh, tradingDay: before.tradingDay } : fresh;
  if (!isBehind(master, settings)) return master;
  const { tradingDay } = master;
  settings.logger.warn({ market, date, tradingDay }, "the host has not renewed the master for this day");
  return { ...master, provisional: true };
}

async function download<M extends Market>(
  market: M,
  settings: DownloadSettings,
  signal: AbortSignal,
): Promise<Master<M>> {
  const { date, clock, calendar } = settings;
  const { file } = masterFiles[market];
  const url = `${settings.baseUrl}/${file}`;
  const options: FetchFileOptions = { ...settings, signal };
  const { bytes, asOf, isSimulated } = await fetchFile(url, options, async (fetched) => ({
    ...(await unpack(market, url, fetched.bytes, settings.maxBytes)),
    isSimulated: fetched.isSimulated,
  }));
  const retrievedAt = clock.now();
  const fileDay = kstDay(asOf ?? retrievedAt);
  const tradingDay = tradingDayOf(calendar, fileDay < date ? fileDay : date);
  const isPast = date < kstDay(retrievedAt);
  // A later file is the one of `date` only where the calendar knows of no session in between.
  if (
    isPast &&
    fileDay > date &&
    (tradingDay === undefined || tradingDayOf(calendar, fileDay) !== tradingDay)
  ) {
    throw new ConfigError(
      "date",
      `a day that is cached, or ${fileDay}, the day of the file that the host has now`,
      date,
    );
  }
  return {
    ...parseMaster(market, bytes, { date }),
    ...(tradingDay === undefined ? {} : { tradingDay }),
    ...(asOf === undefined ? {} : { asOf }),
    retrievedAt,
    provenance: isSimulated ? "simulator" : provenanceOf(url),
    ...(retrievedAt < settledAt(date) ? { provisional: true } : {}),
  };
}

/** KIS's own host, or the name of another. */
function provenanceOf(url: string): string {
  const { hostname } = new URL(url);
  return hostname === new URL(MASTER_URL).hostname ? "kis-live" : `host:${hostname}`;
}

async function unpack(
  market: Market,
  url: string,
  body: Uint8Array,
  maxBytes: number,
): Promise<UnzippedMaster> {
  // Every zip begins with "PK". In place of another answer, such as a page of maintenance, the file may come later.
  if (!(body[0] === 0x50 && body[1] === 0x4b)) {
    const found = body.length === 0 ? "nothing" : body[0] === 0x3c ? "a page in HTML" : "something else";
    throw new TransportError(`${url} answered with ${found}, expected a zip; try again later`);
  }
  return unzipMaster(body, { market, maxBytes });
}

/** `day`, or the last trading day before it; `undefined` outside the calendar. */
function tradingDayOf(calendar: TradingCalendar, day: TradingDay): TradingDay | undefined {
  if (day <= calendar.first || day > calendar.coveredThrough) return undefined;
  return calendar.isTradingDay(day) ? day : calendar.previousTradingDay(day);
}

/**
 * Warns if more than a twentieth of the rows of the last cached master is gone.
 *
 * @throws {@link MasterFormatError} if half of them or more are gone.
 */
function checkSize(
  master: Master,
  atHand: readonly (Master | undefined)[],
  { allowShrink, logger }: DownloadSettings,
): void {
  const { market, date } = master;
  const rows = master.instruments.size;
  for (const before of atHand) {
    const had = before?.instruments.size ?? 0;
    if (before === undefined || rows >= had * 0.95) continue;
    if (rows * 2 <= had && !allowShrink) {
      throw new MasterFormatError(
        `${market} master: ${rows} rows, where the one of ${before.date} has ${had}; the file may be cut: try again later, or pass allowShrink if it is right`,
        { market, line: 0, byteOffset: 0, field: undefined },
      );
    }
    logger.warn({ market, date, rows, before: had, beforeDate: before.date }, "the master has lost rows");
  }
}
