import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigError, type LoggerStatus, type Logger, type MinuteBar, formatMetrics } from "hantoo";
import { type Page, livePage } from "./page/index.js";
import type { ServeAddress } from "./serve-address.js";

/** What the server shows, and where it listens. */
export interface StatusServerOptions extends ServeAddress {
  readonly status: () => LoggerStatus;
  /** Bars of one logged symbol on the status's day, traded minutes ascending. */
  readonly bars: (symbol: string) => Promise<readonly MinuteBar[]>;
  /** Names of symbols, as far as they are known. */
  readonly names: ReadonlyMap<string, string>;
  readonly language: "en" | "ko";
  readonly logger: Logger;
}

/** A running server. */
export interface StatusServer {
  /** Its address, such as `http://127.0.0.1:8080/`. */
  readonly url: string;
  /** Whether only this host can reach it. */
  readonly isLocal: boolean;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

/** What a request gets. */
interface Answer {
  readonly status?: number;
  readonly type: string;
  readonly body: string;
  /** Content-Security-Policy. @defaultValue nothing may be loaded */
  readonly policy?: string;
}

const JSON_TYPE = "application/json; charset=utf-8";
const LOCAL = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/;

/**
 * Serves `/status` (JSON), `/metrics` (Prometheus), `/healthz` (200 or 503) and a page at `/`. It never writes. Everybody
 * who can reach it may read.
 *
 * @throws ConfigError if it cannot listen there.
 */
export async function startStatusServer(options: StatusServerOptions): Promise<StatusServer> {
  const { host, port } = options;
  const page = livePage(options.language);
  const bars = latestBars(options);
  const server = createServer((request, response) => {
    answerTo(request, options, page, bars).then(
      (answer) => send(request, response, answer),
      (err: unknown) => {
        options.logger.warn({ err }, "the status could not be shown");
        send(request, response, failed(500, err instanceof Error ? err.message : "an unknown error"));
      },
    );
  });
  await listening(server, host, port);
  const { address, port: opened, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${opened}/`,
    isLocal: LOCAL.test(address),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const where = `${host}:${port}`;
      reject(new ConfigError("--serve", `an address to listen on (${error.code})`, where));
    });
    server.listen(port, host, resolve);
  });
}

async function answerTo(
  request: IncomingMessage,
  { status, names }: StatusServerOptions,
  page: Page,
  bars: (symbol: string) => Promise<readonly MinuteBar[]>,
): Promise<Answer> {
  if (request.method !== "GET" && request.method !== "HEAD")
    return failed(405, "only GET and HEAD are answered");
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  switch (pathname) {
    case "/":
      return { type: "text/html; charset=utf-8", body: page.html, policy: page.policy };
    case "/status":
      return json(status());
    case "/metrics":
      return { type: "text/plain; version=0.0.4; charset=utf-8", body: formatMetrics(status()) };
    case "/healthz": {
      const { isHealthy, lag, at, problems } = status();
      return json({ isHealthy, at, lag, problems }, isHealthy ? 200 : 503);
    }
    case "/names":
      return json(Object.fromEntries(names));
    case "/bars": {
      const symbol = searchParams.get("symbol") ?? "";
      if (!status().minutes.symbols.includes(symbol)) return failed(404, "no such symbol is logged");
      return json({ symbol, bars: await bars(symbol) });
    }
    default:
      return failed(404, "there are /, /status, /metrics and /healthz");
  }
}

/** Reads each symbol's bars once a pass, however many browsers ask: a day that is over is read from the store. */
function latestBars({ status, bars }: StatusServerOptions): StatusServerOptions["bars"] {
  let pass: string | undefined;
  const known = new Map<string, Promise<readonly MinuteBar[]>>();
  return (symbol) => {
    const { tradingDay, lastPass } = status();
    const now = `${tradingDay} ${lastPass?.at}`;
    if (pass !== now) known.clear();
    pass = now;
    const found = known.get(symbol) ?? bars(symbol);
    known.set(symbol, found);
    // A failure is not kept.
    found.catch(() => known.delete(symbol));
    return found;
  };
}

const json = (value: unknown, status = 200): Answer => ({
  status,
  type: JSON_TYPE,
  body: `${JSON.stringify(value)}\n`,
});
const failed = (status: number, error: string): Answer => json({ error }, status);

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status = 200, type, body, policy = "default-src 'none'" } = answer;
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "content-security-policy": `${policy}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    ...(status === 405 && { allow: "GET, HEAD" }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
