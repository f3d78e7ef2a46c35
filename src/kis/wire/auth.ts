import { z } from "zod";
import { KisSchemaError, parseKstStamp } from "../../core/index.js";
import { numberIn, readAnswer, text } from "./field.js";

interface Credentials {
  readonly appKey: string;
  readonly appSecret: string;
}

/** One call of the authentication service: no token, no `tr_id`, a JSON body. */
export interface AuthCall<T> {
  readonly path: string;
  readonly body: Readonly<Record<string, string>>;
  readonly read: (body: unknown) => T;
}

/** A token just issued by KIS. */
export interface IssuedToken {
  readonly accessToken: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

const issued = z.object({ expires_in: text, access_token_token_expired: text });

/** A secret in an answer. The error never shows what stands in its place: damaged, it is still a secret. */
function secretIn(body: unknown, path: string, expected: string): string {
  const place: unknown = typeof body === "object" && body !== null ? Reflect.get(body, path) : undefined;
  const found = typeof place === "string" ? place.trim() : place;
  if (typeof found === "string" && /^[\x21-\x7e]{1,4096}$/.test(found)) return found;
  const received = (found ?? "") === "" ? "nothing" : typeof found === "string" ? "another text" : "no text";
  throw new KisSchemaError(path, expected, received);
}

/** Epoch ms of `"YYYY-MM-DD HH:MM:SS"`, which KIS writes in KST without saying so. */
const kstStamp = (stamp: string): number | undefined =>
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(stamp) ? parseKstStamp(stamp.replaceAll(/[- :]/g, "")) : undefined;

/** A token and its end, which is the earlier of KIS's two statements, as far as they are plausible. */
function readToken(body: unknown, now: number): IssuedToken {
  const accessToken = secretIn(body, "access_token", "a token");
  const answer = readAnswer(issued, body);
  const lasting = numberIn(answer.expires_in);
  const byLasting = lasting !== undefined && lasting > 0 ? now + Math.floor(lasting * 1000) : undefined;
  const byStamp = kstStamp(answer.access_token_token_expired);
  // If the host's clock is a day ahead, one of the two ends is in the past for it.
  const ends = [byLasting, byStamp].filter((end) => Number.isSafeInteger(end) && Number(end) > now);
  if (ends.length === 0)
    throw new KisSchemaError("expires_in", "a token's end that lies ahead", lasting ?? "no number");
  return { accessToken, expiresAt: Math.min(...ends.map(Number)) };
}

/**
 * 접근토큰발급.
 *
 * @param now - epoch ms at which it is asked for.
 * @see KIS portal /oauth2/tokenP (read 2026-11-21)
 */
export function issueToken({ appKey, appSecret }: Credentials, now: () => number): AuthCall<IssuedToken> {
  return {
    path: "/oauth2/tokenP",
    body: { grant_type: "client_credentials", appkey: appKey, appsecret: appSecret },
    read: (body) => readToken(body, now()),
  };
}

/** 접근토큰폐기. @see KIS portal /oauth2/revokeP (read 2026-11-21) */
export function revokeToken({ appKey, appSecret }: Credentials, token: string): AuthCall<void> {
  return {
    path: "/oauth2/revokeP",
    body: { appkey: appKey, appsecret: appSecret, token },
    read: () => undefined,
  };
}

/** 웹소켓 접속키 발급; the secret goes by another name here. @see KIS portal /oauth2/Approval (read 2026-11-21) */
export function issueApprovalKey({ appKey, appSecret }: Credentials): AuthCall<string> {
  return {
    path: "/oauth2/Approval",
    body: { grant_type: "client_credentials", appkey: appKey, secretkey: appSecret },
    read: (body) => secretIn(body, "approval_key", "a key"),
  };
}
