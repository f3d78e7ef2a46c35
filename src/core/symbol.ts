import { ConfigError } from "./errors.js";

const PATTERN = /^[0-9A-Z]{6,9}$/;

/** True for a short code as KRX prints it: `005930`, `0037T0`, `28513K`, `Q530036`. Never a number. */
export function isSymbol(value: unknown): value is string {
  return typeof value === "string" && PATTERN.test(value);
}

/**
 * @returns `value`, checked.
 * @throws {@link ConfigError} naming `option` if it is no short code.
 */
export function checkSymbol(value: unknown, option = "symbol"): string {
  if (!isSymbol(value)) {
    throw new ConfigError(option, 'a short code such as "005930" (6 to 9 of 0-9, A-Z, as a string)', value);
  }
  return value;
}

/**
 * @returns the symbols, checked, in the order given, each once.
 * @throws {@link ConfigError} if there is none, or one is no short code.
 */
export function checkSymbols(values: Iterable<unknown>, option = "symbols"): readonly string[] {
  const given: Partial<Iterable<unknown>> | null | undefined = values;
  // A text is iterable as well: its letters are no symbols.
  if (typeof given === "string" || typeof given?.[Symbol.iterator] !== "function") {
    throw new ConfigError(option, 'an array of short codes such as ["005930"]', given);
  }
  const symbols = new Set<string>();
  for (const value of values) symbols.add(checkSymbol(value, option));
  if (symbols.size === 0) throw new ConfigError(option, "at least one symbol", "none");
  return [...symbols];
}
