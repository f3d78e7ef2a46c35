import { ConfigError } from "../core/index.js";
import type { ByteRange, ObjectStore } from "./object-store.js";

/** @throws {@link ConfigError} unless `range` is left out, or names at least one byte. */
export function checkRangeOption(range: unknown): asserts range is ByteRange | undefined {
  if (range === undefined) return;
  const { offset, length } = (range ?? {}) as Partial<ByteRange>;
  if (!Number.isSafeInteger(offset) || (offset ?? -1) < 0)
    throw new ConfigError("range.offset", "an integer of at least 0", offset);
  if (!Number.isSafeInteger(length) || (length ?? 0) < 1)
    throw new ConfigError("range.length", "an integer of at least 1", length);
}

/** The bytes of a range of the whole object, in memory of their own. */
export function sliceRange(whole: Uint8Array, { offset, length }: ByteRange): Uint8Array {
  return Uint8Array.prototype.slice.call(whole, offset, offset + length);
}

/**
 * Reads a part of an object, also from stores without ranges.
 *
 * @returns the bytes, fewer where the object ends before; `undefined` if no object has this key.
 */
export async function getRange(
  store: ObjectStore,
  key: string,
  range: ByteRange,
): Promise<Uint8Array | undefined> {
  if (store.size === undefined) {
    const whole = await store.get(key);
    return whole === undefined ? undefined : sliceRange(whole, range);
  }
  const bytes = await store.get(key, { range });
  // A wrapper of a store that drops the options answers with the whole object.
  return bytes !== undefined && bytes.length > range.length ? sliceRange(bytes, range) : bytes;
}

/** Deletes many objects, at once where the store can. */
export async function deleteKeys(store: ObjectStore, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  if (store.deleteAll !== undefined) return store.deleteAll(keys);
  for (const key of keys) await store.delete(key);
}
