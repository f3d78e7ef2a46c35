import { randomUUID } from "node:crypto";
import { StorageConflictError, StorageError, checkBytes } from "../../core/index.js";
import { TEMPORARY, checkKey, checkPrefix, isKey } from "../key.js";
import type { GetOptions, ObjectStore, PutOptions } from "../object-store.js";
import { checkRangeOption } from "../ranges.js";
import { type ListCursor, S3Bucket } from "./s3-bucket.js";
import type { S3Failure } from "./s3-errors.js";
import { type S3StoreOptions, checkS3Options } from "./s3-options.js";

/** Tries after a 409, which means that another write of this key is going on: that takes a few round trips. */
const CONFLICT_ROUNDS = 4;

/** Keys in one DeleteObjects. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html (read 2026-11-28) */
const MOST_DELETED = 1000;

/** Beginning of the keys of probes. No key of a user begins so, and no listing shows it. */
const PROBE = `${TEMPORARY}probe-`;

/**
 * Keeps objects in a bucket of S3 or of a server that speaks its protocol. The AWS SDK loads on first use.
 *
 * Some servers ignore `If-None-Match: *`: they answer 200 and overwrite. So this is tried once, before the first put
 * with `ifAbsent`. If the server ignores it, a warning goes to the logger, and `ifAbsent` becomes a look (HEAD) before
 * the put. Two writers at the same moment may then both succeed: see {@link S3Store.conditionalWrites}.
 *
 * Objects whose keys no store of this package could hold (such as `folder/` markers) are not listed.
 *
 * @example
 * ```ts
 * await using store = new S3Store({ bucket: "my-bars", region: "ap-northeast-2" });
 * await store.verify(); // throws if the bucket cannot be written
 * ```
 */
export class S3Store implements ObjectStore {
  /** The bucket's name. */
  readonly bucket: string;
  readonly #options: S3StoreOptions;
  readonly #objects: S3Bucket;
  #honours: Promise<boolean> | undefined;

  /** @throws {@link ConfigError} naming the option that is wrong. Nothing is sent yet. */
  constructor(options: S3StoreOptions) {
    checkS3Options(options);
    this.bucket = options.bucket;
    this.#options = options;
    this.#objects = new S3Bucket(options);
  }

  async get(key: string, options: GetOptions = {}): Promise<Uint8Array | undefined> {
    checkKey(key);
    checkRangeOption(options.range);
    return this.#objects.get(key, options.range);
  }

  async size(key: string): Promise<number | undefined> {
    checkKey(key);
    return this.#objects.size(key);
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<void> {
    checkKey(key);
    checkBytes(bytes);
    const body = Buffer.from(bytes); // a copy: the caller's memory may change while the upload waits
    const ifAbsent = options.ifAbsent === true;
    if (ifAbsent && (await this.conditionalWrites())) return this.#putIfAbsent(key, body);
    if (ifAbsent && (await this.#objects.has(key))) throw conflict(key);
    const { failure } = await this.#objects.put(key, body, false);
    if (failure !== undefined) throw this.#objects.error(failure, { operation: "put", key });
  }

  async *list(prefix: string): AsyncIterable<string> {
    checkPrefix(prefix);
    const whole = this.#objects.prefix + prefix;
    const keys = new Set<string>();
    const places = new Set<string>();
    for (let cursor: ListCursor | undefined; ;) {
      const page = await this.#objects.list(prefix, cursor);
      for (const own of page.keys) {
        if (!own.startsWith(whole)) throw this.#broken(prefix, "an answer holds other keys");
        const key = own.slice(this.#objects.prefix.length);
        if (isKey(key)) keys.add(key);
      }
      if (!page.isListing) throw this.#broken(prefix, "an answer is no listing");
      if (!page.isTruncated) break;
      cursor = page.next;
      if (cursor === undefined)
        throw this.#broken(prefix, "an answer is cut and does not say where to go on");
      const place = JSON.stringify(cursor);
      if (places.has(place)) throw this.#broken(prefix, "the answers go round in circles");
      places.add(place);
    }
    // S3 sorts by UTF-8 bytes, which is another order above U+FFFF; its directory buckets do not sort at all.
    yield* [...keys].sort();
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    return this.#objects.delete(key);
  }

  async deleteAll(keys: readonly string[]): Promise<void> {
    for (const key of keys) checkKey(key);
    for (let at = 0; at < keys.length; at += MOST_DELETED) {
      const batch = keys.slice(at, at + MOST_DELETED);
      // Swift and others refuse the request: then one by one, which also says what is wrong with a key.
      const left = batch.length > 1 ? await this.#objects.deleteSome(batch) : batch;
      for (const key of left) await this.#objects.delete(key);
    }
  }

  /**
   * Resolves if the bucket accepts a plain put and a conditional one, can be listed, and returns what was put: six small
   * requests. Leaves nothing behind, or one object under a fixed key if the credentials may not delete.
   *
   * @throws {@link StorageError} naming the bucket and what to check: name, region, endpoint, credentials, rights.
   */
  async verify(): Promise<void> {
    this.#honours = undefined;
    await this.conditionalWrites();
    const { isListing } = await this.#objects.list(PROBE, undefined, 1);
    if (!isListing) throw this.#broken("", "an answer is no listing");
  }

  /**
   * Whether the server honours `If-None-Match: *`: true if it refuses a conditional put over an object. Tried once.
   *
   * @throws {@link StorageError} if the probe cannot be written.
   */
  async conditionalWrites(): Promise<boolean> {
    const asked = (this.#honours ??= this.#probe());
    try {
      return await asked;
    } catch (error) {
      if (this.#honours === asked) this.#honours = undefined;
      throw error;
    }
  }

  /** Closes the connections, if the store made its own client. */
  async close(): Promise<void> {
    await this.#objects.close();
  }

  /** {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #putIfAbsent(key: string, body: Buffer): Promise<void> {
    for (let round = 1; ; round++) {
      const { failure, attempts } = await this.#objects.put(key, body, true);
      if (failure === undefined) return;
      if (!isTaken(failure)) throw this.#objects.error(failure, { operation: "put", key });
      // After a retry the object may be ours: the write took effect and its answer was lost.
      if (attempts > 1) {
        const stored = await this.#objects.get(key);
        if (stored !== undefined && body.equals(stored)) return;
      }
      if (failure.status === 412 || round === CONFLICT_ROUNDS) throw conflict(key);
    }
  }

  async #probe(): Promise<boolean> {
    // All writers share the fixed key. It is used only where a key of our own could not be deleted again.
    const own = PROBE + randomUUID();
    const isOwn = await this.#isDeletable(own);
    const key = isOwn ? own : `${PROBE}shared`;
    const body = Buffer.from("Written to see whether If-None-Match is honoured here. Safe to delete.\n");
    const refused = (failure: S3Failure): StorageError =>
      this.#objects.error(failure, { operation: "put", key: "" });
    const plain = await this.#objects.put(key, body, false);
    if (plain.failure !== undefined) throw refused(plain.failure);
    const { failure } = await this.#objects.put(key, body, true);
    const stored = await this.#objects.get(key);
    if (isOwn) await this.#isDeletable(key);
    if (stored === undefined || !body.equals(stored)) throw this.#notStored();
    if (failure !== undefined && isTaken(failure)) return true;
    if (failure !== undefined && !isUnsupported(failure)) throw refused(failure);
    this.#options.logger?.warn(
      { bucket: this.bucket, endpoint: this.#options.endpoint, status: failure?.status ?? 200 },
      "this S3 server does not honour If-None-Match: writers of one key are kept apart only by a look before the put",
    );
    return false;
  }

  /** Whether the credentials may delete, which the store does not need. The object need not exist for that. */
  async #isDeletable(key: string): Promise<boolean> {
    try {
      await this.#objects.delete(key);
      return true;
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      this.#options.logger?.debug({ bucket: this.bucket, key, err: error }, "a probe cannot be deleted here");
      return false;
    }
  }

  /** The error of a server that answers 200 to everything: it is a web page, not S3. */
  #notStored(): StorageError {
    const why = "the server took an object and did not give it back; check `endpoint`";
    return new StorageError(`cannot put in ${this.#objects.where}: ${why}`, { operation: "put", key: "" });
  }

  #broken(prefix: string, why: string): StorageError {
    return new StorageError(
      `cannot list \`${prefix}\` in ${this.#objects.where}: ${why}; the server is at fault`,
      {
        operation: "list",
        key: prefix,
      },
    );
  }
}

const isTaken = ({ status, name }: S3Failure): boolean =>
  status === 412 || (status === 409 && name === "ConditionalRequestConflict");

/** 501 by Swift and others; 400 where the header itself is called invalid. */
const isUnsupported = ({ status, name }: S3Failure): boolean =>
  status === 501 || name === "NotImplemented" || (status === 400 && /^Invalid(Argument|Request)$/.test(name));

const conflict = (key: string): StorageConflictError =>
  new StorageConflictError(`an object \`${key}\` is already there`, { operation: "put", key });
