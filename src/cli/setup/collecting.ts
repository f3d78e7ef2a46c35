import type { DownloadMasterOptions, ListedInstrument } from "hantoo";
import type { Shell } from "../shell/index.js";
import { onlyCodes, needSymbols, typedSymbols } from "./choose-symbols.js";
import { type ConnectOptions, type Connection, connect } from "./connect.js";
import { type OpenStore, openWritableStore } from "./open-store.js";
import type { SymbolValues } from "./symbols-option.js";

/** What a command that collects works with. */
export interface Collecting extends Connection, OpenStore {
  readonly instruments: readonly ListedInstrument[];
  readonly symbols: readonly string[];
}

/** Options that download the master files which go with a connection. */
export function masterOptions(
  { io }: Shell,
  { clock, masterUrl }: Pick<Connection, "clock" | "masterUrl">,
): Pick<DownloadMasterOptions, "clock" | "baseUrl" | "fetch"> {
  return {
    clock,
    ...(masterUrl === undefined ? {} : { baseUrl: masterUrl }),
    ...(io.fetch === undefined ? {} : { fetch: io.fetch }),
  };
}

/**
 * Runs `work` with a client, a store that was tested for writing, and the chosen symbols; then closes the client.
 * The command line is checked first, then the key, then the store: a wrong line creates and sends nothing.
 *
 * @throws ConfigError, StorageError, or what `work` throws.
 */
export async function collecting<T>(
  shell: Shell,
  values: SymbolValues,
  options: Omit<ConnectOptions, "symbols">,
  work: (collecting: Collecting) => Promise<T>,
): Promise<T> {
  const codes = onlyCodes(await typedSymbols(shell, values));
  const connection = await connect(shell, { ...options, ...(codes === undefined ? {} : { symbols: codes }) });
  try {
    const opened = await openWritableStore(shell);
    const place = { store: opened.store, ...masterOptions(shell, connection) };
    const instruments = await needSymbols(shell, values, place);
    const symbols = instruments.map(({ symbol }) => symbol);
    return await work({ ...connection, ...opened, instruments, symbols });
  } finally {
    await connection.close();
  }
}
