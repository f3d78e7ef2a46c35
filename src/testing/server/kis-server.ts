import { kstDay } from "../../core/index.js";
import { type Endpoint, ENDPOINTS } from "../endpoints/index.js";

import type { FaultInjector } from "../faults/index.js";
import type { Market } from "../market/index.js";
import { createRandom } from "../random.js";
import { type RequestWindow, createRequestWindow } from "./request-window.js";
import type { ServerConfig } from "../settings/index.js";
import { RATE_TEXT, type TokenEndpoints, createTokenEndpoints } from "./token-endpoints.js";
import { type WireRequest, type WireResponse, refusal } from "../wire/index.js";

/** The simulated KIS: a state (tokens, windows) and an answer for each request at an instant. */
interface KisServer {
  readonly tokens: TokenEndpoints;
  readonly window: RequestWindow;
  /**
   * @param nowMs - the server's wall time.
   * @param elapsedMs - monotonic ms, for the rates.
   * @param skewMs - how far the server's clock is off in what it answers.
   */
  answer(request: WireRequest, nowMs: number, elapsedMs: number, skewMs?: number): WireResponse;
}

/** Calls a second of a new key: KIS's notice of 2026-04-03. */
const NEW_ACCOUNT = 3;

export function createKisServer(market: Market, config: ServerConfig, faults: FaultInjector): KisServer {
  const tokens = createTokenEndpoints(config);
  const { limits } = config;
  const window = createRequestWindow(Number.POSITIVE_INFINITY);
  const shares = Array.from({ length: limits.servers }, () =>
    createRequestWindow(Math.ceil(limits.perSecond / limits.servers), limits),
  );
  const random = createRandom(config.seed ^ 0x5e7);
  /** Whether a request is within what other programs leave of the limit, on the server that it reaches by chance. */
  const admit = (nowMs: number, elapsedMs: number): boolean => {
    window.admit(elapsedMs);
    if (limits.perSecond === Number.POSITIVE_INFINITY && limits.newAccountUntil === undefined) return true;
    const isNew = limits.newAccountUntil !== undefined && nowMs < limits.newAccountUntil;
    const { others } = limits;
    const isShared = nowMs >= (others?.from ?? -Infinity) && nowMs < (others?.until ?? Infinity);
    const allowed = (isNew ? NEW_ACCOUNT : limits.perSecond) - (isShared ? (others?.perSecond ?? 0) : 0);
    const server = shares[Math.floor(random() * shares.length)];
    return server?.admit(elapsedMs, Math.max(0, Math.ceil(allowed / shares.length))) === true;
  };
  const byPath = new Map(ENDPOINTS.map((endpoint) => [endpoint.path, endpoint]));

  const checkKey = (request: WireRequest): WireResponse | undefined => {
    const status = config.quirks.tokenErrorStatus;
    if (request.headers.get("appkey") !== config.appKey) {
      return refusal(status, "EGW00103", "유효하지 않은 AppKey입니다.");
    }
    if (request.headers.get("appsecret") !== config.appSecret) {
      return refusal(status, "EGW00105", "유효하지 않은 AppSecret입니다.");
    }
    const custtype = request.headers.get("custtype") ?? "P";
    if (custtype !== "P" && custtype !== "B")
      return refusal(status, "EGW00208", "custtype이 유효하지 않습니다.");
    return undefined;
  };

  const route = (request: WireRequest): Endpoint | WireResponse => {
    const endpoint = request.method === "GET" ? byPath.get(request.path) : undefined;
    if (endpoint === undefined || request.headers.get("tr_id") !== endpoint.trId) {
      return refusal(500, "OPSQ0002", "없는 서비스 코드 입니다");
    }
    const allowed = endpoint.trId === "FHKST03010230" && config.quirks.dailyMinutesOnPaper;
    if (config.environment === "paper" && endpoint.liveOnly === true && !allowed) {
      return refusal(500, "EGW02006", "모의투자 TR 이 아닙니다.");
    }
    const missing = endpoint.keys.find((key) => !request.query.has(key));
    if (missing !== undefined) {
      return refusal(200, "OPSQ2001", `ERROR INPUT FIELD NOT FOUND [${missing}]`, "2");
    }
    return endpoint;
  };

  const answerAt = (request: WireRequest, now: number, elapsedMs: number): WireResponse => {
    const granted = tokens.answer(request, now, elapsedMs);
    if (granted !== undefined) return granted;
    const key = checkKey(request);
    if (key !== undefined) return key;
    if (!admit(now, elapsedMs)) return refusal(config.limits.refusalStatus, "EGW00201", RATE_TEXT);
    const token = tokens.check(request.headers.get("authorization"), now);
    if (token !== undefined) return token;
    const endpoint = route(request);
    if ("status" in endpoint) return endpoint;
    const answered = endpoint.answer({ market, config, now, today: kstDay(now), faults }, request);
    return { ...answered, headers: { tr_id: endpoint.trId, tr_cont: "", ...answered.headers } };
  };

  return {
    tokens,
    window,
    answer(request, nowMs, elapsedMs, skewMs = 0) {
      const now = nowMs + skewMs;
      const { headers, ...answered } = answerAt(request, now, elapsedMs);
      const dated = config.quirks.dated ? { date: new Date(now).toUTCString() } : {};
      return { ...answered, headers: { ...dated, ...headers } };
    },
  };
}
