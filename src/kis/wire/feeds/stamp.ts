import { KST_OFFSET_MS } from "../../../core/index.js";

const DAY_MS = 86_400_000;

/** Milliseconds from midnight of `HHMMSS`; `undefined` if it names no second of a day. */
function timeOfDay(text: string): number | undefined {
  if (!/^([01]\d|2[0-3])[0-5]\d[0-5]\d$/.test(text)) return undefined;
  return (Number(text.slice(0, 2)) * 3600 + Number(text.slice(2, 4)) * 60 + Number(text.slice(4, 6))) * 1000;
}

/** Epoch ms of `YYYYMMDD` and `HHMMSS`, KST; `undefined` if either names nothing that exists. */
export function instantOf(day: string, time: string): number | undefined {
  const ofDay = timeOfDay(time);
  if (ofDay === undefined || !/^\d{8}$/.test(day)) return undefined;
  const [year, month, date] = [Number(day.slice(0, 4)), Number(day.slice(4, 6)), Number(day.slice(6, 8))];
  const midnight = Date.UTC(year, month - 1, date);
  const exists = new Date(midnight).getUTCDate() === date && month >= 1 && month <= 12;
  return exists ? midnight - KST_OFFSET_MS + ofDay : undefined;
}

/** Epoch ms of `HHMMSS`, KST, on the day that puts it nearest to `now`: only trades carry a date. */
export function instantNear(time: string, now: number): number | undefined {
  const ofDay = timeOfDay(time);
  if (ofDay === undefined) return undefined;
  const midnight = Math.floor((now + KST_OFFSET_MS) / DAY_MS) * DAY_MS - KST_OFFSET_MS;
  const today = midnight + ofDay;
  const days = Math.round((now - today) / DAY_MS);
  return today + days * DAY_MS;
}
