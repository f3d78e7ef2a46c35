import * as nodeFs from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  ConfigError,
  StorageConflictError,
  StorageError,
  type StorageFacts,
  checkBytes,
  checkOptions,
  errnoOf,
} from "../../core/index.js";
import { ownBytes } from "../bytes.js";
import { DurableFiles, type FileSystem } from "./durable-files.js";
import { fileError, isWithoutLinks } from "./file-errors.js";
import { checkKey, checkPrefix, isKey } from "../key.js";
import type { ByteRange, GetOptions, ObjectStore, PutOptions } from "../object-store.js";
import { checkRangeOption } from "../ranges.js";

/** How a {@link FileStore} writes. */
export interface FileStoreOptions {
  /** Readable by this user alone: files 0600, new folders 0700. @defaultValue false: what the umask allows */
  readonly private?: boolean;
  /** For tests that let a disk fail. @defaultValue `node:fs/promises` */
  readonly fs?: FileSystem;
}

/** As much as one page of most file systems: a full disk may still take an empty file. */
const PROBE_BYTES = 4096;

/**
 * Keeps objects as files in a folder; a `/` in a key makes sub-folders. The simplest store: it needs no server.
 *
 * A put writes a temporary file beside its place, syncs it to disk and then renames it (with `ifAbsent`: links it, which
 * fails if the name is taken). So neither a reader nor a crash ever sees half an object. Where the file system has no
 * hard links (exFAT, some SMB mounts), `ifAbsent` looks before the rename, and two writers at the same moment may both
 * succeed: see {@link FileStore.conditionalWrites}. Temporary files of killed processes are invisible, and are removed
 * a day later. A folder that is missing is made by the first put.
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
  readonly #files: DurableFiles;
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
    checkOptions(options, "an object such as { private }");
    this.dir = resolve(dir);
    this.#fs = options.fs ?? nodeFs;
    this.#files = new DurableFiles(this.#fs, this.dir, options.private ?? false);
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
      const temporary = await this.#files.write(dirname(path), bytes.slice());
      let isLeft = true;
      try {
        if (options.ifAbsent === true) isLeft = await this.#link(temporary, path, facts);
        else {
          await this.#fs.rename(temporary, path);
          isLeft = false;
        }
      } finally {
        if (isLeft) await this.#files.remove(temporary);
      }
      await this.#files.syncFolder(dirname(path));
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
      for (const folder of folders) await this.#files.syncFolder(folder);
    } catch (error) {
      throw fileError(error, this.dir, { operation: "delete", key: keys[0] ?? "" });
    }
  }

  /**
   * Resolves if a file can be written to the folder, read back and listed. Makes the folder if needed, tries hard links
   * as well, and leaves nothing else behind.
   *
   * @throws {@link StorageError} saying why not: no permission, a full disk, a file in the way.
   */
  async verify(): Promise<void> {
    const body = Buffer.alloc(PROBE_BYTES, 0x2e);
    try {
      const probe = await this.#files.write(this.dir, body);
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
        await this.#files.remove(probe);
      }
    } catch (error) {
      this.#hasLinks = undefined;
      throw fileError(error, this.dir, { operation: "put", key: "" });
    }
  }

  /**
   * Whether the file system decides `ifAbsent` in one step: true if it has hard links. Found out once.
   *
   * @throws {@link StorageError} if the folder cannot be written.
   */
  async conditionalWrites(): Promise<boolean> {
    if (this.#hasLinks === undefined) await this.verify();
    return (await this.#hasLinks) ?? true;
  }

  /** What `read` returns for the file of a key; `undefined` if there is no such file. */
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

  /** Gives a finished file its key if the key is free. @returns whether the file still has its old name, too. */
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
      // If NFS loses an answer it asks again, and then says EEXIST because of our own link.
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
    await this.#files.remove(linked);
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
   * The names in a folder that begin with `begin`, in the order of their keys; sub-folders have a `/` at the end. Only
   * these names are looked at, because a folder may hold years of objects.
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

  async #isFolder(path: string): Promise<boolean> {
    return this.#fs.stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
  }

  /** Throws if a file stands in the place of the store's folder: that is no empty store. */
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
