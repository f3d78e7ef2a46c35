// The command's only door to the host: environment, streams, signals, files.
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
 * A reader that has seen enough (`| head -1`), or a log that died, costs no bars: what nobody reads is not written, and
 * the work goes on to its own exit code. An answer that was lost otherwise, on a full disk, is no success.
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
 * npx and npm pass a signal on to us that the terminal, or systemd, has sent us already: one Ctrl-C comes twice. Within
 * this time the second one is the same.
 */
const SAME_SIGNAL_MS = 1000;

/** A signal that SIGINT and SIGTERM abort. One more, a moment later, ends the process at once. */
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
 * npx and npm start us by a shell, and hand a signal of theirs to that shell alone, which dies of it: without this the
 * command would go on, an orphan that nobody sees. When the shell is gone it is as if the signal had reached us.
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

/** `.env` of the working folder, where `hantoo init` writes the key. What the environment says already goes first. */
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
    // Beside the bundle in the package; from a clone, the whole of it.
    const bundled = new URL("./cli-charts.js", import.meta.url);
    return readFile(bundled, "utf8").catch(() =>
      readFile(createRequire(import.meta.url).resolve("echarts/dist/echarts.min.js"), "utf8"),
    );
  },
};
