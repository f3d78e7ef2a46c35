// Frames of trades as KIS sends them, for bench/live.ts and bench/live-hour.ts.
import { kstTime } from "hantoo";

/** As many as one key takes. */
export const SYMBOLS: readonly string[] = Array.from({ length: 41 }, (_, index) =>
  String(100_000 + index * 10),
);
/** Fields of a record. */
export const FIELDS = 47;
const DAY = "20261120";

/** Frames of 1 to 11 records, totals and all, as fast as asked for. */
export function createFrames(start: number): (count: number, at: number) => string[] {
  const totals = SYMBOLS.map(() => ({ volume: 0, turnover: 0 }));
  let serial = 0;
  return (count: number, at: number): string[] => {
    const frames: string[] = [];
    for (let left = count; left > 0;) {
      const records = Math.min(left, 1 + (serial % 11));
      const parts: string[] = [];
      for (let index = 0; index < records; index++, serial++) {
        const which = (serial * 7) % SYMBOLS.length;
        const total = totals[which]!;
        const [price, volume] = [70_000 + (serial % 13) * 100, 1 + (serial % 97)];
        total.volume += volume;
        total.turnover += price * volume;
        const fields = Array.from({ length: FIELDS }, () => "12345");
        fields[0] = SYMBOLS[which]!;
        fields[1] = kstTime(start + at);
        fields[2] = String(price);
        fields[12] = String(volume);
        fields[13] = String(total.volume);
        fields[14] = String(total.turnover);
        fields[21] = serial % 2 === 0 ? "1" : "5";
        fields[33] = DAY;
        parts.push(fields.join("^"));
      }
      frames.push(`0|H0STCNT0|${String(records).padStart(3, "0")}|${parts.join("^")}`);
      left -= records;
    }
    return frames;
  };
}
