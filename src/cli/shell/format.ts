import { formatKstStamp, kstTime } from "hantoo";

const WIDE = /[\u1100-\u11FF\u3000-\u9FFF\uAC00-\uD7A3\uFF01-\uFF60]/g;

/** Milliseconds as `1h 02m`, `3m 04s` or `5s`. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  return seconds < 3600
    ? `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`
    : `${Math.floor(seconds / 3600)}h ${two(Math.floor((seconds % 3600) / 60))}m`;
}

/** An epoch ms as `09:00`, KST; `--:--` where there is none. */
export function clockTime(time: number | undefined): string {
  return time === undefined ? "--:--" : kstTime(time).replace(/(..)(..)../, "$1:$2");
}

/** `09:00` or `09:00-09:10`, KST, both ends inclusive. */
export function clockSpan(from: number, to: number): string {
  return from === to ? clockTime(from) : `${clockTime(from)}-${clockTime(to)}`;
}

/** A whole number with commas: `1,234,567`, on any host. */
export function count(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** A rate as `99.99 %`, rounded down: what is not whole must not read 100 %. */
export function percent(rate: number): string {
  return `${(Math.floor(rate * 10_000) / 100).toFixed(2)} %`;
}

/** An epoch ms as `2026-11-20 09:00`, KST. */
export function stamp(time: number): string {
  return formatKstStamp(time).replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d).*$/, "$1-$2-$3 $4:$5");
}

/** How many columns of a terminal a text takes; Hangul and Hanja take two. */
export function widthOf(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0);
}

/** As much of a text as fits into so many columns of a terminal. */
export function fitted(text: string, columns: number): string {
  let left = columns;
  let end = 0;
  for (const letter of text) {
    left -= widthOf(letter);
    if (left < 0) break;
    end += letter.length;
  }
  return text.slice(0, end);
}
