import { ConfigError, checkOptions } from "../core/index.js";

/**
 * Refuses names that no option has: a misspelt option would be ignored in silence.
 *
 * @throws {@link ConfigError} if `options` is no object, or has a name that is none of `known`.
 */
export function checkNames(options: object, known: readonly string[], option = "options"): void {
  for (const name of Object.keys(checkOptions(options, "an object", option))) {
    if (!known.includes(name)) throw new ConfigError(name, `one of ${known.join(", ")}`, "an unknown option");
  }
}
