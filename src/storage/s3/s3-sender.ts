import type * as Sdk from "@aws-sdk/client-s3";
import {
  type RetrySettings,
  type TimeLimit,
  attemptWithin,
  systemClock,
  withRetries,
} from "../../core/index.js";
import { type S3Failure, isTransient, s3Failure } from "./s3-errors.js";
import type { S3Connection, S3StoreOptions } from "./s3-options.js";

/** @see the AWS SDK's standard retry mode: 100 ms, 20 s (read 2026-11-21) */
const BACK_OFF = { baseDelayMs: 100, maxDelayMs: 20_000 };

interface Connection {
  readonly sdk: typeof Sdk;
  readonly client: Pick<Sdk.S3Client, "send">;
}

/** Refusals that are never about checksums. */
const NO_CHECKSUM =
  /^(?:NoSuch|Invalid(?:AccessKeyId|Token|BucketName)|Expired|RequestTimeTooSkewed|AuthorizationHeader|AllAccessDisabled)/;

/** Sends requests to one server, with retries and time-outs, and with checksums as far as the server accepts them. */
export class S3Sender {
  readonly #options: S3StoreOptions;
  readonly #server: S3Connection;
  readonly #retry: RetrySettings & TimeLimit;
  /** Connections by whether they leave checksums out. */
  readonly #connections = new Map<boolean, Promise<Connection>>();
  /** Whether uploads carry the SDK's checksums: `accepted` once one did, `dropped` once the server refused them. */
  #checksums: "untried" | "accepted" | "dropped" = "untried";

  constructor(options: S3StoreOptions, server: S3Connection, timeoutMs: number) {
    this.#options = options;
    this.#server = server;
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

  /**
   * Sends a request until it succeeds or fails for good. A failure goes to `failed`, which throws or gives the result. A
   * put whose checksums the server may have refused is sent once more without them; if that fails in the same way, the
   * first refusal counts.
   */
  async send<T>(
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
    this.warn(
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

  /** Warns of something about this server. */
  warn(facts: object, message: string): void {
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
}
