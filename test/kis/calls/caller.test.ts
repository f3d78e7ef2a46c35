import { inspect } from "node:util";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import {
  KisApiError,
  type KisClientOptions,
  TimeoutError,
  TransportError,
  createMemoryTokenStore,
  isHantooError,
  kstInstant,
} from "hantoo";
import { createManualClock } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { clientOf, unpaced } from "../unpaced.js";

const SECRET = "s".repeat(170) + "ECRET9/+=";
const APP_KEY = "PSabcdefghijklmnopqrstuvwxyz01234567";
const TOKEN = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.secretpayload.signature_part-1";
const OK = {
  rt_cd: "0",
  msg_cd: "MCA00000",
  output: { stck_prpr: "100", acml_vol: "1", acml_tr_pbmn: "100" },
};

type Answer = (call: number) => Response | Promise<Response>;

/** A client whose data calls are answered by script; tokens are always had. */
function scripted(answer: Answer, options: Partial<KisClientOptions> = {}) {
  const clock = createManualClock(kstInstant("2026-11-20", "10:00"));
  const limiter = unpaced();
  const seen = {
    calls: 0,
    tokens: 0,
    revoked: 0,
    requests: [] as { url: string; headers: Headers; body: string | undefined }[],
  };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { url } = new Request(input);
    if (url.endsWith("/oauth2/tokenP")) {
      seen.tokens++;
      return Response.json({
        access_token: TOKEN + seen.tokens,
        expires_in: 86_400,
        access_token_token_expired: "2026-11-21 10:00:00",
      });
    }
    if (url.endsWith("/oauth2/revokeP")) {
      seen.revoked++;
      return Response.json({ code: 200 });
    }
    seen.requests.push({
      url,
      headers: new Headers(init?.headers),
      body: typeof init?.body === "string" ? init.body : undefined,
    });
    return answer(++seen.calls);
  };
  const client = clientOf(
    { fetch, clock },
    { appKey: APP_KEY, appSecret: SECRET, clock, limiter, random: () => 0.5, ...options },
  );
  const run = <T>(work: Promise<T>): Promise<T> => clock.runUntil(work);
  return { client, clock, limiter, seen, run };
}

const refusal = (msgCd: string, status: number, rtCd = "1") =>
  Response.json({ rt_cd: rtCd, msg_cd: msgCd, msg1: `거절 ${APP_KEY} ${SECRET} ${TOKEN}   ` }, { status });

describe("every code of KIS becomes its class, at every status it was seen with", () => {
  const table: readonly (readonly [string, readonly number[], string, retryable: boolean, sends: number])[] =
    [
      ["EGW00121", [401, 500, 200], "KisAuthError", true, 2],
      ["EGW00122", [401, 500, 200], "KisAuthError", true, 2],
      ["EGW00123", [401, 500, 200], "KisAuthError", true, 2],
      ["EGW00201", [500, 200, 429], "KisRateLimitError", true, 5],
      ["EGW00133", [403], "KisRateLimitError", true, 1],
      ["EGW00202", [500, 200], "KisApiError", true, 5],
      ["EGW00203", [500], "KisApiError", true, 5],
      ["EGW00300", [500], "KisApiError", true, 5],
      ["EGW00301", [500], "KisApiError", true, 5],
      ["EGW00302", [500], "KisApiError", true, 5],
      ["OPSQ1002", [500, 200], "KisApiError", true, 5],
      ["EGW00103", [403, 500, 200], "KisAuthError", false, 1],
      ["EGW00105", [403, 500, 200], "KisAuthError", false, 1],
      ["EGW00205", [500, 200], "KisAuthError", false, 1],
      ["EGW00206", [500, 200], "KisAuthError", false, 1],
      ["EGW00207", [500, 200], "KisAuthError", false, 1],
      ["EGW00208", [500, 200], "KisAuthError", false, 1],
      ["EGW02004", [500, 200], "KisAuthError", false, 1],
      ["EGW00213", [500, 200], "KisUnsupportedError", false, 1],
      ["EGW02006", [500], "KisUnsupportedError", false, 1],
      ["OPSQ0002", [500], "KisApiError", false, 1],
      ["OPSQ2001", [200, 500], "KisApiError", false, 1],
      ["EGW00215", [500, 200], "KisRateLimitError", true, 5],
      ["EGW00001", [500], "KisApiError", true, 5],
      ["EGW00002", [500], "KisApiError", true, 5],
      ["OPSQ0003", [200, 500], "KisApiError", true, 5],
      ["OPSQ0008", [500], "KisApiError", true, 5],
      ["OPSQ0009", [500], "KisApiError", true, 5],
      ["OPSQ0010", [500], "KisApiError", true, 5],
      ["OPSQ0011", [500], "KisApiError", true, 5],
      ["IGW00007", [500], "KisApiError", true, 5],
      ["EGW00003", [500], "KisAuthError", false, 1],
      ["EGW00303", [500], "KisAuthError", false, 1],
      ["EGW00304", [500, 200], "KisAuthError", false, 1],
      ["EGW00132", [500], "KisApiError", false, 1],
      // Nobody knows it: it may pass.
      ["XYZ99999", [200, 400, 500], "KisApiError", true, 5],
      ["EGW00299", [429], "KisRateLimitError", true, 5],
    ];
  test.each(
    table.flatMap(([code, statuses, ...rest]) => statuses.map((status) => [code, status, ...rest] as const)),
  )("%s with HTTP %d is %s", async (code, status, name, retryable, sends) => {
    const { client, run, seen, limiter } = scripted(() => refusal(code, status));
    const error = await run(client.quote("005930").catch((caught: unknown) => caught));
    expect(error).toMatchObject({ name, retryable, status, msgCd: code, rtCd: "1", trId: "FHKST01010100" });
    expect(error).toBeInstanceOf(KisApiError);
    expect(seen.calls).toBe(sends);
    expect(seen.revoked, "KIS would give the refused token again").toBe(
      name === "KisAuthError" ? sends - 1 : 0,
    );
    expect(limiter.refusals).toBe(name === "KisRateLimitError" && code !== "EGW00133" ? sends : 0);
  });

  test("HTTP 429 slows the pace whatever stands in it, and Retry-After is waited for", async () => {
    const waits: number[] = [];
    const bodies = [
      new Response("<html>too many</html>", { status: 429, headers: { "retry-after": "2" } }),
      new Response("", { status: 429 }),
      Response.json({ message: "slow down" }, { status: 429, headers: { "retry-after": "9999" } }),
      Response.json(OK),
    ];
    const { client, run, limiter } = scripted((call) => bodies[call - 1] as Response, {
      onRetry: ({ delayMs, reason }) => waits.push(delayMs, reason === "HTTP 429" ? 429 : 0),
    });
    expect(await run(client.quote("005930"))).toMatchObject({ price: 100 });
    expect(limiter.refusals).toBe(3);
    // No pace keeps this limiter's line, so the call itself waits: at the most as long as any retry.
    expect(waits).toEqual([2000, 429, 1000, 429, 8000, 429]);
  });

  test("a call of the token service takes the options of any call", async () => {
    const clock = createManualClock(0);
    let sent = 0;
    const fetch = () => {
      sent++;
      return Promise.resolve(new Response("<html>502</html>", { status: 502 }));
    };
    const one = clientOf({ fetch, clock }, { clock });
    for (const [options, attempts] of [
      [{}, 3],
      [{ retry: 0 }, 1],
      [{ retry: { limit: 1, baseDelayMs: 0 } }, 2],
    ] as const) {
      sent = 0;
      await expect(clock.runUntil(one.approvalKey(options))).rejects.toMatchObject({ code: "transport" });
      expect(sent).toBe(attempts);
    }
    await expect(one.approvalKey({ retry: -1 })).rejects.toMatchObject({ option: "retry.limit" });
    await expect(one.approvalKey({ timeoutMs: 0 })).rejects.toMatchObject({ option: "timeoutMs" });
  });

  test("the {error_code} body of the token service too", async () => {
    const clock = createManualClock(0);
    for (const [code, name] of [
      ["EGW00103", "KisAuthError"],
      ["EGW00105", "KisAuthError"],
      ["EGW00002", "KisApiError"],
    ]) {
      const fetch = () =>
        Promise.resolve(
          Response.json(
            { error_code: code, error_description: "유효하지 않은 AppKey입니다." },
            { status: 403 },
          ),
        );
      const one = clientOf({ fetch, clock }, { clock });
      await expect(clock.runUntil(one.approvalKey())).rejects.toMatchObject({
        name,
        msgCd: code,
        status: 403,
        trId: "/oauth2/Approval",
      });
    }
  });
});

describe("what may pass is tried again, through the limiter each time", () => {
  const broken: readonly (readonly [string, () => Response | Promise<Response>])[] = [
    [
      "a reset",
      () =>
        Promise.reject(
          Object.assign(new TypeError("fetch failed"), {
            cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }),
          }),
        ),
    ],
    ["an HTML page with 502", () => new Response("<html>Bad Gateway</html>", { status: 502 })],
    ["an empty 200", () => new Response("")],
    ["half a body", () => new Response('{"rt_cd":"0","outp')],
    [
      "a body that breaks off",
      () =>
        new Response(
          new ReadableStream({
            start: (stream) => {
              stream.enqueue(new TextEncoder().encode('{"rt'));
              stream.error(new TypeError("terminated"));
            },
          }),
        ),
    ],
    ["a 200 without rt_cd", () => Response.json({ output: OK.output })],
    ["JSON without rt_cd and 500", () => Response.json({ message: "x" }, { status: 500 })],
    ["EGW00201", () => refusal("EGW00201", 500)],
    ["a gateway timeout", () => refusal("EGW00302", 500)],
  ];
  test.each(broken)("%s", async (_, fail) => {
    const waits: number[] = [];
    const { client, run, seen, limiter } = scripted((call) => (call < 3 ? fail() : Response.json(OK)), {
      onRetry: ({ delayMs }) => waits.push(delayMs),
    });
    expect(await run(client.quote("005930"))).toMatchObject({ price: 100 });
    expect(seen.calls).toBe(3);
    expect(limiter.calls).toBe(4);
    expect(waits).toEqual([225, 450]);
  });

  test("but not for ever, and not what cannot pass", async () => {
    const reset = scripted(() => Promise.reject(new TypeError("fetch failed")), { retry: 2 });
    await expect(reset.run(reset.client.quote("005930"))).rejects.toBeInstanceOf(TransportError);
    expect(reset.seen.calls).toBe(3);
    const blocked = scripted(() => new Response("<html>Forbidden</html>", { status: 403 }));
    await expect(blocked.run(blocked.client.quote("005930"))).rejects.toMatchObject({
      name: "TransportError",
      retryable: false,
    });
    expect(blocked.seen.calls).toBe(1);
  });

  test("a POST with an unclear end is not sent twice; one refused for the rate is", async () => {
    const post = { method: "POST", path: "/uapi/hashkey", trId: "HASHKEY", params: { A: "1" } } as const;
    const lost = scripted(() => Promise.reject(new TypeError("fetch failed")));
    await expect(lost.run(lost.client.request(post))).rejects.toBeInstanceOf(TransportError);
    expect(lost.seen.calls).toBe(1);
    const refused = scripted((call) =>
      call === 1 ? refusal("EGW00201", 500) : Response.json({ HASH: "h" }),
    );
    expect(await refused.run(refused.client.request(post))).toEqual({ HASH: "h" });
    expect(refused.seen.requests[0]!.body).toBe('{"A":"1"}');
  });

  test("a call may have patience, priority and time of its own", async () => {
    const { client, run, seen } = scripted(() => refusal("EGW00302", 500), {
      retry: { limit: 2, baseDelayMs: 1000 },
    });
    const waits: number[] = [];
    const told = scripted(() => refusal("EGW00302", 500), { onRetry: ({ delayMs }) => waits.push(delayMs) });
    await expect(run(client.quote("005930", { retry: 1 }))).rejects.toThrow("EGW00302");
    expect(seen.calls).toBe(2);
    await expect(
      told.run(told.client.quote("005930", { retry: { limit: 2, baseDelayMs: 20_000 } })),
    ).rejects.toThrow("EGW00302");
    expect(waits).toEqual([15_000, 15_000]);
    const slow = scripted(() => new Promise(() => undefined), { retry: 0 });
    await expect(slow.run(slow.client.quote("005930", { timeoutMs: 70 }))).rejects.toMatchObject({
      name: "TimeoutError",
      timeoutMs: 70,
    });
    const day = { symbol: "005930", from: "2026-11-19", to: "2026-11-19" };
    const raw = { path: "/uapi/x", trId: "X" };
    const reads: readonly ((only: typeof client) => Promise<unknown>)[] = [
      (one) => one.minuteBars({ symbol: "005930", retry: 1 }),
      (one) => one.dailyBars({ ...day, retry: 1 }),
      (one) => one.request({ ...raw, retry: 1 }),
      (one) => one.pages({ ...raw, retry: 1 }).next(),
      (one) => one.quotes(["005930"], { retry: 1 }),
      (one) => one.trades("005930", { retry: 1 }),
    ];
    for (const read of reads) {
      const one = scripted(() => refusal("EGW00302", 500));
      await expect(one.run(read(one.client))).rejects.toThrow("EGW00302");
      expect(one.seen.calls).toBe(2);
    }
    for (const wrong of [{ retry: -1 }, { timeoutMs: 0 }, { priority: "first" }, { retry: { limit: 99 } }]) {
      await expect(run(client.quote("005930", wrong as object))).rejects.toMatchObject({ code: "config" });
    }
    expect(seen.calls, "checked before anything is sent").toBe(2);
  });

  test("a body of JSON with 500 and rt_cd 0 is a success: the body wins", async () => {
    const { client, run } = scripted(() => Response.json(OK, { status: 500 }));
    expect(await run(client.quote("005930"))).toMatchObject({ price: 100 });
  });
});

describe("time and size", () => {
  test("the timeout covers the body", async () => {
    const stall = () =>
      new Response(
        new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode('{"rt_cd":"0"')) }),
      );
    const { client, clock, run } = scripted(stall, { timeoutMs: 3000, retry: 0 });
    await expect(run(client.quote("005930"))).rejects.toMatchObject({
      name: "TimeoutError",
      timeoutMs: 3000,
      retryable: true,
    } satisfies Partial<TimeoutError>);
    expect(clock.monotonic()).toBe(3000);
  });

  test("a fetch that never answers, and heeds no signal, times out", async () => {
    const { client, run, seen } = scripted(() => new Promise(() => undefined), { timeoutMs: 1000, retry: 1 });
    await expect(run(client.quote("005930"))).rejects.toBeInstanceOf(TimeoutError);
    expect(seen.calls).toBe(2);
  });

  test("an answer without end is cut off", async () => {
    const flood = () =>
      new Response(
        new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(1 << 20).fill(32)) }),
      );
    const { client, run } = scripted(flood);
    await expect(run(client.quote("005930"))).rejects.toThrow(/larger than/);
  });

  test.each(["in line", "under way", "waiting to be tried again"])(
    "an abort %s rejects with the signal's own reason",
    async (when) => {
      const stop = new AbortController();
      const reason = { mine: true };
      const gate = when === "in line" ? unpaced() : undefined;
      const { client, clock } = scripted(
        () => (when === "under way" ? new Promise<Response>(() => undefined) : refusal("EGW00302", 500)),
        gate === undefined
          ? {}
          : {
              limiter: {
                ...gate,
                schedule: (_, how) =>
                  new Promise((_resolve, reject) =>
                    how?.signal?.addEventListener("abort", () => reject(stop.signal.reason)),
                  ),
              },
            },
      );
      const call = client.minuteBars({ symbol: "005930", signal: stop.signal });
      const outcome = call.catch((error: unknown) => error);
      await clock.advance(50);
      stop.abort(reason);
      await clock.advance(0);
      expect(await outcome).toBe(reason);
    },
  );
});

test("what is sent is what KIS documents", async () => {
  const { client, run, seen } = scripted(() => Response.json(OK), { userAgent: "collector/1.0" });
  await run(client.quote("005930"));
  const [{ url, headers }] = seen.requests as [(typeof seen.requests)[0]];
  expect(url).toBe(
    "https://openapi.koreainvestment.com:9443/uapi/domestic-stock/v1/quotations/inquire-price?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930",
  );
  expect(Object.fromEntries(headers)).toEqual({
    "content-type": "application/json; charset=utf-8",
    authorization: `Bearer ${TOKEN}1`,
    appkey: APP_KEY,
    appsecret: SECRET,
    tr_id: "FHKST01010100",
    custtype: "P",
    tr_cont: "",
    "user-agent": "collector/1.0",
  });
});

test("hooks and diagnostics channels tell of requests, retries and tokens; one that throws harms nothing", async () => {
  const told: string[] = [];
  const published: unknown[] = [];
  const listen = (message: unknown): void => void published.push(message);
  for (const name of ["request", "retry", "token-issued"]) subscribe(`hantoo:kis:${name}`, listen);
  const { client, run } = scripted((call) => (call === 1 ? refusal("EGW00201", 500) : Response.json(OK)), {
    onRequest: ({ trId, attempt, ok, status, msgCd, durationMs, queuedMs }) => {
      told.push(`${trId} ${attempt} ${ok} ${status ?? ""} ${msgCd ?? ""}`);
      expect(durationMs).toBeGreaterThanOrEqual(0);
      expect(queuedMs).toBeGreaterThanOrEqual(0);
    },
    onRetry: ({ reason, attempt }) => told.push(`retry ${reason} ${attempt}`),
    onTokenIssued: () => {
      told.push("token");
      throw new Error("mine");
    },
  });
  await run(client.quote("005930"));
  for (const name of ["request", "retry", "token-issued"]) unsubscribe(`hantoo:kis:${name}`, listen);
  expect(told).toEqual([
    "/oauth2/tokenP 1 true 200 ",
    "token",
    "FHKST01010100 1 false 500 EGW00201",
    "retry EGW00201 1",
    "FHKST01010100 2 true 200 ",
  ]);
  expect(published).toHaveLength(5);
});

test("a hook that rejects, and one of a call's own that throws, are logged and end nothing", async () => {
  const logged: unknown[] = [];
  const log = (facts: object): void => void logged.push(facts);
  const quiet = (): void => undefined;
  const { client, run } = scripted(() => Response.json(OK), {
    logger: { debug: quiet, info: quiet, warn: quiet, error: log },
    onRequest: () => Promise.reject(new Error("metrics server away")),
  });
  expect(await run(client.quote("005930"))).toMatchObject({ price: 100 });
  await new Promise((resolve) => setImmediate(resolve));
  expect(logged).toHaveLength(2);
  expect(logged[0]).toMatchObject({ hook: "request", err: { message: "metrics server away" } });
});

test("a corporate key says so, in KIS's headers; a private one never does", async () => {
  const corporate = {
    personalSecKey: "corporate-secret",
    macAddress: "0A1B2C3D4E5F",
    ipAddress: "203.0.113.9",
  };
  const one = scripted(() => Response.json(OK), { custtype: "B", corporate });
  await one.run(one.client.quote("005930"));
  const [sent] = one.seen.requests;
  expect(Object.fromEntries(sent?.headers ?? [])).toMatchObject({
    custtype: "B",
    personalseckey: "corporate-secret",
    mac_address: "0A1B2C3D4E5F",
    ip_addr: "203.0.113.9",
  });
  expect(sent?.headers.has("phone_number")).toBe(false);
  const two = scripted(() => Response.json(OK), { corporate });
  await two.run(two.client.quote("005930"));
  expect(two.seen.requests[0]?.headers.get("custtype")).toBe("P");
  expect(two.seen.requests[0]?.headers.has("personalseckey")).toBe(false);
});

test("no secret shows, whatever fails and however it is printed", async () => {
  const account = "12345678";
  const lines: unknown[] = [];
  const log = (facts: object, message: string): void => void lines.push(facts, message);
  const logger = { debug: log, info: log, warn: log, error: log };
  const spoil: readonly Answer[] = [
    () =>
      Promise.reject(
        Object.assign(new TypeError(`failed at ${APP_KEY}`), {
          request: { headers: { appsecret: SECRET } },
          cause: new Error(`Bearer ${TOKEN}1`),
        }),
      ),
    () => new Response(`<html>${SECRET}</html>`, { status: 502 }),
    () => Response.json({ rt_cd: "0", output: { stck_prpr: TOKEN } }),
    () => Response.json({ rt_cd: "1", msg_cd: "OPSQ2001", msg1: `CANO ${account} ${SECRET}` }),
    ...["EGW00121", "EGW00201", "EGW00103", "EGW00302"].map((code) => () => refusal(code, 500)),
  ];
  const shown: string[] = [];
  for (const answer of spoil) {
    const { client, run } = scripted(answer, { logger, tokenStore: createMemoryTokenStore() });
    const error = await run(
      client
        .request({
          path: "/uapi/x",
          trId: "X",
          params: { CANO: account, ACNT_PRDT_CD: "01" },
          schema: {
            "~standard": { version: 1, vendor: "t", validate: () => ({ issues: [{ message: "no" }] }) },
          },
        })
        .catch((caught: unknown) => caught),
    );
    expect(isHantooError(error)).toBe(true);
    for (const thing of [error, client])
      shown.push(inspect(thing, { depth: 9, showHidden: true }), JSON.stringify(thing), String(thing));
    for (let cause = error; cause instanceof Error; cause = cause.cause)
      shown.push(cause.message, cause.stack ?? "");
  }
  shown.push(inspect(lines, { depth: 9 }));
  const text = shown.join("\n");
  expect(text).toContain("OPSQ2001");
  for (const secret of [SECRET, APP_KEY, TOKEN, "secretpayload", account]) expect(text).not.toContain(secret);
});

describe("a token that is no JWT, and an account number, show nowhere", () => {
  const token = "opaque-token-of-another-shape-0123456789";
  const account = "87654321";
  const sent = (init: RequestInit | undefined): string =>
    JSON.stringify([...new Headers(init?.headers)]) + JSON.stringify(init?.body ?? "");
  test.each([
    ["echoed as text", (_: string, init?: RequestInit) => refused("X", sent(init))],
    ["echoed as a code", (_: string, init?: RequestInit) => refused(bearerOf(init), "")],
    ["in the error of a fetch", (url: string, init?: RequestInit) => thrown(`${url} ${sent(init)}`)],
  ])("%s", async (_name, answer) => {
    const clock = createManualClock(kstInstant("2026-11-20", "10:00"));
    const seen: unknown[] = [];
    const told = (...event: unknown[]): void => void seen.push(event);
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      return url.endsWith("/tokenP")
        ? Response.json({ access_token: token, expires_in: 86_400 })
        : answer(url, init);
    };
    const keys = { appKey: APP_KEY, appSecret: SECRET };
    const logger = { debug: told, info: told, warn: told, error: told };
    const hooks = { onRequest: told, onRetry: told };
    const client = clientOf({ fetch, clock }, { ...keys, ...hooks, clock, logger, retry: 1 });
    const run = <T>(work: Promise<T>): Promise<T> => clock.runUntil(work);
    const request = { path: "/uapi/x", trId: "TTTC8434R", params: { CANO: account } };
    const failures = [
      await run(client.request(request).catch((error: unknown) => error)),
      await run(client.request({ ...request, method: "POST" }).catch((error: unknown) => error)),
      await run(client.revokeToken().catch((error: unknown) => error)),
    ];
    expect(failures.every((error) => isHantooError(error))).toBe(true);
    const text = inspect([failures, seen], { depth: 20, showHidden: true }) + JSON.stringify(failures);
    for (const secret of [token, account, APP_KEY, SECRET]) expect(text).not.toContain(secret);
  });
  const refused = (msgCd: string, msg1: string) => Response.json({ rt_cd: "1", msg_cd: msgCd, msg1 });
  const bearerOf = (init: RequestInit | undefined): string =>
    new Headers(init?.headers).get("authorization")?.slice(7) ?? token;
  const thrown = (text: string): never => {
    throw new TypeError(`cannot fetch ${text}`, { cause: new Error(text) });
  };
});
