import type { ColumnsDay } from "./read-columns-day.js";
import { readManifest } from "./read-columns-day.js";
import { writeManifest } from "./write-columns.js";

/** What {@link markRead} notes. */
export interface MarkReadOptions extends ColumnsDay {
  readonly symbols: Iterable<string>;
  /** When their day was read in full from the source, epoch ms. */
  readonly at: number;
}

/**
 * Notes in a day's manifest that symbols were read in full from the source, so that a re-read which changed nothing is
 * not repeated. If two writers do so at once, one note may be lost, and that read is repeated.
 *
 * @returns whether there is a manifest to note it in.
 * @throws {@link StorageError} if the store fails.
 */
export async function markRead(options: MarkReadOptions): Promise<boolean> {
  const manifest = await readManifest(options);
  if (manifest === undefined) return false;
  const symbols = new Set(options.symbols);
  const seconds = Math.floor(options.at / 1000);
  const readAt = manifest.symbols.map((symbol, at) =>
    symbols.has(symbol) ? seconds : (manifest.readAt[at] ?? null),
  );
  await writeManifest(options, { ...manifest, readAt });
  return true;
}
