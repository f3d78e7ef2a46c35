import { randomUUID } from "node:crypto";
import { lstat, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TEMPORARY } from "../key.js";
import { FileStore } from "./file-store.js";

/** A temporary store, for data that does not fit into memory. */
export interface Scratch {
  /** The store. */
  readonly store: FileStore;
  /** Removes all of it. Never fails: what is left over is invisible to stores, and is removed by a later scratch. */
  readonly remove: () => Promise<void>;
}

/** Longer than any work without a write. An older folder was left by a process that was killed. */
const LEFTOVER_MS = 86_400_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A store in a folder of its own, which the first put makes. Folders beside it that killed processes left a day ago are
 * removed first.
 *
 * @param parent - where that folder is made. @defaultValue the host's folder for temporary files
 * @param now - epoch ms. @defaultValue the host's clock, which set the times of the files
 */
export async function createScratch(parent: string = tmpdir(), now: number = Date.now()): Promise<Scratch> {
  await sweep(parent, now);
  const folder = join(parent, `${TEMPORARY}${randomUUID()}`);
  return {
    store: new FileStore(folder, { private: true }),
    remove: () => rm(folder, { recursive: true, force: true }).catch(() => undefined),
  };
}

/** Removes old folders. Never fails, because another process may remove them at the same moment. */
async function sweep(parent: string, now: number): Promise<void> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const isOurs = entry.name.startsWith(TEMPORARY) && UUID.test(entry.name.slice(TEMPORARY.length));
    if (!entry.isDirectory() || !isOurs) continue; // a link is no folder here
    const folder = join(parent, entry.name);
    try {
      if (now - (await lastTouched(folder)) > LEFTOVER_MS) await rm(folder, { recursive: true, force: true });
    } catch {
      // Another user's, or gone.
    }
  }
}

/** When anything in a folder was last written, epoch ms: a long export makes its folders one after the other. */
async function lastTouched(folder: string): Promise<number> {
  let newest = (await lstat(folder)).mtimeMs;
  for (const name of await readdir(folder, { recursive: true }))
    newest = Math.max(newest, (await lstat(join(folder, name))).mtimeMs);
  return newest;
}
