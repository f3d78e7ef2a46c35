import type { TradingDay } from "../../core/index.js";
import type { TradingCalendar } from "../../calendar/index.js";
import type { RowStrike } from "../faults/index.js";
import type { Factors, BookedMinute } from "../market/index.js";

/** A traded minute as KIS publishes it, faults of its record included. */
export interface PublishedMinute extends BookedMinute {
  /** Epoch ms: answers about this instant and later ones have the row. */
  readonly at: number;
  /** `HHMMSS` in KST; not always that of {@link at}. */
  readonly label: string;
  /** Whether `cntg_vol` is the smallest int64. */
  readonly unreadable?: boolean;
}

/** What decides how a day is published. */
export interface Publication {
  readonly tradingDay: TradingDay;
  readonly calendar: TradingCalendar;
  readonly nowMs: number;
  readonly trId: string;
  readonly strikes: readonly RowStrike[];
  /** What later corporate actions make of a price and of a number of shares: rows are published on that scale. */
  readonly scale: Factors;
  /** Called with the name of each fault that changed a row. */
  hit(name: string): void;
}
