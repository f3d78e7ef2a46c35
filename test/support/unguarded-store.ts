import { type ObjectStore, StorageConflictError } from "hantoo";

/**
 * One host's way to a store without conditional writes (Swift, older gateways): `ifAbsent` is a look, and the put arrives
 * some time later whatever is there by then.
 */
export function withoutConditions(
  store: ObjectStore,
  arrival: (key: string) => Promise<unknown>,
): ObjectStore {
  return {
    get: (key, options) => store.get(key, options),
    list: (prefix) => store.list(prefix),
    delete: (key) => store.delete(key),
    async put(key, bytes, { ifAbsent = false } = {}) {
      const isTaken = ifAbsent && (await store.get(key)) !== undefined;
      if (isTaken) throw new StorageConflictError("taken", { operation: "put", key });
      if (key.endsWith(".zstd")) await arrival(key);
      await store.put(key, bytes);
    },
    conditionalWrites: async () => false,
  };
}

/** Something that is reached when so many have arrived, and no more waited for by later ones. */
export function barrier(count: number): {
  readonly reached: Promise<void>;
  readonly arrive: () => Promise<void>;
} {
  let left = count;
  let open = (): void => undefined;
  const reached = new Promise<void>((resolve) => (open = resolve));
  return {
    reached,
    arrive: () => {
      if (--left <= 0) open();
      return reached;
    },
  };
}
