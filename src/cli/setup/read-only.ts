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

/** `store` without its writes: a reading command needs no right to write and creates no folder. */
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

/** Options that take the newest cached master and send nothing. */
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
 * The chosen symbols of a command that only reads. Names and markets are looked up in the cached master files.
 *
 * @returns `undefined` where nothing is chosen, which means all stored symbols.
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
      "codes alone: this command sends nothing, and the store has no master file in which to look up names or markets",
      values.master ?? values.symbols,
      { cause: error },
    );
  }
}
