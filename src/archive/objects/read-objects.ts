import { StorageError } from "../../core/index.js";
import type { ObjectStore } from "../../storage/index.js";
import { type NamedObject, type Ranked, inOrder } from "./named-object.js";
import { type ObjectFacts, factsOf, unseal } from "./sealed/index.js";

/** How to read objects that others may compact away meanwhile. */
interface ReadObjectsOptions<Name extends NamedObject> {
  readonly store: ObjectStore;
  /** Beginning of every key. */
  readonly prefix: string;
  /** The objects there are. Asked again when one has vanished. */
  readonly list: () => Promise<readonly Name[]>;
  /** Forgets everything taken: all objects follow once more. */
  readonly restart: () => void;
  /**
   * Takes the content of one object. Objects come in the order of merging: of two the later wins.
   *
   * @returns why the content cannot be used; then all others come again without it. `undefined` if it was taken.
   */
  readonly take: (object: Name, content: Buffer, isProved: boolean) => string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was read. */
export interface ReadObjects<Name extends NamedObject> {
  /** All objects of the last listing, by Retrieval. */
  readonly listed: readonly Name[];
  /** The objects that were taken, in the order of merging, with the facts of their trailers. */
  readonly taken: readonly (Ranked<Name> & { readonly facts: ObjectFacts })[];
  /** Those that cannot be used, and why. */
  readonly damaged: readonly { readonly object: Name; readonly reason: string }[];
}

interface Fetched<Name extends NamedObject> extends Ranked<Name> {
  readonly bytes: Uint8Array;
}

/** Objects fetched ahead of the one being looked at: a live day has hundreds, and S3 answers in tens of ms. */
const AHEAD = 8;
/** Rounds before giving up: each one means that somebody compacted or wrote the day meanwhile. */
const MAX_ROUNDS = 50;

/**
 * Reads objects and gives them in the order of merging. They are fetched newest first, so that the sources of a compacted
 * object are never read. An object that vanished was compacted: the listing is read again, and only what is new in it is
 * fetched. A damaged compacted object does not hide its sources.
 *
 * @throws {@link StorageError} if the store fails.
 */
export async function readObjects<Name extends NamedObject>(
  options: ReadObjectsOptions<Name>,
): Promise<ReadObjects<Name>> {
  const { restart, take, signal } = options;
  const damaged = new Map<string, { object: Name; reason: string }>();
  const fetched = new Map<string, Fetched<Name>>();
  for (;;) {
    const listed = await fetchAll(options, fetched, damaged);
    restart();
    const replaced = sourcesOf(fetched.values());
    const taken: ReadObjects<Name>["taken"][number][] = [];
    const order = inOrder([...fetched.values()].filter(({ object }) => !replaced.has(object.key)));
    let isWhole = true;
    for (const { object, sources, bytes } of order) {
      signal?.throwIfAborted();
      const unsealed = await unseal(bytes);
      const isSealed = !("damage" in unsealed);
      const reason = isSealed ? take(object, unsealed.content, unsealed.proved) : unsealed.damage;
      if (isSealed && reason === undefined) {
        taken.push({ object, sources, facts: unsealed.facts });
        continue;
      }
      damaged.set(object.key, { object, reason: reason ?? "" });
      fetched.delete(object.key);
      // A part of it may have been taken; and a damaged compacted object must not hide its sources.
      isWhole &&= !isSealed && sources === undefined;
    }
    if (isWhole) return { listed, taken, damaged: [...damaged.values()] };
  }
}

/** Fetches what is listed and not replaced, until a listing shows nothing new. @returns that listing. */
async function fetchAll<Name extends NamedObject>(
  { store, prefix, list, signal }: ReadObjectsOptions<Name>,
  fetched: Map<string, Fetched<Name>>,
  damaged: ReadonlyMap<string, unknown>,
): Promise<readonly Name[]> {
  let vanished = "";
  for (let round = 0; round < MAX_ROUNDS; round++) {
    signal?.throwIfAborted();
    const listed = await list();
    const replaced = new Set(sourcesOf(fetched.values()));
    const isLeft = ({ key }: Name): boolean => !fetched.has(key) && !damaged.has(key) && !replaced.has(key);
    const left = listed.filter(isLeft).reverse();
    const pending: Promise<Uint8Array | undefined>[] = [];
    vanished = "";
    for (const [at, object] of left.entries()) {
      signal?.throwIfAborted();
      // The newest is fetched alone: it may name all the others.
      for (let next = pending.length; next < Math.min(left.length, at === 0 ? 1 : at + AHEAD); next++) {
        const ahead = left[next];
        const bytes = ahead && isLeft(ahead) ? store.get(ahead.key) : Promise.resolve(undefined);
        bytes.catch(() => undefined); // awaited in its turn, if the turn comes
        pending.push(bytes);
      }
      if (!isLeft(object)) continue;
      const bytes = await pending[at];
      pending[at] = Promise.resolve(undefined);
      if (bytes === undefined) {
        vanished = object.key;
        continue;
      }
      const sources = await provedSources(bytes, prefix);
      fetched.set(object.key, { object, bytes, sources });
      for (const key of sources ?? []) replaced.add(key);
    }
    if (vanished === "") return listed;
  }
  throw new StorageError(
    `objects keep vanishing between listing and reading, the last of them \`${vanished}\`; ` +
      "find out what deletes them, then read again",
    { operation: "get", key: vanished },
    { retryable: true },
  );
}

/** Full keys of the sources that an object names, if it is one that can be trusted. */
async function provedSources(bytes: Uint8Array, prefix: string): Promise<ReadonlySet<string> | undefined> {
  const named = factsOf(bytes)?.sources;
  if (named === undefined) return undefined;
  const unsealed = await unseal(bytes);
  return "damage" in unsealed ? undefined : new Set(named.map((key) => `${prefix}/${key}`));
}

function sourcesOf(objects: Iterable<Ranked<NamedObject>>): Set<string> {
  const replaced = new Set<string>();
  for (const { object, sources } of objects)
    for (const key of sources ?? []) if (key !== object.key) replaced.add(key);
  return replaced;
}
