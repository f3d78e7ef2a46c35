/** Epoch ms of a KST wall time, by the platform's own parser: `time` is `"HH:MM"` or `"HH:MM:SS"`. */
export const at = (day: string, time: string): number => Date.parse(`${day}T${time.padEnd(8, ":00")}+09:00`);

const format = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Seoul", timeStyle: "medium" });

/** KST wall time, `"HH:MM"`, or `"HH:MM:SS"` off the minute. */
export const clock = (ms: number): string => format.format(ms).replace(/:00$/, "");
