// What the client costs: time per call over bare fetch on the loopback, and memory with 20,000 calls in line.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { stdout } from "node:process";
import { KisClient, type Limiter, createLimiter, createMemoryTokenStore } from "hantoo";
import { markdownTable, median } from "./markdown.js";

const CALLS = 2000;
const rows = Array.from({ length: 30 }, (_, index) => ({
  stck_bsop_date: "20261120",
  index,
  filler: "0".repeat(150),
}));
const body = JSON.stringify({ rt_cd: "0", msg_cd: "MCA00000", output: rows });
const token = JSON.stringify({ access_token: "t".repeat(300), expires_in: 86_400 });
const server = createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(request.url === "/oauth2/tokenP" ? token : body);
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const open: Limiter = {
  schedule: async (work) => work(),
  refused: () => undefined,
  room: () => Promise.resolve(),
  close: () => Promise.resolve(),
  ratePerSecond: 400,
  waiting: 0,
};
const client = new KisClient({
  appKey: "test",
  appSecret: "test",
  baseUrl,
  limiter: open,
  tokenStore: createMemoryTokenStore(),
});
const bare = async (): Promise<unknown> =>
  (await fetch(`${baseUrl}/x?a=1`, { headers: { tr_id: "X" } })).json();
const ours = (): Promise<unknown> => client.request({ path: "/x", trId: "X", params: { a: "1" } });

async function microsecondsPerCall(call: () => Promise<unknown>): Promise<number> {
  const cpu = process.cpuUsage();
  for (let i = 0; i < CALLS; i++) await call();
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / CALLS;
}
for (const call of [bare, ours]) await microsecondsPerCall(call);
const results = { bare: [] as number[], ours: [] as number[] };
for (let round = 0; round < 5; round++) {
  results.bare.push(await microsecondsPerCall(bare));
  results.ours.push(await microsecondsPerCall(ours));
}
const [fetchUs, clientUs] = [median(results.bare), median(results.ours)];
const row = (who: string, us: number): Readonly<Record<string, string>> => ({
  "answers of 6 kB": who,
  "µs of CPU a call": us.toFixed(0),
  "x bare fetch": (us / fetchUs).toFixed(2),
});
stdout.write(`${markdownTable([row("bare fetch", fetchUs), row("KisClient", clientUs)])}\n`);

const limiter = createLimiter({ ratePerSecond: 18 });
globalThis.gc?.();
const before = process.memoryUsage().heapUsed;
const started = performance.now();
const stop = new AbortController();
const waiting = Array.from({ length: 20_000 }, () =>
  limiter.schedule(() => undefined, { signal: stop.signal }),
);
const outcomes = Promise.allSettled(waiting);
const enqueuedMs = performance.now() - started;
globalThis.gc?.();
const heap = process.memoryUsage().heapUsed - before;
const closing = performance.now();
await limiter.close();
const closedMs = performance.now() - closing;
await outcomes;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
stdout.write(
  `20,000 calls wait in ${(heap / 1e6).toFixed(0)} MB; they were enqueued in ${seconds(enqueuedMs)} and dropped in ${seconds(closedMs)}.\n`,
);
await client.close();
server.close();
