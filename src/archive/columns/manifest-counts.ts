import { type DayManifest, parseMinute } from "./manifest.js";

/** What a manifest tells of one symbol's day, by indexes of a session's minutes. */
export interface SymbolCounts {
  /** Index of the first stored minute. */
  readonly first: number;
  /** Index of the last stored minute; all between are stored. */
  readonly last: number;
  /** Indexes of the holes among them, ascending. */
  readonly holes: readonly number[];
  /** How many of them are untraded. */
  readonly untraded: number;
}

/**
 * Reads a manifest as counts over a session's minutes.
 *
 * @returns for a symbol its counts; `"absent"` if nothing is stored of it; `"unclear"` if its bars must be read, because
 * of gaps, minutes of another session, values that are no bars, or minutes without proof.
 */
export function countsIn(
  manifest: DayManifest,
  minutes: readonly number[],
): (symbol: string) => SymbolCounts | "absent" | "unclear" {
  const places = new Map(manifest.symbols.map((symbol, at) => [symbol, at]));
  const odd = new Set([...manifest.broken, ...(manifest.unproved ?? [])]);
  const indexes = new Map(minutes.map((minute, index) => [minute, index]));
  const known = new Map<string, number>();
  const indexOf = (text: string): number => {
    let index = known.get(text);
    if (index === undefined) {
      index = indexes.get(parseMinute(manifest.date, text)) ?? -1;
      known.set(text, index);
    }
    return index;
  };
  return (symbol) => {
    const at = places.get(symbol);
    if (at === undefined) return "absent";
    const have = manifest.have[at] ?? 0;
    const first = indexOf(manifest.first[at] ?? "");
    const last = indexOf(manifest.last[at] ?? "");
    const lost = manifest.lost[symbol];
    const holes = lost === undefined ? [] : lost.map(indexOf);
    const isWhole = first >= 0 && last - first + 1 === have && !holes.includes(-1);
    if (!isWhole || odd.has(symbol)) return "unclear";
    return { first, last, holes, untraded: have - (manifest.traded[at] ?? 0) - holes.length };
  };
}
