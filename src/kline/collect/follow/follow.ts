import { MINUTE_MS, type TradingDay, finalAt, isRetryable } from "../../../core/index.js";
import { type Cadence, planCadence } from "./cadence.js";
import { type FollowPorts, LONGEST_SLEEP_MS, openPatiently, sleepUntil } from "./follow-ports.js";
import { FollowState } from "./follow-state.js";
import type { LoggerSettings } from "../kline-logger-options.js";
import { compactDay, reconcileDay } from "./reconcile.js";
import type { SyncDay } from "../sync-day.js";
import type { SyncReport } from "../sync-report.js";
import { stopsPass } from "../../evidence/index.js";

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
 * @returns a report of each pass that did something, the reconciliation's last.
 * @throws the signal's reason; {@link KisAuthError} and what else concerns every symbol, after the upload;
 * {@link StorageError} if what was fetched could not be stored by the end of the grace time.
 */
export async function* followDay(
  ports: FollowPorts,
  tradingDay: TradingDay,
): AsyncGenerator<SyncReport, void, undefined> {
  const { settings, signal } = ports;
  const { calendar, venue, hours, settleMs, graceMs } = settings;
  const minutes = calendar.minutes(tradingDay, { venue, hours });
  await sleepUntil(settings, finalAt(minutes[0] ?? 0, settleMs), signal);
  const endsAt = finalAt(minutes.at(-1) ?? 0, settleMs) + graceMs;
  const state = new FollowState();
  // Each step has the day in memory, a market's is 90 MB, and lets it go before the next.
  const hasUploaded = yield* followSession(ports, tradingDay, state, endsAt);
  const report = await reconcileDay(ports, { tradingDay, state, endsAt });
  const compaction =
    hasUploaded || report.uploaded.length > 0 ? await compactDay(settings, tradingDay, signal) : undefined;
  yield compaction === undefined ? report : { ...report, compaction };
}

/** @returns whether anything was uploaded. */
async function* followSession(
  ports: FollowPorts,
  tradingDay: TradingDay,
  state: FollowState,
  endsAt: number,
): AsyncGenerator<SyncReport, boolean, undefined> {
  const { settings, signal } = ports;
  const day = await openPatiently(settings, tradingDay, endsAt, signal);
  ports.opened(day);
  let failed = false;
  try {
    return yield* followPasses(ports, day, state, endsAt);
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    await day.flush().catch((error: unknown) => {
      const facts = { tradingDay, error, minutes: day.pendingCells };
      settings.logger.error(facts, "what was fetched last could not be stored");
      if (!failed) throw error;
    });
    ports.opened(undefined);
  }
}

async function* followPasses(
  ports: FollowPorts,
  day: SyncDay,
  state: FollowState,
  endsAt: number,
): AsyncGenerator<SyncReport, boolean, undefined> {
  const { settings, signal, exclusive } = ports;
  const { clock, logger } = settings;
  const total = day.minutes.length;
  let cadence: Cadence | undefined;
  let followed = 0;
  let storeRetryAt = clock.monotonic();
  let hasUploaded = false;
  for (;;) {
    const symbols = ports.symbols();
    if (cadence === undefined || followed !== symbols.length) {
      followed = symbols.length;
      cadence = cadenceOf(settings, followed);
      announce(settings, day.tradingDay, followed, cadence);
    }
    const { final } = day;
    const due = day.isFull ? [] : state.due(symbols, final, total, cadence, clock.monotonic());
    const isStoreDue = day.isBehind && clock.monotonic() >= storeRetryAt;
    if (due.length > 0 || isStoreDue) {
      const { report, pass } = await exclusive(() =>
        day.pass({ symbols: due, all: symbols, outlivesStore: true, signal }),
      );
      state.took(pass, total, clock.monotonic());
      storeRetryAt = clock.monotonic() + STORE_RETRY_MS;
      hasUploaded ||= report.uploaded.length > 0;
      if (report.storeError !== undefined) {
        const facts = {
          tradingDay: day.tradingDay,
          error: report.storeError,
          pendingMinutes: day.pendingCells,
        };
        logger.error(facts, "the store does not take what was fetched; it is kept and tried again");
      }
      const stop = pass.stoppedBy?.error;
      if (stop !== undefined) {
        if (stopsPass(stop) && !isRetryable(stop)) throw stop;
        logger.warn(
          { tradingDay: day.tradingDay, error: stop },
          "no answer; leaving the source alone for a while",
        );
      }
      if (due.length > 0 || report.uploaded.length > 0 || report.storeError !== undefined) yield report;
      continue;
    }
    if (final === total && state.isDone(symbols, total) && !day.isBehind) return hasUploaded;
    if (clock.now() >= endsAt) return hasUploaded;
    const waits = [
      finalAt(day.minutes[final] ?? Infinity, settings.settleMs) - clock.now(),
      state.nextRetryAt(clock.monotonic()) - clock.monotonic(),
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
  else logger.warn(facts, "the rate does not allow the lag asked for; following as fast as it does");
}
