import { gunzipSync } from "node:zlib";
import type { SchemaElement, SchemaTree } from "hyparquet";
import type { parquetHeader } from "hyparquet/src/column.js";
import type { readDataPageV2 } from "hyparquet/src/datapage.js";
import { CODEC, COLUMN_SCHEMA } from "./encode-columns.js";

/** What of `hyparquet` is used; loaded by the caller, on first use. */
export interface ParquetPages {
  readonly parquetHeader: typeof parquetHeader;
  readonly readDataPageV2: typeof readDataPageV2;
}

/** Rows from `from` on and before `to`, counted from the group's first. */
export interface RowSpan {
  readonly from: number;
  readonly to: number;
}

/** Which of the columns in the order of `COLUMN_SCHEMA`: `time` is 1. */
export const TIME = 1;

/**
 * Decodes rows of one group from its bytes alone. They hold column after column, and each page has its own header, so the
 * footer is not needed: pages without a wanted row are skipped by their headers.
 *
 * @param spans - ascending, none overlapping.
 * @param wanted - columns to decode, by their place in the schema; not that of `symbol`, which the manifest tells.
 * @returns by place in the schema the numbers of all spans one after the other, NaN for null.
 * @throws {@link RangeError} if the bytes are no such group.
 */
export function decodeGroup(
  bytes: Uint8Array,
  rows: number,
  spans: readonly RowSpan[],
  wanted: ReadonlySet<number>,
  pages: ParquetPages,
): ReadonlyMap<number, Float64Array> {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  const count = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  const decoded = new Map<number, Float64Array>();
  const last = Math.max(...wanted);
  for (const [place, element] of COLUMN_SCHEMA.entries()) {
    if (place > last) break;
    const isWanted = wanted.has(place);
    const numbers = new Float64Array(isWanted ? count : 0);
    let span = 0;
    let at = 0;
    for (let row = 0; row < rows;) {
      if (reader.offset >= bytes.byteLength) throw new RangeError("a group of columns ends early");
      const header = pages.parquetHeader(reader);
      const start = reader.offset;
      reader.offset += header.compressed_page_size;
      if (header.type === "DICTIONARY_PAGE") continue; // of symbols, which the manifest tells
      const end = row + (header.data_page_header_v2?.num_rows ?? 0);
      if (end === row) throw new RangeError("a page of columns has no rows");
      while ((spans[span]?.to ?? Infinity) <= row) span++;
      if (isWanted && (spans[span]?.from ?? Infinity) < end) {
        const page = decodePage(bytes.subarray(start, reader.offset), header, element, pages);
        for (let next = span; (spans[next]?.from ?? Infinity) < end; next++) {
          const { from = 0, to = 0 } = spans[next] ?? {};
          const last = Math.min(to, end);
          for (let index = Math.max(from, row); index < last; index++)
            numbers[at++] = page[index - row] ?? Number.NaN;
        }
      }
      row = end;
    }
    if (isWanted && at !== count) throw new RangeError("a group of columns lacks rows");
    if (isWanted) decoded.set(place, numbers);
  }
  return decoded;
}

type PageHeader = ReturnType<typeof parquetHeader>;
type Decoder = Parameters<typeof readDataPageV2>[2];

/** The numbers of a page, NaN for null. */
function decodePage(
  bytes: Uint8Array,
  header: PageHeader,
  element: SchemaElement,
  { readDataPageV2 }: ParquetPages,
): Float64Array {
  const facts = header.data_page_header_v2;
  if (facts === undefined) throw new RangeError("a page of columns is of another kind");
  const levels = facts.definition_levels_byte_length + facts.repetition_levels_byte_length;
  // Without nulls the levels say nothing, and decoding them takes as long as the values.
  const isDense = facts.num_nulls === 0;
  const { definitionLevels, dataPage } = isDense
    ? readDataPageV2(
        bytes.subarray(levels),
        {
          ...header,
          uncompressed_page_size: header.uncompressed_page_size - levels,
          data_page_header_v2: {
            ...facts,
            definition_levels_byte_length: 0,
            repetition_levels_byte_length: 0,
          },
        },
        decoderOf({ ...element, repetition_type: "REQUIRED" }),
      )
    : readDataPageV2(bytes, header, decoderOf(element));
  const numbers = new Float64Array(facts.num_rows);
  if (definitionLevels === undefined) {
    for (let row = 0; row < numbers.length; row++) numbers[row] = Number(dataPage[row]);
    return numbers;
  }
  let value = 0;
  for (let row = 0; row < numbers.length; row++)
    numbers[row] = definitionLevels[row] === 1 ? Number(dataPage[value++]) : Number.NaN;
  return numbers;
}

/** Without the logical type: a time stays a number, where it would become a `Date`. */
function decoderOf({ name, type, repetition_type }: SchemaElement): Decoder {
  const element = { name, type, repetition_type } as SchemaElement;
  const leaf: SchemaTree = { children: [], count: 1, element, path: [name] };
  const root: SchemaTree = { children: [leaf], count: 2, element: { name: "root" }, path: [] };
  return {
    pathInSchema: [name],
    type: type ?? "DOUBLE",
    element,
    schemaPath: [root, leaf],
    codec: CODEC,
    compressors: { GZIP: (bytes: Uint8Array) => gunzipSync(bytes) },
    parsers: {} as Decoder["parsers"],
  };
}
