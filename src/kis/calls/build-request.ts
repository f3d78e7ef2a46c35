import { accountsIn } from "./redact.js";
import type { HttpRequest } from "./transport.js";
import type { KisCall } from "../wire/index.js";

/** What every request carries besides its own. */
interface RequestIdentity {
  readonly baseUrl: string;
  readonly appKey: string;
  readonly appSecret: string;
  readonly userAgent: string;
}

/**
 * The HTTP request of a call: query of a GET, JSON body of a POST.
 *
 * @see KIS portal, common request headers (read 2026-11-21)
 */
export function buildRequest(
  call: KisCall<unknown>,
  identity: RequestIdentity,
  accessToken: string,
): HttpRequest {
  const { method, path, trId, params, continues = false } = call;
  const { baseUrl, appKey, appSecret, userAgent } = identity;
  const url = `${baseUrl}${path}`;
  const headers = {
    "content-type": "application/json; charset=utf-8",
    authorization: `Bearer ${accessToken}`,
    appkey: appKey,
    appsecret: appSecret,
    tr_id: trId,
    // P: a private customer; corporate keys need headers of their own.
    custtype: "P",
    tr_cont: continues ? "N" : "",
    "user-agent": userAgent,
  };
  const secrets = [accessToken, ...accountsIn(params)];
  return method === "GET"
    ? { method, url: `${url}?${new URLSearchParams(params).toString()}`, headers, secrets }
    : { method, url, headers, body: JSON.stringify(params), secrets };
}
