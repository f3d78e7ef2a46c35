import type { DelimitedLayout, FixedLayout } from "../layouts/index.js";
import type { RawRow, ShortTexts } from "../cells/index.js";
import * as rows from "../rows/index.js";

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
  CommodityDerivative: rows.readCommodityDerivative,
  Elw: rows.readElw,
  KonexInstrument: rows.readKonexInstrument,
  KosdaqInstrument: rows.readKosdaqInstrument,
  KospiInstrument: rows.readKospiInstrument,
  NightOption: rows.readNightOption,
  OverseasFuture: rows.readOverseasFuture,
  OverseasIndex: rows.readOverseasIndex,
  SectorIndex: rows.readSectorIndex,
  ThemeMember: rows.readThemeMember,
};

const delimited: Readonly<Record<string, DelimitedReader>> = {
  IndexOrStockDerivative: rows.readIndexOrStockDerivative,
  OverseasStock: rows.readOverseasStock,
};

/** The generated reader of a layout's rows. */
export function fixedReader(layout: FixedLayout): FixedReader {
  return fixed[layout.instrument] as FixedReader;
}

/** The generated reader of a layout's rows. */
export function delimitedReader(layout: DelimitedLayout): DelimitedReader {
  return delimited[layout.instrument] as DelimitedReader;
}
