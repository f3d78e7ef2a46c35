import { ConfigError } from "../core/index.js";

/** Names of uploads in progress begin with this. No key may, and no listing shows them. */
export const TEMPORARY = ".hantoo-tmp-";

/** What S3 allows, in UTF-8 bytes. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html (read 2026-11-21) */
const MAX_BYTES = 1024;

const EXPECTED =
  'a text of 1 to 1024 UTF-8 bytes such as "folder/name": segments parted by single "/", none of them ' +
  `"." or ".." or beginning with "${TEMPORARY}", without control characters and what Windows cannot hold: ` +
  '\\ < > : " | ? *, a dot or blank at the end of a segment, names such as "aux" and "con"';

// A key becomes XML in a listing of S3 and a path in a folder: neither can hold these, and Windows some others.
const FORBIDDEN = /[\u0000-\u001f\u007f\\<>:"|?*\ufffe\uffff]/; // oxlint-disable-line no-control-regex -- they are what it forbids
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Names of devices on Windows, whatever follows a dot. @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file (read 2026-11-28) */
const DEVICE = /^(?:con|prn|aux|nul|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:\.|$)/i;

// What ends in a dot covers "." and "..".
const isSegment = (segment: string): boolean =>
  segment !== "" && !/[. ]$/.test(segment) && !DEVICE.test(segment) && !segment.startsWith(TEMPORARY);
const isText = (value: string): boolean =>
  !FORBIDDEN.test(value) && !LONE_SURROGATE.test(value) && Buffer.byteLength(value) <= MAX_BYTES;

/** True for a key that every store of this package can hold, and that never leaves its folder. */
export function isKey(key: unknown): key is string {
  return typeof key === "string" && isText(key) && key.split("/").every(isSegment);
}

/** @throws {@link ConfigError} unless every store can hold `key`. */
export function checkKey(key: unknown): asserts key is string {
  if (!isKey(key)) throw new ConfigError("key", EXPECTED, key);
}

/** @throws {@link ConfigError} if no key can begin with `prefix`. Every key begins with the empty prefix. */
export function checkPrefix(prefix: unknown): asserts prefix is string {
  const folders = typeof prefix === "string" ? prefix.split("/").slice(0, -1) : undefined;
  if (folders === undefined || !isText(prefix as string) || !folders.every(isSegment)) {
    throw new ConfigError("prefix", `the beginning of a key, or "" for all; a key is ${EXPECTED}`, prefix);
  }
}
