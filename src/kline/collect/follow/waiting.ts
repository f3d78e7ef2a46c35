import { MINUTE_MS, type TradingDay, isRetryable } from "../../../core/index.js";
import type { LoggerSettings } from "../kline-logger-options.js";
import { LoggedDay } from "../logged-day.js";

/** What following needs from the logger. */
export interface FollowContext {
  readonly settings: LoggerSettings;
  /** Those to follow now, in order. */
  readonly symbols: () => readonly string[];
  /** Runs one piece of work at a time. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>;
  /** The day that is open, to be flushed when the logger is closed; `undefined` when it is done. */
  readonly opened: (day: LoggedDay | undefined) => void;
  readonly signal: AbortSignal;
}

/** The longest sleep: within it a wake-up from suspension or a change of the clock is noticed. */
export const LONGEST_SLEEP_MS = 30_000;

/** Sleeps until a wall time, in pieces, so that neither suspension nor a change of the clock makes it oversleep. */
export async function sleepUntil({ clock }: LoggerSettings, at: number, signal: AbortSignal): Promise<void> {
  for (let left = at - clock.now(); left > 0; left = at - clock.now()) {
    await clock.sleep(Math.min(left, LONGEST_SLEEP_MS), signal);
  }
}

/** @throws {@link StorageError} at once if waiting would not mend it, else when the time is up. */
export async function openPatiently(
  settings: LoggerSettings,
  tradingDay: TradingDay,
  endsAt: number,
  signal: AbortSignal,
): Promise<LoggedDay> {
  const { clock, logger } = settings;
  for (let pauseMs = LONGEST_SLEEP_MS; ; pauseMs = Math.min(pauseMs * 2, 5 * MINUTE_MS)) {
    try {
      return await LoggedDay.open(settings, tradingDay, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isRetryable(error) || clock.now() >= endsAt) throw error;
      logger.error({ tradingDay, err: error, pauseMs }, "the store cannot be read; trying again");
    }
    await clock.sleep(pauseMs, signal);
  }
}
