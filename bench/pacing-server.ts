// The KIS of bench/pacing.ts: a simulator for each contestant, behind a network on which every request takes 10 ms
// and up to `jitter` ms more. Started with: how many simulators, the jitter.
//
// When a request arrives follows from when its sender says it left: a host that is busy delays this process as well,
// and what bunches up here is no fault of the one who sent it.
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { systemClock } from "hantoo";
import { createKisSimulator } from "hantoo/testing";
import { LIMIT } from "./pacing-contestants.js";

/** A quotation call as the server saw it. */
export interface Arrival {
  /** Epoch ms. */
  readonly at: number;
  readonly isRefused: boolean;
}

interface Request {
  readonly at: number;
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly response: ServerResponse;
}

const NETWORK_MS = 10;
const TRADING_TIME = Date.UTC(2026, 10, 20, 1, 0);
const [count = 1, jitterMs = 0] = process.argv.slice(2).map(Number);
const now = (): number => performance.timeOrigin + performance.now();

async function open(): Promise<{ readonly url: string; readonly arrivals: readonly Arrival[] }> {
  let arrivedAt = now();
  const { fetch } = createKisSimulator({
    clock: { ...systemClock, now: () => TRADING_TIME, monotonic: () => arrivedAt },
    limits: { perSecond: LIMIT, tokenPerMinute: false, tokenPerSecond: false },
  });
  const arrivals: Arrival[] = [];
  const travelling: Request[] = [];
  let isAnswering = false;

  const answer = async ({ at, url, method, headers, body, response }: Request): Promise<void> => {
    arrivedAt = Math.max(arrivedAt, at);
    const init = method === "GET" ? { headers } : { method, headers, body };
    const answered = await fetch(`http://127.0.0.1${url}`, init);
    const text = await answered.text();
    if (method === "GET") arrivals.push({ at, isRefused: text.includes("EGW00201") });
    response.writeHead(answered.status, { "content-type": "application/json" }).end(text);
  };
  /** Those whose time has come, one after another, in the order of arrival. */
  const arrive = async (): Promise<void> => {
    if (isAnswering) return;
    isAnswering = true;
    for (;;) {
      // What waits in the sockets is read first: it may have left earlier.
      await setImmediate();
      travelling.sort((a, b) => b.at - a.at);
      const next = travelling.at(-1);
      if (next === undefined || next.at > now()) break;
      travelling.pop();
      await answer(next);
    }
    isAnswering = false;
    const next = travelling.at(-1);
    if (next !== undefined) setTimeout(() => void arrive(), Math.max(1, next.at - now()));
  };
  const receive = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", url = "/" } = incoming;
    const headers: Record<string, string> = {};
    for (const name of ["authorization", "appkey", "appsecret", "tr_id", "custtype", "x-sent-at"]) {
      const value = incoming.headers[name];
      if (typeof value === "string") headers[name] = value;
    }
    let body = "";
    for await (const chunk of incoming) body += String(chunk);
    const at = Number(headers["x-sent-at"] ?? now()) + NETWORK_MS + Math.random() * jitterMs;
    travelling.push({ at, url, method, headers, body, response });
    await arrive();
  };
  const server = createServer((request, response) => void receive(request, response));
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrivals };
}

const simulators = await Promise.all(Array.from({ length: count }, open));
process.send?.(simulators.map(({ url }) => url));
await once(process, "message");
process.send?.(
  simulators.map(({ arrivals }) => arrivals),
  () => process.exit(),
);
