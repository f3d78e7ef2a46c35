import { ConfigError } from "../core/index.js";
import * as layouts from "./layouts/index.js";
import type * as rows from "./rows/index.js";

/**
 * The type of a row of each market's file. A market has the name of its file without `_code`, `.mst` and (overseas
 * stocks) `mst.cod`.
 */
export interface MarketInstruments {
  /** KOSPI with ETF, ETN, REIT, rights and listed funds. */
  readonly kospi: rows.KospiInstrument;
  /** A row of KOSDAQ's file. */
  readonly kosdaq: rows.KosdaqInstrument;
  /** A row of KONEX's file. */
  readonly konex: rows.KonexInstrument;
  /** The stocks of KOSPI that trade on NXT; `previousVolume` is NXT's, index flags are not filled. */
  readonly nxt_kospi: rows.KospiInstrument;
  /** The stocks of KOSDAQ that trade on NXT; `previousVolume` is NXT's, index flags are not filled. */
  readonly nxt_kosdaq: rows.KosdaqInstrument;
  /** A row of the file of equity-linked warrants. */
  readonly elw: rows.Elw;
  /** Sectors and indices, keyed by market digit and code: `"00027"`. */
  readonly idxcode: rows.SectorIndex;
  /** Keyed by theme and stock: `"101:005930"`. The file can be months old. */
  readonly theme: rows.ThemeMember;
  /** Index futures and options (`fo_idx_code_mts.mst`). */
  readonly fo_idx_mts: rows.IndexOrStockDerivative;
  /** Stock futures and options (`fo_stk_code_mts.mst`). */
  readonly fo_stk_mts: rows.IndexOrStockDerivative;
  /** Commodity futures and options. */
  readonly fo_com: rows.CommodityDerivative;
  /** Night options. */
  readonly fo_eurex: rows.NightOption;
  /** Overseas futures. */
  readonly ffcode: rows.OverseasFuture;
  /** Overseas indices, rates and names, keyed by class and symbol: `"P:SPX"`. */
  readonly frgn: rows.OverseasIndex;
  /** NASDAQ. */
  readonly nas: rows.OverseasStock;
  /** NYSE. */
  readonly nys: rows.OverseasStock;
  /** AMEX. */
  readonly ams: rows.OverseasStock;
  /** Shanghai. */
  readonly shs: rows.OverseasStock;
  /** Shanghai indices. */
  readonly shi: rows.OverseasStock;
  /** Shenzhen. */
  readonly szs: rows.OverseasStock;
  /** Shenzhen indices. */
  readonly szi: rows.OverseasStock;
  /** Tokyo. */
  readonly tse: rows.OverseasStock;
  /** Hong Kong. */
  readonly hks: rows.OverseasStock;
  /** Hanoi. */
  readonly hnx: rows.OverseasStock;
  /** Ho Chi Minh City. */
  readonly hsx: rows.OverseasStock;
}

/** A market whose master file KIS publishes. */
export type Market = keyof MarketInstruments;

/** The markets of listed Korean equities, whose instruments have derived fields. */
export type EquityMarket = "kospi" | "kosdaq" | "konex" | "nxt_kospi" | "nxt_kosdaq";

/** One row of a market's file. */
export type Instrument<M extends Market = Market> = MarketInstruments[M];

/** A market's file and the layout of its rows. */
export interface MasterFile {
  /** Name on the host, under its `common/master/`. */
  readonly file: string;
  /** Name inside the zip. */
  readonly entry: string;
  /** Columns of the file. */
  readonly layout: layouts.Layout;
}

const zipped = (stem: string, layout: layouts.Layout): MasterFile => ({
  file: `${stem}.mst.zip`,
  entry: `${stem}.mst`,
  layout,
});

const overseas = (market: string): MasterFile => ({
  file: `${market}mst.cod.zip`,
  entry: `${market.toUpperCase()}MST.COD`,
  layout: layouts.overseasLayout,
});

/**
 * Every market's file and layout. `layout.verified` says whether the tests read a real file of it.
 *
 * @see `stocks_info/` of koreainvestment/open-trading-api at 885dd4e of 2026-07-09, read 2026-11-21. The two `nxt_`
 * files are in no document; public projects use them.
 */
export const masterFiles: Readonly<Record<Market, MasterFile>> = {
  kospi: zipped("kospi_code", layouts.kospiLayout),
  kosdaq: zipped("kosdaq_code", layouts.kosdaqLayout),
  konex: zipped("konex_code", layouts.konexLayout),
  nxt_kospi: zipped("nxt_kospi_code", layouts.kospiLayout),
  nxt_kosdaq: zipped("nxt_kosdaq_code", layouts.kosdaqLayout),
  elw: zipped("elw_code", layouts.elwLayout),
  idxcode: zipped("idxcode", layouts.idxcodeLayout),
  theme: zipped("theme_code", layouts.themeLayout),
  fo_idx_mts: zipped("fo_idx_code_mts", layouts.foMtsLayout),
  fo_stk_mts: zipped("fo_stk_code_mts", layouts.foMtsLayout),
  fo_com: zipped("fo_com_code", layouts.foComLayout),
  fo_eurex: zipped("fo_eurex_code", layouts.foEurexLayout),
  ffcode: zipped("ffcode", layouts.ffcodeLayout),
  frgn: zipped("frgn_code", layouts.frgnLayout),
  nas: overseas("nas"),
  nys: overseas("nys"),
  ams: overseas("ams"),
  shs: overseas("shs"),
  shi: overseas("shi"),
  szs: overseas("szs"),
  szi: overseas("szi"),
  tse: overseas("tse"),
  hks: overseas("hks"),
  hnx: overseas("hnx"),
  hsx: overseas("hsx"),
};

/** @throws {@link ConfigError} if `value` is not a market. */
export function checkMarket<M extends Market>(value: M): M {
  if (typeof value !== "string" || !Object.hasOwn(masterFiles, value)) {
    throw new ConfigError("market", `one of ${Object.keys(masterFiles).join(", ")}`, value);
  }
  return value;
}
