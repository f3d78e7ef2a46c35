import { isIsinAt } from "../../core/index.js";

// Readers take the file's bytes, and the same as text with one character for each byte if they return a part of it:
// reading a byte from an array takes half the time of reading a character from a string.

/** A field does not hold what its layout says. The reader of the file adds market, line and field. */
export class FieldFault extends Error {
  /** 0-based index in the text, which has one character for each byte of the file. */
  readonly at: number;
  /** Read after "expected". */
  readonly expected: string;

  constructor(at: number, expected: string) {
    super(expected);
    this.at = at;
    this.expected = expected;
  }
}

const SPACE = 32;
const MINUS = 45;
const POINT = 46;

/** KIS writes this in place of a ratio if the capital is used up (552 rows of 203,751, all impaired). */
const IMPAIRED = -36_100_000;

/** Printable ASCII without the blanks at its end; `undefined` if all is blank. */
export function readText(bytes: Uint8Array, text: string, at: number, width: number): string | undefined {
  let end = at + width;
  while (end > at && bytes[end - 1] === SPACE) end--;
  for (let i = at; i < end; i++) {
    const char = bytes[i] as number;
    if (!(char >= SPACE && char <= 126)) throw new FieldFault(at, "printable ASCII");
  }
  return end === at ? undefined : text.slice(at, end);
}

/** {@link readText} of one byte. */
export function readCode(bytes: Uint8Array, text: string, at: number): string | undefined {
  const char = bytes[at] as number;
  if (char === SPACE) return undefined;
  if (!(char > SPACE && char <= 126)) throw new FieldFault(at, "printable ASCII");
  return text.charAt(at);
}

/** {@link readText} of a field that is never blank. */
export function readRequired(bytes: Uint8Array, text: string, at: number, width: number): string {
  const value = readText(bytes, text, at, width);
  if (value === undefined) throw new FieldFault(at, "a value, not a blank");
  return value;
}

/** A short code: six or more of 0-9 and A-Z, then blanks. */
export function readSymbol(bytes: Uint8Array, text: string, at: number, width: number): string {
  const end = at + width;
  let stop = at;
  for (; stop < end; stop++) {
    const char = bytes[stop] as number;
    if (!((char >= 48 && char <= 57) || (char >= 65 && char <= 90))) break;
  }
  for (let i = stop; i < end; i++) if (bytes[i] !== SPACE) stop = at;
  if (stop - at < 6) throw new FieldFault(at, "a short code of 0-9 and A-Z");
  return text.slice(at, stop);
}

/** Twelve characters with a right check digit. */
export function readIsin(bytes: Uint8Array, text: string, at: number): string {
  if (!isIsinAt(bytes, at)) throw new FieldFault(at, "an ISIN whose check digit holds");
  return text.slice(at, at + 12);
}

/** Y or N; `undefined` if blank. */
export function readFlag(bytes: Uint8Array, at: number): boolean | undefined {
  const char = bytes[at] as number;
  if (char === 78) return false;
  if (char === 89) return true;
  if (char === SPACE) return undefined;
  throw new FieldFault(at, "Y, N or a blank");
}

/** 1 or 0; `undefined` if blank. */
export function readBit(bytes: Uint8Array, at: number): boolean | undefined {
  const char = bytes[at] as number;
  if (char === 48) return false;
  if (char === 49) return true;
  if (char === SPACE) return undefined;
  throw new FieldFault(at, "1, 0 or a blank");
}

/** Digits, with blanks or a minus and zeros before them; never -0; `undefined` if blank. */
export function readInt(bytes: Uint8Array, at: number, width: number): number | undefined {
  const end = at + width;
  let i = at;
  while (i < end && (bytes[i] as number) === SPACE) i++;
  if (i === end) return undefined;
  const negative = (bytes[i] as number) === MINUS;
  if (negative && ++i === end) throw new FieldFault(at, "digits");
  let value = 0;
  for (; i < end; i++) {
    const digit = (bytes[i] as number) - 48;
    if (!(digit >= 0 && digit <= 9)) throw new FieldFault(at, "digits");
    value = value * 10 + digit;
  }
  if (value > Number.MAX_SAFE_INTEGER) throw new FieldFault(at, "a number below 2^53");
  return negative ? 0 - value : value;
}

/** A decimal number, its point written or `implied` digits before the end; never -0; `undefined` if blank. */
export function readDecimal(bytes: Uint8Array, at: number, width: number, implied = 0): number | undefined {
  const end = at + width;
  let i = at;
  while (i < end && (bytes[i] as number) === SPACE) i++;
  if (i === end) return undefined;
  const negative = (bytes[i] as number) === MINUS;
  if (negative) i++;
  let digits = 0;
  let count = 0;
  let point = -1;
  for (; i < end; i++) {
    const char = bytes[i] as number;
    const digit = char - 48;
    if (digit >= 0 && digit <= 9) {
      digits = digits * 10 + digit;
      count++;
    } else if (char === POINT && point < 0 && count > 0 && implied === 0) {
      point = count;
    } else {
      throw new FieldFault(at, "a decimal number");
    }
  }
  if (count === 0) throw new FieldFault(at, "a decimal number");
  if (digits > Number.MAX_SAFE_INTEGER) throw new FieldFault(at, "a number of at most 15 digits");
  // One division of exact numbers gives the double nearest to the decimal, as Number() of its text would.
  const value = digits / 10 ** (point < 0 ? implied : count - point);
  return negative ? 0 - value : value;
}

/** Of a leap year's months, from 1. */
const MONTH_DAYS = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `-MM-DD` at the index MMDD, where a leap year has that day. */
const DAYS = Array.from({ length: 1232 }, (_, index) => {
  const digits = String(index).padStart(4, "0");
  const day = index % 100;
  return day > 0 && day <= (MONTH_DAYS[Math.floor(index / 100)] ?? 0)
    ? `-${digits.slice(0, 2)}-${digits.slice(2)}`
    : undefined;
});

/** An existing `YYYYMMDD` as `YYYY-MM-DD`; `undefined` if blank or all zeros. */
export function readDate(bytes: Uint8Array, text: string, at: number): string | undefined {
  const number = readInt(bytes, at, 8);
  if (number === undefined || number === 0) return undefined;
  const year = Math.floor(number / 10_000);
  const day = DAYS[number % 10_000];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (year < 1000 || day === undefined || (day === "-02-29" && !leap)) {
    throw new FieldFault(at, "an existing date as YYYYMMDD");
  }
  return text.slice(at, at + 4) + day;
}

/** Undoes one wrap of a signed 32-bit count. */
export function unwrapped(count: number | undefined): number | undefined {
  return count !== undefined && count < 0 ? count + 2 ** 32 : count;
}

/** KIS's counts pass through 32-bit integers and floats: beyond 2^24, or once wrapped, they are not exact. */
export function isInexact(count: number | undefined): boolean {
  return count !== undefined && (count < 0 || count > 2 ** 24);
}

/** Whether an amount fills its 5 bytes, so that KIS may have cut its last digits off. */
export function isCut(amount: number | undefined): boolean {
  return amount !== undefined && (amount >= 10_000 || amount <= -1000);
}

/** Whether a ratio is the sentinel of full capital impairment. */
export function isImpaired(ratio: number | undefined): boolean {
  return ratio === IMPAIRED;
}
