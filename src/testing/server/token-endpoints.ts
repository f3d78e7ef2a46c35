import { MINUTE_MS, formatKstStamp } from "../../core/index.js";
import { hashText } from "../random.js";
import { createRequestWindow } from "./request-window.js";
import type { ServerConfig } from "../settings/index.js";
import { type WireRequest, type WireResponse, refusal, tokenRefusal, wireJson } from "../wire/index.js";

/** What the tokens of a simulator have seen. */
interface TokenCounts {
  /** New tokens handed out: each sends the account's owner a KakaoTalk notice. */
  issues: number;
  /** Answers with the token of before, within its six hours. */
  repeats: number;
}

/** The token, revocation and Approval endpoints with their rules. */
export interface TokenEndpoints {
  /** Answers one of the three; `undefined` for any other path. */
  answer(request: WireRequest, nowMs: number, elapsedMs: number): WireResponse | undefined;
  /** @returns the refusal of a quotation whose `authorization` is not good; `undefined` if it is. */
  check(authorization: string | undefined, nowMs: number): WireResponse | undefined;
  /** Makes every token invalid from now on, as KIS does at times. */
  revokeAll(): void;
  /** @returns whether an Approval key is good. */
  approves(key: string, nowMs: number): boolean;
  readonly counts: Readonly<TokenCounts>;
}

const HOUR_MS = 3_600_000;
/** Asked again within six hours KIS answers with the same token (policy since 2023-04-28). */
const SAME_TOKEN_MS = 6 * HOUR_MS;
const LIFETIME_MS = 24 * HOUR_MS;

interface Issued {
  readonly token: string;
  readonly issuedAt: number;
  /** By its owner. */
  revoked: boolean;
  /** By KIS, before its time. */
  ended: boolean;
}

export function createTokenEndpoints(config: ServerConfig): TokenEndpoints {
  const tokens: Issued[] = [];
  const approvals = new Map<string, number>();
  const counts: TokenCounts = { issues: 0, repeats: 0 };
  const pace = createRequestWindow(config.limits.tokenPerSecond);
  let answered: { readonly now: number; readonly elapsed: number } | undefined;

  const keyRefusal = (body: Readonly<Record<string, unknown>>, secret: unknown): WireResponse | undefined => {
    if (body["grant_type"] !== "client_credentials") {
      return tokenRefusal("EGW00101", "유효하지 않은 grant_type 입니다.");
    }
    if (body["appkey"] !== config.appKey) return tokenRefusal("EGW00103", "유효하지 않은 AppKey입니다.");
    if (secret !== config.appSecret) return tokenRefusal("EGW00105", "유효하지 않은 AppSecret입니다.");
    return undefined;
  };

  const tooFast = (elapsedMs: number): WireResponse | undefined =>
    pace.admit(elapsedMs) ? undefined : refusal(config.limits.refusalStatus, "EGW00201", RATE_TEXT);

  const live = (nowMs: number): Issued | undefined => {
    const last = tokens.at(-1);
    const isEnded = last?.ended === true && !config.quirks.sameEndedToken;
    const good = last !== undefined && !last.revoked && !isEnded && nowMs - last.issuedAt < SAME_TOKEN_MS;
    return good ? last : undefined;
  };

  const issue = (nowMs: number): Issued => {
    const fresh: Issued = {
      token: tokenText(config.seed, tokens.length, nowMs),
      issuedAt: nowMs,
      revoked: false,
      ended: false,
    };
    if (config.quirks.oneToken) for (const older of tokens) older.ended = true;
    tokens.push(fresh);
    counts.issues++;
    return fresh;
  };

  const tokenP = (request: WireRequest, nowMs: number, elapsedMs: number): WireResponse => {
    const body = parseBody(request.body);
    const refused = keyRefusal(body, body["appsecret"]);
    if (refused !== undefined) return refused;
    // Either clock may have been moved by a test; a minute on one of them is a minute.
    const since =
      answered === undefined ? MINUTE_MS : Math.max(nowMs - answered.now, elapsedMs - answered.elapsed);
    if (config.limits.tokenPerMinute && since < MINUTE_MS) {
      return tokenRefusal("EGW00133", "접근토큰 발급 잠시 후 다시 시도하세요(1분당 1회)");
    }
    const paced = tooFast(elapsedMs);
    if (paced !== undefined) return paced;
    answered = { now: nowMs, elapsed: elapsedMs };
    const before = live(nowMs);
    if (before !== undefined) counts.repeats++;
    const { token, issuedAt } = before ?? issue(nowMs);
    const expiresAt = issuedAt + LIFETIME_MS;
    return wireJson(200, {
      access_token: token,
      access_token_token_expired: stampText(expiresAt),
      token_type: "Bearer",
      expires_in: Math.floor((expiresAt - nowMs) / 1000),
    });
  };

  const approval = (request: WireRequest, nowMs: number): WireResponse => {
    const body = parseBody(request.body);
    const refused = keyRefusal(body, body["secretkey"]);
    if (refused !== undefined) return refused;
    const hex = [0, 1, 2, 3].map((part) => hashText(`${config.seed}/approval/${approvals.size}/${part}`));
    const text = hex.map((part) => part.toString(16).padStart(8, "0")).join("");
    const key = [
      text.slice(0, 8),
      text.slice(8, 12),
      text.slice(12, 16),
      text.slice(16, 20),
      text.slice(20),
    ].join("-");
    approvals.set(key, nowMs + LIFETIME_MS);
    return wireJson(200, { approval_key: key });
  };

  const revoke = (request: WireRequest): WireResponse => {
    const body = parseBody(request.body);
    const found = tokens.find(({ token }) => token === body["token"]);
    if (body["appkey"] !== config.appKey) return tokenRefusal("EGW00103", "유효하지 않은 AppKey입니다.");
    if (body["appsecret"] !== config.appSecret)
      return tokenRefusal("EGW00105", "유효하지 않은 AppSecret입니다.");
    if (found === undefined) return tokenRefusal("EGW00121", "유효하지 않은 token 입니다.");
    found.revoked = true;
    return wireJson(200, { code: 200, message: "접근토큰 폐기에 성공하였습니다" });
  };

  return {
    counts,
    revokeAll() {
      for (const issued of tokens) issued.ended = true;
    },
    approves: (key, nowMs) => (approvals.get(key) ?? 0) > nowMs,
    answer(request, nowMs, elapsedMs) {
      if (request.method !== "POST" || !request.path.startsWith("/oauth2/")) return undefined;
      // tokenP counts by the minute before it counts by the second: a request that comes too early gets EGW00133.
      if (request.path === "/oauth2/tokenP") return tokenP(request, nowMs, elapsedMs);
      if (request.path === "/oauth2/Approval") return tooFast(elapsedMs) ?? approval(request, nowMs);
      return request.path === "/oauth2/revokeP" ? (tooFast(elapsedMs) ?? revoke(request)) : undefined;
    },
    check(authorization, nowMs) {
      const status = config.quirks.tokenErrorStatus;
      if (authorization === undefined) return refusal(status, "EGW00122", "token 을 찾을 수 없습니다.");
      const [scheme, token] = authorization.split(" ", 2);
      if (scheme !== "Bearer")
        return refusal(status, "EGW00205", "credentials_type이 유효하지 않습니다.(Bearer)");
      const found = tokens.find((issued) => issued.token === token);
      if (found === undefined || found.revoked)
        return refusal(status, "EGW00121", "유효하지 않은 token 입니다.");
      if (found.ended) return refusal(status, config.quirks.endedTokenCode, "유효하지 않은 token 입니다.");
      if (nowMs >= found.issuedAt + LIFETIME_MS)
        return refusal(status, "EGW00123", "기간이 만료된 token 입니다.");
      return undefined;
    },
  };
}

/** What KIS says to more than its calls a second. */
export const RATE_TEXT = "초당 거래건수를 초과하였습니다.";

function parseBody(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** `YYYY-MM-DD HH:MM:SS`, KST without a zone. */
function stampText(atMs: number): string {
  const stamp = formatKstStamp(atMs);
  const day = `${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6, 8)}`;
  return `${day} ${stamp.slice(8, 10)}:${stamp.slice(10, 12)}:${stamp.slice(12, 14)}`;
}

/** Three base64url parts, as a JWT has; no signature anyone could check. */
function tokenText(seed: number, serial: number, nowMs: number): string {
  const encode = (text: string): string => Buffer.from(text).toString("base64url");
  const exp = Math.floor((nowMs + LIFETIME_MS) / 1000);
  const claims = encode(JSON.stringify({ sub: "token", iss: "simulator", exp, jti: `${seed}-${serial}` }));
  const signature = encode([1, 2, 3, 4].map((part) => hashText(`${claims}/${part}`).toString(36)).join(""));
  return `${encode('{"typ":"JWT","alg":"HS512"}')}.${claims}.${signature}`;
}
