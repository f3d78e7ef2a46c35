import { ConfigError, checkOptions } from "../core/index.js";
import type { KisClientOptions } from "./kis-options.js";

/** Environment variables by name, such as `process.env`. */
export type KisEnv = Readonly<Record<string, string | undefined>>;

/** Quotes around a value, which a shell would have removed and `docker --env-file` leaves. */
const QUOTED = /^(["'])(.*)\1$/s;

/**
 * Options from environment variables. A value in `options` counts more, unless it is `undefined`. A blank variable counts
 * as not set, and quotes around a value are not part of it.
 *
 * @throws {@link ConfigError} naming the variable that is missing. The values of the two secrets are never shown.
 */
export function readEnv(
  env: KisEnv,
  options: Omit<KisClientOptions, "appKey" | "appSecret">,
): KisClientOptions {
  checkOptions(env, "an object of environment variables", "env");
  const read = (name: string): string | undefined => {
    const value = env[name]?.trim().replace(QUOTED, "$2");
    return value === "" ? undefined : value;
  };
  const need = (name: string): string => {
    const value = read(name);
    if (value === undefined) throw new ConfigError(name, "set in the environment", undefined);
    return value;
  };
  const environment = read("KIS_ENVIRONMENT");
  if (environment !== undefined && environment !== "live" && environment !== "paper") {
    throw new ConfigError("KIS_ENVIRONMENT", '"live" or "paper"', environment);
  }
  const baseUrl = read("KIS_BASE_URL");
  const websocketUrl = read("KIS_WEBSOCKET_URL");
  const rate = read("KIS_RATE_LIMIT");
  const rateLimit = rate === "live" || rate === "paper" || rate === "new-account" ? rate : Number(rate);
  if (rate !== undefined && typeof rateLimit === "number" && !(rateLimit > 0)) {
    throw new ConfigError("KIS_RATE_LIMIT", '"live", "paper", "new-account" or calls a second', rate);
  }
  // A plain spread would let `{ environment: undefined }` turn paper into the default, live.
  const said = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return {
    appKey: need("KIS_APP_KEY"),
    appSecret: need("KIS_APP_SECRET"),
    ...(environment === undefined ? {} : { environment }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(websocketUrl === undefined ? {} : { websocketUrl }),
    ...(rate === undefined ? {} : { rateLimit }),
    ...said,
  };
}
