import type { Frame } from "./frame.js";
import { instantNear } from "./stamp.js";

/** 국내지수 실시간체결, live only. @see KIS portal H0UPCNT0, 30 fields (read 2026-11-28) */
export const INDEX_FEED = "H0UPCNT0";

export const INDEX_FIELDS = 30;

/** The level of an index. */
export interface IndexRecord {
  /** KIS's code of the index, such as `"0001"` for KOSPI. */
  readonly index: string;
  /** Epoch ms of KIS's whole second. */
  readonly time: number;
  /** Level now, in points. */
  readonly level: number;
  /** First level of the day, in points; `undefined` before there is one. */
  readonly open: number | undefined;
  /** Highest level of the day, in points; `undefined` before there is one. */
  readonly high: number | undefined;
  /** Lowest level of the day, in points; `undefined` before there is one. */
  readonly low: number | undefined;
  /** Volume of the day, in KIS's own units: they differ by index and are not documented. */
  readonly accVolume: number | undefined;
  /** Turnover of the day, in KIS's own units. */
  readonly accTurnover: number | undefined;
}

/** @param now - epoch ms of the receipt. */
export function indexIn(frame: Frame, record: number, now: number): IndexRecord | undefined {
  const index = frame.text(record, 0);
  const time = instantNear(frame.text(record, 1), now);
  const level = frame.number(record, 2);
  if (index === "" || time === undefined || level === undefined) return undefined;
  return {
    index,
    time,
    level,
    open: frame.number(record, 10),
    high: frame.number(record, 11),
    low: frame.number(record, 12),
    accVolume: frame.number(record, 5),
    accTurnover: frame.number(record, 6),
  };
}
