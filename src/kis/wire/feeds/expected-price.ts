import type { Venue } from "../../../core/index.js";
import type { Frame } from "./frame.js";
import { instantNear } from "./stamp.js";

/** 실시간예상체결, live only. @see KIS portal H0STANC0, H0NXANC0, H0UNANC0 (read 2026-11-28) */
export const EXPECTED_FEEDS: Readonly<Record<Venue, string>> = {
  KRX: "H0STANC0",
  NXT: "H0NXANC0",
  UN: "H0UNANC0",
};

export const EXPECTED_FIELDS = 45;

/** The price at which an auction would end now. It has the layout of a trade but is none: never make a bar of it. */
export interface ExpectedRecord {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** Epoch ms of KIS's whole second. */
  readonly time: number;
  /** KRW. */
  readonly price: number;
  /** Shares that would trade. */
  readonly volume: number;
}

/** @param now - epoch ms of the receipt. */
export function expectedIn(frame: Frame, record: number, now: number): ExpectedRecord | undefined {
  const symbol = frame.text(record, 0);
  const time = instantNear(frame.text(record, 1), now);
  const price = frame.number(record, 2);
  const volume = frame.number(record, 12);
  if (symbol === "" || time === undefined || price === undefined || volume === undefined) return undefined;
  return { symbol, time, price, volume };
}
