import { spawn, spawnSync } from "node:child_process";
import { resolve } from "node:path";

/** Whether a terminal can be had here: Python's `pty` makes one. */
export const hasTerminal: boolean =
  process.platform !== "win32" && spawnSync("python3", ["-c", "import pty"]).status === 0;

/** How a command on a terminal ended. */
export interface OnTerminal {
  readonly code: number;
  /** All that the terminal was sent, without its control sequences. */
  readonly text: string;
  /** How many of the answers were asked for. */
  readonly typed: number;
}

/** The command from its sources, as node starts it. */
export const CLI: readonly string[] = [
  process.execPath,
  "--import",
  resolve("node_modules/tsx/dist/esm/index.mjs"),
  resolve("src/cli/bin.ts"),
];

// oxlint-disable-next-line no-control-regex -- that is what a terminal is sent
const CONTROL = /\u001B\[[0-9;?]*[A-Za-z]|\r/g;

/** Runs the command on a terminal of its own; each of `steps` is a text and what is typed once it is shown. */
export function onTerminal(
  args: readonly string[],
  given: {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    readonly columns: number;
    readonly steps: readonly (readonly [string, string])[];
  },
): Promise<OnTerminal> {
  const { cwd, columns, steps } = given;
  const env = { ...process.env, TSX_TSCONFIG_PATH: resolve("tsconfig.json"), TERM: "xterm", ...given.env };
  const plan = JSON.stringify({ columns, steps });
  const child = spawn("python3", [resolve("test/support/terminal.py"), plan, ...CLI, ...args], { cwd, env });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  return new Promise((done, fail) => {
    child.once("close", () => {
      try {
        const { code, output, typed } = JSON.parse(stdout) as { code: number; output: string; typed: number };
        done({ code, text: output.replaceAll(CONTROL, ""), typed });
      } catch (cause) {
        fail(new Error(`no terminal: ${stderr}`, { cause }));
      }
    });
  });
}
