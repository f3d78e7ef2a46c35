import { ConfigError } from "../core/index.js";

/** @throws {@link ConfigError} for a name that is none of `known`: a typing error would change nothing, silently. */
export function checkNames(options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null)
    throw new ConfigError("options", "an object", typeof options);
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new ConfigError(name, `one of ${known.join(", ")}`, "an unknown option");
  }
}
