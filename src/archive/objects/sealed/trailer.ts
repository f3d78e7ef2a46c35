import { createHash } from "node:crypto";
import { measureFrame } from "./zstd-frame.js";

/** What the trailer of an object proves of its uncompressed content. */
export interface Proof {
  /** Bytes of the uncompressed content. */
  readonly length: number;
  /** SHA-256 of the uncompressed content, 32 bytes. */
  readonly sha256: Uint8Array;
}

/** What an object says of itself, beside its content. */
export interface ObjectFacts {
  /** Where its rows came from, such as `"kis-live"`; absent in what older writers stored. */
  readonly source?: string;
  /** Who wrote it, such as `"hantoo/0.2.0"`. */
  readonly writer?: string;
  /** Of a compacted object: the keys it replaces, relative to the prefix. */
  readonly sources?: readonly string[];
}

/** What the end of an object holds. */
interface Trailer {
  readonly proof: Proof;
  readonly facts: ObjectFacts;
}

/** An object taken apart: its data frames, and the proof and facts if it carries some. */
interface SealedFrame {
  readonly frame: Uint8Array;
  /** Absent in what older writers stored. */
  readonly proof?: Proof;
  readonly facts: ObjectFacts;
  /** Bytes the frame can expand to at most. */
  readonly maxContent: number;
}

/** A skippable frame, which every zstd reader passes over. @see https://www.rfc-editor.org/rfc/rfc8878 section 3.1.2 */
const SKIPPABLE_MAGIC = 0x184d2a5a;
const TAG: Buffer = Buffer.from("hantoo1\0", "latin1");
const HEAD_BYTES = 8; // magic, payload size
const SHA_BYTES = 32;
const PROOF_BYTES: number = TAG.length + 8 + SHA_BYTES; // tag, u64 length, SHA-256
/** Bytes of a trailer without facts. */
export const TRAILER_BYTES: number = HEAD_BYTES + PROOF_BYTES;
const NO_FACTS: ObjectFacts = {};

/** SHA-256 and length of the uncompressed content. */
export function proofOf(content: Uint8Array): Proof {
  return { length: content.length, sha256: createHash("sha256").update(content).digest() };
}

/**
 * The trailer that carries a proof and, if there are any, facts: their length as u32, their JSON, and its SHA-256, since
 * a damaged name of a source would hide the wrong object.
 */
export function formatTrailer(proof: Proof, facts: ObjectFacts = NO_FACTS): Uint8Array {
  const { source, writer, sources } = facts;
  const json = Buffer.from(JSON.stringify({ source, writer, sources }));
  const extra = json.length > 2 ? 4 + json.length + SHA_BYTES : 0;
  const trailer = Buffer.alloc(TRAILER_BYTES + extra);
  trailer.writeUInt32LE(SKIPPABLE_MAGIC, 0);
  trailer.writeUInt32LE(PROOF_BYTES + extra, 4);
  TAG.copy(trailer, HEAD_BYTES);
  trailer.writeBigUInt64LE(BigInt(proof.length), HEAD_BYTES + TAG.length);
  trailer.set(proof.sha256, HEAD_BYTES + TAG.length + 8);
  if (extra > 0) {
    trailer.writeUInt32LE(json.length, TRAILER_BYTES);
    json.copy(trailer, TRAILER_BYTES + 4);
    trailer.set(createHash("sha256").update(json).digest(), TRAILER_BYTES + 4 + json.length);
  }
  return trailer;
}

/**
 * Takes an object apart by its frame headers, decompressing nothing. Every byte must belong to a data frame or
 * to the one trailer at the end: what was cut, appended or pasted together is damage.
 *
 * @returns the frame, its proof and its facts, or the reason why the object is damaged.
 */
export function openSealed(bytes: Uint8Array): SealedFrame | { readonly damage: string } {
  let end = 0;
  let maxContent = 0;
  let frames = 0;
  while (end < bytes.length) {
    const frame = measureFrame(bytes, end);
    if (frame === undefined) break;
    end = frame.end;
    maxContent += frame.maxContent;
    frames++;
  }
  const trailer = end < bytes.length ? parseTrailer(bytes, end) : undefined;
  if (trailer !== undefined && "damage" in trailer) return trailer;
  if (trailer === undefined && end < bytes.length)
    return { damage: `no whole zstd frame at byte ${end} of ${bytes.length}` };
  if (frames === 0) return { damage: "it holds no zstd frame" };
  if (trailer === undefined) return { frame: bytes, maxContent, facts: NO_FACTS };
  if (frames > 1) return { damage: `${frames} zstd frames before one trailer` };
  return { frame: bytes.subarray(0, end), proof: trailer.proof, facts: trailer.facts, maxContent };
}

/** What a whole object says of itself; `undefined` if it is damaged. */
export function factsOf(bytes: Uint8Array): ObjectFacts | undefined {
  const sealed = openSealed(bytes);
  return "damage" in sealed ? undefined : sealed.facts;
}

/**
 * Finds the trailer in the last bytes of an object, without the rest of it.
 *
 * @returns its facts, none where the object carries no trailer, or `undefined` where more of the end is needed.
 */
export function factsOfEnd(end: Uint8Array, isWhole: boolean): ObjectFacts | undefined {
  const bytes = Buffer.from(end.buffer, end.byteOffset, end.byteLength);
  for (let at = bytes.lastIndexOf(TAG); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(TAG, at - 1)) {
    const trailer = at < HEAD_BYTES ? undefined : parseTrailer(end, at - HEAD_BYTES);
    if (trailer !== undefined && !("damage" in trailer)) return trailer.facts;
  }
  return isWhole ? NO_FACTS : undefined;
}

/** The trailer that begins at an offset and ends with the bytes; `undefined` if there is none. */
function parseTrailer(bytes: Uint8Array, start: number): Trailer | { readonly damage: string } | undefined {
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
  if (tail.length < TRAILER_BYTES || tail.readUInt32LE(0) !== SKIPPABLE_MAGIC) return undefined;
  if (tail.readUInt32LE(4) !== tail.length - HEAD_BYTES) return undefined;
  if (!tail.subarray(HEAD_BYTES, HEAD_BYTES + TAG.length).equals(TAG)) return undefined;
  const length = Number(tail.readBigUInt64LE(HEAD_BYTES + TAG.length));
  const sha256 = Uint8Array.prototype.slice.call(tail, HEAD_BYTES + TAG.length + 8, TRAILER_BYTES);
  const facts = tail.length === TRAILER_BYTES ? NO_FACTS : parseFacts(tail.subarray(TRAILER_BYTES));
  return facts === undefined
    ? { damage: "the facts in its trailer cannot be read" }
    : { proof: { length, sha256 }, facts };
}

function parseFacts(bytes: Buffer): ObjectFacts | undefined {
  const length = bytes.length < 4 ? Infinity : bytes.readUInt32LE(0);
  if (4 + length > bytes.length) return undefined;
  const json = bytes.subarray(4, 4 + length);
  const rest = bytes.subarray(4 + length);
  // The digest is ours; a trailer that ends with the JSON is as good as its writer.
  if (rest.length > 0 && !rest.equals(createHash("sha256").update(json).digest())) return undefined;
  let facts: unknown;
  try {
    facts = JSON.parse(json.toString("utf8"));
  } catch {
    return undefined;
  }
  if (typeof facts !== "object" || facts === null || Array.isArray(facts)) return undefined;
  const { source, writer, sources } = facts as Record<string, unknown>;
  const isText = (value: unknown): value is string => typeof value === "string";
  if (sources !== undefined && !(Array.isArray(sources) && sources.every(isText))) return undefined;
  return {
    ...(isText(source) && { source }),
    ...(isText(writer) && { writer }),
    ...(sources !== undefined && { sources }),
  };
}
