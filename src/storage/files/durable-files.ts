import { randomUUID } from "node:crypto";
import type * as nodeFs from "node:fs/promises";
import { dirname, join } from "node:path";
import { errnoOf, makeFolders } from "../../core/index.js";
import { TEMPORARY } from "../key.js";

/** The part of `node:fs/promises` that a {@link FileStore} uses. */
export type FileSystem = Pick<
  typeof nodeFs,
  "link" | "mkdir" | "open" | "readFile" | "readdir" | "rename" | "stat" | "unlink"
>;

/** Longer than any upload. An older temporary file was left by a process that was killed. */
const LEFTOVER_MS = 86_400_000;

/** Answers of `fsync` on a folder where the platform has no such thing (Windows, some network mounts). */
const NO_FOLDER_SYNC: ReadonlySet<string> = new Set(["EPERM", "EISDIR", "EINVAL", "ENOTSUP", "EBADF"]);

/** Writes files below a folder so that they survive a crash whole or not at all. */
export class DurableFiles {
  readonly #fs: FileSystem;
  readonly #top: string;
  readonly #private: boolean;
  /** Folders that this process has written to. */
  readonly #known = new Set<string>();

  /**
   * @param top - absolute path of the uppermost folder.
   * @param isPrivate - readable by this user alone.
   */
  constructor(fs: FileSystem, top: string, isPrivate: boolean) {
    this.#fs = fs;
    this.#top = top;
    this.#private = isPrivate;
  }

  /** Writes and syncs `bytes` under a name that no key can have. @returns its path. */
  async write(folder: string, bytes: Uint8Array): Promise<string> {
    const mode = this.#private ? 0o700 : 0o777;
    // A file system of the caller's own may need its `this`.
    const host = { mkdir: (path: string, how: { mode: number }) => this.#fs.mkdir(path, how), dirname };
    const made = await makeFolders(host, folder, mode);
    const isNew = !this.#known.has(folder);
    if (isNew) await this.#syncParents(folder, made);
    const temporary = join(folder, `${TEMPORARY}${randomUUID()}`);
    const file = await this.#fs.open(temporary, "wx", this.#private ? 0o600 : 0o666);
    try {
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      if (isNew) await this.#sweep(folder, temporary);
      return temporary;
    } catch (error) {
      await this.remove(temporary);
      throw error;
    }
  }

  /** Removes a file. Never throws. */
  async remove(path: string): Promise<void> {
    await this.#fs.unlink(path).catch(() => undefined);
  }

  /** Makes the names in a folder durable, where the platform can. */
  async syncFolder(folder: string): Promise<void> {
    try {
      const handle = await this.#fs.open(folder, "r");
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (!NO_FOLDER_SYNC.has(errnoOf(error))) throw error;
    }
  }

  /** Removes what killed processes left in a folder; ages are by the file system's own clock. Never throws. */
  async #sweep(folder: string, own: string): Promise<void> {
    this.#known.add(folder);
    try {
      const now = (await this.#fs.stat(own)).mtimeMs;
      for (const { name } of await this.#fs.readdir(folder, { withFileTypes: true })) {
        const path = join(folder, name);
        if (!name.startsWith(TEMPORARY) || path === own) continue;
        if (now - (await this.#fs.stat(path)).mtimeMs > LEFTOVER_MS) await this.remove(path);
      }
    } catch {
      // Another process may tidy at the same moment.
    }
  }

  /** Syncs the parents of a folder: it is an entry of its parent, and on disk only once the parent is synced. */
  async #syncParents(folder: string, made: string | undefined): Promise<void> {
    const top = made !== undefined && made.length <= this.#top.length ? dirname(made) : this.#top;
    let at = folder;
    while (at.length > top.length) {
      at = dirname(at);
      await this.syncFolder(at);
    }
  }
}
