import type { TradingCalendar } from "../../../calendar/index.js";
import {
  type Clock,
  type Logger,
  type MinuteBars,
  type MinuteBarsRequest,
  checkSignal,
  venueCode,
} from "../../../core/index.js";
import { type CallOptions, type KisCaller, callOptionsOf } from "../../calls/index.js";
import { type KisEnvironment, type Period, dailyRows } from "../../wire/index.js";
import type { DatedPage } from "../daily-bars.js";
import { DayCache } from "../day-cache.js";
import { checkMinuteRequest } from "./minute-request.js";
import { readMinutes } from "./read-minutes.js";
import { RunningTotalsCache } from "./running-totals.js";

/** What a {@link MinuteReader} reads with. */
interface MinuteReaderOptions {
  readonly call: KisCaller;
  readonly calendar: TradingCalendar;
  readonly clock: Clock;
  readonly environment: KisEnvironment;
  readonly logger: Logger;
  readonly settleMs: number;
  readonly paperPastMinutes: "refuse" | "try";
  /** Trading days back from today that KIS has, today included. */
  readonly keptDays: number;
}

/** Reads days of minutes, and remembers for the KST day what explains days without them. */
export class MinuteReader {
  readonly #options: MinuteReaderOptions;
  readonly #witnesses: DayCache<DatedPage>;
  readonly #totals: RunningTotalsCache = new RunningTotalsCache();

  constructor(options: MinuteReaderOptions) {
    this.#options = options;
    this.#witnesses = new DayCache(() => options.clock.now());
  }

  async read(request: MinuteBarsRequest & CallOptions): Promise<MinuteBars> {
    const { calendar, clock, environment, logger, settleMs, paperPastMinutes, keptDays } = this.#options;
    checkSignal(request?.signal)?.throwIfAborted();
    const task = checkMinuteRequest(request, clock.now(), { calendar, environment, paperPastMinutes });
    const { signal } = request;
    let calls = 0;
    const onSend = (): void => {
      request.onCall?.();
      calls++;
    };
    const how = { ...callOptionsOf(request), onSend };
    return readMinutes(task, {
      calendar,
      logger,
      settleMs,
      keptDays,
      totals: this.#totals,
      now: () => clock.now(),
      fetch: (call) => this.#options.call(call, how),
      daily: async (span, { period = "D" as Period, fresh = false } = {}) => {
        const { symbol, venue } = task;
        const call = dailyRows(symbol, venueCode(venue), { ...span, period, adjusted: false });
        const ask = async (own: CallOptions): Promise<DatedPage> => {
          const { value, dayAsOf } = await this.#options.call(call, { ...how, ...own });
          return { ...value, dayAsOf };
        };
        const key = [symbol, venue, span.from, span.to, period].join(" ");
        return fresh ? ask({}) : this.#witnesses.get(key, () => ask({ signal: undefined }), signal);
      },
      calls: () => calls,
    });
  }
}
