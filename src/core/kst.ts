import { ConfigError } from "./errors.js";
import { type TradingDay, expandDay } from "./trading-day.js";

/** KST is UTC+09:00, fixed: exact for every instant since 1988-10-08, the end of Korea's last summer time. */
export const KST_OFFSET_MS: number = 9 * 3_600_000;

/** One minute in milliseconds. */
export const MINUTE_MS = 60_000;

/** The latest instant a `Date` can hold, less a day. */
const LAST_INSTANT_MS = 8.64e15 - 86_400_000;

/**
 * The KST date of an instant, whatever the host's time zone.
 *
 * @throws {@link ConfigError} if `atMs` is no instant.
 */
export function kstDay(atMs: number): TradingDay {
  if (!(typeof atMs === "number" && Math.abs(atMs) <= LAST_INSTANT_MS))
    throw new ConfigError("atMs", "an instant in epoch milliseconds", atMs);
  return new Date(atMs + KST_OFFSET_MS).toISOString().slice(0, 10);
}

/** Epoch ms of a KST wall time: `time` is `"HH:MM"`, `"HH:MM:SS"`, `"HHMM"` or `"HHMMSS"`. */
export function kstInstant(day: TradingDay, time: string): number {
  const digits = time.replaceAll(":", "").padEnd(6, "0");
  const midnight = Date.parse(`${day}T00:00:00Z`) - KST_OFFSET_MS;
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2, 4));
  const seconds = Number(digits.slice(4, 6));
  return midnight + hours * 3_600_000 + minutes * MINUTE_MS + seconds * 1000;
}

/** `"HHMMSS"` in KST, the form of KIS's labels. */
export function kstTime(atMs: number): string {
  return new Date(atMs + KST_OFFSET_MS).toISOString().slice(11, 19).replaceAll(":", "");
}

/** `"YYYYMMDDHHMMSS"` in KST, the form of object keys. */
export function formatKstStamp(atMs: number): string {
  return new Date(atMs + KST_OFFSET_MS).toISOString().slice(0, 19).replaceAll(/[-:T]/g, "");
}

/** Epoch ms of a `"YYYYMMDDHHMMSS"` KST stamp; `undefined` if it names no existing second. */
export function parseKstStamp(stamp: string): number | undefined {
  const day = expandDay(stamp.slice(0, 8));
  if (day === undefined || !/^\d{14}$/.test(stamp)) return undefined;
  const at = kstInstant(day, stamp.slice(8));
  return formatKstStamp(at) === stamp ? at : undefined;
}

/** Start of the minute an instant lies in. */
export function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
}
