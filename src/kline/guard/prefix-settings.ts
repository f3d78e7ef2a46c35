import { createHash } from "node:crypto";
import {
  DEFAULT_FIELDS,
  type KlineField,
  UNKNOWN_SOURCE,
  checkFields,
  notedSources,
} from "../../archive/index.js";
import { ConfigError, type Hours, type Venue, isHantooError } from "../../core/index.js";
import type { ObjectStore } from "../../storage/index.js";

/** What all writers of a venue under one prefix must share: `acc_vol` counts from the first minute of the hours. */
export interface PrefixSettings {
  readonly hours: Hours;
  readonly fields: readonly KlineField[];
}

/** What one writer wants of a venue under a prefix. */
export interface WantedSettings {
  readonly prefix: string;
  readonly venue: Venue;
  readonly hours: Hours;
  /** `undefined`: those of the prefix, or the default. */
  readonly fields: readonly KlineField[] | undefined;
}

const SCHEMA = "hantoo-logger/1";

const keyOf = ({ prefix, venue }: WantedSettings): string => `${prefix}/_logger-${venue}.json`;

/** A source may be any short text: its letters are for people, its hash tells it from others. */
function noteKeyOf({ prefix, venue }: WantedSettings, source: string): string {
  const name = source.replaceAll(/[^\w-]/g, "_").slice(0, 40);
  const hash = createHash("sha256").update(source).digest("hex").slice(0, 8);
  return `${prefix}/_logger-${venue}-${name}-${hash}.json`;
}

/**
 * What the writers of a prefix agreed on: a small object a venue that is never replaced.
 *
 * @returns `undefined` where nobody has written yet.
 * @throws {@link ConfigError} if the prefix says otherwise than is wanted, or its object cannot be read.
 * @throws {@link StorageError} if the store fails.
 */
export async function readSettings(
  store: ObjectStore,
  wanted: WantedSettings,
): Promise<PrefixSettings | undefined> {
  const key = keyOf(wanted);
  const stored = await store.get(key);
  if (stored === undefined) return undefined;
  const { prefix, venue, hours, fields } = wanted;
  const agreed = parseSettings(stored);
  if (agreed === undefined)
    throw new ConfigError(
      "prefix",
      `one whose \`${key}\` can be read; delete that object, and the next write makes it again`,
      prefix,
    );
  if (agreed.hours !== hours)
    throw new ConfigError(
      "hours",
      `"${agreed.hours}" at ${venue} under \`${prefix}\`, as \`${key}\` says; give other hours a prefix of their own`,
      hours,
    );
  if (fields !== undefined && !isSameSet(fields, agreed.fields))
    throw new ConfigError(
      "fields",
      `${agreed.fields.join(", ")} at ${venue} under \`${prefix}\`, as \`${key}\` says; leave it out to take them, or ` +
        "give other fields a prefix of their own",
      fields.join(", "),
    );
  return agreed;
}

/**
 * Says them for all later writers, unless another one was first, and notes whose bars come to stand there: of years of
 * objects nobody can read all ends.
 *
 * @param source - where the bars come from.
 * @throws as {@link readSettings}, if another one was first and said otherwise.
 */
export async function claimSettings(
  store: ObjectStore,
  wanted: WantedSettings,
  source: string,
): Promise<void> {
  const { venue, hours, fields = DEFAULT_FIELDS } = wanted;
  const sources = source === UNKNOWN_SOURCE ? [] : [source];
  await putOnce(store, keyOf(wanted), { venue, hours, fields, sources });
  // Another writer may have been first, also where the store does not refuse the second. What was written for lack of
  // other settings is not changed under way.
  await readSettings(store, { ...wanted, fields });
  if (source !== UNKNOWN_SOURCE) await noteSource(store, wanted, source);
}

/** A source that the first note does not name has one of its own: a store may let nothing be replaced. */
async function noteSource(store: ObjectStore, wanted: WantedSettings, source: string): Promise<void> {
  if (notedSources(await store.get(keyOf(wanted))).includes(source)) return;
  const key = noteKeyOf(wanted, source);
  if ((await store.get(key)) === undefined)
    await putOnce(store, key, { venue: wanted.venue, sources: [source] });
}

/** Beside another one's nothing is written. */
async function putOnce(store: ObjectStore, key: string, note: object): Promise<void> {
  try {
    const bytes = Buffer.from(JSON.stringify({ schema: SCHEMA, ...note }));
    await store.put(key, bytes, { ifAbsent: true });
  } catch (error) {
    if (!isHantooError(error) || error.code !== "storage_conflict") throw error;
  }
}

function parseSettings(bytes: Uint8Array): PrefixSettings | undefined {
  try {
    const { hours, fields } = JSON.parse(Buffer.from(bytes).toString("utf8")) as Partial<PrefixSettings>;
    if (hours !== "regular" && hours !== "all") return undefined;
    if (!Array.isArray(fields)) return undefined;
    return { hours, fields: checkFields(fields) };
  } catch {
    return undefined;
  }
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));
