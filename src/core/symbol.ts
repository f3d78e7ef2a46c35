import { ConfigError } from "./errors.js";
import { checkIterable } from "./options.js";

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
  return checkEach(values, option, checkSymbol);
}

function checkEach(
  values: Iterable<unknown>,
  option: string,
  check: (value: unknown, option: string) => string,
): readonly string[] {
  const names = new Set<string>();
  for (const value of checkIterable(values, option, 'an array of short codes such as ["005930"]'))
    names.add(check(value, option));
  if (names.size === 0) throw new ConfigError(option, "at least one symbol", "none");
  return [...names];
}

const INDEX_PATTERN = /^\d{4}$/;
const EXPECTED_INDEX = 'a code of four digits such as "0001"';

/** True for KIS's code of an index: `0001` KOSPI, `1001` KOSDAQ. Never a number, and no symbol has four digits. */
export function isIndexCode(value: unknown): value is string {
  return typeof value === "string" && INDEX_PATTERN.test(value);
}

/**
 * @returns `value`, checked.
 * @throws {@link ConfigError} naming `option` if it is no code of an index.
 */
export function checkIndexCode(value: unknown, option = "index"): string {
  if (!isIndexCode(value)) throw new ConfigError(option, EXPECTED_INDEX, value);
  return value;
}

/**
 * @returns the codes, checked, in the order given, each once; empty if none are given.
 * @throws {@link ConfigError} if it is no list, or one is no code of an index.
 */
export function checkIndexCodes(values: Iterable<unknown>, option = "indices"): readonly string[] {
  const codes = new Set<string>();
  for (const value of checkIterable(values, option, 'an array of codes of four digits such as ["0001"]'))
    codes.add(checkIndexCode(value, option));
  return [...codes];
}

/** What a row can be stored under: a symbol, or the code of an index. */
export function isSymbolOrIndex(value: unknown): value is string {
  return isSymbol(value) || isIndexCode(value);
}

/** @throws {@link ConfigError} naming `option` if it is neither. */
export function checkSymbolOrIndex(value: unknown, option = "symbol"): string {
  return isIndexCode(value) ? value : checkSymbol(value, option);
}

/**
 * @returns them, checked, in the order given, each once.
 * @throws {@link ConfigError} if there is none, or one is neither a symbol nor the code of an index.
 */
export function checkSymbolsOrIndices(values: Iterable<unknown>, option = "symbols"): readonly string[] {
  return checkEach(values, option, checkSymbolOrIndex);
}

/**
 * Whether the 12 bytes at `at` are an ISIN whose check digit holds: two letters, nine of 0-9 and A-Z, and
 * the Luhn digit over all of them with letters as 10 to 35 (ISO 6166, annex).
 */
export function isIsinAt(bytes: Uint8Array, at: number): boolean {
  let sum = 0;
  let doubled = false;
  for (let i = at + 11; i >= at; i--) {
    const char = bytes[i] as number;
    const digit = char - 48;
    if (digit >= 0 && digit <= 9) {
      if (i < at + 2) return false;
      sum += doubled ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
      doubled = !doubled;
      continue;
    }
    const value = char - 55;
    if (!(value >= 10 && value <= 35) || i === at + 11) return false;
    const ones = value % 10;
    const tens = (value - ones) / 10;
    // A letter is two digits, so whichever is doubled, the turn is the same after it.
    sum += doubled
      ? (ones > 4 ? ones * 2 - 9 : ones * 2) + tens
      : ones + (tens > 4 ? tens * 2 - 9 : tens * 2);
  }
  return sum % 10 === 0;
}
