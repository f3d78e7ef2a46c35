import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError } from "../../../core/index.js";
import { FileStore } from "../../../storage/index.js";
import { type TargetList, type TargetOptions, parseTargets } from "./targets.js";

/** UTF-8, what Excel calls "Unicode text" (UTF-16 with a mark), or else cp949, what a Korean Excel calls CSV. */
async function decode(bytes: Uint8Array): Promise<string> {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Node's own "euc-kr" is not cp949: it loses half of its Hangul without saying so.
    const { default: iconv } = await import("iconv-lite");
    return iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), "cp949");
  }
}

/**
 * Reads a list of (symbol, day) pairs from a CSV file, as people and spreadsheets write them.
 *
 * @example
 * ```ts
 * const { targets, problems } = await readTargets("./targets.csv");
 * for await (const step of backfill({ client, store, targets })) console.log(step.symbol, step.status);
 * ```
 * @param source - the path of the file, or its bytes. UTF-8, UTF-16 or cp949; the rest as {@link parseTargets}.
 * @returns the targets in the order of the file, each once, and the lines that gave none, with what to do.
 * @throws {@link ConfigError} if there is no such file.
 * @throws {@link StorageError} if it cannot be read.
 */
export async function readTargets(
  source: string | URL | Uint8Array,
  options: TargetOptions = {},
): Promise<TargetList> {
  if (source instanceof Uint8Array) return parseTargets(await decode(source), options);
  const path = source instanceof URL ? fileURLToPath(source) : source;
  if (typeof path !== "string" || path === "")
    throw new ConfigError("path", "the path of a CSV file", source);
  const bytes = await new FileStore(dirname(path)).get(basename(path));
  if (bytes === undefined) throw new ConfigError("path", "the path of a CSV file that exists", path);
  return parseTargets(await decode(bytes), options);
}
