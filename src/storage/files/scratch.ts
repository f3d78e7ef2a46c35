import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TEMPORARY } from "../key.js";
import { FileStore } from "./file-store.js";

/** A store for a while, for what does not fit into memory. */
export interface Scratch {
  /** The store. */
  readonly store: FileStore;
  /** Removes all of it. Never fails: what is left over is invisible to stores. */
  readonly remove: () => Promise<void>;
}

/**
 * A store in a folder of its own, which the first put makes.
 *
 * @param parent - where that folder is made. @defaultValue the host's folder for temporary files
 */
export function createScratch(parent: string = tmpdir()): Scratch {
  const folder = join(parent, `${TEMPORARY}${randomUUID()}`);
  return {
    store: new FileStore(folder, { private: true }),
    remove: () => rm(folder, { recursive: true, force: true }).catch(() => undefined),
  };
}
