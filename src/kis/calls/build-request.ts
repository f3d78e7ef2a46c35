import { accountsIn } from "./redact.js";
import type { HttpRequest } from "./transport.js";
import type { KisCall } from "../wire/index.js";

/** Headers that KIS wants of corporate customers. @see KIS portal, common request headers (read 2026-11-21) */
export interface CorporateHeaders {
  /** `personalseckey`: the customer's key, as KIS issued it. */
  readonly personalSecKey?: string;
  /** `seq_no`. @defaultValue left out */
  readonly seqNo?: string;
  /** `mac_address` of the machine that calls. */
  readonly macAddress?: string;
  /** `phone_number`, digits alone. */
  readonly phoneNumber?: string;
  /** `ip_addr` that KIS has on its list. */
  readonly ipAddress?: string;
  /** `gt_uid`: a name for this request's origin. */
  readonly gtUid?: string;
}

/** What every request carries. */
export interface RequestIdentity {
  readonly baseUrl: string;
  readonly appKey: string;
  readonly appSecret: string;
  readonly userAgent: string;
  /** P: a private customer; B: a corporate one. */
  readonly custtype: "P" | "B";
  readonly corporate: CorporateHeaders;
}

function corporateHeaders({ custtype, corporate }: RequestIdentity): Record<string, string> {
  if (custtype === "P") return {};
  const headers = {
    personalseckey: corporate.personalSecKey,
    seq_no: corporate.seqNo,
    mac_address: corporate.macAddress,
    phone_number: corporate.phoneNumber,
    ip_addr: corporate.ipAddress,
    gt_uid: corporate.gtUid,
  };
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}

/**
 * The HTTP request of a call: query of a GET, JSON body of a POST.
 *
 * @see KIS portal, common request headers (read 2026-11-21)
 */
export function buildRequest(
  call: Omit<KisCall<unknown>, "read" | "newestMinute">,
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
    custtype: identity.custtype,
    ...corporateHeaders(identity),
    tr_cont: continues ? "N" : "",
    "user-agent": userAgent,
  };
  const corporate = identity.custtype === "B" ? Object.values(identity.corporate) : [];
  const secrets = [accessToken, ...accountsIn(params), ...corporate];
  return method === "GET"
    ? { method, url: `${url}?${new URLSearchParams(params).toString()}`, headers, secrets }
    : { method, url, headers, body: JSON.stringify(params), secrets };
}
