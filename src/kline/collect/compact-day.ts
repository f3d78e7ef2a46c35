import type { TradingDay } from "../../core/index.js";
import { type CompactReport, compact } from "../../archive/index.js";
import type { LoggerSettings } from "./kline-logger-options.js";

/** The day is safe in many objects as well: a compaction that fails is told, not thrown. */
export async function compactDay(
  settings: LoggerSettings,
  tradingDay: TradingDay,
  signal: AbortSignal,
): Promise<CompactReport | undefined> {
  const { compact: mode, store, venue, klineStore, calendar, logger, zstdLevel } = settings;
  if (mode === false) return undefined;
  try {
    return await compact({
      store,
      tradingDay,
      venue,
      deleteSources: mode === "delete-sources",
      prefix: klineStore.prefix,
      calendar,
      logger,
      signal,
      ...(zstdLevel === undefined ? {} : { zstdLevel }),
    });
  } catch (error) {
    signal.throwIfAborted();
    logger.error({ tradingDay, err: error }, "the day could not be compacted; its objects are as they were");
    return undefined;
  }
}
