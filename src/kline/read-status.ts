import { krx } from "../calendar/index.js";
import { ConfigError, SETTLE_MS, checkClock, checkHours, checkOptions, checkVenue } from "../core/index.js";
import { type LoggerStatus, planCadence, statusOf, targetDay } from "./collect/index.js";
import { type CoverageOptions, coverage } from "./read/index.js";

/** Where to look, see {@link readStatus}. */
export interface ReadStatusOptions extends Omit<CoverageOptions, "from" | "to" | "rows" | "failures"> {
  /**
   * How old a minute may become before it is stored, in milliseconds from its end. @defaultValue what following that
   * many symbols with one live key keeps, and a minute for the upload
   */
  readonly promisedMs?: number;
}

/** How long after the close minutes may still come: that of {@link HantooKlineLogger}. */
const GRACE_MS = 6 * 3_600_000;
const UPLOAD_MS = 60_000;

/**
 * The {@link LoggerStatus} of a store, whichever process fills it. It is made from the objects of the latest session
 * alone, so it has no pace, failures and passes.
 *
 * Without `symbols` it covers those stored on that day or on the trading day before, so that a symbol that stopped is seen.
 *
 * @example
 * ```ts
 * const { isHealthy, problems } = await readStatus({ store });
 * ```
 * @throws {@link ConfigError} if an option is not usable; {@link StorageError} if the store fails.
 */
export async function readStatus(options: ReadStatusOptions): Promise<LoggerStatus> {
  checkOptions(options, "an object with `store`");
  const { promisedMs, ...look } = options;
  if (promisedMs !== undefined && !(typeof promisedMs === "number" && promisedMs >= 0))
    throw new ConfigError("promisedMs", "milliseconds, at least 0", promisedMs);
  const { calendar = krx, settleMs = SETTLE_MS } = look;
  const clock = checkClock(look.clock);
  const venue = checkVenue(look.venue ?? "KRX");
  const hours = checkHours(look.hours ?? "regular");
  const now = clock.now();
  const tradingDay = targetDay({ calendar, venue, hours }, now);
  const from = look.symbols === undefined ? calendar.previousTradingDay(tradingDay) : tradingDay;
  const { days } = await coverage({ ...look, from, to: tradingDay, clock: { now: () => now } });
  const rows = new Map(days.filter((row) => row.tradingDay === tradingDay).map((row) => [row.symbol, row]));
  const symbols = [...rows.keys()];
  const cadence = planCadence({ symbols: symbols.length, settleMs });
  return statusOf({
    now,
    calendar,
    venue,
    hours,
    settleMs,
    tradingDay,
    symbols,
    day: { tradingDay, rows, failing: new Map(), odd: 0, calendarConflicts: [] },
    cadence: promisedMs === undefined ? cadence : { ...cadence, lagMs: promisedMs },
    uploadMs: promisedMs === undefined ? UPLOAD_MS : 0,
    graceMs: GRACE_MS,
    allowedUntil: -Infinity,
    source: {},
    work: {
      isFollowing: false,
      storeError: undefined,
      waiting: 0,
      lastPass: null,
      since: { passes: 0, calls: 0, bars: 0 },
    },
  });
}
