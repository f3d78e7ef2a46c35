// What the examples share: a client and a store from the environment, or a simulated KIS where there is no key.
import {
  type Clock,
  ConfigError,
  FileStore,
  KisClient,
  type ObjectStore,
  S3Store,
  createMemoryTokenStore,
  isHantooError,
  krx,
  kstDay,
  systemClock,
} from "hantoo";
import { startKisSimulator } from "hantoo/testing";

/** A client to collect with, and the clock it lives by. */
export interface Connection {
  readonly mode: "live" | "paper" | "simulator";
  readonly client: KisClient;
  /** The simulator's time where there is one: pass it on to whatever needs a clock. */
  readonly clock: Clock;
  /** Where master files come from; `undefined` means KIS. */
  readonly masterUrl: string | undefined;
  close(): Promise<void>;
}

/** What the simulator is like where there is no key. */
export interface ConnectionOptions {
  /** Refuse to run against the simulator. */
  readonly live?: boolean;
  readonly symbols?: readonly string[];
  /** Epoch ms. @defaultValue 18:00 KST of the last trading day that is over */
  readonly simulatedAt?: number;
  /** How many times as fast the simulated time runs. @defaultValue 1 */
  readonly speed?: number;
}

/**
 * A client from `KIS_APP_KEY`, `KIS_APP_SECRET` and `KIS_ENVIRONMENT`; without them, a simulated KIS in this process.
 *
 * @throws ConfigError if half of the key is set, or `live` is asked for without one.
 */
export async function openClient(options: ConnectionOptions = {}): Promise<Connection> {
  const { env } = process;
  if (env["KIS_APP_KEY"] || env["KIS_APP_SECRET"]) {
    const client = KisClient.fromEnv(env);
    const mode = env["KIS_ENVIRONMENT"] === "paper" ? "paper" : "live";
    const masterUrl = env["KIS_MASTER_URL"];
    return { mode, client, clock: systemClock, masterUrl, close: () => client.close() };
  }
  if (options.live) {
    throw new ConfigError(
      "--live",
      "given together with KIS_APP_KEY and KIS_APP_SECRET in the environment",
      "neither",
    );
  }
  const { speed = 1 } = options;
  const simulator = await startKisSimulator({
    now: options.simulatedAt ?? simulatedEvening(),
    clock: speed === 1 ? "running" : speed,
    ...(options.symbols ? { symbols: [...options.symbols] } : {}),
  });
  // The day flies for whoever waits for its minutes; the client keeps the rate in real time.
  const clock: Clock = { ...systemClock, now: () => simulator.clock.now() };
  const client = new KisClient({
    appKey: "test",
    appSecret: "test",
    baseUrl: simulator.baseUrl,
    clock,
    tokenStore: createMemoryTokenStore(),
  });
  return {
    mode: "simulator",
    client,
    clock: { ...clock, sleep: (ms, signal) => systemClock.sleep(ms / speed, signal) },
    masterUrl: simulator.masterUrl,
    async close() {
      await client.close();
      await simulator.close();
    },
  };
}

/** 18:00 KST of the last trading day whose regular session is over. */
export function simulatedEvening(at: number = systemClock.now()): number {
  let day = krx.lastTradingDay(at);
  const session = krx.session(day);
  if (kstDay(at) === day && session !== undefined && at < session.close + 3_600_000)
    day = krx.previousTradingDay(day);
  return (krx.session(day)?.open ?? at) + 9 * 3_600_000;
}

/** The bucket of `S3_BUCKET` (any S3 server by `S3_ENDPOINT`), else the folder `out`; proved writable before any call to KIS. */
export async function openStore(out: string): Promise<{ store: ObjectStore; where: string }> {
  const { env } = process;
  const bucket = env["S3_BUCKET"];
  if (bucket) {
    const store = new S3Store({
      bucket,
      ...(env["S3_ENDPOINT"] ? { endpoint: env["S3_ENDPOINT"] } : {}),
      ...(env["AWS_REGION"] ? { region: env["AWS_REGION"] } : {}),
    });
    await store.verify();
    return { store, where: `s3://${bucket}` };
  }
  const store = new FileStore(out);
  await store.verify();
  return { store, where: out };
}

/** Runs an example: its errors become one sentence, its failure an exit code. */
export async function main(run: () => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    if (error === interrupted) process.exitCode = 130;
    else if (isHantooError(error)) {
      console.error(error.message);
      process.exitCode = error.code === "config" ? 2 : 1;
    } else if (
      error instanceof TypeError &&
      "code" in error &&
      String(error.code).startsWith("ERR_PARSE_ARGS")
    ) {
      console.error(`${error.message} See --help.`);
      process.exitCode = 2;
    } else throw error;
  }
}

/** The reason an example's signal carries after Ctrl-C or SIGTERM. */
export const interrupted: unique symbol = Symbol("interrupted");

/** A signal that Ctrl-C and SIGTERM abort; a second Ctrl-C ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort(interrupted);
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return controller.signal;
}

/** One line that is rewritten on a terminal, and written at every tenth elsewhere. */
export function progressLine(output: NodeJS.WriteStream = process.stderr): {
  show(done: number, total: number, rest: string): void;
  end(): void;
} {
  let tenth = -1;
  return {
    show(done, total, rest) {
      const share = total === 0 ? 1 : done / total;
      if (output.isTTY) {
        const filled = Math.round(share * 24);
        output.write(`\r\u001B[2K${"█".repeat(filled)}${"░".repeat(24 - filled)} ${done}/${total} ${rest}`);
      } else if (Math.floor(share * 10) > tenth) {
        tenth = Math.floor(share * 10);
        output.write(`${done}/${total} ${rest}\n`);
      }
    },
    end() {
      if (output.isTTY) output.write("\r\u001B[2K");
    },
  };
}

/** Milliseconds as `1h 02m`, `3m 04s` or `5s`. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  return seconds < 3600
    ? `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`
    : `${Math.floor(seconds / 3600)}h ${two(Math.floor((seconds % 3600) / 60))}m`;
}
