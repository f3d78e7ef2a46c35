/** Extent of one zstd data frame, found without decompressing it. */
interface ZstdFrame {
  /** Offset just past the frame. */
  readonly end: number;
  /** Bytes it can expand to at most. Exact where the frame says its size, else whole blocks. */
  readonly maxContent: number;
}

/** Magic number of a data frame. @see https://www.rfc-editor.org/rfc/rfc8878 section 3.1.1 (read 2026-11-21) */
const MAGIC = 0xfd2fb528;
/** No block expands beyond this. @see RFC 8878 section 3.1.1.2.4 */
const MAX_BLOCK = 128 * 1024;
const RLE = 1;
const COMPRESSED = 2;

/**
 * Walks over the headers of the data frame that begins at `start`.
 *
 * @returns its extent, or `undefined` if the bytes there are no whole data frame, or one that needs a dictionary.
 * @see https://www.rfc-editor.org/rfc/rfc8878 section 3.1.1 (read 2026-11-21)
 */
export function measureFrame(bytes: Uint8Array, start: number): ZstdFrame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (start + 6 > bytes.length || view.getUint32(start, true) !== MAGIC) return undefined;
  const descriptor = view.getUint8(start + 4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const reserved = (descriptor & 0x18) !== 0; // and the unused bit, which every writer leaves 0
  const dictionary = (descriptor & 0x03) !== 0;
  if (reserved || dictionary) return undefined;
  const checksumBytes = (descriptor & 0x04) === 0 ? 0 : 4;
  const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;

  let at = start + 5 + (singleSegment ? 0 : 1);
  if (at + sizeBytes > bytes.length) return undefined;
  const contentSize = readContentSize(view, at, sizeBytes);
  at += sizeBytes;

  let blockBytes = 0;
  for (let last = false; !last;) {
    if (at + 3 > bytes.length) return undefined;
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    last = (header & 1) === 1;
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type > COMPRESSED || size > MAX_BLOCK) return undefined;
    blockBytes += type === COMPRESSED ? MAX_BLOCK : size;
    at += 3 + (type === RLE ? 1 : size);
  }
  const end = at + checksumBytes;
  return end > bytes.length ? undefined : { end, maxContent: contentSize ?? blockBytes };
}

/** `Frame_Content_Size`; two bytes of it count from 256. @see RFC 8878 section 3.1.1.1.4 */
function readContentSize(view: DataView, at: number, sizeBytes: number): number | undefined {
  if (sizeBytes === 1) return view.getUint8(at);
  if (sizeBytes === 2) return view.getUint16(at, true) + 256;
  if (sizeBytes === 4) return view.getUint32(at, true);
  return sizeBytes === 8 ? Number(view.getBigUint64(at, true)) : undefined;
}
