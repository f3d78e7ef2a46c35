import type { KlineStore } from "../../archive/index.js";
import type { TradingCalendar } from "../../calendar/index.js";
import type { Hours, Logger, Venue } from "../../core/index.js";
import type { ObjectStore } from "../../storage/index.js";

/** Where bars are kept, and which. */
export interface StoredPlace {
  readonly klineStore: KlineStore;
  readonly store: ObjectStore;
  readonly venue: Venue;
  readonly hours: Hours;
  readonly calendar: TradingCalendar;
  readonly logger: Logger;
}
