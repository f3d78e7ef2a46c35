import { ConfigError, checkOptions } from "../core/index.js";

/** A part of the symbols, chosen by a hash of each name: the same on every host and for any list. */
export interface Shard {
  /** 0 to `count - 1`. */
  readonly index: number;
  /** How many share the work; at least 1. */
  readonly count: number;
}

/** Whether a symbol belongs to a shard. By FNV-1a of the name, so adding a symbol moves no other one. */
export function isInShard(symbol: string, { index, count }: Shard): boolean {
  let hash = 0x811c9dc5; // http://www.isthe.com/chongo/tech/comp/fnv/ (read 2026-11-21)
  for (const character of symbol) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return (hash >>> 0) % count === index;
}

/**
 * @returns `shard`, checked.
 * @throws {@link ConfigError} naming what is out of range.
 */
export function checkShard(shard: Shard): Shard {
  const { index, count } = checkOptions(shard, "an object { index, count }", "shard");
  if (!Number.isInteger(count) || count < 1) throw new ConfigError("shard.count", "an integer >= 1", count);
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new ConfigError("shard.index", `an integer from 0 to ${count - 1}`, index);
  return shard;
}
