import {
  ConfigError,
  type Logger,
  StorageError,
  VERSION,
  checkPort,
  isHantooError,
} from "../../core/index.js";
import type { ObjectStore } from "../../storage/index.js";
import { type NamedObject, byRetrieval } from "./named-object.js";
import { UNKNOWN_SOURCE } from "./provenance.js";
import type { RetrievalClock } from "./retrieval.js";
import type { LostObject, UnguardedObject } from "./unguarded.js";
import { DEFAULT_ZSTD_LEVEL, type ObjectFacts, seal } from "./sealed/index.js";

/** Where immutable objects of rows lie, and how they are named. */
export interface ObjectLogOptions<Name extends NamedObject> {
  readonly store: ObjectStore;
  /** Beginning of every key, checked. */
  readonly prefix: string;
  /** What a key says; `undefined` if it is none of this log. */
  readonly parseKey: (prefix: string, key: string) => Name | undefined;
  readonly retrievals: RetrievalClock;
  /** 1 (fast) to 22 (small). */
  readonly zstdLevel?: number | undefined;
  /** Where the rows come from. @defaultValue "unknown" */
  readonly source?: string | undefined;
  /** Told of foreign objects under the prefix, once each. */
  readonly logger: Logger;
  /** Told of each plain object that was put into a store without conditional writes. */
  readonly onUnguarded?: (object: Omit<UnguardedObject, "at">) => void;
}

/** One object to be written. */
interface WriteObjectOptions {
  readonly content: Buffer;
  /** The key of an object of that Retrieval. */
  readonly keyOf: (retrieval: number) => string;
  /** Objects among which the Retrieval must be the latest. */
  readonly scope: string;
  /**
   * Epoch ms, a whole second: the Retrieval, or the first free second after it, also where writers otherwise keep to
   * seconds of their own. @defaultValue now, and after all seen of that scope
   */
  readonly retrieval?: number | undefined;
  /** Epoch ms, a whole second: the earliest Retrieval, for content that waited since then. @defaultValue as above */
  readonly since?: number | undefined;
  /** @defaultValue the log's own source */
  readonly source?: string | undefined;
  /** Keys that it replaces, relative to the prefix. */
  readonly sources?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How an object gets its key. */
type NameObjectOptions = Pick<
  WriteObjectOptions,
  "keyOf" | "scope" | "retrieval" | "since" | "sources" | "signal"
>;

/** Immutable, sealed objects under a prefix, named by what they hold and when they were uploaded. */
export interface ObjectLog<Name extends NamedObject> {
  readonly prefix: string;
  /** The wanted objects whose keys begin with `begin`, by Retrieval. */
  list(begin: string, wanted: (object: Name) => boolean): Promise<Name[]>;
  /**
   * Stores content as one immutable object. When it resolves the object is durable.
   *
   * @throws {@link StorageError} if the store fails: it may be stored or not then.
   */
  write(options: WriteObjectOptions): Promise<{ readonly key: string; readonly bytes: number }>;
  /**
   * Stores an object of this log once more, because another writer's object took its key. The new key has the next second,
   * so that everything stored later still wins.
   *
   * @throws as {@link write}.
   */
  writeAgain(
    lost: LostObject,
    how: Pick<WriteObjectOptions, "keyOf" | "scope" | "signal">,
  ): Promise<{ readonly key: string; readonly bytes: number }>;
}

/** Whether the store keeps two writers from taking one key. */
type Guard = "store" | "none" | "unsaid";

const SECOND_MS = 1000;

/** How many taken seconds to skip before giving up: nobody has so many writers. */
const MAX_CONFLICTS = 1000;

/** @throws {@link ConfigError} if an option is not usable. */
export function createObjectLog<Name extends NamedObject>(options: ObjectLogOptions<Name>): ObjectLog<Name> {
  const { store, prefix, parseKey, retrievals, logger } = options;
  const { zstdLevel = DEFAULT_ZSTD_LEVEL, source = UNKNOWN_SOURCE } = options;
  if (!Number.isInteger(zstdLevel) || zstdLevel < 1 || zstdLevel > 22) {
    throw new ConfigError("zstdLevel", "an integer from 1 to 22", zstdLevel);
  }
  if (typeof source !== "string" || !/^[\x20-\x7e]{1,200}$/.test(source))
    throw new ConfigError("provenance", 'a short ASCII text such as "kis-live"', source);
  checkPort(store, "store", ["get", "put", "list"], "an ObjectStore such as `new FileStore(dir)`");
  checkPort(logger, "logger", ["info", "warn", "error"], "a logger such as `console`");
  const reported = new Set<string>();

  const report = (key: string): void => {
    // What begins with "_" is the loggers' own: their settings, see formats.md.
    if (reported.has(key) || key.startsWith(`${prefix}/_`)) return;
    reported.add(key);
    logger.warn(
      { key, prefix },
      "an object that is no kline object lies under the prefix; it is passed over",
    );
  };

  /** What the store says of `ifAbsent`. */
  const guard = async (): Promise<Guard> => {
    const conditional = await store.conditionalWrites?.();
    return conditional === undefined ? "unsaid" : conditional ? "store" : "none";
  };

  /** Puts once. @returns whether an object with exactly these bytes now has that key. */
  const putOnce = async (key: string, bytes: Buffer, guarded: Guard): Promise<boolean> => {
    try {
      if (guarded === "unsaid" && (await store.get(key)) !== undefined) return await holds(key, bytes);
      await store.put(key, bytes, { ifAbsent: true });
      // Without conditional writes another writer may have passed the same check at the same moment.
      return guarded === "store" || (await holds(key, bytes));
    } catch (error) {
      if (!isHantooError(error) || error.code !== "storage_conflict") throw error;
      return holds(key, bytes);
    }
  };

  const holds = async (key: string, bytes: Buffer): Promise<boolean> => {
    const stored = await store.get(key);
    return stored !== undefined && bytes.equals(stored);
  };

  const place = async (
    bytes: Buffer,
    { keyOf, scope, signal, sources, ...how }: NameObjectOptions,
  ): Promise<{ readonly key: string; readonly bytes: number }> => {
    const guarded = await guard();
    // Writers keep to seconds of their own only if the store says that it has no conditional writes.
    const shared = guarded === "none";
    let retrieval =
      how.retrieval ??
      (how.since === undefined ? retrievals.next(scope, shared) : retrievals.from(how.since, shared));
    for (let attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
      signal?.throwIfAborted();
      const key = keyOf(retrieval);
      if (await putOnce(key, bytes, guarded)) {
        retrievals.saw(scope, retrieval);
        // A compacted object is the same from every writer, and its sources are still there.
        if (shared && sources === undefined) options.onUnguarded?.({ key, bytes, retrieval });
        return { key, bytes: bytes.length };
      }
      retrieval = how.retrieval === undefined ? retrievals.after(retrieval, shared) : retrieval + SECOND_MS;
    }
    throw new StorageError(
      `cannot name an object: the next ${MAX_CONFLICTS} seconds are all taken by other writers`,
      { operation: "put", key: keyOf(retrieval) },
    );
  };

  return {
    prefix,
    async list(begin, wanted) {
      const found: Name[] = [];
      for await (const key of store.list(begin)) {
        const parsed = parseKey(prefix, key);
        if (parsed === undefined) report(key);
        else if (wanted(parsed)) found.push(parsed);
      }
      return found.sort(byRetrieval);
    },
    async write({ content, source: own = source, ...how }) {
      const { sources, signal } = how;
      signal?.throwIfAborted();
      const facts: ObjectFacts = { source: own, writer: `hantoo/${VERSION}`, ...(sources && { sources }) };
      return place(await seal(content, zstdLevel, facts), how);
    },
    writeAgain: ({ bytes, retrieval }, how) =>
      place(Buffer.from(bytes), { ...how, retrieval: retrieval + SECOND_MS }),
  };
}
