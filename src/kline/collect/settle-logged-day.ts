import type { TradingDay } from "../../core/index.js";
import { type CompactReport, trySettleDay } from "../../archive/index.js";
import type { LoggerSettings } from "./kline-logger-options.js";
import type { SyncReport } from "./sync-report.js";

/** Whether nothing of the day is missing; holes are known, and count as there. */
export function isWhole({ coverage: { total } }: SyncReport): boolean {
  return total.expected > 0 && total.have === total.expected;
}

/**
 * Leaves a day as one object with its columns in step. It is safe in many objects as well: what fails is told to the
 * logger, not thrown.
 *
 * @param written - keys that this call wrote: its own sources are deleted, those of others stay unless asked for.
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
