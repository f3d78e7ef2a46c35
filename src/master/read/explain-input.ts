import type { MasterFormatError } from "../../core/index.js";
import { type Layout, isFixed } from "../layouts/index.js";
import { type Market, masterFiles } from "../market.js";

const CR = 13;
const LF = 10;

/** Beginnings of other kinds of file, and what to do about them. */
const BEGINNINGS: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "this is a zip, expected what is in it; unpack it with unzipMaster() first"],
  [[0x50, 0x4b, 0x05, 0x06], "this is a zip with nothing in it; download it again"],
  [[0x1f, 0x8b], "this is gzip data, expected what is in it; unpack it with gunzip first"],
  [[0x28, 0xb5, 0x2f, 0xfd], "this is zstd data, expected what is in it; unpack it with zstd first"],
  [
    [0xef, 0xbb, 0xbf],
    "it begins with a byte order mark, so a program saved it anew as UTF-8; take the file as KIS has it",
  ],
  [
    [0xff, 0xfe],
    "it begins with a byte order mark, so a program saved it anew as UTF-16; take the file as KIS has it",
  ],
  [
    [0xfe, 0xff],
    "it begins with a byte order mark, so a program saved it anew as UTF-16; take the file as KIS has it",
  ],
];

/** @returns a sentence that says what the bytes are; `undefined` if they may be a master file. */
export function explainBytes(bytes: Uint8Array): string | undefined {
  for (const [start, what] of BEGINNINGS) {
    if (start.every((byte, index) => bytes[index] === byte)) return what;
  }
  const head = Buffer.from(bytes.subarray(0, 200)).toString("latin1").trimStart();
  if (head.startsWith("version https://git-lfs.github.com/spec/")) {
    return "this is a Git LFS pointer, expected the file it points to; run `git lfs pull`";
  }
  if (/^<(?:!doctype|html|head|\?xml)/i.test(head)) {
    return "this is a page in HTML or XML, not a file of KIS; download it again";
  }
  if (/^[{[]\s*["{[]/.test(head)) return "this is JSON, not a file of KIS; download it again";
  return undefined;
}

/** @returns a sentence that says what the bytes are; `undefined` if they are a whole zip. */
export function explainNoZip(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return "it is empty";
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    // This record ends every zip, and is missing in half a download.
    const ends = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).lastIndexOf(
      "PK\x05\x06",
      undefined,
      "latin1",
    );
    return ends < 0 ? "the zip is cut: its end is missing" : undefined;
  }
  const markets = marketsLike(bytes);
  if (markets.length > 0) {
    return `it is unpacked already, its rows are those of ${markets.join(" or ")}: give it to parseMaster()`;
  }
  return (
    explainBytes(bytes)?.replace(/, expected what is in it;.*$/, ", expected a zip") ??
    "it does not begin as a zip does"
  );
}

/**
 * @param error - why `bytes` are no file of `market`.
 * @returns a sentence that says what they are instead; `undefined` if KIS may have changed the file.
 */
export function explainRows(market: Market, bytes: Uint8Array, error: MasterFormatError): string | undefined {
  if (isUtf8(bytes)) {
    return "its text is UTF-8, so a program saved it anew; take the file as KIS has it (cp949), byte for byte";
  }
  const others = marketsLike(bytes);
  const { layout } = masterFiles[market];
  if (others.length > 0 && !others.includes(market)) {
    const [other = market] = others;
    return `its rows are those of ${others.join(" or ")} (${sizeOf(other)}, expected ${sizeOf(market)}); pass that market, or the file of ${market}`;
  }
  const last = bytes.lastIndexOf(LF) + 1;
  if (last < bytes.length && error.byteOffset >= last && shapeOf(layout, bytes.subarray(last)) < 0) {
    return `the file is cut: its last row, line ${error.line}, has ${bytes.length - last} bytes and no line end; download it again`;
  }
  return undefined;
}

/** Whether the text is UTF-8. Names in cp949 are not valid UTF-8 by chance, let alone hundreds of them. */
function isUtf8(bytes: Uint8Array): boolean {
  if (!bytes.some((byte) => byte >= 0x80)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The markets whose layout has rows of the shape of the first one. */
function marketsLike(bytes: Uint8Array): Market[] {
  const stop = bytes.indexOf(LF);
  if (stop < 0) return [];
  const row = bytes.subarray(0, bytes[stop - 1] === CR ? stop - 1 : stop);
  return (Object.keys(masterFiles) as Market[]).filter(
    (name) => shapeOf(masterFiles[name].layout, row) === 0,
  );
}

function sizeOf(market: Market): string {
  const { layout } = masterFiles[market];
  return isFixed(layout) ? `${layout.rowBytes} bytes` : `${layout.fields.length} columns`;
}

/** 0 if `row` has the length (or number of columns) of `layout`; negative if it has less, positive if more. */
function shapeOf(layout: Layout, row: Uint8Array): number {
  if (isFixed(layout)) return row.length - layout.rowBytes;
  const delimiter = layout.delimiter.charCodeAt(0);
  return row.reduce((count, byte) => count + (byte === delimiter ? 1 : 0), 1) - layout.fields.length;
}
