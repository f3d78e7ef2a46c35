import { type MinutePage, readMinutePage } from "../../../src/kis/wire/minute-rows.js";

export interface WireRow {
  readonly stck_bsop_date: string;
  readonly stck_cntg_hour: string;
  readonly stck_prpr: string;
  readonly stck_oprc: string;
  readonly stck_hgpr: string;
  readonly stck_lwpr: string;
  readonly cntg_vol: string;
  readonly acml_tr_pbmn: string;
}

/** A row as KIS writes it; 100 won a share unless told otherwise. */
export const row = (
  time: string,
  volume: number | string,
  total: number | string,
  more: Partial<WireRow> = {},
): WireRow => ({
  stck_bsop_date: "20261120",
  stck_cntg_hour: time,
  stck_prpr: "100",
  stck_oprc: "100",
  stck_hgpr: "100",
  stck_lwpr: "100",
  cntg_vol: String(volume),
  acml_tr_pbmn: String(total),
  ...more,
});

export const page = (rows: readonly object[], output1: object = { stck_prpr: "100" }): MinutePage =>
  readMinutePage({ rt_cd: "0", output1, output2: rows });
