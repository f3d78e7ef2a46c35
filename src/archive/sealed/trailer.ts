import { createHash } from "node:crypto";
import { measureFrame } from "./zstd-frame.js";

/** What the trailer of an object proves of its uncompressed content. */
export interface Proof {
  /** Bytes of the uncompressed content. */
  readonly length: number;
  /** SHA-256 of the uncompressed content, 32 bytes. */
  readonly sha256: Uint8Array;
}

/** An object taken apart: its data frames, and the proof if it carries one. */
interface SealedFrame {
  readonly frame: Uint8Array;
  /** Absent in what older writers stored. */
  readonly proof?: Proof;
  /** Bytes the frame can expand to at most. */
  readonly maxContent: number;
}

/** A skippable frame, which every zstd reader passes over. @see https://www.rfc-editor.org/rfc/rfc8878 section 3.1.2 */
const SKIPPABLE_MAGIC = 0x184d2a5a;
const TAG: Buffer = Buffer.from("hantoo1\0", "latin1");
const HEAD_BYTES = 8; // magic, payload size
const PAYLOAD_BYTES: number = TAG.length + 8 + 32; // tag, u64 length, SHA-256
/** Bytes of a trailer. */
export const TRAILER_BYTES: number = HEAD_BYTES + PAYLOAD_BYTES;

/** SHA-256 and length of the uncompressed content. */
export function proofOf(content: Uint8Array): Proof {
  return { length: content.length, sha256: createHash("sha256").update(content).digest() };
}

/** The trailer that carries a proof. */
export function formatTrailer(proof: Proof): Uint8Array {
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeUInt32LE(SKIPPABLE_MAGIC, 0);
  trailer.writeUInt32LE(PAYLOAD_BYTES, 4);
  TAG.copy(trailer, HEAD_BYTES);
  trailer.writeBigUInt64LE(BigInt(proof.length), HEAD_BYTES + TAG.length);
  trailer.set(proof.sha256, HEAD_BYTES + TAG.length + 8);
  return trailer;
}

/**
 * Takes an object apart by its frame headers, decompressing nothing. Every byte must belong to a data frame or
 * to the one trailer at the end: what was cut, appended or pasted together is damage.
 *
 * @returns the frame and its proof, or the reason why the object is damaged.
 */
export function openSealed(bytes: Uint8Array): SealedFrame | { readonly damage: string } {
  const proof = parseTrailer(bytes);
  const dataEnd = proof === undefined ? bytes.length : bytes.length - TRAILER_BYTES;
  let end = 0;
  let maxContent = 0;
  let frames = 0;
  while (end < dataEnd) {
    const frame = measureFrame(bytes, end);
    if (frame === undefined || frame.end > dataEnd) {
      return { damage: `no whole zstd frame at byte ${end} of ${bytes.length}` };
    }
    end = frame.end;
    maxContent += frame.maxContent;
    frames++;
  }
  if (frames === 0) return { damage: "it holds no zstd frame" };
  if (proof === undefined) return { frame: bytes, maxContent };
  if (frames > 1) return { damage: `${frames} zstd frames before one trailer` };
  return { frame: bytes.subarray(0, dataEnd), proof, maxContent };
}

function parseTrailer(bytes: Uint8Array): Proof | undefined {
  const start = bytes.length - TRAILER_BYTES;
  if (start < 0) return undefined;
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset + start, TRAILER_BYTES);
  if (tail.readUInt32LE(0) !== SKIPPABLE_MAGIC || tail.readUInt32LE(4) !== PAYLOAD_BYTES) return undefined;
  if (!tail.subarray(HEAD_BYTES, HEAD_BYTES + TAG.length).equals(TAG)) return undefined;
  const length = Number(tail.readBigUInt64LE(HEAD_BYTES + TAG.length));
  return { length, sha256: Uint8Array.prototype.slice.call(tail, HEAD_BYTES + TAG.length + 8) };
}
