import type * as Sdk from "@aws-sdk/client-s3";
import {
  type Patience,
  type StorageError,
  type StorageFacts,
  type TimeLimit,
  attemptWithin,
  systemClock,
  withRetries,
} from "../../core/index.js";
import { ownBytes } from "../bytes.js";
import type { ByteRange } from "../object-store.js";
import { cut } from "../ranges.js";
import { type S3Failure, type S3Place, isPassing, s3Error, s3Failure } from "./s3-errors.js";
import { type S3StoreOptions, clientConfig } from "./s3-options.js";

/** @see the AWS SDK's standard retry mode: 100 ms, 20 s (read 2026-11-21) */
const BACK_OFF = { baseDelayMs: 100, maxDelayMs: 20_000 };

type Connection = { readonly sdk: typeof Sdk; readonly client: Pick<Sdk.S3Client, "send"> };

/** How a put ended: no `failure`, or the last one; `attempts` counts the requests that may have taken effect. */
interface PutOutcome {
  readonly failure: S3Failure | undefined;
  readonly attempts: number;
}

/** One answer of a listing. */
export type ListPage = Pick<
  Sdk.ListObjectsV2CommandOutput,
  "Contents" | "IsTruncated" | "KeyCount" | "Name" | "NextContinuationToken"
>;

/** The five requests a store needs, each with retries and time-outs; keys are the store's, without its prefix. */
export class S3Bucket {
  /** What stands before every key in the bucket. */
  readonly prefix: string;
  /** Which bucket it is, for messages. */
  readonly where: string;
  readonly #options: S3StoreOptions;
  readonly #place: S3Place;
  readonly #patience: Patience & TimeLimit;
  #connection: Promise<Connection> | undefined;

  constructor(options: S3StoreOptions) {
    const timeoutMs = options.timeoutMs ?? 60_000;
    this.prefix = options.prefix === undefined ? "" : `${options.prefix}/`;
    this.#options = options;
    this.where = `the bucket ${options.bucket} at ${options.endpoint ?? "AWS"}`;
    this.#place = { where: this.where, timeoutMs };
    this.#patience = {
      clock: options.clock ?? systemClock,
      random: options.random ?? Math.random,
      backOff: BACK_OFF,
      maxAttempts: options.maxAttempts ?? 5,
      mayPass: (error) => isPassing(s3Failure(error)),
      timeoutMs,
      timeoutError: () => new DOMException(`no answer within ${timeoutMs} ms`, "TimeoutError"),
      signal: options.signal,
    };
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    const part = range && { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
    return this.#send(
      async ({ sdk, client }, abortSignal) => {
        const command = new sdk.GetObjectCommand({ ...this.#at(key), ...part });
        const { Body, ContentRange } = await client.send(command, { abortSignal });
        const bytes = Body === undefined ? new Uint8Array() : ownBytes(await Body.transformToByteArray());
        // A server that knows no ranges sends the whole object, and says so by leaving the header out.
        return range === undefined || ContentRange !== undefined ? bytes : cut(bytes, range);
      },
      async (failure) => {
        // 416: the object ends before the range.
        if (failure.status === 416) return new Uint8Array();
        if (await this.#isAbsent(failure, key)) return undefined;
        throw this.error(failure, { operation: "get", key });
      },
    );
  }

  async put(key: string, body: Buffer, ifAbsent: boolean): Promise<PutOutcome> {
    let attempts = 0;
    return this.#send<PutOutcome>(
      async ({ sdk, client }, abortSignal) => {
        attempts++;
        const condition = ifAbsent ? { IfNoneMatch: "*" } : {};
        const command = new sdk.PutObjectCommand({ ...this.#at(key), ...condition, Body: body });
        await client.send(command, { abortSignal });
        return { failure: undefined, attempts };
      },
      (failure) => ({ failure, attempts: Math.max(attempts, failure.attempts) }),
    );
  }

  /** Bytes of the object, said by a HEAD. */
  async size(key: string): Promise<number | undefined> {
    return this.#send<number | undefined>(
      async ({ sdk, client }, abortSignal) => {
        const { ContentLength } = await client.send(new sdk.HeadObjectCommand(this.#at(key)), {
          abortSignal,
        });
        return ContentLength;
      },
      async (failure) => {
        // A HEAD has no body that names what is missing, so that even a missing bucket is a bare 404.
        if (await this.#isAbsent({ ...failure, name: "" }, key)) return undefined;
        throw this.error(failure, { operation: "get", key });
      },
    );
  }

  /** Whether the object is there, said by a HEAD on behalf of a put. */
  async has(key: string): Promise<boolean> {
    return this.#send(
      async ({ sdk, client }, abortSignal) => {
        await client.send(new sdk.HeadObjectCommand(this.#at(key)), { abortSignal });
        return true;
      },
      (failure) => {
        if (failure.status === 404) return false;
        throw this.error(failure, { operation: "put", key });
      },
    );
  }

  /** One page; its `Key`s are the bucket's own, with the store's prefix. */
  async list(prefix: string, token: string | undefined, maxKeys?: number): Promise<ListPage> {
    const input = {
      Bucket: this.#options.bucket,
      Prefix: this.prefix + prefix,
      ...(token === undefined ? {} : { ContinuationToken: token }),
      ...(maxKeys === undefined ? {} : { MaxKeys: maxKeys }),
    };
    return this.#send<ListPage>(
      ({ sdk, client }, abortSignal) => client.send(new sdk.ListObjectsV2Command(input), { abortSignal }),
      (failure) => {
        throw this.error(failure, { operation: "list", key: prefix });
      },
    );
  }

  async delete(key: string): Promise<void> {
    return this.#send(
      async ({ sdk, client }, abortSignal) => {
        await client.send(new sdk.DeleteObjectCommand(this.#at(key)), { abortSignal });
      },
      async (failure) => {
        if (await this.#isAbsent(failure, key)) return;
        throw this.error(failure, { operation: "delete", key });
      },
    );
  }

  /** @returns the keys that one request did not delete: all of them where the server does not know the request. */
  async deleteSome(keys: readonly string[]): Promise<readonly string[]> {
    return this.#send<readonly string[]>(
      async ({ sdk, client }, abortSignal) => {
        const { Errors = [] } = await client.send(
          new sdk.DeleteObjectsCommand({
            Bucket: this.#options.bucket,
            Delete: { Quiet: true, Objects: keys.map((key) => ({ Key: this.prefix + key })) },
          }),
          { abortSignal },
        );
        const failed = new Set(Errors.map(({ Key }) => Key));
        return keys.filter((key) => failed.has(this.prefix + key));
      },
      () => keys,
    );
  }

  /** Lets go of the connections of a client made here. */
  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    this.#connection = undefined;
    const own = this.#options.client === undefined ? connection?.client : undefined;
    if (own !== undefined && "destroy" in own && typeof own.destroy === "function") own.destroy();
  }

  /** What a failed request means to the caller. */
  error(failure: S3Failure, facts: StorageFacts): StorageError {
    return s3Error(failure, facts, this.#place);
  }

  /** Whether it is the key that is not there. Of a bare 404, which could mean the bucket, a listing tells. */
  async #isAbsent({ name, status }: S3Failure, key: string): Promise<boolean> {
    if (name === "NoSuchKey") return true;
    if (status !== 404 || name.startsWith("NoSuch")) return false;
    await this.list(key, undefined, 1);
    return true;
  }

  /** What fails for good goes to `failed`, which throws or gives the result. */
  async #send<T>(
    work: (connection: Connection, signal: AbortSignal) => Promise<T>,
    failed: (failure: S3Failure) => T | Promise<T>,
  ): Promise<T> {
    const { signal } = this.#patience;
    try {
      signal?.throwIfAborted();
      const connection = await (this.#connection ??= this.#connect());
      return await withRetries(this.#patience, () =>
        attemptWithin(this.#patience, (attemptSignal) => work(connection, attemptSignal)),
      );
    } catch (error) {
      signal?.throwIfAborted();
      return await failed(s3Failure(error));
    }
  }

  async #connect(): Promise<Connection> {
    const sdk = await import("@aws-sdk/client-s3");
    return { sdk, client: this.#options.client ?? new sdk.S3Client(clientConfig(this.#options)) };
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#options.bucket, Key: this.prefix + key };
  }
}
