import { Command, CommanderError } from "commander";
import { VERSION, isHantooError } from "hantoo";
import { COMMANDS } from "./commands.js";
import {
  EXIT,
  type GlobalValues,
  Interrupted,
  type Io,
  type Say,
  Shell,
  asTyped,
  exitCodeOf,
  helpIn,
  languageOf,
  messageOf,
  parseErrorText,
  sayIn,
} from "./shell/index.js";

/**
 * Runs one command line.
 *
 * @param argv - the words after `hantoo`.
 * @returns the exit code: 0 whole, 1 degraded or partial, 2 bad input or configuration, 130 and 143 for SIGINT and SIGTERM.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let say = sayIn("en");
  // It reports what goes wrong before a command begins.
  let shell = new Shell(io, say, { simulate: false, json: isJson(argv) });
  let code: number = EXIT.whole;
  try {
    say = sayIn(languageOf(argv, io.env));
    const program = programOf(io, say);
    const run = async (values: GlobalValues, work: (shell: Shell) => Promise<number>): Promise<void> => {
      shell = new Shell(io, say, values);
      code = await work(shell);
    };
    for (const add of COMMANDS) add(program, { say, run });
    await program.parseAsync([...argv], { from: "user" });
    return io.signal.aborted ? stopped(shell, say, io.signal.reason) : code;
  } catch (error) {
    if (error instanceof CommanderError) return refused(error, shell, say);
    if (io.signal.aborted || error instanceof Interrupted)
      return stopped(shell, say, error instanceof Interrupted ? error : io.signal.reason);
    const typed = asTyped(error);
    shell.answer({ error: typed });
    shell.note(explained(typed));
    return exitCodeOf(typed);
  }
}

/** Whether `--json` was typed; the line need not be one that can be parsed. */
function isJson(argv: readonly string[]): boolean {
  return argv.includes("--json");
}

function programOf(io: Io, say: Say): Command {
  return new Command("hantoo")
    .description(
      say("Korean minute bars of KIS: collected, healed, read", "한국투자증권 분봉 수집, 복구, 조회"),
    )
    .version(VERSION, "-V, --version", say("the version", "버전"))
    .helpOption("-h, --help", say("this help", "도움말"))
    .helpCommand("help [command]", say("help of a command", "명령 도움말"))
    .option(
      "--store <place>",
      say(
        "a folder, or s3://bucket/prefix (default: $HANTOO_STORE or ./data)",
        "폴더 또는 s3://버킷/접두사 (기본값: $HANTOO_STORE 또는 ./data)",
      ),
    )
    .option(
      "--simulate",
      say(
        "a simulated KIS answers, with invented bars, into ./data-simulated",
        "모의 KIS가 지어낸 시세로 응답(./data-simulated에 저장)",
      ),
      false,
    )
    .option(
      "--json",
      say("one JSON value on stdout and nothing else", "표준출력에 JSON 값 하나만 출력"),
      false,
    )
    .option("--lang <ko|en>", say("language (default: by LANG)", "언어 (기본값: LANG에 따름)"))
    .configureHelp(helpIn(say))
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: () => undefined, // refused() says it, in the chosen language
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    })
    .exitOverride();
}

/** Reports a line that could not be parsed. Help and version end here too; they are no fault. */
function refused(error: CommanderError, shell: Shell, say: Say): number {
  if (error.exitCode === 0) return EXIT.whole;
  const isBare = error.code === "commander.help"; // no command: help is on stderr
  const message = isBare ? say("no command is given", "명령이 없습니다") : parseErrorText(error, say);
  shell.answer({ error: { name: "ConfigError", code: "config", message, retryable: false } });
  if (!isBare) shell.note(message);
  return EXIT.badInput;
}

function stopped(shell: Shell, say: Say, reason: unknown): number {
  shell.answer({ error: reason });
  shell.note(
    shell.hasStore
      ? say(
          "Stopped. What was fetched is stored; run the same command again to go on from there.",
          "중단했습니다. 조회한 것은 저장했습니다. 같은 명령을 다시 실행하면 이어서 진행합니다.",
        )
      : say("Stopped.", "중단했습니다."),
  );
  return exitCodeOf(reason);
}

/** One sentence for an expected error, the library's or the system's; the stack for any other, which is a bug. */
function explained(error: unknown): string {
  const isExpected = isHantooError(error) || (error instanceof Error && "code" in error);
  return isExpected || !(error instanceof Error) ? messageOf(error) : (error.stack ?? error.message);
}
