/** Longest text of a JSON number that JavaScript writes, such as -1.7976931348623157e+308, or `null`. */
export const MAX_NUMBER_BYTES = 24;

const ZERO = 48;
const COMMA = 44;

/**
 * Writes a number as JSON would, NaN as `null`. Whole numbers, nine million in a market's day, are written without making
 * a string.
 *
 * @returns the offset after it. There must be room for {@link MAX_NUMBER_BYTES}.
 */
export function writeNumber(bytes: Buffer, at: number, value: number): number {
  if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER && Number.isInteger(value))) {
    return at + bytes.write(Number.isNaN(value) ? "null" : String(value), at, "latin1");
  }
  let end = at + 1;
  for (let power = 10; power <= value; power *= 10) end++;
  let rest = value;
  for (let digit = end - 1; digit >= at; digit--) {
    const tens = Math.floor(rest / 10);
    bytes[digit] = ZERO + (rest - tens * 10);
    rest = tens;
  }
  return end;
}

/** Takes a cell: its symbol, and its numbers, NaN for `null`, in an array that is used again for the next. */
type TakeCell = (symbol: string, numbers: Float64Array) => void;

/** Reads lines exactly as this package writes them, straight from their bytes. */
export class LineBytes {
  readonly #content: Buffer;
  /** Symbols of the line before with their bytes as written: lines of a day mostly hold the same ones. */
  #texts: string[] = [];
  #keys: Buffer[] = [];

  constructor(content: Buffer) {
    this.#content = content;
  }

  /**
   * Reads `"005930":[1,2,null],"000660":[…]}}` from `start` to the end of the line.
   *
   * @returns false if the line is written in another way; it may still be good JSON. `take` may have some cells by
   * then: give it the whole line again.
   */
  readCells(start: number, end: number, fields: number, take: TakeCell): boolean {
    const bytes = this.#content;
    const numbers = new Float64Array(fields);
    let at = start;
    for (let cell = 0; ; cell++) {
      const symbol = this.#readKey(at, end, cell);
      if (symbol === undefined) return false;
      at += symbol.length + 4; // quote, quote, colon, bracket
      for (let field = 0; field < fields; field++) {
        let value = 0;
        const first = at;
        let byte = bytes[at] ?? 0;
        while (byte >= ZERO && byte <= 57) {
          value = value * 10 + (byte - ZERO);
          byte = bytes[++at] ?? 0;
        }
        if (at === first) {
          if (!isNull(bytes, at)) return false;
          value = Number.NaN;
          at += 4;
          byte = bytes[at] ?? 0;
        } else if (at - first > 15 || (bytes[first] === ZERO && at - first > 1)) {
          return false; // beyond what is exact, or no JSON
        }
        if (byte !== (field === fields - 1 ? 93 : COMMA)) return false; // ]
        numbers[field] = value;
        at++;
      }
      take(symbol, numbers);
      if (bytes[at] !== COMMA) break;
      at++;
    }
    return at + 2 === end && bytes[at] === 125 && bytes[at + 1] === 125; // }}
  }

  /** The symbol of `"symbol":[` at an offset; `undefined` if that is not what is there. */
  #readKey(at: number, end: number, cell: number): string | undefined {
    const bytes = this.#content;
    const expected = this.#keys[cell];
    if (expected !== undefined && isAt(bytes, at, expected)) return this.#texts[cell];
    if (bytes[at] !== 34) return undefined; // "
    let quote = at + 1;
    while (quote < end && quote <= at + 9 && isSymbolByte(bytes[quote] ?? 0)) quote++;
    if (bytes[quote] !== 34 || bytes[quote + 1] !== 58 || bytes[quote + 2] !== 91) return undefined; // ":[
    const text = bytes.toString("latin1", at + 1, quote);
    this.#keys[cell] = bytes.subarray(at, quote + 3);
    this.#texts[cell] = text;
    return text;
  }
}

function isAt(bytes: Buffer, at: number, expected: Buffer): boolean {
  for (let offset = 0; offset < expected.length; offset++) {
    if (bytes[at + offset] !== expected[offset]) return false;
  }
  return true;
}

function isNull(bytes: Buffer, at: number): boolean {
  return bytes[at] === 110 && bytes[at + 1] === 117 && bytes[at + 2] === 108 && bytes[at + 3] === 108;
}

function isSymbolByte(byte: number): boolean {
  return (byte >= ZERO && byte <= 57) || (byte >= 65 && byte <= 90);
}
