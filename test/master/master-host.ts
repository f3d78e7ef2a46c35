/** A scripted download host: answers of `fetch` in order, the last one again and again. */
import { type Logger, MemoryStore, type ObjectStore, kstInstant } from "hantoo";
import { type ManualClock, createManualClock } from "hantoo/testing";
import { makeZip } from "./make-zip.js";
import { kospiBytes } from "./sample-rows.js";

export type Answer = Response | Error | (() => Response | Promise<Response>);

export interface MasterHost {
  readonly fetch: typeof globalThis.fetch;
  /** URLs asked for. */
  readonly urls: string[];
  answers: Answer[];
}

export function masterHost(...answers: Answer[]): MasterHost {
  const urls: string[] = [];
  const host: MasterHost = {
    urls,
    answers,
    fetch: async (input) => {
      urls.push(input instanceof Request ? input.url : String(input));
      const answer = host.answers.length > 1 ? host.answers.shift() : host.answers[0];
      if (answer === undefined) throw new Error("no answer is scripted");
      if (answer instanceof Error) throw answer;
      return typeof answer === "function" ? answer() : answer.clone();
    },
  };
  return host;
}

/** KIS's zip of a KOSPI file, written at `at` KST. */
export function kospiZip(options: { day?: string; at?: string; bytes?: Uint8Array } = {}): Uint8Array {
  const { day = "2026-11-20", at = "08:45", bytes = kospiBytes() } = options;
  return makeZip([{ name: "kospi_code.mst", bytes, writtenAt: kstInstant(day, at) }]);
}

export const ok = (body: Uint8Array | string): Response =>
  new Response(body as Uint8Array<ArrayBuffer>, { status: 200 });

export const day = "2026-11-20";
export const key = "hantoo_master/20261120_kospi.json";
export const at = (time: string, date: string = day): number => kstInstant(date, time);

export interface Setup {
  readonly clock: ManualClock;
  readonly store: MemoryStore;
  readonly logger: Logger & { readonly warnings: { facts: Record<string, unknown>; message: string }[] };
  readonly host: MasterHost;
  /** For `downloadMaster`. */
  readonly options: {
    readonly clock: ManualClock;
    readonly store: ObjectStore;
    readonly logger: Logger;
    readonly fetch: typeof globalThis.fetch;
    readonly random: () => number;
  };
}

/** Everything a download touches, standing still at `time`; `host` answers with a good zip unless told otherwise. */
export function setup(time: number = at("10:00"), host: MasterHost = masterHost(ok(kospiZip()))): Setup {
  const clock = createManualClock(time);
  const store = new MemoryStore();
  const warnings: { facts: Record<string, unknown>; message: string }[] = [];
  const drop = (): void => undefined;
  const warn = (facts: object, message: string): void => void warnings.push({ facts: { ...facts }, message });
  const logger = { warnings, debug: drop, info: drop, error: drop, warn };
  return {
    clock,
    store,
    logger,
    host,
    options: { clock, store, logger, fetch: host.fetch, random: () => 0 },
  };
}

export const keysOf = async (store: ObjectStore): Promise<string[]> => {
  const keys: string[] = [];
  for await (const key of store.list("")) keys.push(key);
  return keys;
};
export const body = async (store: ObjectStore, name: string = key): Promise<Record<string, unknown>> =>
  JSON.parse(Buffer.from((await store.get(name)) ?? []).toString()) as Record<string, unknown>;
