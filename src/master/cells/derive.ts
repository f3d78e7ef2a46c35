const NONE = "0000";

/** The most specific sector code that is set: small, then medium, then large. */
export function sectorOf(
  small: string | undefined,
  medium: string | undefined,
  large: string | undefined,
): string | undefined {
  if (small !== undefined && small !== NONE) return small;
  if (medium !== undefined && medium !== NONE) return medium;
  return large === NONE ? undefined : large;
}

/** `YYYY-MM` of a date whose day KIS makes up (20230230 occurs). */
export function periodOf(date: string | undefined): string | undefined {
  return date === undefined ? undefined : `${date.slice(0, 4)}-${date.slice(4, 6)}`;
}

/**
 * Whether the instrument can be bought in the ordinary way today: priced, not halted, not in liquidation trading,
 * and not a beneficiary certificate (BC), which the file lists but which is not traded by short code.
 */
export function isTradable(
  halted: boolean | undefined,
  liquidating: boolean | undefined,
  basePrice: number | undefined,
  securityGroup: string | undefined,
): boolean {
  return (
    halted === false &&
    liquidating !== true &&
    basePrice !== undefined &&
    basePrice > 0 &&
    securityGroup !== "BC"
  );
}
