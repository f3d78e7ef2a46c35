import { type ObjectFacts, formatTrailer, openSealed, proofOf } from "./trailer.js";
import { zstd } from "./zstd.js";

/** An object's content, or why it must not be used. */
export type Unsealed =
  | { readonly content: Buffer; readonly proved: boolean; readonly facts: ObjectFacts }
  | { readonly damage: string };

/** Options of {@link unseal}. */
interface UnsealOptions {
  /**
   * Bytes an object may expand to. zstd itself has no limit: 61 kB can become 2 GB.
   *
   * @defaultValue 512 MiB, seven times a day of 4,000 symbols
   */
  readonly maxContentBytes?: number;
}

/** The level by bench/kline.ts. @see decisions/008-kline-format.md */
export const DEFAULT_ZSTD_LEVEL = 10;
const DEFAULT_MAX_CONTENT = 512 * 2 ** 20;

/**
 * Compresses content into one zstd frame and seals it with the trailer that proves it.
 *
 * `content` is read from another thread: leave it untouched until this resolves.
 */
export async function seal(
  content: Buffer,
  level: number = DEFAULT_ZSTD_LEVEL,
  facts: ObjectFacts = {},
): Promise<Buffer> {
  const trailer = formatTrailer(proofOf(content), facts);
  const { compress } = await zstd();
  return Buffer.concat([await compress(content, level), trailer]);
}

/**
 * Checks and decompresses an object. Content that its trailer does not prove is not returned. Objects of older writers
 * have no trailer and no proof.
 */
export async function unseal(bytes: Uint8Array, options: UnsealOptions = {}): Promise<Unsealed> {
  const { maxContentBytes = DEFAULT_MAX_CONTENT } = options;
  const sealed = openSealed(bytes);
  if ("damage" in sealed) return sealed;
  const { frame, proof, facts, maxContent } = sealed;
  if ((proof?.length ?? 0) > maxContentBytes || maxContent > expansionLimit(proof?.length, maxContentBytes)) {
    return { damage: `it could expand to ${maxContent} bytes, more than it may` };
  }
  const { decompress } = await zstd();
  let content: Buffer;
  try {
    content = await decompress(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength));
  } catch (error) {
    return { damage: `zstd cannot read it: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (proof === undefined) return { content, proved: false, facts };
  if (content.length !== proof.length) {
    return { damage: `it expands to ${content.length} bytes, its trailer says ${proof.length}` };
  }
  if (!proofOf(content).sha256.every((byte, index) => byte === proof.sha256[index])) {
    return { damage: "its content does not have the SHA-256 of its trailer" };
  }
  return { content, proved: true, facts };
}

/**
 * Blocks expand to 128 KiB at most and are mostly full, so their count bounds what zstd will expand. Above
 * level 15 zstd splits blocks: the bound was then up to 1.32 times the content (500 symbols, level 19).
 */
const SPLIT = 4;
function expansionLimit(length: number | undefined, maxContentBytes: number): number {
  return length === undefined ? maxContentBytes : (length + 2 ** 18) * SPLIT;
}
