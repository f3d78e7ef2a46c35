import { StorageConflictError, checkBytes } from "../core/index.js";
import { checkKey, checkPrefix } from "./key.js";
import type { GetOptions, ObjectStore, PutOptions } from "./object-store.js";
import { checkRangeOption, sliceRange } from "./ranges.js";

/**
 * Keeps objects in this process's memory: for tests and for trying things.
 *
 * @example
 * ```ts
 * const store = new MemoryStore();
 * ```
 */
export class MemoryStore implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>();

  async get(key: string, options: GetOptions = {}): Promise<Uint8Array | undefined> {
    checkKey(key);
    const { range } = options;
    checkRangeOption(range);
    const whole = this.#objects.get(key);
    return whole === undefined || range === undefined ? whole?.slice() : sliceRange(whole, range);
  }

  async size(key: string): Promise<number | undefined> {
    checkKey(key);
    return this.#objects.get(key)?.length;
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<void> {
    checkKey(key);
    checkBytes(bytes);
    if (options.ifAbsent === true && this.#objects.has(key)) {
      throw new StorageConflictError(`an object \`${key}\` is already there`, { operation: "put", key });
    }
    this.#objects.set(key, bytes.slice());
  }

  async *list(prefix: string): AsyncIterable<string> {
    checkPrefix(prefix);
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix));
    yield* keys.sort();
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    this.#objects.delete(key);
  }

  async deleteAll(keys: readonly string[]): Promise<void> {
    for (const key of keys) checkKey(key);
    for (const key of keys) this.#objects.delete(key);
  }

  /** Resolves: memory is always there. */
  async verify(): Promise<void> {}

  /** True: there is one process. */
  async conditionalWrites(): Promise<boolean> {
    return true;
  }
}
