/** Why KRX does not trade on a weekday. */
export type ClosureKind = "public" | "substitute" | "election" | "temporary" | "labour" | "year-end";

/** Every {@link ClosureKind}. */
export const CLOSURE_KINDS: readonly ClosureKind[] = [
  "public",
  "substitute",
  "election",
  "temporary",
  "labour",
  "year-end",
];

/** What closes the exchange on one day. If two holidays fall on the day, it has both names, with `"; "` between them. */
export interface Closure {
  /** Name in Korean. */
  readonly nameKo: string;
  /** Name in English. */
  readonly nameEn: string;
  /**
   * `public` a holiday by law, `substitute` the weekday given for one that fell on a weekend or another holiday,
   * `election`, `temporary` declared once by the cabinet, `labour` 1 May, `year-end` KRX's own.
   */
  readonly kind: ClosureKind;
}
