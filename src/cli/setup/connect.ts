import {
  type Clock,
  ConfigError,
  KisClient,
  type KisClientOptions,
  createMemoryTokenStore,
  krx,
  kstDay,
  systemClock,
} from "hantoo";
import type { RunningKisSimulator } from "hantoo/testing";
import type { Shell } from "../shell/index.js";

/** A client, and the clock that goes with it. */
export interface Connection {
  readonly client: KisClient;
  /** The simulator's time where there is one: pass it on to whatever needs a clock. */
  readonly clock: Clock;
  /** Where master files come from; `undefined` means KIS. */
  readonly masterUrl: string | undefined;
  close(): Promise<void>;
}

/** How to send, and how to set up the simulator of `--simulate`. */
export interface ConnectOptions {
  /** What the client sends through. @defaultValue the host's `fetch` */
  readonly fetch?: typeof globalThis.fetch;
  readonly symbols?: readonly string[];
  /** Epoch ms. @defaultValue 18:00 KST of the last trading day that is over */
  readonly simulatedAt?: number;
  /** How many times as fast the simulated time runs. @defaultValue 1 */
  readonly speed?: number;
}

/** Environment variables that send requests to another host. */
const ELSEWHERE = ["KIS_BASE_URL", "KIS_WEBSOCKET_URL", "KIS_MASTER_URL"] as const;

/**
 * Creates a client with the key of the environment; with `--simulate`, one of a simulated KIS in this process.
 *
 * @throws ConfigError if there is no key and no `--simulate`: bars are never invented unasked.
 */
export async function connect(shell: Shell, options: ConnectOptions = {}): Promise<Connection> {
  const { io, global, say } = shell;
  if (global.simulate) return simulated(shell, options);
  announceElsewhere(shell);
  if (!io.env["KIS_APP_KEY"] && !io.env["KIS_APP_SECRET"]) {
    shell.note(
      say(
        "No key of KIS is set. `hantoo init` asks for one and writes it into .env; a key is free at https://apiportal.koreainvestment.com. To look around without one, add --simulate: a simulated KIS answers, with invented bars.",
        "KIS 앱키가 없습니다. `hantoo init`이 앱키를 물어 .env에 저장합니다. 앱키는 https://apiportal.koreainvestment.com 에서 무료로 발급합니다. 앱키 없이 둘러보려면 --simulate를 붙이세요. 모의 KIS가 지어낸 시세로 응답합니다.",
      ),
    );
    throw new ConfigError("KIS_APP_KEY", "set in the environment or in .env, with KIS_APP_SECRET", undefined);
  }
  const client = KisClient.fromEnv(io.env, {
    ...hostOf(shell, options.fetch),
    clock: io.clock,
    logger: shell.logger,
  });
  return { client, clock: io.clock, masterUrl: masterUrlOf(shell), close: () => client.close() };
}

/** Says on stderr which variables name another host: its bars are not KIS's. */
export function announceElsewhere(shell: Shell): void {
  for (const name of ELSEWHERE) {
    const url = shell.io.env[name];
    if (!url) continue;
    shell.note(
      shell.say(
        `${name} is set: asking ${url} instead of KIS.`,
        `${name} 설정됨: KIS 대신 ${url}에 요청합니다.`,
      ),
    );
  }
}

/** Where master files come from: `KIS_MASTER_URL`, else KIS (`undefined`). */
export function masterUrlOf({ io }: Pick<Shell, "io">): string | undefined {
  return io.env["KIS_MASTER_URL"] || undefined;
}

function hostOf(
  { io }: Shell,
  fetch: typeof globalThis.fetch | undefined = io.fetch,
): Pick<KisClientOptions, "fetch" | "tokenStore"> {
  return {
    ...(fetch === undefined ? {} : { fetch }),
    ...(io.tokenStore === undefined ? {} : { tokenStore: io.tokenStore }),
  };
}

/** Starts the bundled simulator and warns that its bars are invented. */
async function startSimulator(shell: Shell, options: ConnectOptions): Promise<RunningKisSimulator> {
  const { speed = 1, symbols } = options;
  // Loaded only with `--simulate`.
  const { startKisSimulator } = await import("hantoo/testing");
  const simulator = await startKisSimulator({
    now: options.simulatedAt ?? simulatedEvening(shell.io.clock.now()),
    clock: speed === 1 ? "running" : speed,
    ...(symbols === undefined ? {} : { symbols: [...symbols] }),
  });
  shell.note(
    shell.say(
      "SIMULATED: a KIS inside this process answers. Every bar is INVENTED; do not trade on it.",
      "모의: 이 프로세스 안의 모의 KIS가 응답합니다. 모든 시세는 지어낸 값입니다. 매매에 쓰지 마세요.",
    ),
  );
  return simulator;
}

/** The simulator's master files, for `--simulate` where no client is needed. */
export async function simulatedMasters(
  shell: Shell,
): Promise<Pick<Connection, "clock" | "close"> & { readonly masterUrl: string }> {
  const { masterUrl, clock, close } = await startSimulator(shell, {});
  return { masterUrl, clock: { ...systemClock, now: () => clock.now() }, close };
}

/** A client of the bundled simulator. */
async function simulated(shell: Shell, options: ConnectOptions): Promise<Connection> {
  const { speed = 1 } = options;
  const simulator = await startSimulator(shell, options);
  // The simulated day may pass faster than real time; the client keeps its rate by real time.
  const clock: Clock = { ...systemClock, now: () => simulator.clock.now() };
  const client = new KisClient({
    appKey: "test",
    appSecret: "test",
    baseUrl: simulator.baseUrl,
    websocketUrl: simulator.websocketUrl,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    clock,
    logger: shell.logger,
    tokenStore: createMemoryTokenStore(),
  });
  return {
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
export function simulatedEvening(at: number): number {
  let day = krx.lastTradingDay(at);
  const session = krx.session(day);
  if (kstDay(at) === day && session !== undefined && at < session.close + 3_600_000)
    day = krx.previousTradingDay(day);
  return (krx.session(day)?.open ?? at) + 9 * 3_600_000;
}
