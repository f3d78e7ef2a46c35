import { promisify } from "node:util";
import type * as Addon from "@mongodb-js/zstd";
import { ConfigError } from "../../../core/index.js";
import { measureFrame } from "./zstd-frame.js";

/** A zstd implementation. Each reads what the other wrote, though their frames differ in bytes. */
export interface Zstd {
  /** One frame. Reads `content` from another thread: leave it untouched until this resolves. */
  readonly compress: (content: Buffer, level: number) => Promise<Buffer>;
  /** The content of all frames, which were measured before: whole, and of no more than may be expanded. */
  readonly decompress: (frames: Buffer) => Promise<Buffer>;
}

/** What is used of Node's own, from 22.15 and 23.8 on. */
interface NodeZlib {
  readonly constants: Readonly<Record<string, number>>;
  readonly zstdCompress?: Coder;
  readonly zstdDecompress?: Coder;
}
type Coder = (
  bytes: Uint8Array,
  options: object,
  callback: (error: Error | null, result: Buffer) => void,
) => void;

/**
 * Built at run time: a bundler that saw the name would try to pack the addon's binary, which is never loaded where Node
 * has zstd.
 */
const ADDON: string = ["@mongodb-js", "zstd"].join("/");

let loading: Promise<Zstd> | undefined;

/**
 * The zstd of Node where it has one, the addon elsewhere; loaded with the first object.
 *
 * @throws {@link ConfigError} saying what to do, where neither can be loaded.
 */
export function zstd(): Promise<Zstd> {
  return (loading ??= loadZstd());
}

/** @param load - loads a module by its name. */
export async function loadZstd(
  load: (name: string) => Promise<unknown> = (name) => import(name),
): Promise<Zstd> {
  const own = nodeZstd((await load("node:zlib")) as NodeZlib);
  if (own !== undefined) return own;
  try {
    const addon = (await load(ADDON)) as typeof Addon;
    return {
      compress: (content, level) => addon.compress(content, level),
      decompress: (frames) => addon.decompress(frames),
    };
  } catch (error) {
    throw new ConfigError(
      "zstd",
      "at hand: run Node 22.15, 23.8 or later, which bring one, or install @mongodb-js/zstd 1.2.0 for this platform where the program runs (`npm install`, without --omit=optional, on the same kind of machine)",
      "a Node without zstd, and no addon that loads",
      { cause: error },
    );
  }
}

/** @returns `undefined` where this Node has none. */
function nodeZstd({ constants, zstdCompress, zstdDecompress }: NodeZlib): Zstd | undefined {
  const level = constants["ZSTD_c_compressionLevel"];
  if (zstdCompress === undefined || zstdDecompress === undefined || level === undefined) return undefined;
  const [compress, decompress] = [promisify(zstdCompress), promisify(zstdDecompress)];
  return {
    compress: (content, at) => compress(content, { params: { [level]: at } }),
    async decompress(frames) {
      // Frame by frame: Node 22 returns the first frame's content and silently drops the others.
      const contents: Buffer[] = [];
      for (let start = 0; start < frames.length;) {
        const end = measureFrame(frames, start)?.end ?? frames.length;
        contents.push(await decompress(frames.subarray(start, end), {}));
        start = end;
      }
      return contents.length === 1 ? (contents[0] as Buffer) : Buffer.concat(contents);
    },
  };
}
