import { createHash } from "node:crypto";
import { lstat, mkdir, rmdir, stat, unlink } from "node:fs/promises";
import { type Server, type Socket, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../../core/index.js";

/** Takes the lock for the one stream of a key on this host. */
export type StreamLock = (name: string) => Promise<StreamHold>;

/** The lock, held until it is released or the process ends. */
export interface StreamHold {
  release(): Promise<void>;
}

const ANSWER_MS = 1000;
const MAX_TRIES = 5;
const STALE_MS = 60_000;

/**
 * The lock is a listening local socket, named by a hash of the key and its host. The kernel frees it however its process
 * dies, so no lock outlives its holder. Why it is not a file: decisions/014-live.md.
 *
 * @throws {@link ConfigError} if another process has it, or if this host opens no local socket.
 */
export const lockStream: StreamLock = (name) => lockAt(lockAddress(name, process.platform, tmpdir()));

/** {@link lockStream} at an address. */
export async function lockAt(address: string): Promise<StreamHold> {
  for (let tries = 1; ; tries++) {
    const server = await listen(address);
    if (server !== undefined) return { release: () => close(server) };
    const holder = await holderOf(address);
    if (holder !== undefined || tries >= MAX_TRIES) throw inUse(holder);
    await removeDeadLock(address);
  }
}

/** Linux and Windows have socket names that vanish with their holder; other systems use a socket file. */
export function lockAddress(name: string, platform: string, folder: string): string {
  const short = createHash("sha256").update(name).digest("hex").slice(0, 32);
  if (platform === "linux") return `\0hantoo-stream-${short}`;
  if (platform === "win32") return `\\\\.\\pipe\\hantoo-stream-${short}`;
  return join(folder, `hantoo-${short}.sock`);
}

/** @returns `undefined` if the address is taken. */
function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.end(`${process.pid}`);
    });
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(cannotListen(error));
    });
    // The stream keeps its process alive; the lock alone must not.
    server.listen(path, () => resolve(server.unref()));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** @returns the id of the process that answers, `"unknown"` if it gives none; `undefined` if nothing listens. */
function holderOf(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = "";
    const socket: Socket = connect(path);
    const end = (holder: string | undefined): void => {
      resolve(holder);
      socket.destroy();
    };
    socket.setTimeout(ANSWER_MS, () => end("unknown"));
    socket.on("data", (data) => (said += data.toString("latin1")));
    socket.on("end", () => end(/^\d{1,10}$/.test(said) ? said : "unknown"));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      end(error.code === "ECONNREFUSED" || error.code === "ENOENT" ? undefined : "unknown"),
    );
  });
}

/**
 * Removes a dead socket's file. A folder beside it lets one process at a time do so: two that found it dead would otherwise
 * remove what the other listens on by then.
 */
async function removeDeadLock(path: string): Promise<void> {
  const guard = `${path}.over`;
  try {
    await mkdir(guard);
  } catch {
    // Another process is at it; or was, and died within the moment that it takes.
    const since = await stat(guard).catch(() => undefined);
    if (since !== undefined && Date.now() - since.mtimeMs > STALE_MS)
      await rmdir(guard).catch(() => undefined);
    return;
  }
  try {
    if ((await lstat(path)).isSocket() && (await holderOf(path)) === undefined) await unlink(path);
  } catch {
    // It is gone already; the next try sees.
  } finally {
    await rmdir(guard).catch(() => undefined);
  }
}

/** The system's own message holds the address, and a temporary folder may name its user: its code is enough. */
function cannotListen({ code = "unknown" }: NodeJS.ErrnoException): ConfigError {
  return new ConfigError(
    "stream",
    "opened where this process may listen on a local socket, which keeps two processes from one key: allow that, and where the temporary folder cannot be written set TMPDIR to one that can",
    code,
  );
}

function inUse(holder: string | undefined): ConfigError {
  const who = holder === undefined || holder === "unknown" ? "another process" : `process ${holder}`;
  return new ConfigError(
    "appKey",
    "one that no other process on this host streams with: KIS takes one session a key, and two ruin both; end the other one, share its stream, or use another key",
    `one that ${who} holds`,
  );
}
