import { ConfigError } from "./errors.js";

/** Where trades happen: KRX (the exchange), NXT (the alternative trading system Nextrade), or UN (both merged). */
export type Venue = "KRX" | "NXT" | "UN";

/** Which part of the day: the regular session, or pre-market and after-market as well. */
export type Hours = "regular" | "all";

/** Codes of the venues at KIS. */
const CODES = { KRX: "J", NXT: "NX", UN: "UN" } as const;

/** What KIS and object keys call a {@link Venue}. */
export type VenueCode = "J" | "NX" | "UN";

/** `KRX` to `J`, `NXT` to `NX`, `UN` to `UN`. */
export function venueCode(venue: Venue): VenueCode {
  return CODES[venue];
}

/** The venue of KIS's code; `undefined` for any other text. */
export function venueOfCode(code: string): Venue | undefined {
  return code === "J" ? "KRX" : code === "NX" ? "NXT" : code === "UN" ? "UN" : undefined;
}

/** @throws {@link ConfigError} if `value` is no venue. */
export function checkVenue(value: unknown, option = "venue"): Venue {
  if (value !== "KRX" && value !== "NXT" && value !== "UN") {
    throw new ConfigError(option, '"KRX", "NXT" or "UN"', value);
  }
  return value;
}

/** @throws {@link ConfigError} if `value` is no hours. */
export function checkHours(value: unknown, option = "hours"): Hours {
  if (value !== "regular" && value !== "all") throw new ConfigError(option, '"regular" or "all"', value);
  return value;
}
