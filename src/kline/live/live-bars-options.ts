import { type TradingCalendar, krx } from "../../calendar/index.js";
import {
  type Clock,
  type ClockOption,
  ConfigError,
  type Hours,
  type Logger,
  type MinuteBar,
  SETTLE_MS,
  type Venue,
  checkClock,
  checkHours,
  checkOptions,
  checkPort,
  checkSignal,
  checkSymbols,
  checkVenue,
  silentLogger,
} from "../../core/index.js";
import type { BarSource, TradeSource } from "../evidence/index.js";

/** Options of {@link liveBars}. */
export interface LiveBarsOptions {
  /** Trades as they happen, such as `client.stream({ symbols })`; left when the loop is. */
  readonly trades: TradeSource;
  /** What seals a minute: a `KisClient`, or anything with such a `minuteBars`. */
  readonly source: BarSource;
  /** Short codes to make bars of. */
  readonly symbols: Iterable<string>;
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** @defaultValue "regular" */
  readonly hours?: Hours;
  /**
   * Epoch ms: the series begins there, with sealed bars of `history` and the source, before it goes on live.
   * @defaultValue the minute in which the loop begins
   */
  readonly from?: number;
  /** Stored bars of a symbol, ascending, such as `readBars(…)`; the source gives what is later. @defaultValue none */
  readonly history?: (symbol: string) => Iterable<MinuteBar> | AsyncIterable<MinuteBar>;
  /** @defaultValue {@link krx} */
  readonly calendar?: TradingCalendar;
  /** @defaultValue the host's clock; where it is off, the trades' own time is believed */
  readonly clock?: ClockOption;
  /** How long after its end a minute is final, in milliseconds. @defaultValue 10000 */
  readonly settleMs?: number;
  /** @defaultValue silent */
  readonly logger?: Logger;
  /** Ends the iteration with its reason. */
  readonly signal?: AbortSignal;
}

/** The options, checked, defaults filled in. */
export type LiveSettings = Required<
  Omit<LiveBarsOptions, "symbols" | "clock" | "from" | "history" | "signal">
> &
  Pick<LiveBarsOptions, "from" | "history" | "signal"> & {
    readonly symbols: readonly string[];
    readonly clock: Clock;
  };

/** @throws {@link ConfigError} naming the option that is missing or wrong. */
export function checkLiveOptions(options: LiveBarsOptions): LiveSettings {
  checkOptions(options, "an object with `trades`, `source` and `symbols`");
  const { trades, from, settleMs = SETTLE_MS, logger = silentLogger, calendar = krx, history } = options;
  if (typeof trades?.[Symbol.asyncIterator] !== "function")
    throw new ConfigError("trades", "an async iterable such as `client.stream({ symbols })`", typeof trades);
  if (from !== undefined && !Number.isFinite(from)) throw new ConfigError("from", "epoch ms", from);
  if (!(typeof settleMs === "number" && settleMs >= 0))
    throw new ConfigError("settleMs", "a number >= 0", settleMs);
  if (history !== undefined && typeof history !== "function")
    throw new ConfigError("history", "a function of a symbol", typeof history);
  const signal = checkSignal(options.signal);
  return {
    trades,
    source: checkPort(
      options.source,
      "source",
      ["minuteBars"],
      "a KisClient or another source with `minuteBars`",
    ),
    symbols: checkSymbols(options.symbols),
    venue: checkVenue(options.venue ?? "KRX"),
    hours: checkHours(options.hours ?? "regular"),
    calendar,
    clock: checkClock(options.clock),
    settleMs,
    logger,
    ...(from === undefined ? {} : { from }),
    ...(history === undefined ? {} : { history }),
    ...(signal === undefined ? {} : { signal }),
  };
}
