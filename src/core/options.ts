import { ConfigError } from "./errors.js";

/**
 * Finds an argument that is missing or misplaced, for callers without a type checker.
 *
 * @param expected - what belongs there, such as "an object with `store`, `from` and `to`".
 * @returns `value`, checked.
 * @throws {@link ConfigError} naming `option` if it is no object.
 */
export function checkOptions<T>(value: T, expected: string, option = "options"): T {
  if (typeof value !== "object" || value === null) throw new ConfigError(option, expected, value);
  return value;
}

/**
 * Refuses unknown names: a misspelt option would be ignored in silence.
 *
 * @throws {@link ConfigError} if `options` is no object, or has a name that is none of `known`.
 */
export function checkNames(options: object, known: readonly string[], option = "options"): void {
  for (const name of Object.keys(checkOptions(options, "an object", option))) {
    if (!known.includes(name)) throw new ConfigError(name, `one of ${known.join(", ")}`, "an unknown option");
  }
}

/**
 * Checks an object of the caller's own, such as a store or a clock.
 *
 * @returns `value`, checked.
 * @throws {@link ConfigError} naming `option` unless `value` has all of `methods`.
 */
export function checkPort<T>(
  value: T,
  option: string,
  methods: readonly (keyof T & string)[],
  expected: string,
): T {
  const lacks = methods.find((name) => typeof value?.[name] !== "function");
  if (lacks === undefined) return value;
  const isThing = (typeof value === "object" || typeof value === "function") && value !== null;
  throw new ConfigError(option, expected, isThing ? `one without \`${lacks}\`` : value);
}

/**
 * @returns `value`, checked.
 * @throws {@link ConfigError} naming `option` if it cannot be iterated, or is a text, whose letters are no items.
 */
export function checkIterable<T extends Iterable<unknown>>(value: T, option: string, expected: string): T {
  const given: Partial<Iterable<unknown>> | string | null | undefined = value;
  if (typeof given === "string" || typeof given?.[Symbol.iterator] !== "function")
    throw new ConfigError(option, expected, value);
  return value;
}

/**
 * @returns `value`, checked.
 * @throws {@link ConfigError} naming `option` if it is given and no {@link AbortSignal}.
 */
export function checkSignal(value: AbortSignal | undefined, option = "signal"): AbortSignal | undefined {
  if (value === undefined) return undefined;
  return checkPort(value, option, ["throwIfAborted", "addEventListener"], "an AbortSignal, or left out");
}

/** @throws {@link ConfigError} if `bytes` is no Uint8Array. */
export function checkBytes(bytes: unknown): asserts bytes is Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw new ConfigError("bytes", "a Uint8Array", bytes);
}
