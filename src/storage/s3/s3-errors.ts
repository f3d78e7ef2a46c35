import { StorageError, type StorageFacts, clip } from "../../core/index.js";

/** What a failure of the AWS SDK says, without the request that its error may hold. */
export interface S3Failure {
  /** S3's code such as `NoSuchKey`, or the error's name. */
  readonly name: string;
  /** Node's code such as `ECONNREFUSED`; `""` for none. */
  readonly errno: string;
  /** HTTP status; `undefined` where no answer came. */
  readonly status: number | undefined;
  /** How often the SDK itself sent the request. */
  readonly attempts: number;
  readonly message: string;
}

/** What an error message says besides the failure. */
export interface S3Place {
  /** Which bucket, at which endpoint. */
  readonly where: string;
  readonly timeoutMs: number;
  /** Whether uploads carry checksums that this server may refuse. */
  readonly mayRefuseChecksums: boolean;
}

export function s3Failure(error: unknown): S3Failure {
  const { name, code, message, $metadata } = (error ?? {}) as Record<string, unknown>;
  const { httpStatusCode, attempts } = ($metadata ?? {}) as Record<string, unknown>;
  return {
    name: typeof name === "string" ? clip(name) : "Error",
    errno: typeof code === "string" ? clip(code) : "",
    status: typeof httpStatusCode === "number" ? httpStatusCode : undefined,
    attempts: typeof attempts === "number" ? attempts : 1,
    // The message of a server may be a whole page of a proxy.
    message: typeof message === "string" ? clip(message, 300) : "a failure without a message",
  };
}

const TRANSIENT_STATUS: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const TRANSIENT_NAME: ReadonlySet<string> = new Set([
  "TimeoutError",
  "RequestTimeout",
  "SlowDown",
  "ThrottlingException",
  "OperationAborted",
]);

/** Whether the same request may succeed a moment later. */
export function isTransient({ name, errno, status, message }: S3Failure): boolean {
  if (TRANSIENT_NAME.has(name)) return true;
  if (status !== undefined && status >= 300) return TRANSIENT_STATUS.has(status);
  // Without an answer: a reset, refused or cut connection. With a 200: its body broke off or was damaged on the way.
  return /^(E[A-Z_]+|UND_ERR_\w+)$/.test(errno) || /^checksum mismatch/i.test(message);
}

const NEEDS: Readonly<Record<StorageFacts["operation"], string>> = {
  get: "s3:GetObject and s3:ListBucket",
  put: "s3:PutObject",
  list: "s3:ListBucket",
  delete: "s3:DeleteObject",
};

/** Advice added to answers that a server also gives because of checksums. */
const CHECKSUMS =
  "; a server that refuses the SDK's checksums answers so too: set `requestChecksumCalculation` to WHEN_REQUIRED";

function advice({ name, errno, status }: S3Failure, facts: StorageFacts, place: S3Place): string | undefined {
  if (name === "NoSuchBucket")
    return "the bucket does not exist there; create it, or check `bucket`, `region` and `endpoint`";
  if (name === "InvalidBucketName") return "the server takes no bucket of such a name; check `bucket`";
  const checksums = facts.operation === "put" && place.mayRefuseChecksums ? CHECKSUMS : "";
  if (name === "SignatureDoesNotMatch")
    return `the server refuses the signature; check the secret access key (and \`region\`)${checksums}`;
  if (name === "InvalidAccessKeyId")
    return "the server does not know the access key id; check it, and `endpoint`";
  if (name === "RequestTimeTooSkewed")
    return "the clock of this host differs too much from the server's; set it right";
  if (name === "ExpiredToken" || name === "InvalidToken")
    return "the session token has expired or is wrong; get a new one";
  if (name === "PermanentRedirect" || name === "AuthorizationHeaderMalformed" || status === 301)
    return "the bucket lives in another region; set `region`";
  if (name === "CredentialsProviderError")
    return "no credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or pass accessKeyId and secretAccessKey";
  if (/region is missing/i.test(name)) return "no region is known; set `region` or AWS_REGION";
  if (name === "AccessDenied" && facts.operation !== "get")
    return `access is denied; check that the credentials, which are known, hold ${NEEDS[facts.operation]} on the bucket${checksums}`;
  if (status === 403)
    return `access is denied; check the secret access key, and that the credentials hold ${NEEDS[facts.operation]} on the bucket`;
  if (/^(ECONNRESET|EPIPE)$/.test(errno)) return `the connection was cut (${errno}); try again`;
  if (name === "TimeoutError")
    return `no complete answer within ${place.timeoutMs} ms; try again, or raise \`timeoutMs\``;
  if (/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/.test(errno))
    return `nobody answers there (${errno}); check \`endpoint\` and the network`;
  return undefined;
}

/** The error of a failed S3 operation, with advice. It holds no request, secret or token. */
export function s3Error(failure: S3Failure, facts: StorageFacts, place: S3Place): StorageError {
  const what = facts.key === "" ? "" : ` \`${facts.key}\``;
  const named = failure.message === "Region is missing" ? { ...failure, name: failure.message } : failure;
  const why = advice(named, facts, place) ?? failure.message;
  const answer =
    failure.status === undefined ? failure.errno || failure.name : `${failure.status} ${failure.name}`;
  // The SDK's own error may hold the canonical request with a session token: only its words are kept.
  const cause = new Error(failure.message);
  cause.name = failure.name;
  return new StorageError(`cannot ${facts.operation}${what} in ${place.where}: ${why} (${answer})`, facts, {
    cause,
    retryable: isTransient(failure),
  });
}
