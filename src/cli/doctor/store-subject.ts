import { randomUUID } from "node:crypto";
import { type ObjectStore, StorageConflictError } from "hantoo";
import { type Sight, asAssumed, differs } from "./finding.js";
import { whatFailed } from "./what-failed.js";

/** Beside the data, so that rights by prefix are those of the data. */
const PREFIX = "hantoo_doctor/";

/** Writes, lists, reads and writes conditionally; takes away what it wrote. */
export async function lookAtStore(store: ObjectStore): Promise<Sight> {
  const key = `${PREFIX}${randomUUID()}`;
  const bytes = new TextEncoder().encode("written by hantoo doctor; may be deleted\n");
  let step = "written";
  try {
    await store.put(key, bytes);
    step = "listed";
    if (!(await isListed(store, key))) return differs("what was written is not in the listing of its prefix");
    step = "read";
    const read = await store.get(key);
    if (read === undefined || Buffer.compare(read, bytes) !== 0)
      return differs("what was read is not what was written");
    step = "written conditionally";
    const isDecided = (await store.conditionalWrites?.()) ?? true;
    const isRefused = await store.put(key, bytes, { ifAbsent: true }).then(
      () => false,
      (error: unknown) => {
        if (error instanceof StorageConflictError) return true;
        throw error;
      },
    );
    if (!isRefused) return differs("a conditional write over an object that is there was not refused");
    if (!isDecided)
      return differs(
        "written, listed, read; a conditional write is looked at first, not decided in one step: let no two loggers share a symbol",
      );
    return asAssumed("written, listed, read; a conditional write is refused where the key is taken");
  } catch (error) {
    return differs(`nothing could be ${step}: ${whatFailed(error)}`);
  } finally {
    await store.delete(key).catch(() => undefined);
  }
}

async function isListed(store: ObjectStore, wanted: string): Promise<boolean> {
  for await (const key of store.list(PREFIX)) if (key === wanted) return true;
  return false;
}
