/** How well a behaviour of the simulator is known of the real KIS. */
export type BehaviourGrade =
  /** KIS says so, or it was measured and cross-checked. */
  | "documented"
  /** Someone saw it: one measurement, or several users who agree. */
  | "observed"
  /** Nobody is known to have looked; we chose what is harder on a client. */
  | "assumed";

/** One thing the simulator does. */
export interface Behaviour {
  /** Chapter it belongs to. */
  readonly area: string;
  /** What KIS does, in one sentence. */
  readonly behaviour: string;
  /** How well it is known. */
  readonly grade: BehaviourGrade;
  /** Where it is known from; read 2026-11-21. */
  readonly source: string;
  /** The option that changes it, where there is one. */
  readonly option?: string;
}

const PORTAL = "KIS developer portal";
const SAMPLES = "koreainvestment/open-trading-api";
const COLLECTOR = "probes of a public production collector, 2026-08 to 2026-10";
const NOTEBOOK = "recorded responses in unohee/kis-agent, 2025-09-16";
const USERS = "several public projects";
const OURS = "our choice";
const LIFE = "read-outs of a public project, 2026-09 and 2026-10";
const CASES = "cases met by public collectors, 2026";

/**
 * Every behaviour of the simulator with how well it is known: BEHAVIOURS.md is made of it, and the pages of the
 * documentation, whose Korean stands in `scripts/site/pages/behaviours-ko.data.ts` and `behaviour-sources-ko.data.ts`.
 */
export const BEHAVIOURS: readonly Behaviour[] = [
  ...inArea("Tokens", [
    ["A token lives 24 hours; its expiry is written in KST without a zone.", "documented", PORTAL],
    [
      "Asked again within 6 hours, tokenP answers with the same token; later with a new one.",
      "documented",
      `${PORTAL}, policy since 2023-04-28`,
    ],
    ["The repeated answer's `expires_in` is what is left, in line with its expiry.", "assumed", OURS],
    [
      "tokenP once a minute, else HTTP 403 with `error_code` EGW00133 and `error_description`.",
      "documented",
      `${PORTAL}; ${USERS}`,
      "limits.tokenPerMinute",
    ],
    ["A repeated answer counts for that minute; a refused call does not.", "assumed", OURS],
    ["Within the same second EGW00133 goes before EGW00201.", "assumed", OURS],
    [
      "Each new token sends a KakaoTalk notice (`stats.tokenIssues`).",
      "documented",
      `${SAMPLES}, kis_auth.py`,
    ],
    [
      "A token may be ended before its time, with codes other than EGW00121 as well (`revokeTokens()`, fault `token-revoked`).",
      "observed",
      `${CASES}: maintenance`,
      "quirks.endedTokenCode",
    ],
    [
      "tokenP may go on giving out a token that the gateway refuses, for its six hours or until it is revoked.",
      "observed",
      `the same-token policy; ${CASES}`,
      "quirks.sameEndedToken",
    ],
    ["A new token may end the older one.", "observed", CASES, "quirks.oneToken"],
    ["A repeated token sends no notice.", "assumed", "the notice is said to come with an issue"],
    ["An older token stays good until its own expiry when a new one is issued.", "assumed", OURS],
    ["revokeP makes a token invalid (EGW00121) and the next tokenP issue a new one.", "documented", PORTAL],
    [
      "Token errors EGW00121, EGW00122 and EGW00123 come with HTTP 500, 401 or 200.",
      "observed",
      USERS,
      "quirks.tokenErrorStatus",
    ],
    [
      "A wrong key is EGW00103, a wrong secret EGW00105, on tokenP in the `error_code` shape.",
      "documented",
      `${PORTAL}, error codes; shape and status assumed`,
    ],
    [
      "Approval takes the secret as `secretkey` and answers a key of 36 characters, good for 24 hours.",
      "documented",
      PORTAL,
    ],
  ]),
  ...inArea("Limits", [
    [
      "Live 18/s, paper 1/s since 2026-04-20, new accounts 3/s in their first days.",
      "documented",
      "KIS notices of 2026-04-03 and 2026-04-20",
      "limits",
    ],
    [
      "Counted in a sliding second by arrival; refused calls take no place in it.",
      "assumed",
      "the notice speaks of calls a second only",
    ],
    [
      "The refusal is `msg_cd` EGW00201 with HTTP 500 or 200, never 429.",
      "observed",
      USERS,
      "limits.refusalStatus",
    ],
    [
      "tokenP, revokeP and Approval share one call a second of their own.",
      "documented",
      "KIS notice of 2026-04-20; that they share it is assumed",
      "limits.tokenPerSecond",
    ],
    ["The key is checked before the rate, the rate before the token.", "assumed", OURS],
    [
      "A new key has 3/s for its first three days, then all of it.",
      "documented",
      "KIS notice of 2026-04-03",
      "limits.newAccountUntil",
    ],
    [
      "Whether a second slides or is the clock's own, and whether refused calls count, can be chosen.",
      "assumed",
      "still open: nobody is known to have measured it",
      "limits.window",
    ],
    ["Refused calls may count against the limit.", "assumed", "as above", "limits.countRefused"],
    [
      "Programs on one key share its limit.",
      "observed",
      `${CASES}: four at once fine, six at once refused`,
      "limits.others",
    ],
    [
      "The limit may be spread over servers, so that a burst within it is refused.",
      "documented",
      "KIS notice of 2026-04-20; an even share each is assumed",
      "limits.servers",
    ],
    [
      "EGW00215, the ledger's own limit a second, comes with HTTP 500 (fault `code`, `passing-error`).",
      "documented",
      `${CASES}; case 04`,
      "faults",
    ],
    ["HTTP 429 was never recorded (fault `http-429`).", "assumed", "a proxy may send it", "faults"],
  ]),
  ...inArea("Requests", [
    [
      "Every answer carries `x-hantoo-simulator: 1`, which KIS never sends: invented bars must not pass for real ones.",
      "assumed",
      OURS,
    ],
    [
      "Every answer carries `Date`; a gateway in front may strip it.",
      "assumed",
      "no recording of raw headers; RFC 9110 asks for it",
      "quirks.dated",
    ],
    ["Query keys are taken in upper and lower case.", "documented", `${SAMPLES}, kis_auth.py`],
    ["A missing query key is OPSQ2001, a blank one is not.", "observed", USERS],
    ["A `tr_id` that does not fit the path is OPSQ0002 with HTTP 500.", "observed", USERS],
    ["A live-only TR on paper is EGW02006 with HTTP 500.", "observed", "measured 2026-09-11"],
    [
      "OPSQ0003, OPSQ0008 to 0011, EGW00001, EGW00002 and IGW00007 pass by themselves (fault `passing-error`).",
      "observed",
      `${CASES}: OPSQ0003 in 3 of 15 same calls; case 04; some statuses and texts are assumed`,
      "faults",
    ],
    [
      "A body may lack its rows' container, or be no envelope of KIS's (faults `no-container`, `foreign-json`).",
      "assumed",
      "maintenance pages; no recording",
      "faults",
    ],
    ["Arrays may hold an empty row (fault `filler-row`).", "observed", "python-kis filters them", "faults"],
    ["Nothing found is no error: `rt_cd` 0 and an empty array.", "documented", PORTAL],
    ["An unknown symbol has price 0 and no rows.", "observed", "python-kis treats price 0 as not found"],
    [
      "Two symbols with a separator are refused with `rt_cd` 2; two joined ones are cut to the first.",
      "observed",
      COLLECTOR,
    ],
  ]),
  ...inArea("Minute bars", [
    ["A label is the START of its minute.", "documented", `${NOTEBOOK}; ${COLLECTOR}`],
    [
      "The regular session has 380 labels and the closing auction's 15:30, at one price.",
      "documented",
      NOTEBOOK,
    ],
    [
      "`cntg_vol` is the minute's shares; `acml_tr_pbmn` the day's won to its end, so differences are turnovers.",
      "documented",
      `${NOTEBOOK}: holds for all 215 pairs`,
    ],
    [
      "The sum of `cntg_vol` is a little below `acml_vol`: off-session trades before 09:00.",
      "observed",
      `${NOTEBOOK}: 108 shares; the cause is assumed`,
    ],
    ["These off-session shares are not in `acml_tr_pbmn`.", "observed", NOTEBOOK],
    ["A trade may be booked up to 6 s after its minute.", "observed", COLLECTOR, "quirks.bookingMs"],
    ["Prices at half a tick occur since 2025-03-04.", "observed", NOTEBOOK],
    [
      "A minute may be corrected long after it was final.",
      "assumed",
      "a hard case, off unless chosen",
      "quirks.corrections",
    ],
    [
      "A traded row may be missing from KIS's record, in every answer or in one (fault `lost-row`).",
      "observed",
      `${COLLECTOR}: a missing minute cannot be told from lost data`,
      "faults",
    ],
    ["0200 shows a lost row as an untraded minute.", "assumed", OURS],
    [
      "A row's open may lie outside its own high and low, the day's first in three of four (fault `open-outside`).",
      "documented",
      `${CASES}: 77 of about 150 M bars, on 33 of 263 days; case 01`,
      "faults",
    ],
    [
      "The high, low, close, volume and turnover of such a row are right; only its open is not that of the first trade.",
      "assumed",
      OURS,
    ],
    [
      "`cntg_vol` may be the smallest int64: no data (fault `int64-min-row`).",
      "observed",
      COLLECTOR,
      "faults",
    ],
    [
      "The closing print may be missing, or stand at 153200 and be given to whoever asks for 153000 (faults `closing-missing`, `closing-late`).",
      "documented",
      `${CASES}: 005930 on 2026-08-13, two projects; case 02`,
      "faults",
    ],
    [
      "A late closing print was gone 2 to 3 days later and back again after that (fault `closing-withdrawn`): here from 06:00 of the second trading day to 06:00 of the fifth.",
      "observed",
      `${CASES}; case 02; the days are assumed`,
      "faults",
    ],
    [
      "Volumes of past rows change on re-reads, prices never (fault `wandering-volume`): up to 349 shares between two minutes.",
      "observed",
      `${CASES}: 14:42 and 14:43; case 02`,
      "faults",
    ],
    ["These volumes change every other KST day, and each minute's turnover with them.", "assumed", OURS],
    [
      "Rows may end early, or be none beside totals that say a million shares (faults `cut-day`, `empty-day`).",
      "observed",
      `${COLLECTOR}: an empty page proves nothing`,
      "faults",
    ],
  ]),
  ...inArea("FHKST03010200", [
    [
      "30 rows, one a minute, newest first, at or before the label asked for.",
      "documented",
      `${SAMPLES}, postman notes`,
    ],
    [
      "In session the first row is the forming bar under the label asked for.",
      "observed",
      `${COLLECTOR}: for this minute and the next`,
    ],
    [
      "The first row is the forming bar for labels further back, too.",
      "assumed",
      "harder: a client must not trust the first row",
    ],
    [
      "Until the minute's first trade it repeats the last bar with trades, volume included.",
      "documented",
      SAMPLES,
    ],
    [
      "From this minute to the label asked for stand rows of volume 0 at the current price.",
      "observed",
      `${COLLECTOR}; the official text says as much`,
    ],
    ["The `acml_tr_pbmn` of these rows is the current total.", "assumed", OURS],
    [
      "A minute without trades is a flat row of volume 0; so are 15:20 to 15:29.",
      "documented",
      `${COLLECTOR}; ${USERS}`,
    ],
    [
      "The 15:30 row has its value from the print, is 0 from 15:31:00, and settles later.",
      "observed",
      COLLECTOR,
    ],
    [
      "The 15:30 row settles at 16:00.",
      "assumed",
      "it was still 0 at 15:37, and right in the evening",
      "quirks.auctionSettleMs",
    ],
    ["Labels echo odd seconds.", "observed", USERS],
    [
      "At UN a label at or before the first minute gives 30 rows of INT64_MIN with open, high and low 0.",
      "observed",
      `${CASES}: 035720 at 080000; case 08; close and turnover 0 are assumed`,
      "quirks.voidRows",
    ],
    [
      "The closing row's volume may be twice that of 0230 (fault `doubled-close`).",
      "observed",
      `${CASES}: one project, live; case 03`,
      "faults",
    ],
    [
      "Before the open come the rows of the day before under today's date.",
      "observed",
      "justinjeon-tasol/tradingview; the exact rows are assumed",
    ],
    [
      "A page that passes the open runs on into the rows of the day before.",
      "assumed",
      "several clients cut there",
    ],
    ["On a closed day come the last session's rows under their own date.", "observed", USERS],
    [
      "In the after-market only labels of this minute and later echo the forming bar.",
      "assumed",
      "an evening call with 15:30 was seen to give the auction",
    ],
  ]),
  ...inArea("FHKST03010230", [
    [
      "120 rows, newest first; no row for a minute without trades, none for 15:20 to 15:29.",
      "documented",
      `${NOTEBOOK}; ${COLLECTOR}`,
    ],
    ["Past the open it runs on into the business day before.", "documented", NOTEBOOK],
    [
      "It reaches back 250 trading days; older days are empty without an error.",
      "observed",
      "measured 2026-09-14: floor 2025-09-03",
      "quirks.depthDays",
    ],
    ["Today's newest row is the forming minute; there are no rows of the future.", "observed", NOTEBOOK],
    ["`output1` is today's quote whatever the date asked for.", "documented", PORTAL],
    ["FID_FAKE_TICK_INCU_YN must be present.", "observed", USERS],
    [
      "A symbol that Nextrade does not trade has no rows at NX, and may have none at UN, without an error.",
      "observed",
      CASES,
      "quirks.unifiedNeedsNextrade",
    ],
    [
      "Asked before 09:00 it answers the session before under its own date.",
      "observed",
      `${CASES}: 99 rows of 2026-08-13; case 02`,
    ],
    ["Since 2026-09-14 J has rows of the after-market.", "observed", USERS, "quirks.extendedRows"],
    [
      "It may give the forming bar under the label asked for, as 0200 does.",
      "assumed",
      "one recording says otherwise; a client that asks a label later is safe either way",
      "quirks.echoDailyMinutes",
    ],
    [
      "FHKST03010230 is refused on paper.",
      "documented",
      `${PORTAL}; it answered some users`,
      "quirks.dailyMinutesOnPaper",
    ],
  ]),
  ...inArea("Daily bars and quotes", [
    [
      "FHKST03010100 gives at most 100 rows; `output1` has 30 fields, one name with a space.",
      "documented",
      "recorded 2024-02",
    ],
    [
      "From about 05:00 to the open J's daily row of the day is a shell: the close before four times, volume 0.",
      "observed",
      `${LIFE}: 991 of 991 symbols at 07:49, 2026-09-07; the hour and other venues are assumed`,
    ],
    [
      "From 16:00 until the night's batch J's daily row takes in the after-market: close, high and low.",
      "documented",
      `${LIFE}: 300 symbols, 2026-09-28`,
    ],
    [
      "The batch runs in the night before the next session, so the row stays wrong over a weekend and a holiday: here until 05:30 of the next trading day.",
      "observed",
      `${LIFE}: 000250 of 2026-10-02, still wrong in the evening of Monday 2026-10-05; case 23; the minute is assumed`,
    ],
    ["Volume and turnover keep the after-market for good.", "observed", LIFE],
    [
      "A day without trades is a row of open, high and low 0, the close before, volume 0 and `mod_yn` Y.",
      "documented",
      `${PORTAL}: mod_yn; before its close the row is still the shell (assumed)`,
      "quirks.idleDailyRow",
    ],
    [
      "A day of off-hours trades alone has open, high and low 0 beside a close, a volume and a turnover.",
      "documented",
      `${CASES}: 056730 on 2019-02-11; case 22; mod_yn Y is assumed`,
      "instruments",
    ],
    [
      "A day without trades at a venue is answered by the rows of the day before it, under their own date.",
      "observed",
      `${CASES}: 000660 at NXT on 2025-12-15; case 12`,
      "instruments",
    ],
    [
      "A window without rows, before a listing or after a delisting, has an `output1` of zeros that lacks three names.",
      "observed",
      `${CASES}: 117930; case 05`,
      "instruments",
    ],
    [
      "FID_ORG_ADJ_PRC 0 is adjusted, 1 is raw; adjusted prices are rounded to whole won.",
      "documented",
      `${PORTAL}; that halves round up is assumed`,
      "actions",
    ],
    [
      "Adjusted rows count today's shares.",
      "assumed",
      "nobody is known to have measured it",
      "quirks.adjustedVolume",
    ],
    [
      "`prtt_rate` of an action's day is the change to the base price in per cent; bonus and rights have `flng_cls_code` 01, a reduction `revl_issu_reas` 02.",
      "observed",
      "004090 on 2021-04-15 showed -48.22 while shares went times ten: not to be computed with",
    ],
    [
      "Old minutes are rescaled by a corporate action, prices to whole won, on 0230 and 0200.",
      "documented",
      `${CASES}: 348080, 8327 for 953, three projects; case 17; for 0200 assumed`,
      "quirks.rescaledMinutes",
    ],
    [
      "Volume and turnover of rescaled minutes stay.",
      "assumed",
      "not known; the quirk has both",
      "quirks.rescaledMinutes",
    ],
    [
      "On the first day after an action the base price, the master's too, is the close before times its factor, on a tick.",
      "documented",
      "KRX rules; the tick and its rounding are assumed",
      "actions",
    ],
    ["Daily rows of NX and UN are of all hours.", "assumed", OURS],
    ["Before the open totals and open, high and low are 0.", "observed", USERS],
    ["`acml_vol` takes in the after-market.", "assumed", "as the daily row does"],
    ["`prdy_vrss` and `prdy_ctrt` carry their own sign.", "documented", "recorded 2024-02 and 2026-02"],
    ["52-week figures are of closing prices; company figures are constants.", "assumed", "not simulated"],
    ["FHKST11300006 takes 30 symbols, on live alone.", "documented", PORTAL],
    ["FHKST01010300 and FHPST01060000 give 30 trades.", "documented", `${PORTAL}; for FHPST01060000 assumed`],
  ]),
  ...inArea("Companies", [
    [
      "The depository's calendars (ksdinfo, live only) list actions by day, for one symbol or with a blank one for the market.",
      "documented",
      `${PORTAL}; no cap of rows and no paging are assumed`,
      "actions",
    ],
    [
      "A reduction's `reduce_cap_rate` is to be read with `comp_way`, 곱하기 or 나누기: a leading blank and two decimals, so that 0.00 occurs.",
      "documented",
      PORTAL,
    ],
    [
      "Dates are `YYYYMMDD` or `YYYY/MM/DD`, a halt is a span, and an event may be listed twice with another record date.",
      "observed",
      "facts of public users; which field is written which way is assumed",
    ],
    ["merger-split, dividend and list-info have no rows.", "assumed", "not simulated"],
    [
      "FHKST01010900 gives 30 days of what persons, foreigners and institutions bought and sold; their nets add up to nothing.",
      "documented",
      `${SAMPLES}; other investors are not simulated`,
    ],
    [
      "FHKST01010900 gives turnover in million won, and today's figures are blank until 15:40.",
      "assumed",
      `${PORTAL} says after the session`,
    ],
  ]),
  ...inArea("chk-holiday", [
    [
      "A row for each calendar day, about 24 a page, keys padded to 20, KIOK0500 and `tr_cont` M or F while there is more.",
      "documented",
      "recorded 2026-09-11",
      "quirks.holidayRows",
    ],
    [
      "The list has no end: 12 pages of 24 rows to 2027-05-26 were read, and `tr_cont` was still M or F.",
      "documented",
      `${CASES}, measured 2026-08-12; case 10; that it never ends is assumed`,
      "quirks.holidayDays",
    ],
    ["Past the days the market's calendar knows it has every weekday open.", "assumed", OURS],
    ["A blank `sttl_day_yn` occurs.", "documented", CASES, "quirks.blankSettlement"],
    ["`tr_day_yn` is Y on closed days, too.", "observed", "recorded 2026-09-11"],
    ["Days may be listed twice.", "observed", `${SAMPLES} issue 37`, "quirks.duplicateHolidays"],
  ]),
  ...inArea("Indices", [
    [
      "FHKUP03500100 gives at most 50 rows, newest first, on live and paper, and none for a closed day.",
      "documented",
      `${PORTAL}; measured 2026-09-16`,
    ],
    [
      "An index counts `acml_vol` in 1,000 shares and `acml_tr_pbmn` in million won.",
      "documented",
      "recorded 2025-09-29",
    ],
    [
      "Codes are KIS's: 0001 KOSPI (named 종합), 1001 KOSDAQ, 2001 KOSPI200, 4001 KRX100.",
      "documented",
      "idxcode.mst of 2025-12-03; that `hts_kor_isnm` is the same name is assumed",
    ],
    [
      "FHKUP03500200 takes an interval in seconds for FID_INPUT_HOUR_1, gives at most 102 rows, pages nowhere, and is live only.",
      "documented",
      `${PORTAL}; that it rounds to whole minutes is assumed`,
    ],
    [
      "FHKUP03500200 has rows labelled 888888 and 999999 that sum up the session; without after-hours (FID_ETC_CLS_CODE 1) they are not there.",
      "observed",
      "facts of public users; when they stand and for which ETC is assumed",
    ],
    ["The labels of FHKUP03500200 are starts of minutes, as a stock's are.", "assumed", OURS],
    [
      "An index has a row for each minute of the session, and its closing row is labelled 15:30, without after-hours too.",
      "assumed",
      OURS,
    ],
    [
      "FHPUP02120000 gives at most 100 bars at or before a day, live only.",
      "documented",
      "recorded 2025-09-29; counts of issues and the year's extremes are constants",
    ],
    ["Today's row stands from 09:00 on; an unknown index has a blank name and no rows.", "assumed", OURS],
  ]),
  ...inArea("Sessions", [
    [
      "After-market 16:00 to 20:00 since 2026-09-14 for stocks; not for ETF, ETN and KONEX.",
      "documented",
      "KIS notice of 2026-09-09; KONEX is assumed",
    ],
    [
      "Exam days and first sessions of a year are shifted; nothing in an answer says so.",
      "observed",
      "KRX calendar",
    ],
    ["UN is both venues' trades in order of time; the 15:30 bar is the exchange's.", "observed", USERS],
    [
      "The after-market of J ends with a bar labelled 200000, its close print, that no list of trades has; Nextrade's ends at 19:59.",
      "observed",
      `${CASES}, 2026-10; case 18`,
    ],
    [
      "A temporary holiday or hours that a client's calendar does not know: the market's own calendar is what KIS goes by.",
      "documented",
      "KRX calendar; on a closed day every answer is the last session's",
      "calendar",
    ],
  ]),
  ...inArea("Master files", [
    [
      "A split announces itself on its day by base price, par value and listed shares, and a code: par value changed 01 split, 02 reverse; ex-rights 01.",
      "documented",
      `${PORTAL}, master layouts; that the codes stand on that day alone is assumed`,
      "actions",
    ],
    [
      "A symbol halted for an action has base price 0.",
      "observed",
      "master files of halted symbols",
      "actions",
    ],
    [
      "One deflated entry, extra fields UT and ux of 28 and 24 bytes, DOS time in KST.",
      "documented",
      "113 real zips",
    ],
    [
      "Rewritten at 06:00, 07:35 and 08:45 on trading days, at 06:00 on others.",
      "observed",
      "times in those zips",
    ],
    ["The host answers If-Modified-Since with 304, and 404 for what it does not have.", "assumed", OURS],
  ]),
  ...inArea("WebSocket", [
    ["H0STCNT0 has 47 fields since 2026-09-14, 46 before.", "observed", USERS, "stream.tradeFields"],
    ["H0STASP0 has 63 fields, H0STANC0 45 and a blank one at the end.", "observed", USERS],
    [
      "41 registrations a session, all streams together; the next one is told OPSP0008.",
      "documented",
      "KIS notice of 2026-04-20; refused so in five measurements, 2025-11 to 2026-09",
      "stream.cap",
    ],
    [
      "A session may take fewer registrations than that.",
      "observed",
      "one account was refused at its fourth on 2026-08-27",
      "stream.cap",
    ],
    [
      'One session a key: the second one\'s registration is answered OPSP8996 under the TR id "(null)".',
      "documented",
      "KIS notice of 2026-04-20; measured 2026-08-28",
    ],
    ["The second session is the one that is closed.", "assumed", "others saw the first one cut, or both"],
    [
      "After a session that died without a close frame the key's slot stays taken for a while.",
      "observed",
      "one project's root cause of its storms, 2026-04",
      "stream.slotHoldMs",
    ],
    ["The slot stays taken for a minute.", "assumed", OURS],
    [
      "A registration under an approval key that is not good is told OPSP0011, and the session stays.",
      "observed",
      "public code; that the session stays is assumed",
      "stream.badApproval",
    ],
    [
      "A registration twice is OPSP0002, the end of one that is not there OPSP0003.",
      "documented",
      "several running systems",
    ],
    ["Each success brings `iv` and `key`, for plain streams as well.", "documented", PORTAL],
    [
      "A frame holds several records of one stream, and says how many.",
      "documented",
      `${PORTAL}; 11 were seen on 2026-06-04`,
      "stream.frameRecords",
    ],
    ["The records of a frame may be of several symbols.", "assumed", "nothing says that they are not"],
    [
      "ACML_VOL and ACML_TR_PBMN include the record itself: each loss can be proved.",
      "documented",
      "recorded 2025-07-30 and 2026-01-27",
    ],
    ["ACML_VOL begins with the off-session shares of REST's day total.", "assumed", OURS],
    [
      "The prints of the auctions have no side: bought and sold shares stay below the total.",
      "documented",
      "recorded 2026-09-14",
    ],
    ["The CCLD_DVSN of these prints is 3.", "assumed", "3 was seen before the open"],
    ["The closing auction is one record, 3 to 30 s after 15:30.", "assumed", "no recorded frame is known"],
    ["SHNU_RATE is a fraction.", "documented", "recorded 2026-09-14"],
    ["H0STCNT0 goes on in the after-market, with market class 3.", "observed", "measured 16:39 to 16:41"],
    [
      "H0UNCNT0 and H0NXCNT0 acknowledge what Nextrade does not trade, and send nothing.",
      "observed",
      "a running system, four days of some 200 symbols",
    ],
    [
      "Text may be no valid UTF-8: a letter cut in half.",
      "observed",
      "nine sessions ended by it in 2026-05, in H0STANC0; in trades it is assumed",
      "stream.faults",
    ],
    [
      "Records may be lost, come twice, or after their successor.",
      "assumed",
      "neither order nor delivery is documented",
      "stream.faults",
    ],
    ["Sessions end by 1006, 1007 and 1009, or go silent without an end.", "observed", USERS, "stream.faults"],
    [
      "A session may acknowledge everything and deliver nothing.",
      "observed",
      "two running systems",
      "stream.faults",
    ],
    ["PINGPONG comes each 11 to 14 s.", "observed", "a running system"],
    [
      "A busy session is sent no PINGPONG.",
      "observed",
      "a running system, 2026-05-22",
      "stream.busyWithoutPing",
    ],
    [
      "A PINGPONG unanswered for 100 s ends the session.",
      "documented",
      "a journal of reconnects; recorded at about 105 s",
    ],
    ["The text sent back answers it, and so does a pong frame.", "documented", `${SAMPLES}; ${USERS}`],
    [
      "On Friday evening the server restarts and cuts every session.",
      "observed",
      "an answer of KIS's, 2024-11-18; the time is assumed",
      "stream.fridayRestart",
    ],
    ["An unknown TR is OPSP8991, an unknown `tr_type` OPSP8993.", "assumed", OURS],
    [
      "H0UPCNT0 gives an index's level and day's totals every ten seconds of the session, in 1,000 shares and million KRW.",
      "assumed",
      "fields documented; the pace and the units are ours",
    ],
    [
      "H0STMKO0 gives each symbol the market's phases (112, 121, 129) with ten fields, and whether it is halted.",
      "assumed",
      "a recorded frame of ten fields; which events come when is ours",
    ],
  ]),
];

type Line = readonly [behaviour: string, grade: BehaviourGrade, source: string, option?: string];

function inArea(area: string, lines: readonly Line[]): Behaviour[] {
  return lines.map(([behaviour, grade, source, option]) => ({
    area,
    behaviour,
    grade,
    source,
    ...(option === undefined ? {} : { option }),
  }));
}
