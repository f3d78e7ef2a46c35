import { createHash } from "node:crypto";
import { type Hours, type TradingDay, type Venue, kstInstant, kstTime } from "../../core/index.js";

/** Whole symbols that lie side by side in the Parquet object, and can be read on their own. */
export interface ColumnGroup {
  /** First byte in the object. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  readonly rows: number;
  readonly firstSymbol: string;
  readonly lastSymbol: string;
  /** SHA-256 of the bytes, hex: a ranged read is checked too. */
  readonly sha256: string;
}

/**
 * What a day's columns hold, and from which objects they were made. The arrays `have` to `readAt` have an entry for each
 * of `symbols`, at the same index.
 */
export interface DayManifest {
  readonly schema: "hantoo-columns/1";
  readonly venue: Venue;
  readonly date: TradingDay;
  /** `"regular"` where every stored minute is one of the regular session. */
  readonly hours: Hours;
  /** Where the bars came from, such as `"kis-live"`. */
  readonly source: string;
  /** Keys of the objects that are in the columns, relative to the prefix, sorted. */
  readonly sources: readonly string[];
  /** SHA-256, hex, of `sources` joined by LF. */
  readonly sourcesSha256: string;
  readonly rows: number;
  /** Size of the Parquet object. */
  readonly bytes: number;
  /** SHA-256 of the Parquet object, hex. */
  readonly sha256: string;
  readonly groups: readonly ColumnGroup[];
  /** Sorted by code unit. */
  readonly symbols: readonly string[];
  /** Minutes that are stored. */
  readonly have: readonly number[];
  /** Of them those with a trade; the others are untraded, or lost. */
  readonly traded: readonly number[];
  /** First stored minute, KST `HHMM`. */
  readonly first: readonly string[];
  /** Last stored minute, KST `HHMM`. */
  readonly last: readonly string[];
  /** Epoch seconds of the last full read of the symbol's day from the source; `null` where unknown. */
  readonly readAt: readonly (number | null)[];
  /** Minutes that are holes, KST `HHMM`, by symbol. */
  readonly lost: Readonly<Record<string, readonly string[]>>;
  /** Symbols with a minute that is no bar at all, such as older loggers stored: their counts tell too little. */
  readonly broken: readonly string[];
  /** Symbols with a minute out of an object without a trailer, which may have been stored while it was forming. */
  readonly unproved?: readonly string[];
}

/** A {@link DayManifest} without what it says of minutes: enough to read symbols, and parsed in half the time. */
export type BriefManifest = Omit<DayManifest, "traded" | "first" | "last" | "readAt">;

/** Key of a day's Parquet object: hive-partitioned, so that other readers take the folder for a table. */
export function columnsKey(prefix: string, venue: Venue, day: TradingDay): string {
  return `${prefix}-columns/venue=${venue}/date=${day}/bars.parquet`;
}

/** Key of a day's manifest: in its own tree, since other readers fail on JSON among Parquet files. */
export function manifestKey(prefix: string, venue: Venue, day: TradingDay): string {
  return `${prefix}-manifests/venue=${venue}/date=${day}.json`;
}

/** SHA-256, hex. */
export function sha256Of(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function sourcesDigest(sources: readonly string[]): string {
  return sha256Of(sources.join("\n"));
}

/** KST `HHMM` of a minute. */
export function formatMinute(time: number): string {
  return kstTime(time).slice(0, 4);
}

/** The minute of a day that {@link formatMinute} names, epoch ms. */
export function parseMinute(day: TradingDay, text: string): number {
  return kstInstant(day, `${text}00`);
}

/** Whether the columns hold all listed objects; named objects may be gone. */
export function isInStep(
  manifest: Pick<DayManifest, "sources">,
  prefix: string,
  objects: readonly { readonly key: string }[],
): boolean {
  const sources = new Set(manifest.sources);
  return objects.every(({ key }) => sources.has(key.slice(prefix.length + 1)));
}

/** Text before and after the digest at the end of the stored form: the SHA-256 of the text without it. */
const DIGEST_BEFORE = ',"digest":"';
const DIGEST_AFTER = '"}';

/** The stored form of a manifest: its JSON, with a SHA-256 of itself, since one bit can turn a symbol into another. */
export function formatManifest(manifest: DayManifest): Uint8Array {
  const text = JSON.stringify(manifest);
  return Buffer.from(text.slice(0, -1) + DIGEST_BEFORE + sha256Of(text) + DIGEST_AFTER);
}

/** The text without its digest; `undefined` if it is not what the digest proves. */
function provedText(bytes: Buffer): string | undefined {
  const end = bytes.length - DIGEST_BEFORE.length - DIGEST_BYTES - DIGEST_AFTER.length;
  if (end < 0) return undefined;
  const body = bytes.subarray(0, end);
  const digest = createHash("sha256").update(body).update("}").digest("hex");
  if (bytes.toString("latin1", end) !== DIGEST_BEFORE + digest + DIGEST_AFTER) return undefined;
  return `${body.toString("utf8")}}`;
}

const DIGEST_BYTES = 64;
const DIGEST = /^[0-9a-f]{64}$/;
/** `0000` to `2359`: a set, since a market's day names eight thousand. */
const MINUTES: ReadonlySet<unknown> = new Set(
  Array.from({ length: 24 * 60 }, (_, minute) =>
    [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(""),
  ),
);

interface NamedDay {
  readonly venue: Venue;
  readonly tradingDay: TradingDay;
}

/** @returns the manifest of a day; `undefined` if the bytes are none, are torn, or are another day's. */
export function parseManifest(bytes: Uint8Array, day: NamedDay): DayManifest | undefined {
  const manifest = parsePart(bytes, day, (text) => text);
  return manifest !== undefined && areMinutes(manifest as DayManifest)
    ? (manifest as DayManifest)
    : undefined;
}

/** {@link parseManifest} for readers of bars. */
export function parseBriefManifest(bytes: Uint8Array, day: NamedDay): BriefManifest | undefined {
  return parsePart(bytes, day, withoutMinutes);
}

/**
 * Cuts out what a {@link BriefManifest} lacks, if the text is laid out as we write it; other JSON is parsed whole. The
 * marks cannot occur inside a JSON string, where quotes are escaped.
 */
function withoutMinutes(text: string): string {
  const from = text.indexOf(',"traded":[');
  const to = text.indexOf(',"lost":{', from);
  return from < 0 || to < 0 ? text : text.slice(0, from) + text.slice(to);
}

function parsePart(
  bytes: Uint8Array,
  day: NamedDay,
  partOf: (text: string) => string,
): BriefManifest | undefined {
  const text = provedText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(partOf(text));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const manifest = value as BriefManifest;
  const { schema, venue, date, hours, source, sources, sourcesSha256, rows, bytes: size, sha256 } = manifest;
  if (schema !== "hantoo-columns/1" || venue !== day.venue || date !== day.tradingDay) return undefined;
  if ((hours !== "regular" && hours !== "all") || typeof source !== "string") return undefined;
  if (!isList(sources, isText) || sourcesSha256 !== sourcesDigest(sources)) return undefined;
  if (!isCount(rows) || !isCount(size) || !DIGEST.test(sha256)) return undefined;
  return areGroups(manifest) && areSymbols(manifest) ? manifest : undefined;
}

function areGroups({ groups, rows, bytes }: BriefManifest): boolean {
  if (!isList(groups, (group) => typeof group === "object" && group !== null)) return false;
  let end = 0;
  let sum = 0;
  for (const group of groups) {
    const isPlaced = isCount(group.offset) && isCount(group.length) && group.offset >= end;
    if (!isPlaced || !isCount(group.rows) || !DIGEST.test(group.sha256)) return false;
    if (!isText(group.firstSymbol) || !isText(group.lastSymbol)) return false;
    end = group.offset + group.length;
    sum += group.rows;
  }
  return sum === rows && end <= bytes;
}

function areSymbols({ symbols, have, rows, broken, unproved = [] }: BriefManifest): boolean {
  if (!isList(symbols, isText) || !isList(have, isCount) || have.length !== symbols.length) return false;
  if (have.reduce((sum, count) => sum + count, 0) !== rows) return false;
  return isList(broken, isText) && isList(unproved, isText);
}

function areMinutes({ symbols, traded, first, last, readAt, lost }: DayManifest): boolean {
  const isReadAt = (value: unknown): boolean => value === null || isCount(value);
  const isMinute = (value: unknown): boolean => MINUTES.has(value);
  if (!isList(traded, isCount) || !isList(readAt, isReadAt)) return false;
  if (!isList(first, isMinute) || !isList(last, isMinute)) return false;
  if (![traded, first, last, readAt].every((list) => list.length === symbols.length)) return false;
  return (
    typeof lost === "object" && lost !== null && Object.values(lost).every((list) => isList(list, isMinute))
  );
}

const isText = (value: unknown): value is string => typeof value === "string";
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
/** A plain loop: `every` took as long for a market's day as parsing it. */
function isList(value: unknown, isItem: (item: unknown) => boolean): boolean {
  if (!Array.isArray(value)) return false;
  for (let at = 0; at < value.length; at++) if (!isItem(value[at])) return false;
  return true;
}
