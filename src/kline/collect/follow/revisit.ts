import { type TradingDay, isRetryable } from "../../../core/index.js";
import { LIVE_CAPACITY } from "../../evidence/index.js";
import { dueSymbols, missingSymbols, noteReads, revisitWindow } from "../../revisit/index.js";
import { LoggedDay } from "../logged-day.js";
import { settleLoggedDay } from "../settle-logged-day.js";
import type { LoggerSettings } from "../kline-logger-options.js";
import type { SyncReport } from "../sync-report.js";
import type { FollowContext } from "./waiting.js";

/**
 * Reads again what is due of the days before a followed one, and for the first time what is missing there, oldest
 * first. A failure goes to the logger and is tried another time: what is stored stays.
 *
 * @param refused - symbols that the source refused for good just now: what is missing of them is not asked for.
 * @returns a report of each day of which anything was asked.
 * @throws the signal's reason, untouched.
 */
export async function* revisitDays(
  context: FollowContext,
  refused: ReadonlySet<string>,
): AsyncGenerator<SyncReport, void, undefined> {
  const { settings, signal } = context;
  const { calendar, clock, logger, source } = settings;
  const { keptDays = LIVE_CAPACITY.keptDays } = source.capacity ?? LIVE_CAPACITY;
  // The source's kept days include today.
  const days = Math.min(settings.revisitDays, keptDays - 1);
  for (const tradingDay of revisitWindow(calendar, clock.now(), days)) {
    try {
      const report = await revisitDay(context, tradingDay, refused);
      if (report === undefined) continue;
      yield report;
      if (report.storeError !== undefined) return;
    } catch (err) {
      signal.throwIfAborted();
      logger.warn({ tradingDay, err }, "a stored day could not be read again; it stays as it is");
      return;
    }
  }
}

async function revisitDay(
  context: FollowContext,
  tradingDay: TradingDay,
  refused: ReadonlySet<string>,
): Promise<SyncReport | undefined> {
  const { settings, signal } = context;
  const { clock, revisitDays: window } = settings;
  const all = context.symbols();
  const place = placeOf(settings);
  const at = clock.now();
  const due = await dueSymbols({ place, tradingDay, symbols: all, now: at, revisitDays: window, signal });
  const known = all.filter((symbol) => !refused.has(symbol));
  const missing = await missingSymbols({ place, tradingDay, symbols: known, now: at, signal });
  const symbols = all.filter((symbol) => due.has(symbol) || missing.has(symbol));
  if (symbols.length === 0) return undefined;
  const { report, read, error } = await readAgain(context, tradingDay, symbols);
  // A day without a session was reported when it was followed, and has nothing to heal.
  if (report.calendarConflicts.some(({ kind }) => kind === "closed-by-source")) return undefined;
  const written = new Set(report.uploaded.map(({ key }) => key));
  const compaction =
    written.size > 0 ? await settleLoggedDay(settings, tradingDay, written, signal) : undefined;
  const buildsColumns = settings.buildsColumns && settings.compact !== false;
  await noteReads({ place, tradingDay, symbols: read, at, buildsColumns, signal });
  // It concerns other symbols and days as well.
  if (error !== undefined) throw error;
  return compaction === undefined ? report : { ...report, compaction };
}

async function readAgain(
  context: FollowContext,
  tradingDay: TradingDay,
  symbols: readonly string[],
): Promise<{ readonly report: SyncReport; readonly read: readonly string[]; readonly error?: unknown }> {
  const { settings, signal, exclusive, opened } = context;
  const day = await LoggedDay.open(settings, tradingDay, signal);
  opened(day);
  try {
    const all = context.symbols();
    const { report, days, stoppedBy } = await exclusive(() =>
      day.pass({ symbols, all, reread: true, outlivesStore: true, signal }),
    );
    if (report.revised.length > 0)
      settings.logger.warn(
        { tradingDay, revised: report.revised },
        "minutes differ from what was stored; they are stored again",
      );
    const read = day.isBehind
      ? []
      : symbols.filter((symbol) => {
          const found = days.get(symbol);
          // Trades at unknown hours count as read: asking again would show the same.
          const isRead = found?.error === undefined || found.outside !== undefined;
          return found !== undefined && isRead && found.isAnswered;
        });
    const isStopped = stoppedBy !== undefined && stoppedBy.by === "source" && !isRetryable(stoppedBy.error);
    return { report, read, ...(isStopped && { error: stoppedBy.error }) };
  } finally {
    await day.flush().catch((err: unknown) => {
      settings.logger.error(
        { tradingDay, err },
        "what was read again could not be stored; it will be read once more",
      );
    });
    opened(undefined);
  }
}

function placeOf({ klineStore, store, venue, hours, calendar, logger }: LoggerSettings) {
  return { klineStore, store, venue, hours, calendar, logger };
}
