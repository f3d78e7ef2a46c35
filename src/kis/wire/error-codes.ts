import {
  KisApiError,
  type KisAnswer,
  KisAuthError,
  KisRateLimitError,
  KisUnsupportedError,
  isRetryable,
} from "../../core/index.js";

/** What a refusal means to the caller; one word a decision. */
type RefusalKind =
  | "token" // this token is dead: issue another once, then replay
  | "token-wait" // somebody issued one less than a minute ago: wait for it
  | "rate" // too many in this second: slow down, then replay
  | "transient" // the gateway stumbled, or said something we do not know: replay
  | "auth" // key, secret, permission or address is not accepted
  | "unsupported" // this environment does not have the call
  | "final"; // the request itself is wrong

/**
 * What KIS's codes mean. Every other code counts as `"transient"`, because an unknown failure is more often a passing one.
 * The HTTP status is no guide: EGW00201 was seen with 500 and 200, EGW00123 with 401, 500 and 200.
 *
 * @see KIS portal error codes and koreainvestment/kis-ai-extensions shared/commands/kis-help.md (read 2026-11-21)
 */
const KINDS: Readonly<Record<string, RefusalKind>> = {
  EGW00121: "token", // token invalid
  EGW00122: "token", // token not found
  EGW00123: "token", // token expired
  EGW00133: "token-wait", // one token issue a minute
  EGW00201: "rate", // calls per second
  EGW00215: "rate", // calls per second of the ledger
  EGW00202: "transient", // gateway routing
  EGW00203: "transient", // OPS routing
  EGW00300: "transient", // gateway: routing timeout
  EGW00301: "transient", // gateway: connect timeout
  EGW00302: "transient", // gateway: transaction timeout
  OPSQ1002: "transient", // session connection error
  EGW00001: "transient", // a passing error, in its own words
  EGW00002: "transient", // server error
  OPSQ0003: "transient", // 3 of 15 identical calls
  OPSQ0008: "transient", // after the call: MCI transfer
  OPSQ0009: "transient",
  OPSQ0010: "transient", // reading the result: no resources
  OPSQ0011: "transient",
  IGW00007: "transient",
  EGW00103: "auth", // app key
  EGW00105: "auth", // app secret
  EGW00205: "auth", // not a bearer token
  EGW00206: "auth", // no permission for this API
  EGW00207: "auth", // address not allowed
  EGW00208: "auth", // customer type
  EGW02004: "auth", // a paper key on the live host
  EGW00003: "auth", // access denied
  EGW00303: "auth", // address of a corporate key
  EGW00304: "auth", // app secret, at the gateway
  EGW00213: "unsupported", // no paper call
  EGW02006: "unsupported", // no paper call
  OPSQ0002: "final", // no such service
};

/** Families of codes that speak of the request: OPSQ2 its fields, EGW001 the token call, EGW0020 to 21 headers. */
const FINAL = /^(?:OPSQ2\d{3}|EGW001\d\d|EGW0020[4-9]|EGW0021[0-4])$/;
const TOO_MANY_REQUESTS = 429;

/** The decision that a refusal asks for; `undefined` for an error that is no refusal. */
export function refusalKindOf(error: unknown): RefusalKind | undefined {
  return error instanceof KisApiError ? refusalKind(error) : undefined;
}

function refusalKind({ msgCd, status }: Pick<KisAnswer, "msgCd" | "status">): RefusalKind {
  const known = KINDS[msgCd] ?? (FINAL.test(msgCd) ? "final" : undefined);
  return known ?? (status === TOO_MANY_REQUESTS ? "rate" : "transient");
}

/**
 * Whether a call may be sent again. KIS did not carry out what it refused for the rate, so such a call always may. A call
 * that broke before KIS answered, or in its gateway, may only if sending it twice does no harm.
 *
 * @param idempotent - sending the call twice does no harm.
 */
export function mayRetry(error: unknown, idempotent: boolean): boolean {
  // Also one without a code of KIS, for which nothing was sent: trying at once mends none.
  if (error instanceof KisAuthError) return false;
  const kind = refusalKindOf(error);
  if (kind === "rate") return true;
  if (!idempotent) return false;
  if (kind === undefined) return isRetryable(error);
  return kind === "transient";
}

const ADVICE: Readonly<Partial<Record<RefusalKind, string>>> = {
  token: "the token stays refused though it was issued anew; check that no other program revokes it",
  auth: "check the app key, the app secret, their environment and their permissions",
  rate: "KIS kept refusing for the rate; lower `rateLimit`, or stop other programs that use this key",
  "token-wait": "KIS issues one token a minute; let the programs that use this key share a `tokenStore`",
  unsupported: "this environment does not offer the call",
  transient: "it may pass; try again later",
};

/** How long to wait after a refusal for the rate, in ms: KIS counts by the second, tokens by the minute. */
const RETRY_AFTER_MS = { rate: 1000, "token-wait": 60_000 } as const;

/**
 * @param text - what KIS wrote, free of secrets.
 * @param afterMs - how long KIS asks to be left alone, where it says so.
 * @returns the error of the class that belongs to `answer.msgCd`.
 */
export function refusalError(answer: KisAnswer, text: string, afterMs = 0): KisApiError {
  const kind = refusalKind(answer);
  const advice = ADVICE[kind];
  const said = text === "" ? "" : `: ${text}`;
  const code = answer.msgCd || (answer.rtCd === "" ? `HTTP ${answer.status ?? "?"}` : `rt_cd ${answer.rtCd}`);
  const message = `KIS refused ${answer.trId} with ${code}${said}${advice === undefined ? "" : ` (${advice})`}`;
  switch (kind) {
    case "token":
    case "auth":
      return new KisAuthError(message, answer);
    case "rate":
    case "token-wait":
      return new KisRateLimitError(message, answer, {
        retryAfterMs: Math.max(RETRY_AFTER_MS[kind], afterMs),
      });
    case "unsupported":
      return new KisUnsupportedError(message, answer);
    case "transient":
    case "final":
      return new KisApiError(message, answer, { retryable: kind === "transient" });
  }
  kind satisfies never;
  return new KisApiError(message, answer);
}
