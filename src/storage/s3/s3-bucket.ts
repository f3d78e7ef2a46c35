import type * as Sdk from "@aws-sdk/client-s3";
import {
  type RetrySettings,
  type StorageError,
  type StorageFacts,
  type TimeLimit,
  attemptWithin,
  systemClock,
  withRetries,
} from "../../core/index.js";
import { ownBytes } from "../bytes.js";
import type { ByteRange } from "../object-store.js";
import { sliceRange } from "../ranges.js";
import { type S3Failure, type S3Place, isTransient, s3Error, s3Failure } from "./s3-errors.js";
import { type S3Connection, type S3StoreOptions, s3Connection } from "./s3-options.js";

/** @see the AWS SDK's standard retry mode: 100 ms, 20 s (read 2026-11-21) */
const BACK_OFF = { baseDelayMs: 100, maxDelayMs: 20_000 };

interface Connection {
  readonly sdk: typeof Sdk;
  readonly client: Pick<Sdk.S3Client, "send">;
}

/** How a put ended: without a `failure`, or with the last one. `attempts` counts the requests that may have written. */
interface PutOutcome {
  readonly failure: S3Failure | undefined;
  readonly attempts: number;
}

/** Where a listing goes on: after a token in V2, after a key of the bucket in V1. */
export type ListCursor = { readonly token: string } | { readonly marker: string };

/** One answer of a listing. */
export interface ListPage {
  /** The bucket's own keys, with the store's prefix. */
  readonly keys: readonly string[];
  /** Whether there is more. If `next` is `undefined` then, the answer does not say where. */
  readonly isTruncated: boolean;
  readonly next: ListCursor | undefined;
  /** Whether the answer is a listing at all: a web page has none of its fields. */
  readonly isListing: boolean;
}

/** Answers of servers that do not know ListObjectsV2, or its parameter. */
const NO_V2: ReadonlySet<string> = new Set([
  "NotImplemented",
  "MethodNotAllowed",
  "InvalidArgument",
  "InvalidRequest",
]);

/** Refusals that are never about checksums. */
const NO_CHECKSUM =
  /^(?:NoSuch|Invalid(?:AccessKeyId|Token|BucketName)|Expired|RequestTimeTooSkewed|AuthorizationHeader|AllAccessDisabled)/;

/** Sends the requests that a store needs, each with retries and time-outs. Keys are the store's, without its prefix. */
export class S3Bucket {
  /** Text before every key in the bucket. */
  readonly prefix: string;
  /** Which bucket it is, for messages. */
  readonly where: string;
  readonly #options: S3StoreOptions;
  readonly #place: S3Place;
  readonly #retry: RetrySettings & TimeLimit;
  readonly #server: S3Connection;
  /** Connections by whether they leave checksums out. */
  readonly #connections = new Map<boolean, Promise<Connection>>();
  /** The server does not know ListObjectsV2: seen by its answer. */
  #listsV1 = false;
  /** Whether uploads carry the SDK's checksums: `accepted` once one did, `dropped` once the server refused them. */
  #checksums: "untried" | "accepted" | "dropped" = "untried";

  constructor(options: S3StoreOptions) {
    const timeoutMs = options.timeoutMs ?? 60_000;
    this.prefix = options.prefix === undefined ? "" : `${options.prefix}/`;
    this.#options = options;
    this.#server = s3Connection(options);
    this.where = `the bucket ${options.bucket} at ${this.#server.endpoint ?? "AWS"}`;
    const { isAws, checksums } = this.#server;
    this.#place = {
      where: this.where,
      timeoutMs,
      // It is not known how the caller's own client is set up.
      mayRefuseChecksums: options.client !== undefined || (!isAws && checksums === "WHEN_SUPPORTED"),
    };
    this.#retry = {
      clock: options.clock ?? systemClock,
      random: options.random ?? Math.random,
      backOff: BACK_OFF,
      maxAttempts: options.maxAttempts ?? 5,
      shouldRetry: (error) => isTransient(s3Failure(error)),
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
        return range === undefined || ContentRange !== undefined ? bytes : sliceRange(bytes, range);
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
      "put",
    );
  }

  /** Size of the object in bytes, by a HEAD request. */
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

  /** Whether the object is there, by a HEAD request before a put. */
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

  /** One page of a listing. A server that answers V2 like V1, or not at all, is asked in V1 from then on. */
  async list(prefix: string, cursor?: ListCursor, maxKeys?: number): Promise<ListPage> {
    const input = {
      Bucket: this.#options.bucket,
      Prefix: this.prefix + prefix,
      ...(maxKeys === undefined ? {} : { MaxKeys: maxKeys }),
    };
    const refused = (failure: S3Failure): never => {
      throw this.error(failure, { operation: "list", key: prefix });
    };
    const v1 = (failed: (failure: S3Failure) => ListPage): Promise<ListPage> =>
      this.#send(async ({ sdk, client }, abortSignal) => {
        const after = cursor !== undefined && "marker" in cursor ? { Marker: cursor.marker } : {};
        const command = new sdk.ListObjectsCommand({ ...input, ...after });
        const page = await client.send(command, { abortSignal });
        const marker = page.NextMarker ?? page.Contents?.at(-1)?.Key;
        return pageOf(page, marker === undefined ? undefined : { marker });
      }, failed);
    if (cursor === undefined ? this.#listsV1 : "marker" in cursor) return v1(refused);

    return this.#send<ListPage>(
      async ({ sdk, client }, abortSignal) => {
        const after = cursor !== undefined && "token" in cursor ? { ContinuationToken: cursor.token } : {};
        const page = await client.send(new sdk.ListObjectsV2Command({ ...input, ...after }), { abortSignal });
        const token = page.NextContinuationToken;
        if (token !== undefined || page.IsTruncated !== true) {
          return pageOf(page, token === undefined ? undefined : { token });
        }
        // Cut and without a token: an answer of V1, which goes on after its last key.
        const marker = page.Contents?.at(-1)?.Key;
        if (marker !== undefined) this.#switchToV1();
        return pageOf(page, marker === undefined ? undefined : { marker });
      },
      async (failure) => {
        const isUnknown = NO_V2.has(failure.name) || failure.status === 405 || failure.status === 501;
        if (!isUnknown || cursor !== undefined) return refused(failure);
        const page = await v1(() => refused(failure));
        if (page.isListing) this.#switchToV1();
        return page;
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

  #switchToV1(): void {
    if (this.#listsV1) return;
    this.#listsV1 = true;
    this.#warn({}, "this S3 server does not know ListObjectsV2: it is asked in V1 from here on");
  }

  #warn(facts: object, message: string): void {
    const { bucket, logger } = this.#options;
    logger?.warn({ bucket, endpoint: this.#server.endpoint, ...facts }, message);
  }

  /** Closes the connections of the clients made here. */
  async close(): Promise<void> {
    const connections = [...this.#connections.values()];
    this.#connections.clear();
    for (const connecting of connections) {
      const connection = await connecting.catch(() => undefined);
      const own = this.#options.client === undefined ? connection?.client : undefined;
      if (own !== undefined && "destroy" in own && typeof own.destroy === "function") own.destroy();
    }
  }

  /** The error of a failed request. */
  error(failure: S3Failure, facts: StorageFacts): StorageError {
    return s3Error(failure, facts, this.#place);
  }

  /** Whether only the key is not there. A bare 404 could mean the bucket as well: then a listing decides. */
  async #isAbsent({ name, status }: S3Failure, key: string): Promise<boolean> {
    if (name === "NoSuchKey") return true;
    if (status !== 404 || name.startsWith("NoSuch")) return false;
    await this.list(key, undefined, 1);
    return true;
  }

  /**
   * Sends a request until it succeeds or fails for good. A failure goes to `failed`, which throws or gives the result. A
   * put whose checksums the server may have refused is sent once more without them; if that fails in the same way, the
   * first refusal counts.
   */
  async #send<T>(
    work: (connection: Connection, signal: AbortSignal) => Promise<T>,
    failed: (failure: S3Failure) => T | Promise<T>,
    kind?: "put",
  ): Promise<T> {
    const { signal } = this.#retry;
    const attempt = async (plain: boolean): Promise<T> => {
      signal?.throwIfAborted();
      const connection = await this.#connection(plain);
      return withRetries(this.#retry, () =>
        attemptWithin(this.#retry, (attemptSignal) => work(connection, attemptSignal)),
      );
    };
    const plain = this.#checksums === "dropped";
    try {
      const result = await attempt(plain);
      if (kind === "put" && !plain && this.#checksums === "untried") this.#checksums = "accepted";
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      const refusal = s3Failure(error);
      if (kind !== "put" || plain || !this.#mayBeChecksums(refusal)) return await failed(refusal);
      try {
        const result = await attempt(true);
        this.#dropChecksums(refusal);
        return result;
      } catch (again) {
        signal?.throwIfAborted();
        const failure = s3Failure(again);
        if (failure.status === refusal.status && failure.name === refusal.name) return await failed(refusal);
        this.#dropChecksums(refusal);
        return await failed(failure);
      }
    }
  }

  #mayBeChecksums({ name, status }: S3Failure): boolean {
    const { isAws, checksums } = this.#server;
    return (
      !isAws &&
      checksums === undefined &&
      this.#checksums !== "accepted" &&
      this.#options.client === undefined &&
      (status === 400 || status === 403 || status === 501) &&
      !NO_CHECKSUM.test(name)
    );
  }

  #dropChecksums({ status, name }: S3Failure): void {
    if (this.#checksums === "dropped") return;
    this.#checksums = "dropped";
    this.#warn(
      { status, code: name },
      "this S3 server refuses the checksums of uploads: they are left out from here on",
    );
  }

  /** @param plain - without the checksums that some servers refuse. */
  #connection(plain: boolean): Promise<Connection> {
    const connect = async (): Promise<Connection> => {
      const sdk = await import("@aws-sdk/client-s3");
      const without = {
        requestChecksumCalculation: "WHEN_REQUIRED",
        responseChecksumValidation: "WHEN_REQUIRED",
      } as const;
      const config = { ...this.#server.config, ...(plain ? without : {}) };
      return { sdk, client: this.#options.client ?? new sdk.S3Client(config) };
    };
    const known = this.#connections.get(plain) ?? connect();
    this.#connections.set(plain, known);
    return known;
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#options.bucket, Key: this.prefix + key };
  }
}

function pageOf(
  page: Pick<Sdk.ListObjectsV2CommandOutput, "Contents" | "IsTruncated" | "KeyCount" | "Name">,
  next: ListCursor | undefined,
): ListPage {
  const { Contents, IsTruncated, KeyCount, Name } = page;
  return {
    keys: (Contents ?? []).map(({ Key }) => Key ?? ""),
    isTruncated: IsTruncated === true,
    next: IsTruncated === true ? next : undefined,
    // Servers leave out some of these fields.
    isListing: [Contents, IsTruncated, KeyCount, Name].some((part) => part !== undefined),
  };
}
