import { execFile } from "node:child_process";
import { resolve } from "node:path";

/** How an example ended. */
export interface ExampleRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an example as it stands, in a folder, on a host whose clock says `nowMs`, with no key but those in `env`. */
export function runExample(
  example: string,
  args: readonly string[],
  host: { readonly cwd: string; readonly nowMs: number; readonly env: Readonly<Record<string, string>> },
): Promise<ExampleRun> {
  const clock = `const host = Date.now; const ahead = ${host.nowMs} - host(); Date.now = () => host() + ahead;`;
  const preload = `data:text/javascript,${encodeURIComponent(clock)}`;
  const command = ["--import", preload, "--import", import.meta.resolve("tsx"), resolve("examples", example)];
  const env = {
    PATH: process.env["PATH"] ?? "",
    TSX_TSCONFIG_PATH: resolve("tsconfig.json"),
    XDG_CACHE_HOME: host.cwd,
    ...host.env,
  };
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [...command, ...args],
      { cwd: host.cwd, env, maxBuffer: 2 ** 24 },
      (_, stdout, stderr) => done({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
