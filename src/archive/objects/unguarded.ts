import type { ObjectStore } from "../../storage/index.js";

/** An object that was put where the store does not decide between two writers of one key. */
export interface UnguardedObject {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** Epoch ms by which it is named. */
  readonly retrieval: number;
  /** When it was there and read back, `monotonic` ms. */
  readonly at: number;
}

/** An object that is not there as it was written. */
export interface LostObject extends UnguardedObject {
  /** Its key is gone: compacted away, by itself or after another had its key. Else another has its key. */
  readonly isGone: boolean;
}

/**
 * Objects to be looked at once more. Where a store does not decide, two writers that look before they put can both find
 * a key free: the first reads back its own bytes, and only then does the other's put arrive and replace them.
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
   * Looks at all of them. Those that are lost are forgotten, and those that were written until then.
   *
   * @throws {@link StorageError} if the store fails; those not looked at stay.
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
