/*
 * How close to the limit the client runs, and whether KIS ever sees more: calls of 50 callers against a simulated KIS in
 * a process of its own, with a strict sliding second, latency and jitter. Prints what the server saw.
 *
 *   npx tsx bench/client-pace.ts             2,000 calls (CALLS) at 18/s, as a pace that has climbed
 *   npx tsx bench/client-pace.ts --redis     the same from two processes that share the pace over Redis
 *   npx tsx bench/client-pace.ts --cold      bursts after rests, each new connection taking 150 ms more
 *   npx tsx bench/client-pace.ts --stalls    an event loop that stands still for 150 ms every 1.1 s
 *   npx tsx bench/client-pace.ts --new       the first 60 calls of a key that KIS gives 3/s, with the defaults
 *   npx tsx bench/client-pace.ts --two       two processes of one key that know nothing of each other, with the defaults
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { KisClient, createLimiter, createMemoryTokenStore } from "hantoo";
import { type SimulatorStats, startKisSimulator } from "hantoo/testing";
import { startRedis } from "./redis-server.js";

const CALLERS = 50;
const HANDSHAKE_MS = 150;
const calls = Number(process.env["CALLS"] ?? 2000);
const [role = "--steady", ...args] = process.argv.slice(2);
const child = (...words: string[]): ChildProcess =>
  fork(new URL(import.meta.url), words, { execArgv: ["--import", "tsx"] });
const said = async <T>(process: ChildProcess): Promise<T> => ((await once(process, "message")) as [T])[0];

/** Passes connections on, each after the time that TCP and TLS would take. */
async function handshakes(target: string, ms: number): Promise<string> {
  const { port } = new URL(target);
  const server = createServer((socket) => {
    socket.pause();
    setTimeout(() => {
      const onward = connect(Number(port), "127.0.0.1");
      socket.pipe(onward).pipe(socket);
      socket.on("error", () => onward.destroy());
      onward.on("error", () => socket.destroy());
    }, ms);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(perSecond: number, handshakeMs: number): Promise<void> {
  const simulator = await startKisSimulator({
    clock: "running",
    now: Date.UTC(2026, 10, 20, 1, 0),
    limits: { perSecond, tokenPerMinute: false, tokenPerSecond: false },
    faults: [{ do: { latencyMs: 15, jitterMs: 30 } }],
  });
  process.send?.(handshakeMs > 0 ? await handshakes(simulator.baseUrl, handshakeMs) : simulator.baseUrl);
  await once(process, "message");
  process.send?.({ ...simulator.stats }, () => process.exit());
}

interface Work {
  readonly baseUrl: string;
  readonly count: number;
  readonly redis?: string;
  /** Leaves the client its defaults: a pace that has still to find its ceiling. */
  readonly isUnlearned?: boolean;
  readonly bursts?: number;
}

/** What one process saw. */
interface Report {
  readonly seconds: number;
  readonly failed: number;
  readonly current: number;
}

async function call({ baseUrl, count, redis, isUnlearned = false, bursts = 1 }: Work): Promise<Report> {
  const limiter = redis === undefined ? undefined : createLimiter({ ratePerSecond: 18, redis, id: "bench" });
  const client = new KisClient({
    appKey: "test",
    appSecret: "test",
    baseUrl,
    tokenStore: createMemoryTokenStore(),
    ...(limiter === undefined ? (isUnlearned ? {} : { rateLimit: "live" as const }) : { limiter }),
  });
  await client.quote("005930");
  if (role === "call") {
    process.send?.("ready");
    await once(process, "message");
  }
  let failed = 0;
  let seconds = 0;
  for (let burst = 0; burst < bursts; burst++) {
    if (burst > 0) await sleep(5000);
    const started = performance.now();
    let left = count / bursts;
    const caller = async (): Promise<void> => {
      while (left-- > 0) await client.quote("005930").catch(() => failed++);
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    seconds += (performance.now() - started) / 1000;
  }
  const { current } = client.pace;
  await client.close();
  await limiter?.close();
  return { seconds, failed, current };
}

async function pair(baseUrl: string, redis: string): Promise<Report> {
  const both = [1, 2].map(() => child("call", baseUrl, String(calls / 2), redis));
  await Promise.all(both.map((one) => said(one)));
  for (const one of both) one.send("go");
  const reports = await Promise.all(both.map((one) => said<Report>(one)));
  return {
    seconds: Math.max(...reports.map(({ seconds }) => seconds)),
    failed: reports.reduce((sum, { failed }) => sum + failed, 0),
    current: reports.reduce((sum, { current }) => sum + current, 0),
  };
}

async function main(): Promise<void> {
  const isNew = role === "--new";
  const server = child("serve", String(isNew ? 3 : 18), String(role === "--cold" ? HANDSHAKE_MS : 0));
  const baseUrl = await said<string>(server);
  let count = calls;
  let report: Report;
  if (role === "--redis") {
    const redis = await startRedis();
    report = await pair(baseUrl, redis.url);
    await redis.close();
  } else if (role === "--two") report = await pair(baseUrl, "");
  else if (isNew) report = await call({ baseUrl, count: (count = 60), isUnlearned: true });
  else if (role === "--cold") report = await call({ baseUrl, count: (count = 45 * 8), bursts: 8 });
  else {
    const still = new Int32Array(new SharedArrayBuffer(4));
    const timer = setInterval(() => role === "--stalls" && Atomics.wait(still, 0, 0, 150), 1100);
    report = await call({ baseUrl, count });
    clearInterval(timer);
  }
  server.send("stats");
  const { refusals, maxPerSecond } = await said<SimulatorStats>(server);
  const limit = isNew ? 3 : 18;
  console.log({
    run: role.slice(2),
    calls: count,
    failed: report.failed,
    perSecond: Number((count / report.seconds).toFixed(2)),
    percentOfLimit: Number(((count / report.seconds / limit) * 100).toFixed(1)),
    refusals,
    maxInAnySecond: maxPerSecond,
    pace: report.current,
  });
}

if (role === "serve") await serve(Number(args[0]), Number(args[1]));
else if (role === "call") {
  const [baseUrl = "", count = "0", redis = ""] = args;
  const shared = redis === "" ? { isUnlearned: true } : { redis };
  process.send?.(await call({ baseUrl, count: Number(count), ...shared }));
  process.disconnect?.();
} else await main();
