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
