import { ConfigError } from "../../core/index.js";
import { type ObjectStore, getRange } from "../../storage/index.js";
import { type ObjectFacts, factsOfEnd } from "./sealed/index.js";

/** Where rows come from when their source does not say. */
export const UNKNOWN_SOURCE = "unknown";
/** Several sources of KIS, live and paper, in one object. */
const MIXED = "mixed";
/** Separates the sources of an object that holds rows of several kinds. */
const BESIDE = "+";

/** A kind of rows that a prefix holds. */
export interface StoredSource {
  /** As the object says it, such as `"kis-live"`. */
  readonly source: string;
  /** Key of the first object that says so; if no object does, of the writers' note. */
  readonly key: string;
}

/** @returns an option `acceptProvenance`, checked; none where it is left out. @throws {@link ConfigError} */
export function checkAccepted(accept: unknown = []): readonly string[] {
  if (!Array.isArray(accept) || !accept.every((source) => typeof source === "string"))
    throw new ConfigError("acceptProvenance", 'an array such as ["host:lab"]', accept);
  return accept;
}

/** Which prefix to look at. */
export interface ReadProvenanceOptions {
  readonly store: ObjectStore;
  readonly prefix: string;
  readonly signal?: AbortSignal | undefined;
}

/** A writer that is about to begin. */
export interface CheckProvenanceOptions extends ReadProvenanceOptions {
  /** Where the writer's rows come from. */
  readonly source: string;
  /** Sources of other kinds that may stand beside them. @defaultValue none */
  readonly accept?: readonly string[] | undefined;
}

/**
 * The most objects whose ends are read, about a year of days. Of a prefix with more, the newest object of each of the
 * newest days is read; on a compacted day it names all others.
 */
const MOST_LOOKED_AT = 256;
const AT_A_TIME = 16;
/** Bytes of an object's end: a plain trailer is about 150, that of a compacted day about 30,000. */
const ENDS = [1024, 65_536];

/** The kinds that must not be mixed: KIS live and paper are one kind, each host is its own. */
export function kindsOf(source: string): readonly string[] {
  const kinds = source.split(BESIDE).map((part) => (/^(?:kis-|mixed$)/.test(part) ? "kis" : part));
  return [...new Set(kinds)].filter((kind) => kind !== UNKNOWN_SOURCE);
}

/**
 * The source of an object that merges these sources: the only one, or `"mixed"` for several of KIS. Several kinds, which
 * only a writer with `acceptProvenance` leaves, are all named, such as `"host:lab+kis-live"`.
 */
export function joinSources(sources: Iterable<string | undefined>): string {
  const parts = [
    ...new Set([...sources].flatMap((source) => (source ?? UNKNOWN_SOURCE).split(BESIDE))),
  ].sort();
  const [first = UNKNOWN_SOURCE] = parts;
  if (parts.length < 2) return first;
  return parts.every((part) => part !== UNKNOWN_SOURCE && kindsOf(part)[0] === "kis")
    ? MIXED
    : parts.join(BESIDE);
}

/** What an object says of itself, read from its last bytes; `undefined` if it is not there. */
export async function readFacts(store: ObjectStore, key: string): Promise<ObjectFacts | undefined> {
  const size = await store.size?.(key);
  if (store.size !== undefined && size === undefined) return undefined;
  for (const bytes of size === undefined ? [] : ENDS) {
    const length = Math.min(bytes, size ?? 0);
    const end = length > 0 ? await getRange(store, key, { offset: (size ?? 0) - length, length }) : undefined;
    const facts = end && factsOfEnd(end, length === size);
    if (facts !== undefined) return facts;
  }
  const whole = await store.get(key);
  return whole && factsOfEnd(whole, true);
}

/** `{prefix}/_logger-{venue}.json`: what the writers of a prefix agreed on; `…-{source}.json`: whose bars came later. */
const NOTE = /\/_logger-[A-Z]+(?:-[\w-]+)?\.json$/;

/**
 * The `sources` of a writers' note, which each writer makes before its first object; none if an older writer made the
 * note, or it cannot be read.
 */
export function notedSources(bytes: Uint8Array | undefined): readonly string[] {
  try {
    const { sources } = JSON.parse(Buffer.from(bytes ?? []).toString("utf8")) as { sources?: unknown };
    return Array.isArray(sources) ? sources.filter((source) => typeof source === "string") : [];
  } catch {
    return [];
  }
}

/**
 * Where the rows under a prefix come from, as their objects and the writers' notes say. It is cheap: it reads the ends of
 * at most 256 objects, sixteen at a time. Objects of older writers say nothing. A kind that is in none of the objects read
 * is in the notes, which every writer of minutes makes before its first object.
 *
 * @returns each source once, with the first key that says so.
 * @throws {@link StorageError} if the store fails.
 */
export async function readProvenance(options: ReadProvenanceOptions): Promise<readonly StoredSource[]> {
  const { store, prefix, signal } = options;
  const keys: string[] = [];
  const notes: string[] = [];
  for await (const key of store.list(`${prefix}/`)) {
    if (key.endsWith(".jsonl.zstd")) keys.push(key);
    else if (NOTE.test(key)) notes.push(key);
  }
  const chosen = keys.length <= MOST_LOOKED_AT ? keys : newestOfDays(keys, prefix.length + 1 + 8);
  const found = new Map<string, string>();
  for (let at = 0; at < chosen.length; at += AT_A_TIME) {
    signal?.throwIfAborted();
    const batch = chosen.slice(at, at + AT_A_TIME);
    const facts = await Promise.all(batch.map((key) => readFacts(store, key)));
    for (const [index, key] of batch.entries()) {
      const source = facts[index]?.source;
      if (source !== undefined && !found.has(source)) found.set(source, key);
    }
  }
  for (const key of notes)
    for (const source of notedSources(await store.get(key))) if (!found.has(source)) found.set(source, key);
  return [...found].map(([source, key]) => ({ source, key }));
}

/** The key uploaded last of each day, ascending. */
function newestOfDays(keys: readonly string[], dayEnd: number): string[] {
  const retrievalOf = (key: string): string => key.slice(-"YYYYMMDDHHMMSS.jsonl.zstd".length);
  const newest = new Map<string, string>();
  for (const key of keys) {
    const day = key.slice(0, dayEnd);
    const before = newest.get(day);
    if (before === undefined || retrievalOf(before) <= retrievalOf(key)) newest.set(day, key);
  }
  return [...newest.values()].slice(-MOST_LOOKED_AT);
}

/**
 * Refuses a writer whose prefix holds rows of another kind than its own: invented bars must never pass for real ones.
 * Rows of unknown source pass, stored or to be written.
 *
 * @throws {@link ConfigError} naming the first such object and what to do.
 * @throws {@link StorageError} if the store fails.
 */
export async function checkProvenance(options: CheckProvenanceOptions): Promise<void> {
  const { source, accept = [], prefix } = options;
  const own = kindsOf(source);
  if (own.length === 0) return;
  const allowed = new Set([...own, ...accept.flatMap(kindsOf)]);
  for (const stored of await readProvenance(options)) {
    const foreign = kindsOf(stored.source).find((kind) => !allowed.has(kind));
    if (foreign === undefined) continue;
    const held = NOTE.test(stored.key)
      ? `as \`${stored.key}\` says there are bars of ${stored.source} (delete that object if none is left)`
      : `\`${stored.key}\` holds bars of ${stored.source}`;
    throw new ConfigError(
      "prefix",
      `a prefix without bars of another kind than this source's (${source}): ${held}; choose another store or ` +
        "prefix, or name it in `acceptProvenance`",
      prefix,
    );
  }
}

/** {@link checkProvenance} of a source that can say more of itself once it was asked something. */
export interface CheckSourceOptions extends Omit<CheckProvenanceOptions, "source"> {
  /** What the source says of itself by now. */
  readonly source: () => string;
  /** Asks the source anything; absent where it cannot be asked without cost. */
  readonly ask?: () => Promise<unknown>;
}

/**
 * {@link checkProvenance} before the first request. A simulator at KIS's address or another host's is known only by its
 * answers, so a source that the stored rows contradict is asked once before it is refused. A host that cannot be asked,
 * or does not answer now, may be a simulator and is refused beside other rows only: its writes are checked.
 *
 * @throws as {@link checkProvenance}.
 */
export async function checkSource(options: CheckSourceOptions): Promise<void> {
  const { source, ask, accept = [], ...rest } = options;
  const before = source();
  const isHost = before.startsWith("host:");
  try {
    const mayBe = isHost && ask === undefined ? [...accept, "simulator"] : accept;
    await checkProvenance({ ...rest, accept: mayBe, source: before });
  } catch (error) {
    if (!(error instanceof ConfigError) || ask === undefined) throw error;
    const answer = await ask().catch(() => undefined);
    if (source() === before) {
      if (!isHost || answer !== undefined) throw error;
      return await checkProvenance({ ...rest, accept: [...accept, "simulator"], source: before });
    }
    await checkProvenance({ ...rest, accept, source: source() });
  }
}
