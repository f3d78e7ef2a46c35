import { gunzipSync } from "node:zlib";
import type { SchemaElement, SchemaTree } from "hyparquet";
import type { parquetHeader, readPage } from "hyparquet/src/column.js";
import { CODEC, COLUMN_SCHEMA } from "./encode-columns.js";

/** What of `hyparquet` is used; loaded by the caller, on first use. */
export interface ParquetPages {
  readonly parquetHeader: typeof parquetHeader;
  readonly readPage: typeof readPage;
}

/** Rows from `from` on and before `to`, counted from the group's first. */
export interface RowSpan {
  readonly from: number;
  readonly to: number;
}

/** Which of the columns in the order of `COLUMN_SCHEMA`: `time` is 1. */
export const TIME = 1;

/**
 * Decodes rows of one group out of its bytes alone. They hold column after column, each page with its own header, so
 * that no footer is read: pages without a wanted row are stepped over by their headers.
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
  { parquetHeader, readPage }: ParquetPages,
): ReadonlyMap<number, Float64Array> {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  const count = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  const decoded = new Map<number, Float64Array>();
  const last = Math.max(...wanted);
  for (const [place, element] of COLUMN_SCHEMA.entries()) {
    if (place > last) break;
    const isWanted = wanted.has(place);
    const numbers = new Float64Array(isWanted ? count : 0);
    const decoder = decoderOf(element);
    let dictionary: ArrayLike<unknown> | undefined;
    let span = 0;
    let at = 0;
    for (let row = 0; row < rows;) {
      if (reader.offset >= bytes.byteLength) throw new RangeError("a group of columns ends early");
      const header = parquetHeader(reader);
      const isDictionary = header.type === "DICTIONARY_PAGE";
      const end = row + (header.data_page_header_v2?.num_rows ?? 0);
      if (!isDictionary && end === row) throw new RangeError("a page of columns has no rows");
      if (!isDictionary) while ((spans[span]?.to ?? Infinity) <= row) span++;
      const isNeeded = isWanted && (isDictionary || (spans[span]?.from ?? Infinity) < end);
      if (!isNeeded) {
        reader.offset += header.compressed_page_size;
      } else {
        const { data } = readPage(reader, header, decoder, dictionary as never, undefined, 0);
        if (isDictionary) dictionary = data;
        else
          for (let next = span; (spans[next]?.from ?? Infinity) < end; next++) {
            const { from = 0, to = 0 } = spans[next] ?? {};
            for (let index = Math.max(from, row); index < Math.min(to, end); index++) {
              const value: unknown = data?.[index - row];
              numbers[at++] = value === null || value === undefined ? Number.NaN : Number(value);
            }
          }
      }
      row = end;
    }
    if (isWanted && at !== count) throw new RangeError("a group of columns lacks rows");
    if (isWanted) decoded.set(place, numbers);
  }
  return decoded;
}

type Decoder = Parameters<typeof readPage>[2];

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
