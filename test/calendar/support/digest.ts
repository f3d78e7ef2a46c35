import { createHash } from "node:crypto";
import { krx } from "../../../src/calendar/index.js";

/** One hash over what the calendar answers for 28 years, to compare between hosts. */
export function digest(): string {
  const hash = createHash("sha256");
  for (const [index, day] of krx.tradingDays(krx.first, krx.coveredThrough).entries()) {
    for (const venue of ["KRX", "NXT", "UN"] as const) {
      hash.update(JSON.stringify([day, venue, krx.session(day, { venue, hours: "all" })]));
    }
    if (index % 5 === 0) hash.update(krx.minutes(day, { venue: "UN", hours: "all" }).join());
    // Every six hours, so that every time zone's midnight comes by.
    for (let hour = 0; hour < 24; hour += 6) {
      const atMs = Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000;
      if (day >= "2000-01-05") hash.update(`${krx.lastTradingDay(atMs)} ${krx.isOpen(atMs)}`);
    }
  }
  return hash.digest("hex");
}
