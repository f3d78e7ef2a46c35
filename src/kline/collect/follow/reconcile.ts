import { MINUTE_MS, type TradingDay, isRetryable } from "../../../core/index.js";
import { type FollowContext, openPatiently } from "./waiting.js";
import type { Turns } from "./turns.js";
import type { SyncReport } from "../sync-report.js";

/** A followed session that has ended. */
interface ReconcileOptions {
  readonly tradingDay: TradingDay;
  readonly turns: Turns;
  /** Wall time after which nothing is tried again, epoch ms. */
  readonly endsAt: number;
}

/** Pauses between attempts at what could not be read again. */
const PAUSES_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS];

/**
 * Reads the day again as stored and, in full, as the source has it now; stores what differs as a new revision.
 * Symbols whose whole day came in one answer after the close are not asked for once more.
 *
 * @returns one report over all attempts.
 */
export async function reconcileDay(context: FollowContext, options: ReconcileOptions): Promise<SyncReport> {
  const { settings, signal, exclusive } = context;
  const { tradingDay, turns, endsAt } = options;
  const { clock, logger } = settings;
  const day = await openPatiently(settings, tradingDay, endsAt, signal);
  context.opened(day);
  const all = context.symbols();
  const again = async (symbols: readonly string[]): Promise<SyncReport> => {
    const { report } = await exclusive(() =>
      day.pass({ symbols, all, reread: true, outlivesStore: true, signal }),
    );
    return report;
  };

  try {
    let report = await again(turns.unverified(all));
    for (const pauseMs of PAUSES_MS) {
      if (day.isClosed) break;
      const rest = report.failures.filter(({ error }) => isRetryable(error)).map(({ symbol }) => symbol);
      if ((rest.length === 0 && !day.isBehind) || clock.now() >= endsAt) break;
      await clock.sleep(pauseMs, signal);
      report = joinReports(report, await again(rest), rest);
    }
    await day.flush();
    const { revised } = report;
    if (revised.length > 0)
      logger.warn(
        { tradingDay, revised },
        "minutes have changed since they were stored; they are stored again",
      );
    return report;
  } finally {
    context.opened(undefined);
  }
}

function joinReports(first: SyncReport, second: SyncReport, asked: readonly string[]): SyncReport {
  const { storeError: _, ...rest } = first;
  const repeated = new Set(asked);
  return {
    ...rest,
    ...(second.storeError === undefined ? {} : { storeError: second.storeError }),
    uploaded: [...first.uploaded, ...second.uploaded],
    fetched: {
      calls: first.fetched.calls + second.fetched.calls,
      bars: first.fetched.bars + second.fetched.bars,
    },
    revised: [...first.revised, ...second.revised],
    restored: [...first.restored, ...second.restored],
    holes: second.holes,
    odd: second.odd,
    calendarConflicts: second.calendarConflicts,
    unchanged: first.unchanged - second.revised.reduce((sum, { minutes }) => sum + minutes.length, 0),
    coverage: second.coverage,
    failures: [...first.failures.filter(({ symbol }) => !repeated.has(symbol)), ...second.failures],
  };
}
