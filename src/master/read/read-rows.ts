import { MasterFormatError, show } from "../../core/index.js";
import { decodeTexts, isDamaged, type RawRow, FieldFault, ShortTexts } from "../cells/index.js";
import {
  type DelimitedLayout,
  type Field,
  type FixedField,
  type FixedLayout,
  type Layout,
  isFixed,
} from "../layouts/index.js";
import type { Market } from "../market.js";
import type { OddCell } from "../master.js";

import { delimitedReader, fixedReader } from "./row-readers.js";

const CR = 13;
const LF = 10;
const SPACE = 32;

/** Where each row starts, and at the end where the file ends; rows include their line ends. */
type Starts = Int32Array;

interface File {
  readonly market: Market;
  readonly layout: Layout;
  readonly bytes: Uint8Array;
  /** One character for each byte. */
  readonly text: string;
}

/** The rows of a file, and the strange cells that were left out. */
export interface ReadRows {
  /** In the order of the file, each with its row's bytes. */
  readonly rows: RawRow[];
  /** In the order of the file. */
  readonly odd: OddCell[];
}

/**
 * Reads every row of a file.
 *
 * @throws {@link MasterFormatError} at the first row that does not fit `layout`. A strange cell of a dead or frozen field
 * is blank instead, and listed.
 */
export function readRows(market: Market, layout: Layout, bytes: Uint8Array): ReadRows {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const file = { market, layout, bytes, text };
  if (text.length === 0) fail(file, 0, 0, undefined, "the file is empty, expected at least one row");
  return isFixed(layout) ? readFixed(file, layout) : { rows: readDelimited(file, layout), odd: [] };
}

function readFixed(file: File, layout: FixedLayout): ReadRows {
  const { text } = file;
  const starts = fixedStarts(file, layout.rowBytes);
  const count = starts.length - 1;
  const named = layout.fields.filter((field) => field.type === "cp949");
  const from = new Int32Array(count * named.length);
  const to = new Int32Array(count * named.length);
  for (let row = 0, n = 0; row < count; row++) {
    for (const field of named) {
      from[n] = (starts[row] as number) + field.offset;
      to[n] = (from[n++] as number) + field.width;
    }
  }
  const names = checkedTexts(file, named, from, to);
  const read = fixedReader(layout);
  const texts = new ShortTexts(file.bytes, text);
  const overflowing = overflowFinder(layout);
  const rows: RawRow[] = [];
  const odd: OddCell[] = [];
  for (let row = 0; row < count; row++) {
    const at = starts[row] as number;
    const raw = text.slice(at, starts[row + 1]);
    const blank = overflowing === undefined ? [] : overflowing(text, at);
    // If a cell that may be strange is strange, the row is read again with that cell blank.
    for (;;) {
      try {
        const cells = blank.length === 0 ? undefined : blanked(file, layout, at, blank);
        rows.push(
          cells === undefined
            ? read(file.bytes, text, texts, at, raw, names, row * named.length)
            : read(cells.bytes, cells.text, cells.texts, 0, raw, names, row * named.length),
        );
        break;
      } catch (error) {
        const from = blank.length === 0 ? at : 0;
        const field = error instanceof FieldFault ? fieldAt(layout, error.at - from) : undefined;
        if (field?.status === undefined) throw located(error, file, row, at - from, field);
        blank.push(field);
      }
    }
    if (blank.length > 0) odd.push(...oddCells(rows[row], row, raw, blank));
  }
  return { rows, odd };
}

/** The bytes of one row with some cells blank. */
function blanked(
  file: File,
  layout: FixedLayout,
  at: number,
  cells: readonly FixedField[],
): { readonly bytes: Uint8Array; readonly text: string; readonly texts: ShortTexts } {
  // A Buffer's own slice() would be a view, and this would write into the caller's file.
  const bytes = new Uint8Array(file.bytes.subarray(at, at + layout.rowBytes));
  for (const { offset, width } of cells) bytes.fill(SPACE, offset, offset + width);
  const text = Buffer.from(bytes).toString("latin1");
  return { bytes, text, texts: new ShortTexts(bytes, text) };
}

function oddCells(
  instrument: RawRow | undefined,
  row: number,
  raw: string,
  cells: readonly FixedField[],
): OddCell[] {
  const { symbol } = instrument as { readonly symbol?: string };
  return cells
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ name, offset, width }) => ({
      line: row + 1,
      symbol,
      field: name,
      received: raw.slice(offset, offset + width),
    }));
}

/** Finds the cells of a row that a long text of `layout.overflow` overwrote; `undefined` if the layout has no such text. */
function overflowFinder(layout: FixedLayout): ((text: string, at: number) => FixedField[]) | undefined {
  const { overflow, fields } = layout;
  if (overflow === undefined) return undefined;
  const into = fields.filter(({ name }) => overflow.into.includes(name));
  const start = into[0]?.offset ?? 0;
  const isBlank = (text: string, from: number, to: number): boolean => text.slice(from, to).trim() === "";
  return (text, at) => {
    const edge = at + start;
    // Words are one blank apart. A value of its own after a text that ends before has two or more (in all of the
    // 12,216 rows of 2025-12-16).
    if (text.charCodeAt(edge) === SPACE && text.charCodeAt(edge + 1) === SPACE) return [];
    if (isBlank(text, edge - 2, edge)) return [];
    return into.filter(({ offset, width }) => !isBlank(text, at + offset, at + offset + width));
  };
}

/** @throws {@link MasterFormatError} naming the first line that is not `rowBytes` long. */
function fixedStarts(file: File, rowBytes: number): Starts {
  const { text } = file;
  const starts = new Int32Array(Math.ceil(text.length / (rowBytes + 1)) + 1);
  let count = 0;
  let at = 0;
  while (at < text.length) {
    starts[count++] = at;
    let end = at + rowBytes;
    if (text.charCodeAt(end) === CR) end++;
    // An editor may have cut the last line end; nothing of the row is lost.
    if (text.charCodeAt(end) !== LF && at + rowBytes !== text.length) {
      const stop = text.indexOf("\n", at);
      const length = (stop < 0 ? text.length : stop) - at;
      const what = length === rowBytes ? "a line end inside it" : `${length} bytes`;
      fail(file, count, at, undefined, `the row has ${what}, expected ${rowBytes} bytes and a line end`);
    }
    at = Math.min(end + 1, text.length);
  }
  starts[count++] = text.length;
  return starts.subarray(0, count);
}

function readDelimited(file: File, layout: DelimitedLayout): RawRow[] {
  const { text } = file;
  const columns = layout.fields.length;
  const named = layout.fields.flatMap((field, column) => (field.type === "cp949" ? [column] : []));
  const cuts: { readonly at: number; readonly next: number; from: Int32Array; to: Int32Array }[] = [];
  for (let at = 0, next = 0; at < text.length; at = next) {
    const stop = text.indexOf("\n", at);
    next = stop < 0 ? text.length : stop + 1;
    let end = stop < 0 ? text.length : stop;
    if (text.charCodeAt(end - 1) === CR && end > at) end--;
    const from = new Int32Array(columns);
    const to = new Int32Array(columns);
    let column = 0;
    for (let start = at; start <= end; column++) {
      let cut = text.indexOf(layout.delimiter, start);
      if (cut < 0 || cut > end) cut = end;
      from[column] = start;
      to[column] = cut;
      start = cut + 1;
    }
    if (column !== columns) {
      fail(file, cuts.length + 1, at, undefined, `the row has ${column} columns, expected ${columns}`);
    }
    cuts.push({ at, next, from, to });
  }
  const froms = new Int32Array(cuts.length * named.length);
  const tos = new Int32Array(cuts.length * named.length);
  cuts.forEach(({ from, to }, row) => {
    named.forEach((column, i) => {
      froms[row * named.length + i] = from[column] as number;
      tos[row * named.length + i] = to[column] as number;
    });
  });
  const fields = named.map((column) => layout.fields[column] as Field);
  const names = checkedTexts(file, fields, froms, tos);
  const read = delimitedReader(layout);
  return cuts.map(({ at, next, from, to }, row) => {
    for (let column = 0; column < columns; column++) {
      while (
        (to[column] as number) > (from[column] as number) &&
        text.charCodeAt((to[column] as number) - 1) === 32
      ) {
        to[column] = (to[column] as number) - 1;
      }
    }
    try {
      return read(file.bytes, text, from, to, text.slice(at, next), names, row * named.length);
    } catch (error) {
      const column = error instanceof FieldFault ? from.indexOf(error.at) : -1;
      throw located(error, file, row, 0, layout.fields[column]);
    }
  });
}

/** The decoded texts of all rows; the columns of a row lie side by side. */
function checkedTexts(
  file: File,
  fields: readonly Field[],
  from: Int32Array,
  to: Int32Array,
): (string | undefined)[] {
  const { texts, clean } = decodeTexts(file.bytes, from, to);
  for (let n = 0; n < texts.length; n++) {
    const field = fields[n % fields.length] as Field;
    const text = texts[n];
    const row = Math.floor(n / fields.length) + 1;
    if (text === undefined) {
      if (field.required === true) fail(file, row, from[n] as number, field, "the text is blank");
    } else if (!clean && isDamaged(text, field.cut === true)) {
      fail(file, row, from[n] as number, field, `${show(text)} is no text in cp949`);
    }
  }
  return texts;
}

function fieldAt(layout: FixedLayout, offset: number): FixedField | undefined {
  return layout.fields.find((field) => offset >= field.offset && offset < field.offset + field.width);
}

/** @param base - where the bytes that were read start in the file. */
function located(error: unknown, file: File, row: number, base: number, field: Field | undefined): unknown {
  if (!(error instanceof FieldFault)) return error;
  const at = base + error.at;
  const width = field !== undefined && "width" in field ? (field.width as number) : 12;
  const found = file.text.slice(at, at + width).split("\n")[0];
  return formatError(file, row + 1, at, field, `${show(found)}, expected ${error.expected}`);
}

function fail(file: File, line: number, byteOffset: number, field: Field | undefined, what: string): never {
  throw formatError(file, line, byteOffset, field, what);
}

function formatError(
  file: File,
  line: number,
  byteOffset: number,
  field: Field | undefined,
  what: string,
): MasterFormatError {
  const where = line === 0 ? "" : `, line ${line}${field === undefined ? "" : `, \`${field.name}\``}`;
  const trust = file.layout.verified ? "" : "; hantoo's tests have no real file of this layout";
  return new MasterFormatError(
    `${file.market} master${where}: ${what} (layout ${file.layout.name}, byte ${byteOffset})${trust}. ` +
      "KIS may have changed the file: keep it, and update hantoo",
    { market: file.market, line, byteOffset, field: field?.name },
  );
}
