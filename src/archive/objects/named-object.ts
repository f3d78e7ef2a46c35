/** An object whose key says when it was uploaded. */
export interface NamedObject {
  readonly key: string;
  /** Epoch ms of the upload, whole seconds. */
  readonly retrieval: number;
}

/** By Retrieval, then by key (code units). */
export function byRetrieval(a: NamedObject, b: NamedObject): number {
  return a.retrieval - b.retrieval || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

/** An object and the objects that it replaces. */
export interface Ranked<Name extends NamedObject> {
  readonly object: Name;
  /** Full keys that a compacted object names as its sources; absent for a plain one. */
  readonly sources: ReadonlySet<string> | undefined;
}

/**
 * The order of merging: of two objects that hold the same row, the later one wins.
 *
 * Compacted objects come first: an object that they do not name was stored after they listed the day, whatever its
 * Retrieval. Of two compacted objects the one that replaces more comes later. All others are ordered by Retrieval and key.
 */
export function inOrder<Item extends Ranked<NamedObject>>(items: readonly Item[]): Item[] {
  const sorted = items.toSorted((a, b) => byRetrieval(a.object, b.object));
  const compacted = sorted.filter(({ sources }) => sources !== undefined);
  for (let at = 1; at < compacted.length; at++) {
    const item = compacted[at];
    // Moves before the first earlier one that replaces more.
    const before = compacted.slice(0, at).findIndex((other) => item !== undefined && covers(other, item));
    if (item !== undefined && before >= 0) compacted.splice(before, 0, ...compacted.splice(at, 1));
  }
  return [...compacted, ...sorted.filter(({ sources }) => sources === undefined)];
}

function covers({ sources: all }: Ranked<NamedObject>, { sources: some }: Ranked<NamedObject>): boolean {
  if (all === undefined || some === undefined || all.size <= some.size) return false;
  return [...some].every((key) => all.has(key));
}
