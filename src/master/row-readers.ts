import type { DelimitedLayout, FixedLayout } from "./layout.js";
import type { RawRow } from "./raw-row.js";
import { readBond } from "./rows/bond.data.js";
import { readCommodityDerivative } from "./rows/commodity-derivative.data.js";
import { readElw } from "./rows/elw.data.js";
import { readExchangeMember } from "./rows/exchange-member.data.js";
import { readIndexOrStockDerivative } from "./rows/index-or-stock-derivative.data.js";
import { readKonexInstrument } from "./rows/konex-instrument.data.js";
import { readKosdaqInstrument } from "./rows/kosdaq-instrument.data.js";
import { readKospiInstrument } from "./rows/kospi-instrument.data.js";
import { readNightFuture } from "./rows/night-future.data.js";
import { readNightOption } from "./rows/night-option.data.js";
import { readOverseasFuture } from "./rows/overseas-future.data.js";
import { readOverseasIndex } from "./rows/overseas-index.data.js";
import { readOverseasStock } from "./rows/overseas-stock.data.js";
import { readSectorIndex } from "./rows/sector-index.data.js";
import { readThemeMember } from "./rows/theme-member.data.js";
import type { ShortTexts } from "./short-texts.js";

type Names = readonly (string | undefined)[];

/** Reads one row of fixed offsets that starts at `at`. */
export type FixedReader = (
  bytes: Uint8Array,
  text: string,
  texts: ShortTexts,
  at: number,
  row: string,
  names: Names,
  n: number,
) => RawRow;

/** Reads one row whose columns lie at `from` to `to`. */
export type DelimitedReader = (
  bytes: Uint8Array,
  text: string,
  from: Int32Array,
  to: Int32Array,
  row: string,
  names: Names,
  n: number,
) => RawRow;

const fixed: Readonly<Record<string, FixedReader>> = {
  Bond: readBond,
  CommodityDerivative: readCommodityDerivative,
  Elw: readElw,
  ExchangeMember: readExchangeMember,
  KonexInstrument: readKonexInstrument,
  KosdaqInstrument: readKosdaqInstrument,
  KospiInstrument: readKospiInstrument,
  NightFuture: readNightFuture,
  NightOption: readNightOption,
  OverseasFuture: readOverseasFuture,
  OverseasIndex: readOverseasIndex,
  SectorIndex: readSectorIndex,
  ThemeMember: readThemeMember,
};

const delimited: Readonly<Record<string, DelimitedReader>> = {
  IndexOrStockDerivative: readIndexOrStockDerivative,
  OverseasStock: readOverseasStock,
};

/** The generated reader of a layout's rows. */
export function fixedReader(layout: FixedLayout): FixedReader {
  return fixed[layout.instrument] as FixedReader;
}

/** The generated reader of a layout's rows. */
export function delimitedReader(layout: DelimitedLayout): DelimitedReader {
  return delimited[layout.instrument] as DelimitedReader;
}
