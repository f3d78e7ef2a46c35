import { randomUUID } from "node:crypto";
import {
  type FileHandle,
  chmod,
  lstat,
  mkdir,
  open,
  readFile,
  rename,
  rmdir,
  unlink,
  utimes,
} from "node:fs/promises";
import { homedir, platform } from "node:os";
import { dirname, join } from "node:path";
import {
  type Clock,
  type ClockOption,
  type Logger,
  checkClock,
  errnoOf,
  makeFolders,
  silentLogger,
} from "../../core/index.js";
import {
  type TokenKey,
  type TokenStore,
  checkFactName,
  formatStoredToken,
  parseStoredToken,
  tokenName,
} from "./token-store.js";

/** Options of {@link createFileTokenStore}. */
export interface FileTokenStoreOptions {
  /** @defaultValue `hantoo` in the user's cache folder */
  readonly folder?: string;
  /** Used between two looks at a lock. @defaultValue the host's clock */
  readonly clock?: ClockOption;
  /** @defaultValue silent */
  readonly logger?: Logger;
}

/** A holder touches its lock this often. After three missed touches it counts as dead. */
const TOUCH_MS = 5000;
const STALE_MS = 15_000;
/** Whoever takes a dead lock away needs a moment for it. */
const GUARD_STALE_MS = 60_000;
const POLL_MS = 50;

/** The user's cache folder, by the convention of the platform. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = process.env;
  if (xdg !== undefined && xdg !== "") return join(xdg, "hantoo");
  if (platform() === "win32" && local !== undefined && local !== "") return join(local, "hantoo");
  return join(homedir(), platform() === "darwin" ? "Library/Caches/hantoo" : ".cache/hantoo");
}

/**
 * Keeps tokens, and the facts beside them, in files of mode 0600 in a folder of mode 0700, each replaced in one step.
 *
 * A link, a file that others can write, and a file of another user read as absent. A file that others can read
 * is closed to them first. If the folder cannot be written, `write` throws and nothing is shared.
 *
 * @example
 * ```ts
 * const tokenStore = createFileTokenStore({ folder: "./tokens", logger: console });
 * const client = KisClient.fromEnv(process.env, { tokenStore });
 * ```
 */
export function createFileTokenStore(options: FileTokenStoreOptions = {}): TokenStore {
  const { folder = cacheFolder(), logger = silentLogger } = options;
  const clock = checkClock(options.clock);
  const pathOf = (key: TokenKey, name = "token"): string => join(folder, `${name}-${tokenName(key)}.json`);
  const prepare = async (): Promise<void> => {
    await makeFolders({ mkdir, dirname }, folder, 0o700);
  };

  const isTrusted = async (path: string): Promise<boolean> => {
    const { mode, uid } = await lstat(path);
    if ((mode & 0o170000) !== 0o100000) return false;
    if (process.getuid !== undefined && uid !== process.getuid()) return false;
    if (platform() === "win32") return true;
    if ((mode & 0o022) !== 0) return false;
    if ((mode & 0o077) !== 0) {
      logger.warn({ path }, "others could read the file; closing it to them");
      await chmod(path, 0o600).catch(() => undefined);
    }
    return true;
  };

  const load = async (path: string): Promise<string | undefined> => {
    try {
      if (await isTrusted(path)) return await readFile(path, "utf8");
      logger.warn({ path }, "the file is not ours alone to write; ignoring it");
      return undefined;
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return undefined;
      throw error;
    }
  };

  const save = async (path: string, text: string): Promise<void> => {
    await prepare();
    const draft = `${path}.${randomUUID()}`;
    let file: FileHandle | undefined;
    try {
      file = await open(draft, "wx", 0o600);
      await file.writeFile(text);
      await file.sync();
      await file.close();
      await rename(draft, path);
    } catch (error) {
      await file?.close().catch(() => undefined);
      await unlink(draft).catch(() => undefined);
      throw error;
    }
  };

  return {
    async read(key) {
      const path = pathOf(key);
      const text = await load(path);
      if (text === undefined) return undefined;
      const token = parseStoredToken(text, key);
      if (token === undefined) logger.warn({ path }, "the token file is damaged; ignoring it");
      return token;
    },
    write: (token) => save(pathOf(token), formatStoredToken(token)),
    recall: async (key, name) => load(pathOf(key, checkFactName(name))),
    remember: async (key, name, text) => save(pathOf(key, checkFactName(name)), text),

    async exclusive(key, work, signal) {
      const lock = `${pathOf(key)}.lock`;
      const id = randomUUID();
      try {
        await prepare();
        await acquire(lock, id, clock, signal);
      } catch (error) {
        if (signal?.aborted === true) throw signal.reason;
        logger.warn(
          { lock, reason: errnoOf(error) },
          "the token cannot be locked; other programs may ask for one too",
        );
        return work();
      }
      const timer = setInterval(() => void touch(lock), TOUCH_MS);
      timer.unref();
      try {
        return await work();
      } finally {
        clearInterval(timer);
        await release(lock, id);
      }
    },
  };
}

async function touch(lock: string): Promise<void> {
  const now = new Date();
  await utimes(lock, now, now).catch(() => undefined);
}

async function acquire(
  lock: string,
  id: string,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      const file = await open(lock, "wx", 0o600);
      try {
        await file.writeFile(id);
      } finally {
        await file.close();
      }
      return;
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
    }
    await removeDeadLock(lock);
    await clock.sleep(POLL_MS, signal);
  }
}

/**
 * Takes a dead holder's lock away. A folder beside it lets one process at a time do so: two that found it dead would
 * otherwise take away what the other holds by then.
 */
async function removeDeadLock(lock: string): Promise<void> {
  if (!(await isOlder(lock, STALE_MS))) return;
  const guard = `${lock}.over`;
  try {
    await mkdir(guard, 0o700);
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    // Another process is at it; or was, and died within the moment that it takes.
    if (await isOlder(guard, GUARD_STALE_MS)) await rmdir(guard).catch(() => undefined);
    return;
  }
  try {
    if (await isOlder(lock, STALE_MS)) await unlink(lock);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  } finally {
    await rmdir(guard).catch(() => undefined);
  }
}

/** Whether `path` is there and was not touched for `ms`. */
async function isOlder(path: string, ms: number): Promise<boolean> {
  try {
    return Math.abs(Date.now() - (await lstat(path)).mtimeMs) >= ms;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw error;
  }
}

async function release(lock: string, id: string): Promise<void> {
  const holder = await readFile(lock, "utf8").catch(() => undefined);
  if (holder === id) await unlink(lock).catch(() => undefined);
}
