import {
  ConfigError,
  type DownloadMasterOptions,
  type ListedInstrument,
  type ObjectStore,
  isHantooError,
} from "hantoo";
import type { Shell } from "../shell/index.js";
import { chooseSymbols } from "./choose-symbols.js";
import type { SymbolValues } from "./symbols-option.js";

/** `store`, of which nothing is written: whoever only reads needs no right to, and makes no folder. */
export function withoutWriting(store: ObjectStore): ObjectStore {
  return {
    get: (key, options) => store.get(key, options),
    list: (prefix) => store.list(prefix),
    put: async () => undefined,
    delete: async () => undefined,
    ...(store.size === undefined
      ? {}
      : { size: (key: string) => store.size?.(key) ?? Promise.resolve(undefined) }),
  };
}

/** Master files of the store alone, the newest there is; nothing is sent. */
function cachedMasters(
  shell: Shell,
  store: ObjectStore,
): DownloadMasterOptions & { readonly store: ObjectStore } {
  return {
    store: withoutWriting(store),
    clock: shell.io.clock,
    allowStale: true,
    maxAttempts: 1,
    fetch: () => Promise.reject(new Error("a reading command sends nothing")),
  };
}

/**
 * The symbols of a command that only reads: names and masters by the master files that the store has already.
 *
 * @returns `undefined` where nothing is chosen: then all that are stored are meant.
 * @throws ConfigError as {@link chooseSymbols}, and where the store has no master file to look into.
 */
export async function chooseStored(
  shell: Shell,
  values: SymbolValues,
  store: ObjectStore,
): Promise<readonly ListedInstrument[] | undefined> {
  try {
    return await chooseSymbols(shell, values, cachedMasters(shell, store));
  } catch (error) {
    if (!isHantooError(error) || error.code === "config" || error.code === "storage") throw error;
    const option = values.master === undefined ? "--symbols" : "--master";
    throw new ConfigError(
      option,
      "codes: this command asks nobody, and the store has no master file to look names or markets up in",
      values.master ?? values.symbols,
      { cause: error },
    );
  }
}
