import { expandDay, KST_OFFSET_MS, kstInstant } from "../../core/index.js";

/** `"2026-11-20_09:00"`, the KST minute label of a line. */
export function formatTimestamp(time: number): string {
  return new Date(time + KST_OFFSET_MS).toISOString().slice(0, 16).replace("T", "_");
}

const FORMS = /^(?:(\d{4})-(\d{2})-(\d{2})_(\d{2}):?(\d{2})|(\d{8})(\d{2})(\d{2})(\d{2})?)$/;

/**
 * Reads ours and what older loggers wrote: `YYYY-MM-DD_HH:MM`, `YYYY-MM-DD_HHMM`, `YYYYMMDDHHMM` and
 * `YYYYMMDDHHMMSS`, all KST.
 *
 * @returns epoch ms, or `undefined` if it names no existing second.
 */
export function parseTimestamp(text: string): number | undefined {
  const match = FORMS.exec(text);
  if (match === null) return undefined;
  const [, year = "", month = "", date = "", hour, minute, packed, packedHour, packedMinute, second = "00"] =
    match;
  const day = expandDay(packed ?? `${year}${month}${date}`);
  if (day === undefined) return undefined;
  const time = `${hour ?? packedHour}${minute ?? packedMinute}${second}`;
  if (time >= "240000" || time.slice(2, 4) > "59" || second > "59") return undefined;
  return kstInstant(day, time);
}
