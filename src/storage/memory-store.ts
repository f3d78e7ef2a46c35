import { StorageConflictError, checkBytes } from "../core/index.js";
import { checkKey, checkPrefix } from "./key.js";
import type { ObjectStore, PutOptions } from "./object-store.js";

/** Keeps objects in this process's memory: for tests and for trying things. */
export class MemoryStore implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>();

  async get(key: string): Promise<Uint8Array | undefined> {
    checkKey(key);
    return this.#objects.get(key)?.slice();
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

  /** Resolves: memory is always there. */
  async verify(): Promise<void> {}

  /** True: there is one process. */
  async conditionalWrites(): Promise<boolean> {
    return true;
  }
}
