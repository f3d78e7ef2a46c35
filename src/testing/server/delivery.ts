import { type FaultAction, PASSING_CODES } from "../faults/index.js";
import { RATE_TEXT } from "./token-endpoints.js";
import { type WireResponse, refusal, wireJson } from "../wire/index.js";

/** How an answer reaches the client: both shells, fetch and HTTP, carry out the same plan. */
export interface Delivery {
  readonly response: WireResponse;
  /** Ms before anything is sent. */
  readonly delayMs: number;
  /** `reset`: nothing arrives. `half-body`: the head and half of the body do. */
  readonly cut?: "reset" | "half-body";
  /** Ms between the pieces of the body. */
  readonly dripMs?: number;
}

/** A body that is sent slowly comes in this many pieces. */
export const DRIPS = 10;

/** @returns the answer with its faults: what is sent, when, and how far. */
export function planDelivery(
  response: WireResponse,
  faults: readonly FaultAction[],
  random: () => number,
): Delivery {
  let planned: Delivery = { response, delayMs: 0 };
  for (const fault of faults) planned = deliverWith(planned, fault, random);
  return planned;
}

function deliverWith(planned: Delivery, fault: FaultAction, random: () => number): Delivery {
  const { response } = planned;
  if (fault === "reset" || fault === "half-body") return { ...planned, cut: fault };
  if (fault === "html-502") return { ...planned, response: BAD_GATEWAY };
  if (fault === "rate-limit") return { ...planned, response: refusal(500, "EGW00201", RATE_TEXT) };
  if (fault === "http-429") return { ...planned, response: TOO_MANY };
  if (fault === "foreign-json")
    return { ...planned, response: wireJson(200, { message: "시스템 점검중입니다" }) };
  if (fault === "passing-error") {
    const codes = Object.keys(PASSING_CODES);
    const code = codes[Math.floor(random() * codes.length)] ?? "EGW00215";
    return { ...planned, response: refusedWith({ code }) };
  }
  if (fault === "wrong-content-type") {
    const headers = { ...response.headers, "content-type": "text/html; charset=euc-kr" };
    return { ...planned, response: { ...response, headers } };
  }
  if (typeof fault === "string") return planned;
  if ("code" in fault) return { ...planned, response: refusedWith(fault) };
  if ("latencyMs" in fault) {
    const delayMs = planned.delayMs + fault.latencyMs + Math.floor(random() * (fault.jitterMs ?? 0));
    return { ...planned, delayMs };
  }
  return "slowLorisMs" in fault ? { ...planned, dripMs: fault.slowLorisMs } : planned;
}

function refusedWith(fault: {
  readonly code: string;
  readonly status?: number;
  readonly message?: string;
}): WireResponse {
  const known = PASSING_CODES[fault.code];
  return refusal(fault.status ?? known?.status ?? 500, fault.code, fault.message ?? known?.message ?? "");
}

/** KIS itself was never seen to send it; a proxy in front may. */
const TOO_MANY: WireResponse = {
  status: 429,
  headers: { "content-type": "text/plain", "retry-after": "1" },
  body: "Too Many Requests",
};

const BAD_GATEWAY: WireResponse = {
  status: 502,
  headers: { "content-type": "text/html" },
  body: "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
};
