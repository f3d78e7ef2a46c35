import { ConfigError, type TradingDay } from "../../core/index.js";
import { formatRows } from "./format-master.js";
import { type Instrument, type Market, checkMarket } from "../market.js";
import type { Master } from "../master.js";
import { parseMaster } from "../read/index.js";

/** Options of {@link createMaster}. */
export interface CreateMasterOptions {
  /** KST day of the master. */
  readonly date: TradingDay;
}

/**
 * Builds a master from fields, as if a file with these rows had been parsed. For simulators and tests.
 *
 * @param rows - fields by name. Missing fields are blank; derived properties are computed.
 * @returns the master; {@link formatMaster} gives its bytes.
 * @throws {@link ConfigError} naming symbol and field if a value has no form in the file.
 * @example
 * ```ts
 * const rows = [{ symbol: "005930", standardCode: "KR7005930003", koreanName: "삼성전자" }];
 * const kospi = createMaster("kospi", rows, { date: "2026-11-20" });
 * ```
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
