import { type TradingDay, checkOptions, checkPort } from "../core/index.js";
import type { Instrument, Market } from "./market.js";

/** A cell that does not fit its layout, in a field that nothing depends on. Its instrument lacks the field. */
export interface OddCell {
  /** Counted from 1. */
  readonly line: number;
  /** Absent in files without one. */
  readonly symbol: string | undefined;
  /** Name of the property. */
  readonly field: string;
  /** The bytes of the cell, one character each. */
  readonly received: string;
}

/** One market's instruments on one day. */
export interface Master<M extends Market = Market> {
  /** Market of the file. */
  readonly market: M;
  /** The KST day asked for, or given to `parseMaster`. */
  readonly date: TradingDay;
  /**
   * The trading day of the file: `date`, or the last one before it if `date` is a holiday or the host had not renewed
   * the file yet. Absent after `parseMaster`, and outside the calendar's range.
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
  /**
   * Not yet the file of `date`: the content is the previous trading day's, or KIS was still rewriting the file (before
   * 08:50 KST). A later `downloadMaster` downloads it again.
   */
  readonly provisional?: true;
  /**
   * Where it was downloaded: `kis-live`, `simulator` or `host:NAME`. Absent after `parseMaster`, and if the cache does not
   * say.
   */
  readonly provenance?: string;
  /** The file of an older day, because the download failed and `allowStale` was given. */
  readonly stale?: true;
  /**
   * Strange cells of dead and frozen fields, and cells that a long overseas name overwrote; in the order of the file. A
   * strange cell of a live field is an error instead.
   */
  readonly odd: readonly OddCell[];
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
