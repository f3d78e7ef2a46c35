export { type MinuteRow, flatRow, minuteLabel, tradedRow } from "./minute-row.js";
export { tellDay, toldByMinute, toldRow, toldRowsUpTo } from "./told-day.js";
export type { ToldMinute } from "./told-minute.js";
