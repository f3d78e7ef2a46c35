import type { HantooKlineLogger, ListedInstrument, LoggerStatus } from "hantoo";
import type { Command } from "commander";
import type { Say, Shell } from "../shell/index.js";
import { startStatusServer } from "./status-server.js";
import { type ServeAddress, serveAddress } from "./serve-address.js";
import { translateProblems } from "./translate-problems.js";

/** Values of {@link serveOption}. */
export interface ServeValues {
  readonly serve?: ServeAddress;
}

/** Adds `--serve`. */
export function serveOption(command: Command, say: Say): void {
  command.option(
    "--serve <host:port>",
    say(
      "show a live page at /, and /status, /metrics, /healthz; 8080 is this host's own",
      "실시간 화면(/)과 /status, /metrics, /healthz 제공. 8080처럼 포트만 쓰면 이 컴퓨터에서만 접속",
    ),
    (text) => serveAddress(text),
  );
}

/**
 * Runs `work` with a status server of the logger beside it, if `--serve` was given.
 *
 * @param instruments - what is logged, with names where they are known.
 * @param indices - the logger of indices, if there is one: its status and its problems are part of the whole.
 * @throws ConfigError if the server cannot listen there; `work` has not begun then.
 */
export async function withStatusServer<T>(
  shell: Shell,
  { serve }: ServeValues,
  logger: HantooKlineLogger,
  instruments: readonly ListedInstrument[],
  indices: HantooKlineLogger | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (serve === undefined) return work();
  const { say } = shell;
  const server = await startStatusServer({
    ...serve,
    status: () => joinStatus(say, logger, indices),
    bars: (symbol) => logger.bars(symbol),
    names: namesOf(instruments),
    language: say("en", "ko") === "ko" ? "ko" : "en",
    logger: shell.logger,
  });
  try {
    shell.note(say(`Status at ${server.url}`, `상태 화면: ${server.url}`));
    if (!server.isLocal)
      shell.note(
        say(
          "Others can reach that address as well; there is no password.",
          "다른 컴퓨터에서도 접속할 수 있는 주소이며 암호가 없습니다.",
        ),
      );
    return await work();
  } finally {
    await server.close();
  }
}

/** The status of a logger and of the logger of indices in one, with problems in the chosen language. */
export function joinStatus(
  say: Say,
  logger: Pick<HantooKlineLogger, "status">,
  indices: Pick<HantooKlineLogger, "status"> | undefined,
): LoggerStatus & { readonly indices?: LoggerStatus } {
  const status = translateProblems(say, logger.status());
  if (indices === undefined) return status;
  const beside = translateProblems(say, indices.status());
  return {
    ...status,
    isHealthy: status.isHealthy && beside.isHealthy,
    problems: [
      ...status.problems,
      ...beside.problems.map(({ kind, text }) => ({ kind, text: say(`indices: ${text}`, `지수: ${text}`) })),
    ],
    indices: beside,
  };
}

function namesOf(instruments: readonly ListedInstrument[]): ReadonlyMap<string, string> {
  return new Map(
    instruments.flatMap((instrument) => {
      const name = "koreanName" in instrument ? instrument.koreanName : undefined;
      return typeof name === "string" ? [[instrument.symbol, name] as const] : [];
    }),
  );
}
