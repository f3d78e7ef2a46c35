import { type Logger, type Venue, isSymbol, venueCode } from "../../core/index.js";
import type { FactorHint, FactorKind } from "../../factors/index.js";
import type { ObjectStore } from "../../storage/index.js";

/**
 * Remembers what masters say of symbols until their prices are checked. Otherwise a failed pass would lose it, since the
 * next night compares other masters.
 */
export interface SuspectLog {
  /** @throws {@link StorageError} if the store fails. */
  readAll(): Promise<ReadonlyMap<string, FactorHint>>;
  /** @throws {@link StorageError} if the store fails. */
  note(hints: ReadonlyMap<string, FactorHint>): Promise<void>;
  /** Forgets symbols whose prices were checked, with the result stored. @throws {@link StorageError} if the store fails. */
  clear(symbols: Iterable<string>): Promise<void>;
}

/** @param prefix - that of the factors; a note is `{prefix}/_suspects/{J|NX|UN}_{symbol}.json`. */
export function createSuspectLog(
  store: ObjectStore,
  prefix: string,
  venue: Venue,
  logger: Logger,
): SuspectLog {
  const begin = `${prefix}/_suspects/${venueCode(venue)}_`;
  const keyOf = (symbol: string): string => `${begin}${symbol}.json`;
  return {
    async readAll() {
      const hints = new Map<string, FactorHint>();
      for await (const key of store.list(begin)) {
        const symbol = key.slice(begin.length, -".json".length);
        const bytes = isSymbol(symbol) ? await store.get(key) : undefined;
        if (bytes === undefined) continue;
        const hint = parseHint(bytes);
        if (hint === undefined)
          logger.warn({ key }, "a note on a suspect cannot be read; the symbol is checked");
        hints.set(symbol, hint ?? { kind: "unknown", text: "a note that cannot be read" });
      }
      return hints;
    },
    async note(hints) {
      for (const [symbol, hint] of hints)
        await store.put(keyOf(symbol), Buffer.from(JSON.stringify(hint), "utf8"));
    },
    async clear(symbols) {
      for (const symbol of symbols) await store.delete(keyOf(symbol));
    },
  };
}

function parseHint(bytes: Uint8Array): FactorHint | undefined {
  try {
    const { kind, text } = JSON.parse(Buffer.from(bytes).toString("utf8")) as Record<string, unknown>;
    return typeof kind === "string" && typeof text === "string"
      ? { kind: kind as FactorKind, text }
      : undefined;
  } catch {
    return undefined;
  }
}
