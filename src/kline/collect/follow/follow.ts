import { MINUTE_MS, type TradingDay, finalAt, isHantooError, isRetryable } from "../../../core/index.js";
import { type Cadence, planCadence } from "./cadence.js";
import { type FollowContext, LONGEST_SLEEP_MS, openPatiently, sleepUntil } from "./waiting.js";
import { Turns } from "./turns.js";
import type { LoggerSettings } from "../kline-logger-options.js";
import { isWhole, settleLoggedDay } from "../settle-logged-day.js";
import { reconcileDay } from "./reconcile.js";
import { revisitDays } from "./revisit.js";
import type { LoggedDay } from "../logged-day.js";
import type { SyncReport } from "../sync-report.js";
import { isRefused, reachOf } from "../../../engine/index.js";

const STORE_RETRY_MS = MINUTE_MS;

/** The pace for so many symbols, as the options ask for it. */
export function cadenceOf({ source, lagMs, settleMs }: LoggerSettings, symbols: number): Cadence {
  const { capacity } = source;
  return planCadence({
    symbols,
    settleMs,
    ...(capacity === undefined ? {} : { capacity }),
    ...(lagMs === undefined ? {} : { lagMs }),
  });
}

/**
 * Follows one session from its first final minute to its reconciliation.
 *
 * @returns a report of each pass that did something, those of earlier days that were read again among them, the
 * reconciliation's last.
 * @throws the signal's reason; {@link KisAuthError} and what else concerns every symbol, after the upload;
 * {@link StorageError} if what was fetched could not be stored by the end of the grace time.
 */
export async function* followDay(
  context: FollowContext,
  tradingDay: TradingDay,
): AsyncGenerator<SyncReport, void, undefined> {
  const { settings, signal } = context;
  const { calendar, venue, hours, settleMs, graceMs } = settings;
  const minutes = calendar.minutes(tradingDay, { venue, hours });
  await sleepUntil(settings, finalAt(minutes[0] ?? 0, settleMs), signal);
  const endsAt = finalAt(minutes.at(-1) ?? 0, settleMs) + graceMs;
  const turns = new Turns();
  // Each step holds the day in memory (90 MB for a market) and frees it before the next one.
  const written = new Set<string>();
  const isClosed = yield* followSession(context, { tradingDay, turns, endsAt, written });
  if (isClosed) return;
  const report = await reconcileDay(context, { tradingDay, turns, endsAt });
  for (const { key } of report.uploaded) written.add(key);
  const compaction =
    written.size > 0 || isWhole(report)
      ? await settleLoggedDay(settings, tradingDay, written, signal)
      : undefined;
  const last = compaction === undefined ? report : { ...report, compaction };
  try {
    // Only refused symbols are left out: a failure for unknown hours of today says nothing of the days before.
    const refused = report.failures.filter(({ error }) => isRefused(error));
    yield* revisitDays(context, new Set(refused.map(({ symbol }) => symbol)));
  } catch (error) {
    yield last;
    throw error;
  }
  yield last;
}

/** One session under way. */
interface FollowedSession {
  readonly tradingDay: TradingDay;
  readonly turns: Turns;
  /** Wall time after which nothing is tried again, epoch ms. */
  readonly endsAt: number;
  /** Keys of uploaded objects; it grows as the session goes. */
  readonly written: Set<string>;
}

/** @returns whether the source says that there is no such session. */
async function* followSession(
  context: FollowContext,
  session: FollowedSession,
): AsyncGenerator<SyncReport, boolean, undefined> {
  const { settings, signal } = context;
  const { tradingDay, endsAt } = session;
  const day = await openPatiently(settings, tradingDay, endsAt, signal);
  context.opened(day);
  let failed = false;
  try {
    return yield* followPasses(context, day, session);
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    await day.flush().catch((error: unknown) => {
      const facts = { tradingDay, err: error, minutes: day.pendingCells };
      settings.logger.error(facts, "what was fetched last could not be stored");
      if (!failed) throw error;
    });
    context.opened(undefined);
  }
}

async function* followPasses(
  context: FollowContext,
  day: LoggedDay,
  { turns, endsAt, written }: FollowedSession,
): AsyncGenerator<SyncReport, boolean, undefined> {
  const { settings, signal, exclusive } = context;
  const { clock, logger } = settings;
  const total = day.minutes.length;
  let cadence: Cadence | undefined;
  let followed = 0;
  let storeRetryAt = clock.monotonic();
  for (;;) {
    const symbols = context.symbols();
    if (cadence === undefined || followed !== symbols.length) {
      followed = symbols.length;
      cadence = cadenceOf(settings, followed);
      announce(settings, day.tradingDay, followed, cadence);
    }
    const { final } = day;
    const mayWait = (symbol: string, known: number): boolean =>
      settings.witness?.isSilent(
        symbol,
        day.minutes[known] ?? Infinity,
        day.minutes[final - 1] ?? Infinity,
      ) ?? false;
    const due = day.isFull ? [] : turns.due(symbols, final, total, cadence, clock.monotonic(), mayWait);
    const isStoreDue = day.isBehind && clock.monotonic() >= storeRetryAt;
    if (due.length > 0 || isStoreDue) {
      const pass = await exclusive(() =>
        day.pass({ symbols: due, all: symbols, outlivesStore: true, isOneOfMany: true, signal }),
      );
      const { report } = pass;
      turns.took(pass, total, clock.monotonic());
      storeRetryAt = clock.monotonic() + STORE_RETRY_MS;
      for (const { key } of report.uploaded) written.add(key);
      if (report.storeError !== undefined) {
        // Bars of another kind under the prefix: no waiting mends that.
        if (isHantooError(report.storeError) && report.storeError.code === "config") throw report.storeError;
        const facts = {
          tradingDay: day.tradingDay,
          err: report.storeError,
          pendingMinutes: day.pendingCells,
        };
        logger.error(facts, "the store does not take what was fetched; it is kept and tried again");
      }
      const stop = pass.stoppedBy?.error;
      if (stop !== undefined) {
        if (reachOf(stop) !== "piece" && !isRetryable(stop)) throw stop;
        logger.warn({ tradingDay: day.tradingDay, err: stop }, "no answer; asking nothing for a while");
      }
      if (due.length > 0 || report.uploaded.length > 0 || report.storeError !== undefined) yield report;
      if (day.isClosed) return true;
      continue;
    }
    if (final === total && turns.isDone(symbols, total) && !day.isBehind) return false;
    if (clock.now() >= endsAt) return false;
    const waits = [
      finalAt(day.minutes[final] ?? Infinity, settings.settleMs) - clock.now(),
      turns.nextRetryAt(clock.monotonic()) - clock.monotonic(),
      day.isBehind ? storeRetryAt - clock.monotonic() : Infinity,
      endsAt - clock.now(),
    ];
    await clock.sleep(Math.min(LONGEST_SLEEP_MS, ...waits.filter((ms) => ms > 0)), signal);
  }
}

function announce(
  { logger }: LoggerSettings,
  tradingDay: TradingDay,
  symbols: number,
  cadence: Cadence,
): void {
  const facts = { tradingDay, symbols, ...cadence };
  if (cadence.feasible) logger.info(facts, "following the session");
  else logger.warn(facts, "the rate does not allow the lag asked for; following as fast as it allows");
}
