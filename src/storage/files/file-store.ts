import { randomUUID } from "node:crypto";
import * as nodeFs from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  ConfigError,
  StorageConflictError,
  StorageError,
  type StorageFacts,
  checkBytes,
  errnoOf,
  makeFolders,
} from "../../core/index.js";
import { ownBytes } from "../bytes.js";
import { fileError, isWithoutLinks } from "./file-errors.js";
import { TEMPORARY, checkKey, checkPrefix, isKey } from "../key.js";
import type { ByteRange, GetOptions, ObjectStore, PutOptions } from "../object-store.js";
import { checkRangeOption } from "../ranges.js";

/** The part of `node:fs/promises` that a {@link FileStore} uses. */
export type FileSystem = Pick<
  typeof nodeFs,
  "link" | "mkdir" | "open" | "readFile" | "readdir" | "rename" | "stat" | "unlink"
>;

/** How a {@link FileStore} writes. */
export interface FileStoreOptions {
  /** Readable by this user alone: files 0600, new folders 0700. @defaultValue false: what the umask allows */
  readonly private?: boolean;
  /** For tests that let a disk fail. @defaultValue `node:fs/promises` */
  readonly fs?: FileSystem;
}

/** One page of most file systems: a full disk may still take an empty file. */
const PROBE_BYTES = 4096;

/** Longer than any upload: what is older was left by a process that was killed. */
const LEFTOVER_MS = 86_400_000;

/** Answers of `fsync` on a folder where the platform has no such thing (Windows, some network mounts). */
const NO_FOLDER_SYNC: ReadonlySet<string> = new Set(["EPERM", "EISDIR", "EINVAL", "ENOTSUP", "EBADF"]);

/**
 * Keeps objects as files under a folder, `/` in a key parting sub-folders. The embedded default.
 *
 * A put writes a temporary file beside its place, syncs it to disk and then renames it (with `ifAbsent`: links
 * it, which the system does exclusively), so a reader or a crash never meets half an object. Where the file system
 * has no hard links (exFAT, some SMB mounts) `ifAbsent` is a look before the rename, which two writers at the same
 * moment both pass: see {@link FileStore.conditionalWrites}. Temporary files of killed processes are invisible and
 * removed a day later. A folder that is missing is made by the first put.
 *
 * A key cannot be the folder of another (`a` beside `a/b`), and on file systems that fold case or Unicode forms
 * (macOS, Windows) keys that differ only there are one.
 *
 * @example
 * ```ts
 * const store = new FileStore("./data");
 * await store.verify(); // throws if the folder cannot be written
 * ```
 */
export class FileStore implements ObjectStore {
  /** The absolute path of the folder. */
  readonly dir: string;
  readonly #fs: FileSystem;
  readonly #private: boolean;
  readonly #known = new Set<string>();
  /** Whether the file system has hard links; asked once. */
  #hasLinks: Promise<boolean> | undefined;

  /**
   * @param dir - the folder; relative to the working directory at this moment. Made by the first put.
   * @throws {@link ConfigError} if `dir` is no path.
   */
  constructor(dir: string, options: FileStoreOptions = {}) {
    if (typeof dir !== "string" || dir === "" || dir.includes("\0")) {
      throw new ConfigError("dir", "the path of a folder", dir);
    }
    this.dir = resolve(dir);
    this.#fs = options.fs ?? nodeFs;
    this.#private = options.private ?? false;
  }

  async get(key: string, options: GetOptions = {}): Promise<Uint8Array | undefined> {
    checkKey(key);
    const { range } = options;
    checkRangeOption(range);
    const path = join(this.dir, key);
    return this.#ofFile(key, async () =>
      range === undefined ? ownBytes(await this.#fs.readFile(path)) : this.#readPart(path, range),
    );
  }

  async size(key: string): Promise<number | undefined> {
    checkKey(key);
    return this.#ofFile(key, async () => {
      const found = await this.#fs.stat(join(this.dir, key));
      return found.isDirectory() ? undefined : found.size;
    });
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<void> {
    checkKey(key);
    checkBytes(bytes);
    const facts = { operation: "put", key } as const;
    const path = join(this.dir, key);
    try {
      const temporary = await this.#writeTemporary(dirname(path), bytes.slice());
      let isLeft = true;
      try {
        if (options.ifAbsent === true) isLeft = await this.#link(temporary, path, facts);
        else {
          await this.#fs.rename(temporary, path);
          isLeft = false;
        }
      } finally {
        if (isLeft) await this.#remove(temporary);
      }
      await this.#syncFolder(dirname(path));
    } catch (error) {
      throw fileError(error, this.dir, facts);
    }
  }

  async *list(prefix: string): AsyncIterable<string> {
    checkPrefix(prefix);
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    try {
      yield* this.#walk(folder, prefix);
    } catch (error) {
      throw fileError(error, this.dir, { operation: "list", key: prefix });
    }
  }

  async delete(key: string): Promise<void> {
    await this.deleteAll([key]);
  }

  async deleteAll(keys: readonly string[]): Promise<void> {
    for (const key of keys) checkKey(key);
    const folders = new Set<string>();
    for (const key of keys) if (await this.#unlink(key)) folders.add(dirname(join(this.dir, key)));
    try {
      for (const folder of folders) await this.#syncFolder(folder);
    } catch (error) {
      throw fileError(error, this.dir, { operation: "delete", key: keys[0] ?? "" });
    }
  }

  /**
   * Resolves if the folder takes a file, gives it back and lists it, making the folder if needed; tries links as well.
   * Leaves nothing behind.
   *
   * @throws {@link StorageError} saying why not: no permission, a full disk, a file in the way.
   */
  async verify(): Promise<void> {
    const body = Buffer.alloc(PROBE_BYTES, 0x2e);
    try {
      const probe = await this.#writeTemporary(this.dir, body);
      try {
        const renamed = `${probe}-renamed`;
        await this.#fs.rename(probe, renamed);
        await this.#fs.rename(renamed, probe);
        this.#hasLinks = this.#probeLinks(probe);
        await this.#hasLinks;
        const names = (await this.#fs.readdir(this.dir, { withFileTypes: true })).map(({ name }) => name);
        const isSame = body.equals(await this.#fs.readFile(probe)) && names.includes(basename(probe));
        if (!isSame) throw new Error("it took a file and did not give it back as it was; check the disk");
      } finally {
        await this.#remove(probe);
      }
    } catch (error) {
      this.#hasLinks = undefined;
      throw fileError(error, this.dir, { operation: "put", key: "" });
    }
  }

  /**
   * Whether `ifAbsent` is decided by the file system in one step: true where it has hard links. Asked once.
   *
   * @throws {@link StorageError} if the folder cannot be written.
   */
  async conditionalWrites(): Promise<boolean> {
    if (this.#hasLinks === undefined) await this.verify();
    return (await this.#hasLinks) ?? true;
  }

  /** What `read` gives of the file of a key; `undefined` where there is none. */
  async #ofFile<T>(key: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === "ENOTDIR") await this.#checkDir({ operation: "get", key });
      if (errno === "ENOENT" || errno === "ENOTDIR" || errno === "EISDIR") return undefined;
      throw fileError(error, this.dir, { operation: "get", key });
    }
  }

  async #readPart(path: string, { offset, length }: ByteRange): Promise<Uint8Array> {
    const file = await this.#fs.open(path, "r");
    try {
      const { size } = await file.stat();
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      let at = 0;
      while (at < bytes.length) {
        const { bytesRead } = await file.read(bytes, at, bytes.length - at, offset + at);
        if (bytesRead === 0) return bytes.slice(0, at);
        at += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  }

  /** @returns whether there was a file. */
  async #unlink(key: string): Promise<boolean> {
    const path = join(this.dir, key);
    try {
      await this.#fs.unlink(path);
      return true;
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === "ENOTDIR") await this.#checkDir({ operation: "delete", key });
      if (errno === "ENOENT" || errno === "ENOTDIR") return false;
      // Of a folder: EISDIR on Linux, EPERM on macOS. No object has this key then.
      if (errno === "EISDIR" || (errno === "EPERM" && (await this.#isFolder(path)))) return false;
      throw fileError(error, this.dir, { operation: "delete", key });
    }
  }

  /** Writes and syncs `bytes` under a name that no key has. @returns its path. */
  async #writeTemporary(folder: string, bytes: Uint8Array): Promise<string> {
    const mode = this.#private ? 0o700 : 0o777;
    const made = await makeFolders({ mkdir: this.#fs.mkdir, dirname }, folder, mode);
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
      await this.#remove(temporary);
      throw error;
    }
  }

  /** Gives a finished file its key if no other has it. @returns whether the file is still there under its old name. */
  async #link(temporary: string, path: string, facts: StorageFacts): Promise<boolean> {
    try {
      await this.#fs.link(temporary, path);
      return true;
    } catch (error) {
      const errno = errnoOf(error);
      if (errno !== "EEXIST") {
        if (!isWithoutLinks(errno)) throw error;
        this.#hasLinks = Promise.resolve(false);
        if (await this.#isThere(path)) throw await this.#taken(path, facts);
        await this.#fs.rename(temporary, path);
        return false;
      }
      // On NFS an answer that was lost is asked for again and says EEXIST of our own link.
      if ((await this.#fs.stat(temporary)).nlink > 1) return true;
      throw await this.#taken(path, facts);
    }
  }

  async #taken(path: string, facts: StorageFacts): Promise<Error> {
    return (await this.#isFolder(path))
      ? Object.assign(new Error("is a folder"), { code: "EISDIR" })
      : new StorageConflictError(`an object \`${facts.key}\` is already there`, facts);
  }

  async #isThere(path: string): Promise<boolean> {
    try {
      await this.#fs.stat(path);
      return true;
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return false;
      throw error;
    }
  }

  async #probeLinks(probe: string): Promise<boolean> {
    const linked = `${probe}-linked`;
    try {
      await this.#fs.link(probe, linked);
    } catch (error) {
      if (isWithoutLinks(errnoOf(error))) return false;
      throw error;
    }
    await this.#remove(linked);
    return true;
  }

  async *#walk(folder: string, prefix: string): AsyncIterable<string> {
    for (const entry of await this.#entries(folder, prefix.slice(folder.length))) {
      const key = folder + entry;
      if (key.endsWith("/")) {
        if (key.startsWith(prefix) || prefix.startsWith(key)) yield* this.#walk(key, prefix);
      } else if (key.startsWith(prefix) && isKey(key)) {
        yield key;
      }
    }
  }

  /**
   * Names in a folder that begin with `begin`, sub-folders with a `/` at the end, in the order of their keys. Only these
   * cost more than a name: a folder may hold years of objects.
   */
  async #entries(folder: string, begin: string): Promise<readonly string[]> {
    const path = join(this.dir, folder);
    const names = new Set<string>();
    const first = begin.split("/", 1)[0] ?? "";
    try {
      for (const entry of await this.#fs.readdir(path, { withFileTypes: true })) {
        if (!entry.name.startsWith(first)) continue;
        const isFolder = entry.isSymbolicLink()
          ? await this.#isFolder(join(path, entry.name))
          : entry.isDirectory();
        names.add(isFolder ? `${entry.name}/` : entry.name);
      }
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === "ENOTDIR") await this.#checkDir({ operation: "list", key: folder });
      if (errno !== "ENOENT" && errno !== "ENOTDIR") throw error;
    }
    return [...names].sort();
  }

  /** Removes what killed processes left in a folder, by the file system's own clock. Never fails the caller. */
  async #sweep(folder: string, own: string): Promise<void> {
    this.#known.add(folder);
    try {
      const now = (await this.#fs.stat(own)).mtimeMs;
      for (const { name } of await this.#fs.readdir(folder, { withFileTypes: true })) {
        const path = join(folder, name);
        if (!name.startsWith(TEMPORARY) || path === own) continue;
        if (now - (await this.#fs.stat(path)).mtimeMs > LEFTOVER_MS) await this.#remove(path);
      }
    } catch {
      // Another process may tidy at the same moment.
    }
  }

  /** A folder is an entry of its parent, which is on disk only once the parent is synced, whoever made it. */
  async #syncParents(folder: string, made: string | undefined): Promise<void> {
    const top = made !== undefined && made.length <= this.dir.length ? dirname(made) : this.dir;
    let at = folder;
    while (at.length > top.length) {
      at = dirname(at);
      await this.#syncFolder(at);
    }
  }

  async #remove(temporary: string): Promise<void> {
    await this.#fs.unlink(temporary).catch(() => undefined);
  }

  async #syncFolder(folder: string): Promise<void> {
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

  async #isFolder(path: string): Promise<boolean> {
    return this.#fs.stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
  }

  /** Refuses a file in the place of the store's folder: it is no empty store. */
  async #checkDir(facts: StorageFacts): Promise<void> {
    for (let at = this.dir; ; at = dirname(at)) {
      const found = await this.#fs.stat(at).catch(() => undefined);
      if (found?.isDirectory() === true || at === dirname(at)) return;
      if (found !== undefined) {
        throw new StorageError(
          `cannot ${facts.operation} in the folder ${this.dir}: ${at} is a file; move it, or choose another folder`,
          facts,
        );
      }
    }
  }
}
