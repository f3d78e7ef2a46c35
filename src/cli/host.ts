// All that the command uses of the host: environment, streams, signals, files.
import { randomUUID } from "node:crypto";
import { access, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { systemClock } from "hantoo";
import { hostPrompts } from "./host-prompts.js";
import { type Files, Interrupted, type Io } from "./shell/index.js";

/** The host as an {@link Io}: `process`, and a signal that Ctrl-C and SIGTERM abort. */
export function hostIo(): Io {
  loadDotEnv(join(process.cwd(), ".env"));
  surviveReaders();
  const { signal } = interruptible();
  const prompts = hostPrompts(signal);
  return {
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: process.cwd(),
    signal,
    clock: systemClock,
    files: hostFiles,
    ...(prompts === undefined ? {} : { prompts }),
  };
}

/**
 * A reader that closes the pipe (`| head -1`) costs no bars: the rest is not written, and the work goes on to its own
 * exit code. Output that is lost in another way, such as a full disk, makes the exit code 1.
 */
function surviveReaders(): void {
  process.stderr.on("error", () => undefined);
  process.stdout.once("error", ({ code }: NodeJS.ErrnoException) => {
    process.stdout.on("error", () => undefined);
    if (code === "EPIPE") return;
    process.stderr.write(`stdout cannot be written (${code})\n`);
    process.once("exit", (exitCode) => {
      if (exitCode === 0) process.exitCode = 1;
    });
  });
}

/**
 * npx and npm pass on a signal that the terminal or systemd has already sent us, so one Ctrl-C arrives twice. A second
 * one within this time counts as the same.
 */
const SAME_SIGNAL_MS = 1000;

/** Aborted by SIGINT and SIGTERM. Another one, after {@link SAME_SIGNAL_MS}, ends the process at once. */
function interruptible(): AbortController {
  const controller = new AbortController();
  let firstAt = 0;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) {
        firstAt = performance.now();
        controller.abort(new Interrupted(name));
      } else if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(name === "SIGTERM" ? 143 : 130);
    });
  }
  if (process.env["npm_command"] !== undefined) followShell(controller);
  return controller;
}

const LOOK_FOR_SHELL_MS = 500;

/**
 * npx and npm start us through a shell and pass a signal to that shell alone. It ends, and the command would go on
 * without anybody to stop it. So when the shell is gone, the command stops as if the signal had reached it.
 */
function followShell(controller: AbortController): void {
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(look);
    if (!controller.signal.aborted) controller.abort(new Interrupted("SIGTERM"));
  }, LOOK_FOR_SHELL_MS);
  look.unref();
}

/** `.env` of the working folder, where `hantoo init` writes the key. Variables that are already set stay. */
function loadDotEnv(path: string): void {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return; // there is none, or it is not ours to read
  }
  for (const [name, value] of Object.entries(parseEnv(text))) process.env[name] ??= value;
}

/** The files of the host. */
export const hostFiles: Files = {
  readText: (path) => readFile(path, "utf8"),
  async writeText(path, text, { private: isPrivate = false } = {}) {
    const temporary = join(dirname(path), `.hantoo-${randomUUID()}.tmp`);
    try {
      await writeFile(temporary, text, { flag: "wx", mode: isPrivate ? 0o600 : 0o666 });
      await rename(temporary, path);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  },
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  async chartCode() {
    // The package has the parts that are used beside its bundle; a clone reads the whole library.
    const bundled = new URL("./cli-charts.js", import.meta.url);
    return readFile(bundled, "utf8").catch(() =>
      readFile(createRequire(import.meta.url).resolve("echarts/dist/echarts.min.js"), "utf8"),
    );
  },
};
