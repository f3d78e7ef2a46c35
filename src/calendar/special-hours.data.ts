/** How sure the hours of a day are: seen in a notice or the press, by rule, or expected. */
export type HoursGrade = "certain" | "likely" | "predicted";

/** Why a session's hours differ from the usual. */
export type SpecialHoursKind = "first-session" | "csat" | "csat-postponed" | "late-open";

/** Day, kind, how sure, source, and KRX's open and close (`"HH:MM"` KST) if they are not those of the kind. */
export type SpecialHoursRow = readonly [
  day: string,
  kind: SpecialHoursKind,
  grade: HoursGrade,
  source: string,
  hours?: readonly [open: string, close: string],
];

/** What a {@link SpecialHoursKind} means: in words, and in minutes after the usual open and close. */
export const specialHoursKinds: Readonly<
  Record<
    SpecialHoursKind,
    { readonly reason: string; readonly openLater: number; readonly closeLater: number }
  >
> = {
  "first-session": {
    reason: "first session of the year (개장식): opens an hour late",
    openLater: 60,
    closeLater: 0,
  },
  csat: {
    reason: "college entrance exam (수능): the whole session an hour later",
    openLater: 60,
    closeLater: 60,
  },
  "csat-postponed": {
    reason:
      "college entrance exam (수능), postponed a week after the Pohang earthquake: hours moved all the same",
    openLater: 60,
    closeLater: 60,
  },
  "late-open": {
    reason: "opened late, the day after the attacks on New York",
    openLater: 180,
    closeLater: 0,
  },
};

const LISTED = "exchange_calendars: list of CSAT days with press links";
const BY_RULE = "exchange_calendars: first session of a year opens an hour late";

/**
 * Every session from 2000-01-01 to 2027-12-31 whose hours were or will be special, ascending.
 *
 * @see decisions/003-calendar.md
 */
export const specialHoursTable: readonly SpecialHoursRow[] = [
  [
    "2000-01-04",
    "first-session",
    "likely",
    "press of 1999-12-26: one session, no afternoon",
    ["10:00", "13:00"],
  ],
  ["2000-11-15", "csat", "likely", LISTED],
  ["2001-01-02", "first-session", "likely", BY_RULE],
  ["2001-09-12", "late-open", "likely", "fntimes, sedaily, Hankyung, Yonhap"],
  ["2001-11-07", "csat", "likely", LISTED],
  ["2002-01-02", "first-session", "likely", BY_RULE],
  ["2002-11-06", "csat", "likely", LISTED],
  ["2003-01-02", "first-session", "likely", BY_RULE],
  ["2003-11-05", "csat", "likely", LISTED],
  ["2004-01-02", "first-session", "likely", BY_RULE],
  ["2004-11-17", "csat", "likely", LISTED],
  ["2005-01-03", "first-session", "likely", BY_RULE],
  ["2005-11-23", "csat", "likely", LISTED],
  ["2006-01-02", "first-session", "likely", BY_RULE],
  ["2006-11-16", "csat", "likely", LISTED],
  ["2007-01-02", "first-session", "certain", "sedaily"],
  ["2007-11-15", "csat", "certain", "hankyung"],
  ["2008-01-02", "first-session", "likely", BY_RULE],
  ["2008-11-13", "csat", "certain", "KBS"],
  ["2009-01-02", "first-session", "likely", BY_RULE],
  ["2009-11-12", "csat", "certain", "JoongAng/imaeil"],
  ["2010-01-04", "first-session", "likely", BY_RULE],
  ["2010-11-18", "csat", "likely", LISTED],
  ["2011-01-03", "first-session", "likely", BY_RULE],
  ["2011-11-10", "csat", "likely", LISTED],
  ["2012-01-02", "first-session", "likely", BY_RULE],
  ["2012-11-08", "csat", "likely", LISTED],
  ["2013-01-02", "first-session", "certain", "wowtv"],
  ["2013-11-07", "csat", "likely", LISTED],
  ["2014-01-02", "first-session", "likely", BY_RULE],
  ["2014-11-13", "csat", "likely", LISTED],
  ["2015-01-02", "first-session", "likely", BY_RULE],
  ["2015-11-12", "csat", "likely", LISTED],
  ["2016-01-04", "first-session", "certain", "etoday"],
  ["2016-11-17", "csat", "certain", "ajunews"],
  ["2017-01-02", "first-session", "likely", BY_RULE],
  ["2017-11-16", "csat-postponed", "certain", "donga/chosun"],
  ["2017-11-23", "csat", "certain", "Maeil Business Newspaper and exchange_calendars"],
  ["2018-01-02", "first-session", "likely", BY_RULE],
  ["2018-11-15", "csat", "certain", "newsis/etoday"],
  ["2019-01-02", "first-session", "certain", "cnbnews"],
  ["2019-11-14", "csat", "certain", "donga"],
  ["2020-01-02", "first-session", "likely", BY_RULE],
  ["2020-12-03", "csat", "certain", "newspim"],
  ["2021-01-04", "first-session", "likely", BY_RULE],
  ["2021-11-18", "csat", "certain", "donga + KIND notice"],
  ["2022-01-03", "first-session", "certain", "newspim/sedaily"],
  ["2022-11-17", "csat", "certain", "khan"],
  ["2023-01-02", "first-session", "likely", BY_RULE],
  ["2023-11-16", "csat", "certain", "etoday + KIND notice"],
  ["2024-01-02", "first-session", "likely", BY_RULE],
  ["2024-11-14", "csat", "certain", "khan + KIND notice"],
  ["2025-01-02", "first-session", "certain", "kollo"],
  ["2025-11-13", "csat", "certain", "ajunews/heraldcorp + KIND notice 20251030000137"],
  ["2026-01-02", "first-session", "certain", "kode"],
  [
    "2026-11-19",
    "csat",
    "predicted",
    "Ministry of Education plan and KICE (the date); hours by precedent, KRX notice not seen",
  ],
  ["2027-01-04", "first-session", "predicted", "the rule; KRX notice not seen"],
  [
    "2027-11-18",
    "csat",
    "predicted",
    "Ministry of Education, August 2025 (the date); hours by precedent, KRX notice not seen",
  ],
];
