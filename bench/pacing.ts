/*
 * Who keeps 18 calls a second: KisClient beside Bottleneck, p-queue and p-throttle, against simulators that count in a
 * sliding second what arrives and refuse what is too much. Three phases: a standing demand of 40 callers; bursts of 36
 * after pauses; the demand again with an event loop that stands still for 150 ms every 1.1 s. All contestants run at
 * the same time, each in a process of its own and against a simulator of its own, so that a busy moment meets them all.
 *
 *   npx tsx bench/pacing.ts [jitter = 10] [jitter = 60]        (a minute each)
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { argv, stdout } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { markdownTable } from "./markdown.js";
import type { ClientReport, Phase } from "./pacing-client.js";
import { LIMIT, contestants } from "./pacing-contestants.js";
import type { Arrival } from "./pacing-server.js";

const STAGGER_MS = 400;
const names = Object.keys(contestants);
const child = (file: string, ...words: string[]): ChildProcess =>
  fork(new URL(file, import.meta.url), words, { execArgv: ["--import", "tsx"] });
const said = async <T>(process: ChildProcess): Promise<T> => ((await once(process, "message")) as [T])[0];

/** The most in any sliding second. */
function peak(times: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [index, at] of times.entries()) {
    while ((times[first] ?? at) <= at - 1000) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

/** Answered calls a second, of the limit; the phase's first second, in which some spend what they saved, left out. */
function used(arrivals: readonly Arrival[], { from, to }: Phase): number {
  const [begin, end] = [from + 1000, to - 1000];
  const answered = arrivals.filter(({ at, isRefused }) => !isRefused && at >= begin && at < end);
  return answered.length / ((end - begin) / 1000) / LIMIT;
}

async function compare(jitterMs: number): Promise<void> {
  const server = child("pacing-server.ts", String(names.length), String(jitterMs));
  const urls = await said<readonly string[]>(server);
  const clients: ChildProcess[] = [];
  for (const [index, name] of names.entries()) {
    const client = child("pacing-client.ts", name, urls[index] ?? "");
    await said(client);
    clients.push(client);
  }
  const reports = Promise.all(clients.map((client) => said<ClientReport>(client)));
  for (const client of clients) {
    client.send("go");
    // Not all first bursts at one moment: they would measure the host's cores.
    await sleep(STAGGER_MS);
  }
  const told = await reports;
  server.send("report");
  const arrivals = await said<readonly (readonly Arrival[])[]>(server);
  const rows = names.map((name, index) => {
    const { phases, sent, first18Ms, idleMs } = told[index] as ClientReport;
    const all = (arrivals[index] ?? []).toSorted((a, b) => a.at - b.at);
    const within = ({ from, to }: Phase): number =>
      peak(all.map(({ at }) => at).filter((at) => at >= from && at <= to));
    const [steady, , stalls] = phases as [Phase, Phase, Phase];
    return {
      contestant: name,
      "peak sent": peak(sent),
      "peak arrived": phases.map(within).join(", "),
      refused: `${all.filter(({ isRefused }) => isRefused).length} of ${all.length}`,
      "of 18/s used": `${(100 * used(all, steady)).toFixed(1)} %`,
      "with stalls": `${(100 * used(all, stalls)).toFixed(1)} %`,
      "first 18 calls": `${Math.round(first18Ms)} ms`,
      "a lone call waits": `${idleMs.toFixed(1)} ms`,
    };
  });
  stdout.write(`Requests take 10 to ${10 + jitterMs} ms to arrive:\n\n${markdownTable(rows)}\n`);
}

const jitters = argv.length > 2 ? argv.slice(2).map(Number) : [10, 60];
for (const jitterMs of jitters) await compare(jitterMs);
