// How close to the limit the client runs, and whether it passes it: 2,000 calls (CALLS) of 50 callers against a
// simulated KIS in a process of its own, with a strict sliding window, latency and jitter. `--redis`: two
// processes that share the pace.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { KisClient, createLimiter, createMemoryTokenStore } from "hantoo";
import { type SimulatorStats, startKisSimulator } from "hantoo/testing";
import { startRedis } from "./redis-server.js";

const CALLERS = 50;
const calls = Number(process.env["CALLS"] ?? 2000);
const [role = "main", ...args] = process.argv.slice(2);
const child = (...words: string[]): ChildProcess =>
  fork(new URL(import.meta.url), words, { execArgv: ["--import", "tsx"] });
const said = async <T>(process: ChildProcess): Promise<T> => ((await once(process, "message")) as [T])[0];

async function serve(): Promise<void> {
  const simulator = await startKisSimulator({
    clock: "running",
    now: Date.UTC(2026, 10, 20, 1, 0),
    limits: { perSecond: 18, tokenPerMinute: false, tokenPerSecond: false },
    faults: [{ do: { latencyMs: 15, jitterMs: 30 } }],
  });
  process.send?.(simulator.baseUrl);
  await once(process, "message");
  process.send?.({ ...simulator.stats });
  await simulator.close();
  process.disconnect?.();
}

async function call(baseUrl: string, count: number, redis?: string): Promise<number> {
  const limiter = redis === undefined ? undefined : createLimiter({ ratePerSecond: 18, redis, id: "bench" });
  const client = new KisClient({
    appKey: "test",
    appSecret: "test",
    baseUrl,
    tokenStore: createMemoryTokenStore(),
    ...(limiter === undefined ? {} : { limiter }),
  });
  await client.quote("005930");
  if (role === "call") {
    process.send?.("ready");
    await once(process, "message");
  }
  const started = performance.now();
  let left = count;
  const caller = async (): Promise<void> => {
    while (left-- > 0) await client.quote("005930");
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const seconds = (performance.now() - started) / 1000;
  await client.close();
  await limiter?.close();
  return seconds;
}

if (role === "serve") await serve();
else if (role === "call") {
  const [baseUrl = "", redis = "", count = "0"] = args;
  process.send?.(await call(baseUrl, Number(count), redis));
  process.disconnect?.();
} else {
  const server = child("serve");
  const baseUrl = await said<string>(server);
  let seconds: number;
  if (role === "--redis") {
    const redis = await startRedis();
    const pair = [1, 2].map(() => child("call", baseUrl, redis.url, String(calls / 2)));
    await Promise.all(pair.map((one) => said(one)));
    const started = performance.now();
    for (const one of pair) one.send("go");
    await Promise.all(pair.map((one) => said(one)));
    seconds = (performance.now() - started) / 1000;
    await redis.close();
  } else {
    seconds = await call(baseUrl, calls);
  }
  server.send("stats");
  const { refusals, maxPerSecond } = await said<SimulatorStats>(server);
  console.log({
    calls,
    processes: role === "--redis" ? 2 : 1,
    perSecond: Number((calls / seconds).toFixed(2)),
    percentOfRate: Number(((calls / seconds / 18) * 100).toFixed(1)),
    refusals,
    maxInAnySecond: maxPerSecond,
  });
}
