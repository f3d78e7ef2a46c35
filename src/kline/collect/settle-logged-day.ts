import type { TradingDay } from "../../core/index.js";
import { type CompactReport, trySettleDay } from "../../archive/index.js";
import type { LoggerSettings } from "./kline-logger-options.js";
import type { SyncReport } from "./sync-report.js";

/** Whether nothing of the day is missing; known holes do not count as missing. */
export function isWhole({ coverage: { total } }: SyncReport): boolean {
  return total.expected > 0 && total.have === total.expected;
}

/**
 * Compacts a day into one object with columns. The day is safe in many objects, too, so a failure goes to the logger and
 * is not thrown.
 *
 * @param written - keys that this call wrote: these sources are deleted, those of others only if an option says so.
 */
export async function settleLoggedDay(
  settings: LoggerSettings,
  tradingDay: TradingDay,
  written: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<CompactReport | undefined> {
  const { compact: mode, buildsColumns, store, venue, klineStore, calendar, logger, zstdLevel } = settings;
  if (mode === false) return undefined;
  const settled = await trySettleDay({
    store,
    tradingDay,
    venue,
    mayDelete: (key) => mode === "delete-sources" || written.has(key),
    columns: buildsColumns,
    prefix: klineStore.prefix,
    calendar,
    logger,
    signal,
    ...(zstdLevel === undefined ? {} : { zstdLevel }),
  });
  return settled?.compaction;
}
