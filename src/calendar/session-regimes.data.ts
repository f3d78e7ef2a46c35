/** `"HH:MM"` KST of the trading day; `"31:00"` is 07:00 on the day after. */
export type Span = readonly [from: string, to: string];

/** A part of the day outside the regular session. */
export interface ExtendedWindow {
  /** How it trades. */
  readonly kind: "pre-market" | "after-market-auction" | "after-market" | "single-price";
  /** Start, KST `HH:MM`, inclusive. */
  readonly from: string;
  /** End, KST `HH:MM`, exclusive. */
  readonly to: string;
  /** The closing print stands at the label of `to`, as the closing auction's does. */
  readonly closePrint?: true;
}

/** A venue's hours on a plain day. */
export interface VenueHours {
  /** First trade to close; the closing auction, if there is one, is the last ten minutes. */
  readonly regular: Span;
  /** Seconds after the open until it trades. */
  readonly delaySeconds: number;
  /** Start of the auction that gives the opening price. */
  readonly openingAuction?: string | undefined;
  /** A pause without trades, KST `HH:MM`; `undefined` where there is none. */
  readonly break?: Span | undefined;
  /** Whether the last ten minutes of the regular session are an auction that prints at their end. */
  readonly closingAuction: boolean;
  /** Windows outside the regular session, ascending. */
  readonly extended: readonly ExtendedWindow[];
}

/** Hours from one day on. What a row leaves out stays as in the rows before it. */
export interface Regime extends Partial<VenueHours> {
  /** First KST day with these hours, `YYYY-MM-DD`. */
  readonly since: string;
  /** Where this is published. */
  readonly source: string;
}

/**
 * KRX's hours since 2000, ascending by their first day. What KRX plans for the end of 2027 is one more row:
 * `{ since, extended: [{ kind: "pre-market", from: "07:00", to: "07:50" }, …], source }`.
 */
export const krxRegimes: readonly Regime[] = [
  {
    since: "1998-12-07",
    regular: ["09:00", "15:00"],
    delaySeconds: 0,
    break: ["12:00", "13:00"],
    // Press of 1998 gives the hours alone; that the day closed by auction as it did from May 2000 is assumed.
    closingAuction: true,
    extended: [],
    source: "Hankyung 1998-09-23",
  },
  {
    since: "2000-05-22",
    break: undefined,
    openingAuction: "08:00",
    source: "press of May 2000; the auction's start is likely, not certain",
  },
  {
    since: "2005-05-30",
    extended: [{ kind: "single-price", from: "15:30", to: "18:00" }],
    source: "the single-price session's first day is likely, not certain",
  },
  {
    since: "2016-08-01",
    regular: ["09:00", "15:30"],
    extended: [{ kind: "single-price", from: "16:00", to: "18:00" }],
    source: "press of July 2016",
  },
  { since: "2019-04-29", openingAuction: "08:30", source: "press of 2019-04-03 and 04-29" },
  {
    since: "2026-09-14",
    extended: [{ kind: "after-market", from: "16:00", to: "20:00", closePrint: true }],
    source:
      "KIS developers' notice of 2026-09-09, Yonhap 2026-09-10; a bar labelled 200000 with the close print (measured, 2026-10)",
  },
];

/** Nextrade's hours since it opened, ascending by their first day. */
export const nxtRegimes: readonly Regime[] = [
  {
    since: "2025-03-04",
    regular: ["09:00", "15:20"],
    delaySeconds: 30,
    closingAuction: false,
    extended: [
      { kind: "pre-market", from: "08:00", to: "08:50" },
      { kind: "after-market-auction", from: "15:30", to: "15:40" },
      { kind: "after-market", from: "15:40", to: "20:00" },
    ],
    source: "Nextrade's opening, press of March 2025; last label 195900 (measured, 2026-10)",
  },
];
