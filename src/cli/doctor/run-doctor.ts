import { ConfigError, type Logger, MASTER_URL, type ObjectStore } from "hantoo";
import type { Connection } from "../setup/index.js";
import { createCountedFetch } from "./counted-fetch.js";
import { type Finding, isSound } from "./finding.js";
import { RawKis, runProbes } from "./probe/index.js";
import { lookAtSubjects } from "./subjects.js";

/** Options of {@link runDoctor}. */
export interface DoctorOptions {
  /** Connects a client that sends through `fetch`; it is closed at the end. */
  readonly connect: (
    fetch: typeof globalThis.fetch,
  ) => Promise<Pick<Connection, "client" | "clock" | "masterUrl" | "close">>;
  /** @defaultValue the global `fetch` */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Where bars are to be stored. @defaultValue none: not checked */
  readonly store?: ObjectStore | undefined;
  /** Requests of the whole run, tokens, retries and master files included. @defaultValue 40, with `probe` 160 */
  readonly maxCalls?: number | undefined;
  /** Also tries each behaviour that a call which only reads can show. @defaultValue false: only the subjects */
  readonly probe?: boolean | undefined;
  /** Folder to record into, for `replay` of hantoo/testing. @defaultValue none */
  readonly recordTo?: string | undefined;
  /** Told if something could not be recorded. @defaultValue a warning of the process */
  readonly logger?: Logger | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with each finding as it is made. */
  readonly onFinding?: (finding: Finding) => void;
}

/** The result of {@link runDoctor}. */
export interface DoctorReport {
  readonly environment: "live" | "paper";
  /** Who answered: `kis-live`, `kis-paper`, `simulator` or `host:NAME`. */
  readonly provenance: string;
  /** Epoch ms. */
  readonly at: number;
  /** Requests sent. */
  readonly calls: number;
  /** key, token, clock, pace, calendar, masters, store. */
  readonly subjects: readonly Finding[];
  /** The behaviours tried; empty without `probe`. */
  readonly behaviours: readonly Finding[];
  /** With a recording: whether every answer is in it. */
  readonly isRecorded?: boolean;
  /** Whether KIS answered, and nothing differs that hantoo relies on. */
  readonly ok: boolean;
}

const MOST_CALLS = { subjects: 40, probe: 160 } as const;

/**
 * Checks what hantoo relies on: key, token, clock, pace, calendar, masters and store; with `probe` also the behaviours of
 * KIS that a call which only reads can show. Sends at most `maxCalls` requests, trades nothing, and asks for no token
 * that it does not need.
 *
 * @throws ConfigError if `maxCalls` is no positive integer, or what `connect` throws without a key; the signal's reason.
 */
export async function runDoctor(options: DoctorOptions): Promise<DoctorReport> {
  const { probe = false, recordTo, store, signal, onFinding = () => undefined } = options;
  const maxCalls = options.maxCalls ?? (probe ? MOST_CALLS.probe : MOST_CALLS.subjects);
  if (!(Number.isInteger(maxCalls) && maxCalls > 0))
    throw new ConfigError("--max-calls", "a positive integer", maxCalls);
  const ask = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const recorder = recordTo === undefined ? undefined : await makeRecorder(recordTo, ask, options.logger);
  const http = createCountedFetch({ ask: recorder?.fetch ?? ask, maxCalls, signal });
  const { client, clock, masterUrl, close } = await options.connect(http.fetch);
  http.setClock(clock);
  try {
    const at = clock.now();
    const subjects = await lookAtSubjects({ client, http, clock, masterUrl, store }, onFinding);
    signal?.throwIfAborted();
    const kis = new RawKis({ client, http, clock, masterUrl: masterUrl ?? MASTER_URL });
    const behaviours = probe ? await runProbes(kis, onFinding) : [];
    signal?.throwIfAborted();
    const { environment, provenance } = client;
    const ok = isSound([...subjects, ...behaviours]);
    const findings = { environment, provenance, at, calls: http.calls, subjects, behaviours, ok };
    if (recorder === undefined) return findings;
    // What was found stands, whatever the disk took of it; the logger was told.
    const isRecorded = await recorder.close().then(
      () => true,
      () => false,
    );
    return { ...findings, isRecorded };
  } finally {
    await close();
  }
}

/** Loaded only with `recordTo`. */
async function makeRecorder(
  dir: string,
  fetch: typeof globalThis.fetch,
  logger: Logger | undefined,
): Promise<{ readonly fetch: typeof globalThis.fetch; close(): Promise<void> }> {
  const { createRecorder } = await import("hantoo/testing");
  return createRecorder({ dir, fetch, ...(logger === undefined ? {} : { logger }) });
}
