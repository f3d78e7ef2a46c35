import { ConfigError } from "hantoo";

/** Where the status server listens. */
export interface ServeAddress {
  /** A name or an address of this host. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

const LOOPBACK = "127.0.0.1";

/**
 * Reads `8080`, `:8080`, `127.0.0.1:8080`, `[::1]:8080` or `localhost:8080`. Without a host it is the loopback address,
 * which no other computer reaches.
 *
 * @throws ConfigError
 */
export function serveAddress(text: string, option = "--serve"): ServeAddress {
  const [, v6, name, digits] = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]*)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535)
    throw new ConfigError(option, "a port, or host:port such as 127.0.0.1:8080", text);
  return { host: v6 ?? (name === undefined || name === "" ? LOOPBACK : name), port };
}
