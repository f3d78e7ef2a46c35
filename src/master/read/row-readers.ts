import type { DelimitedLayout, FixedLayout } from "../layouts/index.js";
import type { RawRow, ShortTexts } from "../cells/index.js";
import {
  readCommodityDerivative,
  readElw,
  readIndexOrStockDerivative,
  readKonexInstrument,
  readKosdaqInstrument,
  readKospiInstrument,
  readNightOption,
  readOverseasFuture,
  readOverseasIndex,
  readOverseasStock,
  readSectorIndex,
  readThemeMember,
} from "../rows/index.js";

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
  CommodityDerivative: readCommodityDerivative,
  Elw: readElw,
  KonexInstrument: readKonexInstrument,
  KosdaqInstrument: readKosdaqInstrument,
  KospiInstrument: readKospiInstrument,
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
