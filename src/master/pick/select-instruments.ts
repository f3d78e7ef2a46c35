import { ConfigError, checkOptions } from "../../core/index.js";
import type { EquityMarket, Instrument } from "../market.js";
import { checkMaster } from "../master.js";

/** KRW in one 억원, the unit of `marketCap`. */
const EOK_KRW = 100_000_000;

/** Conditions of {@link selectInstruments}. An instrument must meet all that are given. */
export interface SelectInstrumentsOptions {
  /** Ordinary shares of Korean companies: see {@link isCommonStock}. */
  readonly commonStock?: boolean;
  /** Tradable in the ordinary way today, as the instrument's `tradable` says. */
  readonly tradable?: boolean;
  /** A member of KOSPI 200, or none. */
  readonly kospi200?: boolean;
  /** An ETF, or none. */
  readonly etf?: boolean;
  /** An ETN, or none. */
  readonly etn?: boolean;
  /** At least this market capitalisation, in KRW. Instruments without one are left out. */
  readonly minMarketCapKrw?: number;
  /** At most this market capitalisation, in KRW. Instruments without one are left out. */
  readonly maxMarketCapKrw?: number;
}

/**
 * Whether an instrument is the common share of a Korean company: `securityGroup` ST, not preferred, and no SPAC. Foreign companies
 * (FS) and depositary receipts (DR) are not; nor are REITs, funds, ETF and ETN.
 *
 * @example
 * ```ts
 * const common = [...kospi.instruments.values()].filter(isCommonStock);
 * ```
 */
export function isCommonStock(instrument: Instrument<EquityMarket>): boolean {
  return instrument.securityGroup === "ST" && !instrument.isPreferred && instrument.isSpac !== true;
}

/**
 * Market capitalisation in KRW, exact to 억원 (100 million KRW) as KIS prints it; `undefined` if it does not.
 *
 * @example
 * ```ts
 * const largest = [...kospi.instruments.values()].sort((a, b) => (marketCapKrw(b) ?? 0) - (marketCapKrw(a) ?? 0))[0];
 * ```
 */
export function marketCapKrw(instrument: Instrument<EquityMarket>): number | undefined {
  return instrument.marketCap === undefined ? undefined : instrument.marketCap * EOK_KRW;
}

/**
 * Selects the instruments that meet all of `options`.
 *
 * @returns in the order of the file.
 * @throws {@link ConfigError} if a market capitalisation is not a number.
 * @example
 * ```ts
 * const kospi = await downloadMaster("kospi");
 * const large = selectInstruments(kospi, { commonStock: true, tradable: true, minMarketCapKrw: 1_000_000_000_000 });
 * ```
 */
export function selectInstruments<I extends Instrument<EquityMarket>>(
  master: { readonly instruments: ReadonlyMap<string, I> },
  options: SelectInstrumentsOptions,
): I[] {
  checkMaster(master);
  const { minMarketCapKrw = 0, maxMarketCapKrw = Infinity } = checkOptions(options, "an object");
  const capped = options.minMarketCapKrw !== undefined || options.maxMarketCapKrw !== undefined;
  if (typeof minMarketCapKrw !== "number" || !(minMarketCapKrw >= 0)) {
    throw new ConfigError("minMarketCapKrw", "an amount in KRW", minMarketCapKrw);
  }
  if (typeof maxMarketCapKrw !== "number" || !(maxMarketCapKrw >= minMarketCapKrw)) {
    throw new ConfigError("maxMarketCapKrw", "an amount in KRW, not below minMarketCapKrw", maxMarketCapKrw);
  }
  const same = (wanted: boolean | undefined, is: boolean | undefined): boolean =>
    wanted === undefined || wanted === (is ?? false);
  return [...master.instruments.values()].filter((instrument) => {
    const cap = marketCapKrw(instrument);
    return (
      same(options.commonStock, isCommonStock(instrument)) &&
      same(options.tradable, instrument.tradable) &&
      same(options.kospi200, instrument.kospi200) &&
      same(options.etf, instrument.isEtf) &&
      same(options.etn, instrument.isEtn) &&
      (!capped || (cap !== undefined && cap >= minMarketCapKrw && cap <= maxMarketCapKrw))
    );
  });
}
