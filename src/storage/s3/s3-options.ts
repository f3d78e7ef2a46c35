import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { type Clock, ConfigError, type Logger, checkOptions } from "../../core/index.js";
import { isKey } from "../key.js";

/** Options of {@link S3Store}: where the bucket is, with which credentials, and how often a request is tried. */
export interface S3StoreOptions {
  /** Name of the bucket; it must exist. */
  readonly bucket: string;
  /** Every key is kept under `{prefix}/`. @defaultValue none: keys are the bucket's own */
  readonly prefix?: string;

  /** A client of your own; the connection options below are then not read. @defaultValue one made on first use */
  readonly client?: Pick<S3Client, "send">;
  /**
   * URL of an S3-compatible server, such as `http://127.0.0.1:9000`.
   *
   * @defaultValue `AWS_ENDPOINT_URL_S3`, else `AWS_ENDPOINT_URL`, else AWS
   */
  readonly endpoint?: string;
  /**
   * @defaultValue with an endpoint of AWS the one in its name, with another `AWS_REGION` or "us-east-1"; without, what
   * the AWS SDK finds (`AWS_REGION`, its config files)
   */
  readonly region?: string;
  /** Together with `secretAccessKey`. @defaultValue what the AWS SDK finds (environment, files, instance role) */
  readonly accessKeyId?: string;
  /** Secret of `accessKeyId`; give both or none. */
  readonly secretAccessKey?: string;
  /** Token of temporary credentials. */
  readonly sessionToken?: string;
  /** Credentials, or a provider of them, in the AWS SDK's form, in place of `accessKeyId`. */
  readonly credentials?: NonNullable<S3ClientConfig["credentials"]>;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. @defaultValue true where the endpoint is not AWS */
  readonly forcePathStyle?: boolean;
  /**
   * Whether puts carry a CRC32 that the server checks. `WHEN_REQUIRED` leaves it out, for servers that refuse it.
   *
   * @defaultValue `AWS_REQUEST_CHECKSUM_CALCULATION`, else "WHEN_SUPPORTED" until a server refuses it
   */
  readonly requestChecksumCalculation?: "WHEN_SUPPORTED" | "WHEN_REQUIRED";

  /** Milliseconds for one attempt, body included. @defaultValue 60000 */
  readonly timeoutMs?: number;
  /** Most attempts for one request, the first one included. @defaultValue 5 */
  readonly maxAttempts?: number;
  /** Ends every operation of this store; its reason is thrown as it is. */
  readonly signal?: AbortSignal;
  /** Told once where the server does not honour conditional writes. @defaultValue says nothing */
  readonly logger?: Logger;
  /** Where the `AWS_` variables named above are looked up. @defaultValue `process.env` */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** For time-outs and back-off. @defaultValue the host's clock */
  readonly clock?: Clock;
  /** Draws the jitter of back-off; from [0, 1). @defaultValue `Math.random` */
  readonly random?: () => number;
}

/** Bucket names of every server (Ceph allows capitals and `_`) and access-point ARNs, but no path or URL. */
const BUCKET = /^[A-Za-z0-9][\w.:-]{1,254}$|^arn:[\w:/-]+$/;

/** @throws {@link ConfigError} naming the first option that is wrong. Never shows a secret. */
export function checkS3Options(options: S3StoreOptions): void {
  checkOptions(options, "an object with `bucket`");
  const { bucket, prefix, endpoint, accessKeyId, secretAccessKey, credentials } = options;
  if (typeof bucket !== "string" || !BUCKET.test(bucket)) {
    throw new ConfigError("bucket", 'the name of a bucket, such as "my-bars"', bucket);
  }
  if (DIRECTORY_BUCKET.test(bucket)) {
    const expected = "a general purpose bucket: directory buckets list whole folders only, and in no order";
    throw new ConfigError("bucket", expected, bucket);
  }
  if (prefix !== undefined && !isKey(prefix)) {
    throw new ConfigError("prefix", 'a key such as "team/bars", without a "/" at the end', prefix);
  }
  if (endpoint !== undefined) checkEndpoint(endpoint, "endpoint");
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    const lacking = accessKeyId === undefined ? "accessKeyId" : "secretAccessKey";
    throw new ConfigError(lacking, "given together with the other one of the pair", "nothing");
  }
  if (accessKeyId === "" || secretAccessKey === "") {
    const empty = accessKeyId === "" ? "accessKeyId" : "secretAccessKey";
    throw new ConfigError(empty, "a text that is not empty", "an empty one");
  }
  if (accessKeyId !== undefined && credentials !== undefined) {
    throw new ConfigError("credentials", "left out where accessKeyId is given", "both");
  }
  checkPositive("timeoutMs", options.timeoutMs, (value) => value > 0 && value <= 2 ** 31 - 2);
  checkPositive("maxAttempts", options.maxAttempts, Number.isInteger);
}

function checkEndpoint(endpoint: unknown, option: string): void {
  const url = typeof endpoint === "string" && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ConfigError(
      option,
      'a URL such as "https://s3.example.com"',
      url === undefined ? endpoint : url.protocol,
    );
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new ConfigError(option, "a URL without user, query and fragment", "one with them");
  }
}

function checkPositive(option: string, value: number | undefined, fits: (value: number) => boolean): void {
  if (value !== undefined && !(value > 0 && fits(value))) {
    throw new ConfigError(option, option === "timeoutMs" ? "milliseconds > 0" : "an integer >= 1", value);
  }
}

/** `name--zone--x-s3`. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html (read 2026-11-28) */
const DIRECTORY_BUCKET = /--x-s3$/;

/** A server and how to talk to it, from options and environment. */
export interface S3Connection {
  /** URL of the server; `undefined` for AWS. */
  readonly endpoint: string | undefined;
  /** Whether it is AWS itself, which knows every request and checksum of its SDK. */
  readonly isAws: boolean;
  /** As the caller or the environment says; `undefined` if neither does. */
  readonly checksums: "WHEN_SUPPORTED" | "WHEN_REQUIRED" | undefined;
  readonly config: S3ClientConfig;
}

/** @throws {@link ConfigError} naming a variable whose value is wrong. */
export function s3Connection(options: S3StoreOptions): S3Connection {
  const { accessKeyId, secretAccessKey, sessionToken, credentials, env = process.env } = options;
  const isIgnored = env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.toLowerCase() === "true";
  const variable = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].find((name) => !isIgnored && env[name]);
  const endpoint = options.endpoint ?? (variable === undefined ? undefined : env[variable]);
  if (options.endpoint === undefined && variable !== undefined) checkEndpoint(endpoint, variable);
  const host = endpoint === undefined ? undefined : new URL(endpoint).hostname;
  const isAws = host === undefined || /(?:^|\.)amazonaws\.com(?:\.cn)?$/.test(host);
  const ofHost = /(?:^|\.)s3[.-](?:dualstack\.)?([a-z]{2}-[a-z-]+-\d)\./.exec(host ?? "")?.[1];
  const usual = isAws
    ? ofHost
    : options.endpoint === undefined
      ? (env["AWS_REGION"] ?? "us-east-1")
      : "us-east-1";
  const region = options.region ?? usual;
  const keys =
    accessKeyId === undefined || secretAccessKey === undefined
      ? credentials
      : { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  const checksums = options.requestChecksumCalculation ?? whenOf(env["AWS_REQUEST_CHECKSUM_CALCULATION"]);
  const validation = options.requestChecksumCalculation ?? whenOf(env["AWS_RESPONSE_CHECKSUM_VALIDATION"]);
  return {
    endpoint,
    isAws,
    checksums,
    config: {
      // The store counts attempts itself: it must know whether a 412 can be the echo of its own lost write.
      maxAttempts: 1,
      forcePathStyle: options.forcePathStyle ?? !isAws,
      // Left out where nobody said anything: the SDK's config file may.
      ...(checksums === undefined ? {} : { requestChecksumCalculation: checksums }),
      ...(validation === undefined ? {} : { responseChecksumValidation: validation }),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
      ...(keys === undefined ? {} : { credentials: keys }),
    },
  };
}

/** Reads a variable as the SDK does: in upper or lower case, and any other value counts as not set. */
function whenOf(value: string | undefined): "WHEN_SUPPORTED" | "WHEN_REQUIRED" | undefined {
  const when = value?.toUpperCase();
  return when === "WHEN_SUPPORTED" || when === "WHEN_REQUIRED" ? when : undefined;
}
