import type { TradingDay } from "../../core/index.js";
import type { TradingCalendar } from "../../calendar/index.js";
import type { RowStrike } from "../faults/index.js";
import type { Factors, SeenMinute } from "../market/index.js";

/** A traded minute as KIS's record has it, which need not be what was traded. */
export interface ToldMinute extends SeenMinute {
  /** Whoever asks for this instant or later is given the row. */
  readonly at: number;
  /** `HHMMSS` in KST; not always that of {@link at}. */
  readonly label: string;
  /** Whether `cntg_vol` is the smallest int64. */
  readonly unreadable?: boolean;
}

/** How a day is read. */
export interface Telling {
  readonly tradingDay: TradingDay;
  readonly calendar: TradingCalendar;
  readonly nowMs: number;
  readonly trId: string;
  readonly strikes: readonly RowStrike[];
  /** What later corporate actions make of a price and of a number of shares: rows are told on that scale. */
  readonly scale: Factors;
  /** Told of each fault that changed a row. */
  hit(name: string): void;
}
