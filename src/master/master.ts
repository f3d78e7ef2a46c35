import { type TradingDay, checkOptions, checkPort } from "../core/index.js";
import type { Instrument, Market } from "./market.js";

/** One market's instruments on one day. */
export interface Master<M extends Market = Market> {
  readonly market: M;
  /** The KST day asked for, or given to `parseMaster`. */
  readonly date: TradingDay;
  /**
   * The trading day whose file this is: `date`, or the last one before it where `date` is a holiday or the host
   * had not renewed the file yet. Absent after `parseMaster`, and outside the calendar's range.
   */
  readonly tradingDay?: TradingDay;
  /** The layout it was read by, such as `kospi-288`. */
  readonly layout: string;
  /** When KIS wrote the file, epoch ms, as the zip says. Absent after `parseMaster`. */
  readonly asOf?: number;
  /** When it was downloaded, epoch ms. Absent after `parseMaster`. */
  readonly retrievedAt?: number;
  /** SHA-256 of the `.mst` it was read from, 64 hex digits. */
  readonly sourceSha256: string;
  /** Downloaded before 08:50 KST of its date, while KIS still rewrites the file. */
  readonly provisional?: true;
  /** An older day's, because the download failed and `allowStale` was given. */
  readonly stale?: true;
  /** In the order of the file. The key is the symbol; see {@link MarketInstruments} for the files where it is not. */
  readonly instruments: Map<string, Instrument<M>>;
}

/**
 * @returns `value`, checked.
 * @throws {@link ConfigError} naming `option` if it has no instruments.
 */
export function checkMaster<T extends { readonly instruments: ReadonlyMap<string, unknown> }>(
  value: T,
  option = "master",
): T {
  const expected = "a master, as parseMaster() and downloadMaster() give it";
  checkPort(checkOptions(value, expected, option).instruments, option, ["get", "values"], expected);
  return value;
}
