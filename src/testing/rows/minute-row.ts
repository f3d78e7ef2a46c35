import { KST_OFFSET_MS, MINUTE_MS } from "../../core/index.js";
import type { BookedMinute } from "../market/index.js";

/** A row of the minute charts, as KIS writes it. */
export interface MinuteRow {
  readonly stck_bsop_date: string;
  readonly stck_cntg_hour: string;
  readonly stck_prpr: string;
  readonly stck_oprc: string;
  readonly stck_hgpr: string;
  readonly stck_lwpr: string;
  readonly cntg_vol: string;
  readonly acml_tr_pbmn: string;
}

/** A minute with trades. */
export function tradedRow(date: string, label: string, minute: BookedMinute): MinuteRow {
  return {
    stck_bsop_date: date,
    stck_cntg_hour: label,
    stck_prpr: String(minute.close),
    stck_oprc: String(minute.open),
    stck_hgpr: String(minute.high),
    stck_lwpr: String(minute.low),
    cntg_vol: String(minute.volume),
    acml_tr_pbmn: String(minute.accTurnover),
  };
}

/** A minute without: all four prices the same, volume 0. */
export function flatRow(date: string, label: string, price: number, accTurnover: number): MinuteRow {
  const text = String(price);
  return {
    stck_bsop_date: date,
    stck_cntg_hour: label,
    stck_prpr: text,
    stck_oprc: text,
    stck_hgpr: text,
    stck_lwpr: text,
    cntg_vol: "0",
    acml_tr_pbmn: String(accTurnover),
  };
}

/** `HHMM00` in KST of the start of a minute; without the detour of a Date, since a page has 120 of them. */
export function minuteLabel(minuteMs: number): string {
  const minutes = (minuteMs + KST_OFFSET_MS) / MINUTE_MS;
  const hour = Math.floor(minutes / 60) % 24;
  const minute = minutes % 60;
  return `${hour < 10 ? "0" : ""}${hour}${minute < 10 ? "0" : ""}${minute}00`;
}
