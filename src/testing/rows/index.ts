export { type MinuteRow, flatRow, minuteLabel, tradedRow } from "./minute-row.js";
export { publishDay, publishedByMinute, publishedRow, publishedRowsUpTo } from "./published-day.js";
export type { PublishedMinute } from "./published-minute.js";
