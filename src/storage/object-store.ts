/** Options of {@link ObjectStore.put}. */
export interface PutOptions {
  /**
   * Writes only if no object has this key. The store decides that in one step, also between many writers.
   *
   * @defaultValue false: an object with this key is replaced as a whole
   */
  readonly ifAbsent?: boolean;
}

/** A part of an object's bytes. */
export interface ByteRange {
  /** Bytes before the first one wanted. */
  readonly offset: number;
  /** Bytes wanted, at least 1. Fewer come where the object ends before. */
  readonly length: number;
}

/** Options of {@link ObjectStore.get}. */
export interface GetOptions {
  /** Part of the object to read. @defaultValue the whole object */
  readonly range?: ByteRange;
}

/** A place for objects under text keys: a bucket of S3, a folder, or memory. The same tests run on all of them. */
export interface ObjectStore {
  /**
   * @returns the object's bytes, or those of `range`: fewer or none where the object ends earlier. `undefined` if no
   * object has this key. The array is the caller's own.
   * @throws {@link StorageError} for everything else: a missing bucket, a 403, a broken read.
   */
  get(key: string, options?: GetOptions): Promise<Uint8Array | undefined>;

  /**
   * Stores `bytes` whole or not at all. When it resolves, they are durable.
   *
   * @throws {@link StorageConflictError} with `ifAbsent` if the key is taken.
   * @throws {@link StorageError} if the store fails.
   */
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<void>;

  /**
   * The keys that begin with `prefix`, ascending by UTF-16 code unit: all of them, or it throws.
   *
   * @throws {@link StorageError} if the listing breaks.
   */
  list(prefix: string): AsyncIterable<string>;

  /** Removes the object; no error if there is none. @throws {@link StorageError} if the store fails. */
  delete(key: string): Promise<void>;

  /**
   * Size of an object in bytes; `undefined` if no object has this key. A store without this method has no ranges either:
   * its objects are read whole.
   *
   * @throws {@link StorageError} if the store fails.
   */
  size?(key: string): Promise<number | undefined>;

  /**
   * Removes many objects in few requests, in the order of `keys` if the store keeps an order. A missing object is no
   * error. For a store without this method, `delete` is called for each key.
   *
   * @throws {@link StorageError} if the store fails; some may be gone by then.
   */
  deleteAll?(keys: readonly string[]): Promise<void>;

  /**
   * Resolves if objects can be written and read. Call it before work whose result could not be stored otherwise.
   *
   * @throws {@link StorageError} saying what is wrong (bucket, permission, secret) and what to check.
   */
  verify?(): Promise<void>;

  /**
   * Whether the store decides `ifAbsent` in one step. If it does not, two writers of one key can both succeed: choose
   * keys that no two writers share. For a store without this method, the key is read before and after each put.
   */
  conditionalWrites?(): Promise<boolean>;
}
