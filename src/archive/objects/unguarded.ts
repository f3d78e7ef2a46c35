import type { ObjectStore } from "../../storage/index.js";

/** An object that was put into a store without conditional writes. */
export interface UnguardedObject {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** Epoch ms by which it is named. */
  readonly retrieval: number;
  /** When it was read back, monotonic ms. */
  readonly at: number;
}

/** An object that is not there as it was written. */
export interface LostObject extends UnguardedObject {
  /** The key is gone: it was compacted away, or another object had the key and was. Otherwise another object has the key. */
  readonly isGone: boolean;
}

/**
 * Objects to be checked once more. Without conditional writes two writers can both find a key free: the first reads back
 * its own bytes, and only then the other's put arrives and replaces them.
 */
export class Unguarded {
  readonly #store: Pick<ObjectStore, "get">;
  #objects: UnguardedObject[] = [];

  constructor(store: Pick<ObjectStore, "get">) {
    this.#store = store;
  }

  /** When the youngest of them was written; `undefined` where there is none. */
  get youngest(): number | undefined {
    return this.#objects.at(-1)?.at;
  }

  add(object: UnguardedObject): void {
    this.#objects.push(object);
  }

  /**
   * Checks all objects and yields the lost ones. It forgets these, and all that were written at or before `until`.
   *
   * @throws {@link StorageError} if the store fails; objects that were not checked stay.
   */
  async *lost(until: number): AsyncGenerator<LostObject, void, undefined> {
    for (const object of this.#objects) {
      const stored = await this.#store.get(object.key);
      const isLost = stored === undefined || !Buffer.from(object.bytes).equals(stored);
      if (isLost) yield { ...object, isGone: stored === undefined };
      if (isLost || object.at <= until) this.#objects = this.#objects.filter((other) => other !== object);
    }
  }
}
