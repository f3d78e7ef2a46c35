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
 * Downloads under way, by store. Module-level, because callers who share a store share nothing else; it holds no
 * more than what they await at this moment, and nothing of a store that is gone (decisions/004-master-files.md).
 */
const flights = createSingleFlight<Master>();

/**
 * The master of a market: from the cache if it is there, else downloaded, parsed and cached.
 *
 * Callers who ask for the same in the same way at once share one download. A file from before 08:50 KST of its date, while KIS
 * still rewrites it, is `provisional` and downloaded anew by the first call after. A store that fails costs a
 * warning, not the master.
 *
 * @returns the master with `asOf`, `retrievedAt` and `tradingDay`; its map is the caller's own.
 * @throws {@link MasterFormatError} if the file is not as its layout says, or has lost half its rows.
 * @throws {@link TransportError} or {@link TimeoutError} if it cannot be downloaded.
 * @throws {@link ConfigError} if an option is wrong, or the host no longer has the file of `date`.
 */
export async function downloadMaster<M extends Market>(
  market: M,
  options: DownloadMasterOptions = {},
): Promise<Master<M>> {
  checkMarket(market);
  const settings = checkDownloadOptions(options);
  const cache = createMasterCache(settings.store, settings.logger);
  const owner = settings.store ?? settings.fetch ?? globalThis.fetch;
  const { baseUrl, date, allowShrink, timeoutMs, maxAttempts, maxDownloadBytes, maxBytes } = settings;
  // With the limits: nobody is to fail by what another caller would not accept.
  const limits = [allowShrink, timeoutMs, maxAttempts, maxDownloadBytes, maxBytes];
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
      { market, date: older.date, error: error.toJSON() },
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
  const { date, clock, logger } = settings;
  const cached = await cache.read(market, date);
  signal.throwIfAborted();
  const provisional = cached.master?.provisional === true;
  if (cached.master !== undefined && !(provisional && clock.now() >= settledAt(date))) return cached.master;
  let fresh: Master<M>;
  try {
    fresh = await download(market, settings, signal);
    await checkSize(fresh, settings, cache);
  } catch (error) {
    signal.throwIfAborted();
    if (cached.master === undefined || !isHantooError(error)) throw error;
    logger.warn(
      { market, date, error: error.toJSON() },
      "master could not be renewed, using the provisional one",
    );
    return cached.master;
  }
  if (provisional) {
    // Another process may have renewed it meanwhile; the first settled file stays.
    const again = await cache.read(market, date);
    if (again.master !== undefined && again.master.provisional !== true) return again.master;
  }
  return cache.write(fresh, provisional || cached.unusable);
}

async function download<M extends Market>(
  market: M,
  settings: DownloadSettings,
  signal: AbortSignal,
): Promise<Master<M>> {
  const { date, clock, calendar, logger } = settings;
  const { file } = masterFiles[market];
  const url = `${settings.baseUrl}/${file}`;
  const options: FetchFileOptions = { ...settings, signal };
  const { bytes, asOf } = await fetchFile(url, options, (body) =>
    unpack(market, url, body, settings.maxBytes),
  );
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
  if (tradingDay !== undefined && tradingDay !== tradingDayOf(calendar, date)) {
    logger.warn({ market, date, tradingDay }, "the host has not renewed the master for this day");
  }
  return {
    ...parseMaster(market, bytes, { date }),
    ...(tradingDay === undefined ? {} : { tradingDay }),
    ...(asOf === undefined ? {} : { asOf }),
    retrievedAt,
    ...(retrievedAt < settledAt(date) ? { provisional: true } : {}),
  };
}

async function unpack(
  market: Market,
  url: string,
  body: Uint8Array,
  maxBytes: number,
): Promise<UnzippedMaster> {
  const { entry, file } = masterFiles[market];
  // "PK" opens every zip, "<" every page.
  const found = body[0] === 0x3c ? "a page in HTML" : body.length === 0 ? "nothing" : "something else";
  if (body[0] === 0x3c || (entry !== undefined && !(body[0] === 0x50 && body[1] === 0x4b))) {
    throw new TransportError(
      `${url} answered with ${found}, expected ${entry === undefined ? "the file" : "a zip"}; try again later`,
    );
  }
  if (entry === undefined) return { bytes: body, entryName: file, asOf: undefined };
  return unzipMaster(body, { market, maxBytes });
}

/** `day`, or the last trading day before it; `undefined` where the calendar does not reach. */
function tradingDayOf(calendar: TradingCalendar, day: TradingDay): TradingDay | undefined {
  if (day <= calendar.first || day > calendar.coveredThrough) return undefined;
  return calendar.isTradingDay(day) ? day : calendar.previousTradingDay(day);
}

/** @throws {@link MasterFormatError} if half the rows of the last cached day, or more, are gone. */
async function checkSize(master: Master, settings: DownloadSettings, cache: MasterCache): Promise<void> {
  if (settings.allowShrink) return;
  const { market, date } = master;
  const rows = master.instruments.size;
  const before = await cache.readOlder(market, date);
  if (before === undefined || rows * 2 > before.instruments.size) return;
  throw new MasterFormatError(
    `${market} master: ${rows} rows, where the one of ${before.date} has ${before.instruments.size}; the file may be cut: try again later, or pass allowShrink if it is right`,
    { market, line: 0, byteOffset: 0, field: undefined },
  );
}
