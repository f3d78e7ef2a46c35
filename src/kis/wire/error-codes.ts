import {
  KisApiError,
  type KisAnswer,
  KisAuthError,
  KisRateLimitError,
  KisUnsupportedError,
  TimeoutError,
  TransportError,
} from "../../core/index.js";

/** What a refusal means to the caller; one word a decision. */
type RefusalKind =
  | "token" // this token is dead: issue another once, then replay
  | "token-wait" // somebody issued one less than a minute ago: wait for it
  | "rate" // too many in this second: slow down, then replay
  | "transient" // the gateway stumbled: replay
  | "auth" // key, secret, permission or address is not accepted
  | "unsupported" // this environment does not have the call
  | "other";

/**
 * KIS's codes that need a decision; every other code is `"other"`. The HTTP status is no guide: EGW00201 was
 * seen with 500 and 200, EGW00123 with 401, 500 and 200.
 *
 * @see KIS portal error codes and koreainvestment/kis-ai-extensions shared/commands/kis-help.md (read 2026-11-21)
 */
const KINDS: Readonly<Record<string, RefusalKind>> = {
  EGW00121: "token", // token invalid
  EGW00122: "token", // token not found
  EGW00123: "token", // token expired
  EGW00133: "token-wait", // one token issue a minute
  EGW00201: "rate", // calls per second
  EGW00202: "transient", // gateway routing
  EGW00203: "transient", // OPS routing
  EGW00300: "transient", // gateway: routing timeout
  EGW00301: "transient", // gateway: connect timeout
  EGW00302: "transient", // gateway: transaction timeout
  OPSQ1002: "transient", // session connection error
  EGW00103: "auth", // app key
  EGW00105: "auth", // app secret
  EGW00205: "auth", // not a bearer token
  EGW00206: "auth", // no permission for this API
  EGW00207: "auth", // address not allowed
  EGW00208: "auth", // customer type
  EGW02004: "auth", // a paper key on the live host
  EGW00213: "unsupported", // no paper call
  EGW02006: "unsupported", // no paper call
};

/** The decision a refusal asks for; `undefined` for an error that is none. */
export function kindOf(error: unknown): RefusalKind | undefined {
  return error instanceof KisApiError ? refusalKind(error.msgCd) : undefined;
}

function refusalKind(msgCd: string): RefusalKind {
  return KINDS[msgCd] ?? "other";
}

/**
 * Whether a call may be sent again. A refusal for the rate was not carried out, so it always may; what broke before
 * KIS answered, or in its gateway, only if sending it twice does no harm.
 */
export function mayRepeat(error: unknown, idempotent: boolean): boolean {
  const kind = kindOf(error);
  if (kind === "rate") return true;
  if (!idempotent) return false;
  if (error instanceof TransportError || error instanceof TimeoutError) return error.retryable;
  return kind === "transient";
}

const ADVICE: Readonly<Partial<Record<RefusalKind, string>>> = {
  token: "the token stayed refused after one new issue; check that no other program revokes it",
  auth: "check the app key, the app secret, their environment and their permissions",
  rate: "KIS kept refusing for the rate; lower `rateLimit`, or stop other programs that use this key",
  "token-wait": "KIS issues one token a minute; let the programs that use this key share a `tokenStore`",
  unsupported: "this environment does not offer the call",
  transient: "KIS's gateway stumbled; try again later",
};

/** How long to leave KIS alone after a refusal for the rate, in milliseconds: its windows are a second and a minute. */
const RETRY_AFTER_MS = { rate: 1000, "token-wait": 60_000 } as const;

/**
 * @param text - what KIS wrote, free of secrets.
 * @returns the error of the class that belongs to `answer.msgCd`.
 */
export function refusalError(answer: KisAnswer, text: string): KisApiError {
  const kind = refusalKind(answer.msgCd);
  const advice = ADVICE[kind];
  const said = text === "" ? "" : `: ${text}`;
  const message = `KIS refused ${answer.trId} with ${answer.msgCd || `rt_cd ${answer.rtCd}`}${said}${advice === undefined ? "" : ` (${advice})`}`;
  switch (kind) {
    case "token":
    case "auth":
      return new KisAuthError(message, answer);
    case "rate":
    case "token-wait":
      return new KisRateLimitError(message, answer, { retryAfterMs: RETRY_AFTER_MS[kind] });
    case "unsupported":
      return new KisUnsupportedError(message, answer);
    case "transient":
    case "other":
      return new KisApiError(message, answer, { retryable: kind === "transient" });
  }
  kind satisfies never;
  return new KisApiError(message, answer);
}
