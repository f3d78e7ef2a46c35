/** KRX's hours from one day on; times are `"HH:MM"` KST. */
export interface KrxRegime {
  readonly since: string;
  readonly open: string;
  /** When the closing auction ends; it always is the last ten minutes. */
  readonly close: string;
  /** Start of the auction that gives the opening price. */
  readonly openingAuction?: string;
  readonly break?: readonly [from: string, to: string];
  readonly evening?: {
    readonly kind: "single-price" | "after-market";
    readonly from: string;
    readonly to: string;
  };
  readonly source: string;
}

/** Nextrade's hours from one day on; times are `"HH:MM"` KST. */
export interface NxtRegime {
  readonly since: string;
  readonly preMarket: readonly [from: string, to: string];
  readonly main: readonly [from: string, to: string];
  /** Seconds after `main` opens until it trades. */
  readonly mainDelaySeconds: number;
  readonly afterMarketAuction: readonly [from: string, to: string];
  readonly afterMarket: readonly [from: string, to: string];
  readonly source: string;
}

/** KRX's hours through time, ascending. */
export const krxRegimes: readonly KrxRegime[] = [
  {
    since: "1998-12-07",
    open: "09:00",
    close: "15:00",
    break: ["12:00", "13:00"],
    // Press of 1998 gives the hours alone; that the day closed by auction as it did from May 2000 is assumed.
    source: "Hankyung 1998-09-23",
  },
  {
    since: "2000-05-22",
    open: "09:00",
    close: "15:00",
    openingAuction: "08:00",
    source: "press of May 2000; the auction's start is likely, not certain",
  },
  {
    since: "2005-05-30",
    open: "09:00",
    close: "15:00",
    openingAuction: "08:00",
    evening: { kind: "single-price", from: "15:30", to: "18:00" },
    source: "the single-price session's first day is likely, not certain",
  },
  {
    since: "2016-08-01",
    open: "09:00",
    close: "15:30",
    openingAuction: "08:00",
    evening: { kind: "single-price", from: "16:00", to: "18:00" },
    source: "press of July 2016",
  },
  {
    since: "2019-04-29",
    open: "09:00",
    close: "15:30",
    openingAuction: "08:30",
    evening: { kind: "single-price", from: "16:00", to: "18:00" },
    source: "press of 2019-04-03 and 04-29",
  },
  {
    since: "2026-09-14",
    open: "09:00",
    close: "15:30",
    openingAuction: "08:30",
    evening: { kind: "after-market", from: "16:00", to: "20:00" },
    source: "KIS developers' notice of 2026-09-09, Yonhap 2026-09-10, trades seen at 19:59:47",
  },
];

/** Nextrade's hours through time, ascending. */
export const nxtRegimes: readonly NxtRegime[] = [
  {
    since: "2025-03-04",
    preMarket: ["08:00", "08:50"],
    main: ["09:00", "15:20"],
    mainDelaySeconds: 30,
    afterMarketAuction: ["15:30", "15:40"],
    afterMarket: ["15:40", "20:00"],
    source: "Nextrade's opening, press of March 2025",
  },
];
