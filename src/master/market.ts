import { ConfigError } from "../core/index.js";
import {
  type Layout,
  elwLayout,
  ffcodeLayout,
  foComLayout,
  foEurexLayout,
  foMtsLayout,
  frgnLayout,
  idxcodeLayout,
  konexLayout,
  kosdaqLayout,
  kospiLayout,
  overseasLayout,
  themeLayout,
} from "./layouts/index.js";

import type {
  CommodityDerivative,
  Elw,
  IndexOrStockDerivative,
  KonexInstrument,
  KosdaqInstrument,
  KospiInstrument,
  NightOption,
  OverseasFuture,
  OverseasIndex,
  OverseasStock,
  SectorIndex,
  ThemeMember,
} from "./rows/index.js";

/**
 * What one row of each market's file becomes. A market is named as its file is, without `_code`, `.mst` and
 * (overseas stocks) `mst.cod`.
 */
export interface MarketInstruments {
  /** KOSPI with ETF, ETN, REIT, rights and listed funds. */
  readonly kospi: KospiInstrument;
  /** A row of KOSDAQ's file. */
  readonly kosdaq: KosdaqInstrument;
  /** A row of KONEX's file. */
  readonly konex: KonexInstrument;
  /** The stocks of KOSPI that trade on NXT; `previousVolume` is NXT's, index flags are not filled. */
  readonly nxt_kospi: KospiInstrument;
  /** The stocks of KOSDAQ that trade on NXT; `previousVolume` is NXT's, index flags are not filled. */
  readonly nxt_kosdaq: KosdaqInstrument;
  /** A row of the file of equity-linked warrants. */
  readonly elw: Elw;
  /** Sectors and indices, keyed by market digit and code: `"00027"`. */
  readonly idxcode: SectorIndex;
  /** Keyed by theme and stock: `"101:005930"`. The file can be months old. */
  readonly theme: ThemeMember;
  /** Index futures and options (`fo_idx_code_mts.mst`). */
  readonly fo_idx_mts: IndexOrStockDerivative;
  /** Stock futures and options (`fo_stk_code_mts.mst`). */
  readonly fo_stk_mts: IndexOrStockDerivative;
  /** Commodity futures and options. */
  readonly fo_com: CommodityDerivative;
  /** Night options. */
  readonly fo_eurex: NightOption;
  /** Overseas futures. */
  readonly ffcode: OverseasFuture;
  /** Overseas indices, rates and names, keyed by class and symbol: `"P:SPX"`. */
  readonly frgn: OverseasIndex;
  /** NASDAQ. */
  readonly nas: OverseasStock;
  /** NYSE. */
  readonly nys: OverseasStock;
  /** AMEX. */
  readonly ams: OverseasStock;
  /** Shanghai. */
  readonly shs: OverseasStock;
  /** Shanghai indices. */
  readonly shi: OverseasStock;
  /** Shenzhen. */
  readonly szs: OverseasStock;
  /** Shenzhen indices. */
  readonly szi: OverseasStock;
  /** Tokyo. */
  readonly tse: OverseasStock;
  /** Hong Kong. */
  readonly hks: OverseasStock;
  /** Hanoi. */
  readonly hnx: OverseasStock;
  /** Ho Chi Minh City. */
  readonly hsx: OverseasStock;
}

/** A market that KIS publishes a master file of. */
export type Market = keyof MarketInstruments;

/** The markets of listed Korean equities: the ones with derived fields. */
export type EquityMarket = "kospi" | "kosdaq" | "konex" | "nxt_kospi" | "nxt_kosdaq";

/** One row of a market's file. */
export type Instrument<M extends Market = Market> = MarketInstruments[M];

/** Where a market's file is, and how its rows are written. */
export interface MasterFile {
  /** Name on the host, under its `common/master/`. */
  readonly file: string;
  /** Name inside the zip. */
  readonly entry: string;
  /** Columns of the file. */
  readonly layout: Layout;
}

const zipped = (stem: string, layout: Layout): MasterFile => ({
  file: `${stem}.mst.zip`,
  entry: `${stem}.mst`,
  layout,
});

const overseas = (market: string): MasterFile => ({
  file: `${market}mst.cod.zip`,
  entry: `${market.toUpperCase()}MST.COD`,
  layout: overseasLayout,
});

/**
 * Every market's file and layout; `layout.verified` says whether a real file stands in the tests.
 *
 * @see `stocks_info/` of koreainvestment/open-trading-api at 885dd4e of 2026-07-09, read 2026-11-21. The two `nxt_`
 * files are in no document; public projects use them.
 */
export const masterFiles: Readonly<Record<Market, MasterFile>> = {
  kospi: zipped("kospi_code", kospiLayout),
  kosdaq: zipped("kosdaq_code", kosdaqLayout),
  konex: zipped("konex_code", konexLayout),
  nxt_kospi: zipped("nxt_kospi_code", kospiLayout),
  nxt_kosdaq: zipped("nxt_kosdaq_code", kosdaqLayout),
  elw: zipped("elw_code", elwLayout),
  idxcode: zipped("idxcode", idxcodeLayout),
  theme: zipped("theme_code", themeLayout),
  fo_idx_mts: zipped("fo_idx_code_mts", foMtsLayout),
  fo_stk_mts: zipped("fo_stk_code_mts", foMtsLayout),
  fo_com: zipped("fo_com_code", foComLayout),
  fo_eurex: zipped("fo_eurex_code", foEurexLayout),
  ffcode: zipped("ffcode", ffcodeLayout),
  frgn: zipped("frgn_code", frgnLayout),
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

/** @throws {@link ConfigError} if `value` is no market. */
export function checkMarket<M extends Market>(value: M): M {
  if (typeof value !== "string" || !Object.hasOwn(masterFiles, value)) {
    throw new ConfigError("market", `one of ${Object.keys(masterFiles).join(", ")}`, value);
  }
  return value;
}
