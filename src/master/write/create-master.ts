import { ConfigError, type TradingDay } from "../../core/index.js";
import { formatRows } from "./format-master.js";
import { type Instrument, type Market, checkMarket } from "../market.js";
import type { Master } from "../master.js";
import { parseMaster } from "../read/index.js";

/** What the rows do not say. */
export interface CreateMasterOptions {
  /** The KST day the master is of. */
  readonly date: TradingDay;
}

/**
 * Builds a master from fields, as if a file with these rows had been parsed: for simulators and tests.
 *
 * @param rows - fields by name; those that are missing are blank, derived properties are computed.
 * @returns the master; {@link formatMaster} gives its bytes.
 * @throws {@link ConfigError} naming symbol and field if a value has no form in the file.
 */
export function createMaster<M extends Market>(
  market: M,
  rows: Iterable<Partial<Instrument<M>>>,
  options: CreateMasterOptions,
): Master<M> {
  checkMarket(market);
  if (typeof rows?.[Symbol.iterator] !== "function") {
    throw new ConfigError("rows", "an iterable of instruments", rows);
  }
  const bytes = formatRows(
    market,
    [...rows].map((row) => ({ ...row })),
  );
  return parseMaster(market, bytes, options);
}
