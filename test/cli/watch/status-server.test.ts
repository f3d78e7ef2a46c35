import { request } from "node:http";
import { type LoggerStatus, type MinuteBar, formatMetrics } from "hantoo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type StatusServer,
  joinStatus,
  startStatusServer,
  serveAddress,
} from "../../../src/cli/watch/index.js";
import { at, setUp } from "../../kline/logger-setup.js";

const setup = setUp(at("16:00"));
const told: string[] = [];
const asked: string[] = [];
let server: StatusServer;
let status: () => LoggerStatus = () => setup.logger.status();
let bars = (symbol: string): Promise<MinuteBar[]> => setup.logger.bars(symbol);

beforeAll(async () => {
  await setup.clock.runUntil(setup.logger.sync());
  server = await startStatusServer({
    ...serveAddress("0"),
    status: () => status(),
    bars: (symbol) => {
      asked.push(symbol);
      return bars(symbol);
    },
    names: new Map([["0001A0", "가나다"]]),
    language: "ko",
    logger: { debug() {}, info() {}, warn: (_, message) => void told.push(message), error() {} },
  });
});
afterAll(() => server.close());

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(new URL(path, server.url), init);

describe("the status server", () => {
  test("is this host's own unless told otherwise", () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(server.isLocal).toBe(true);
  });

  test("/status is the status, /metrics is it for Prometheus, neither kept by caches", async () => {
    const answer = await get("status");
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const expected = setup.logger.status();
    expect(await answer.json()).toEqual(expected);
    expect(expected).toMatchObject({ today_total: 1143, collection_rate: 1, stock_count: 3 });
    const metrics = await get("metrics");
    expect(metrics.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await metrics.text()).toBe(formatMetrics(expected));
  });

  test("the status of indices stands within, and what is wrong with them is wrong with the whole", () => {
    const well = setup.logger.status();
    const beside = { ...well, isHealthy: false, problems: [{ kind: "late", text: "an hour" } as const] };
    const joined = joinStatus((en) => en, setup.logger, { status: () => beside });
    const problems = [{ kind: "late", text: "indices: an hour" }];
    expect(joined).toEqual({ ...well, isHealthy: false, problems, indices: beside });
    expect(joinStatus((en) => en, setup.logger, undefined)).toEqual(well);
  });

  test("/healthz is 200 while nothing is late, 503 when something is, with the reason", async () => {
    const well = await get("healthz");
    expect([well.status, await well.json()]).toEqual([
      200,
      expect.objectContaining({ isHealthy: true, problems: [] }),
    ]);
    const late = { kind: "late", text: "5 minutes behind" } as const;
    status = () => ({ ...setup.logger.status(), isHealthy: false, problems: [late] });
    const answer = await get("healthz");
    expect([answer.status, await answer.json()]).toEqual([
      503,
      expect.objectContaining({ isHealthy: false, problems: [late] }),
    ]);
    status = () => setup.logger.status();
  });

  test("the page may load nothing but the server's data, by hash; a policy stands on every answer", async () => {
    const answer = await get("");
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/]+=*'; style-src 'sha256-[\w+/]+=*'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    const html = await answer.text();
    expect(html).toContain('<html lang="ko">');
    expect(html).toContain("종목별 오늘 분봉");
    expect(html).not.toMatch(/https?:\/\//);
    expect((await get("status")).headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; base-uri/,
    );
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("/bars are those of a logged symbol, read once a pass however many look; a failure is not kept", async () => {
    const [one, two] = await Promise.all([get("bars?symbol=T00020"), get("bars?symbol=T00020")]);
    expect(await one.json()).toEqual({ symbol: "T00020", bars: await setup.logger.bars("T00020") });
    await two.body?.cancel();
    expect(asked).toEqual(["T00020"]);
    for (const symbol of ["005930", "", "../x"])
      expect((await get(`bars?symbol=${encodeURIComponent(symbol)}`)).status).toBe(404);
    bars = () => Promise.reject(new Error("the store is out"));
    const failed = await get("bars?symbol=0001A0");
    expect([failed.status, await failed.json()]).toEqual([500, { error: "the store is out" }]);
    expect(told).toEqual(["the status could not be shown"]);
    bars = (symbol) => setup.logger.bars(symbol);
    expect((await get("bars?symbol=0001A0")).status).toBe(200);
    expect(await (await get("names")).json()).toEqual({ "0001A0": "가나다" });
  });

  test("only shows: other methods and paths are refused, HEAD has no body, odd requests end nothing", async () => {
    const post = await get("status", { method: "POST", body: "{}" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect((await get("secrets")).status).toBe(404);
    const head = await get("status", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const { hostname, port } = new URL(server.url);
    for (const path of ["//", "/status?%", "http://[", "*"]) {
      const answered = new Promise<number | undefined>((resolve, reject) => {
        const sent = request({ hostname, port, path, method: "GET" }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        sent.on("error", reject);
        sent.end();
      });
      expect([200, 404, 500]).toContain(await answered);
    }
    expect((await get("healthz")).status).toBe(200);
  });

  test("a place that is taken is one sentence", async () => {
    const options = {
      ...serveAddress(new URL(server.url).host),
      status: () => status(),
      bars: (symbol: string) => bars(symbol),
      names: new Map<string, string>(),
      language: "en" as const,
      logger: console,
    };
    await expect(startStatusServer(options)).rejects.toThrow(
      /`--serve` must be an address to listen on \(EADDRINUSE\), received "127\.0\.0\.1:\d+"/,
    );
  });
});

test.each([
  ["8080", "127.0.0.1", 8080],
  [":8080", "127.0.0.1", 8080],
  ["127.0.0.1:0", "127.0.0.1", 0],
  ["0.0.0.0:8080", "0.0.0.0", 8080],
  ["[::1]:8080", "::1", 8080],
  ["localhost:65535", "localhost", 65_535],
])("--serve %s", (text, host, port) => {
  expect(serveAddress(text)).toEqual({ host, port });
});

test.each(["", "x", "localhost", "1.2.3.4:65536", "::1:80", "http://localhost:80", "80 81", "-1"])(
  "--serve %j is refused",
  (text) => {
    expect(() => serveAddress(text)).toThrow("`--serve` must be a port, or host:port such as 127.0.0.1:8080");
  },
);
