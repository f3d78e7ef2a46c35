import type * as Sdk from "@aws-sdk/client-s3";
import type { StorageError, StorageFacts } from "../../core/index.js";
import { ownBytes } from "../bytes.js";
import type { ByteRange } from "../object-store.js";
import { sliceRange } from "../ranges.js";
import { type S3Failure, type S3Place, s3Error } from "./s3-errors.js";
import { type S3StoreOptions, s3Connection } from "./s3-options.js";
import { S3Sender } from "./s3-sender.js";

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

/** Sends the requests that a store needs, each with retries and time-outs. Keys are the store's, without its prefix. */
export class S3Bucket {
  /** Text before every key in the bucket. */
  readonly prefix: string;
  /** Which bucket it is, for messages. */
  readonly where: string;
  readonly #options: S3StoreOptions;
  readonly #place: S3Place;
  readonly #sender: S3Sender;
  /** The server does not know ListObjectsV2: seen by its answer. */
  #listsV1 = false;

  constructor(options: S3StoreOptions) {
    const timeoutMs = options.timeoutMs ?? 60_000;
    const server = s3Connection(options);
    this.prefix = options.prefix === undefined ? "" : `${options.prefix}/`;
    this.#options = options;
    this.#sender = new S3Sender(options, server, timeoutMs);
    this.where = `the bucket ${options.bucket} at ${server.endpoint ?? "AWS"}`;
    this.#place = {
      where: this.where,
      timeoutMs,
      // It is not known how the caller's own client is set up.
      mayRefuseChecksums:
        options.client !== undefined || (!server.isAws && server.checksums === "WHEN_SUPPORTED"),
    };
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    const part = range && { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
    return this.#sender.send(
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
    return this.#sender.send<PutOutcome>(
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
    return this.#sender.send<number | undefined>(
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
    return this.#sender.send(
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
      this.#sender.send(async ({ sdk, client }, abortSignal) => {
        const after = cursor !== undefined && "marker" in cursor ? { Marker: cursor.marker } : {};
        const command = new sdk.ListObjectsCommand({ ...input, ...after });
        const page = await client.send(command, { abortSignal });
        const marker = page.NextMarker ?? page.Contents?.at(-1)?.Key;
        return pageOf(page, marker === undefined ? undefined : { marker });
      }, failed);
    if (cursor === undefined ? this.#listsV1 : "marker" in cursor) return v1(refused);

    return this.#sender.send<ListPage>(
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
    return this.#sender.send(
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
    return this.#sender.send<readonly string[]>(
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
    this.#sender.warn({}, "this S3 server does not know ListObjectsV2: it is asked in V1 from here on");
  }

  /** Closes the connections of the clients made here. */
  async close(): Promise<void> {
    await this.#sender.close();
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
