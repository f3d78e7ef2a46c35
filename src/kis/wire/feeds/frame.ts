import { numberIn } from "../field.js";

/** Records of one stream as KIS packs them: `E|TR|NNN|f^f^…`. */
export interface Frame {
  /** Which stream, such as `H0STCNT0`. */
  readonly trId: string;
  /** How many records. */
  readonly count: number;
  /** How many fields a record has: found in the frame, since KIS adds some without notice. */
  readonly width: number;
  /** A field of a record, as latin1 text; `""` where there is none. */
  text(record: number, field: number): string;
  /** The number in a field; `undefined` where it is blank or none. */
  number(record: number, field: number): number | undefined;
}

const [PIPE, CARET, ZERO, NINE, PLAIN] = [0x7c, 0x5e, 0x30, 0x39, 0x30];

/**
 * Reads a frame as bytes, because its text need not be valid UTF-8: in other clients, names that were cut in half ended
 * whole sessions.
 *
 * @returns `undefined` if it is no plain frame: it is encrypted, or its fields cannot be divided by its records.
 * @see facts of the WebSocket feeds, section 5 (2026-11-28)
 */
export function readFrame(bytes: Uint8Array): Frame | undefined {
  if (bytes[0] !== PLAIN || bytes[1] !== PIPE) return undefined;
  const second = bytes.indexOf(PIPE, 2);
  const third = second < 0 ? -1 : bytes.indexOf(PIPE, second + 1);
  if (third < 0) return undefined;
  const count = integerIn(bytes, second + 1, third);
  if (count === undefined || count < 1) return undefined;
  const ends: number[] = [];
  for (let at = third + 1; at < bytes.length; at++) if (bytes[at] === CARET) ends.push(at);
  ends.push(bytes.length);
  // A blank field at the very end belongs to no record: H0STANC0 was seen with one.
  const isBlankEnd = bytes[bytes.length - 1] === CARET;
  if (ends.length % count !== 0 && isBlankEnd && (ends.length - 1) % count === 0) ends.pop();
  if (ends.length % count !== 0) return undefined;
  const width = ends.length / count;
  const startOf = (index: number): number => (index === 0 ? third : (ends[index - 1] ?? third)) + 1;
  const text = (record: number, field: number): string =>
    field < width ? latin1(bytes, startOf(record * width + field), ends[record * width + field] ?? 0) : "";
  return {
    trId: latin1(bytes, 2, second),
    count,
    width,
    text,
    number(record, field) {
      if (field >= width) return undefined;
      const index = record * width + field;
      return (
        integerIn(bytes, startOf(index), ends[index] ?? 0) ??
        numberIn(latin1(bytes, startOf(index), ends[index] ?? 0))
      );
    },
  };
}

/** Digits alone, without making a text of them; `undefined` for anything else, and for more than 15 of them. */
function integerIn(bytes: Uint8Array, from: number, to: number): number | undefined {
  if (to <= from || to - from > 15) return undefined;
  let value = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < ZERO || byte > NINE) return undefined;
    value = value * 10 + (byte - ZERO);
  }
  return value;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}
