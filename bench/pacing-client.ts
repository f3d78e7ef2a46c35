// One contestant of bench/pacing.ts in a process of its own: works through the same phases as all others, and says
// when it sent what. Started by bench/pacing.ts with a name and the server's address.
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "./markdown.js";
import { contestants } from "./pacing-contestants.js";

/** From when to when, epoch ms. */
export interface Phase {
  readonly name: "steady" | "bursts" | "stalls";
  readonly from: number;
  readonly to: number;
}

export interface ClientReport {
  readonly phases: readonly Phase[];
  /** When each call left, epoch ms. */
  readonly sent: readonly number[];
  /** Until the first 18 calls of a rested process had left. */
  readonly first18Ms: number;
  /** From the call to its leaving, when nothing waits; median. */
  readonly idleMs: number;
}

const CALLERS = 40;
const STEADY_MS = 10_000;
const BURSTS = 5;
const STALL_MS = 150;
const STALL_EVERY_MS = 1100;

const now = (): number => performance.timeOrigin + performance.now();
const [name = "", baseUrl = ""] = process.argv.slice(2);
const sent: number[] = [];
const contestant = contestants[name];
if (contestant === undefined) throw new Error(`no contestant ${name}`);
const call = await contestant(baseUrl, (input, init) => {
  const request = new Request(input, init);
  if (request.method === "GET") {
    const at = now();
    sent.push(at);
    request.headers.set("x-sent-at", String(at));
  }
  return fetch(request);
});

/** As many callers as the demand of a day's logging, for so long. */
async function demand(ms: number): Promise<void> {
  const end = now() + ms;
  const caller = async (): Promise<void> => {
    while (now() < end) await call();
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

/** Two seconds' worth of calls at once, after pauses of changing length: a window that is reset shows here. */
async function bursts(): Promise<void> {
  for (let n = 0; n < BURSTS; n++) {
    await sleep(1000 + 170 * n);
    await Promise.all(Array.from({ length: 36 }, call));
  }
}

/** The event loop stands still now and then, as it does under a large JSON or a garbage collection. */
async function stalls(): Promise<void> {
  const still = new Int32Array(new SharedArrayBuffer(4));
  const timer = setInterval(() => Atomics.wait(still, 0, 0, STALL_MS), STALL_EVERY_MS);
  await demand(STEADY_MS);
  clearInterval(timer);
}

async function idle(): Promise<number> {
  const waits: number[] = [];
  for (let n = 0; n < 11; n++) {
    await sleep(250);
    const [at, before] = [now(), sent.length];
    await call();
    waits.push((sent[before] ?? Number.NaN) - at);
  }
  return median(waits);
}

await call();
process.send?.("ready");
await once(process, "message");
await sleep(2000);
const phases: Phase[] = [];
const phase = async (name: Phase["name"], work: () => Promise<void>): Promise<void> => {
  const from = now();
  await work();
  phases.push({ name, from, to: now() });
};
const before = sent.length;
await phase("steady", () => demand(STEADY_MS));
const first18Ms = (sent[before + 17] ?? Number.NaN) - (phases[0]?.from ?? Number.NaN);
await phase("bursts", bursts);
await sleep(1500);
await phase("stalls", stalls);
await sleep(1500);
const report: ClientReport = { phases, sent, first18Ms, idleMs: await idle() };
process.send?.(report);
process.disconnect?.();
