import { type Session, type SessionOptions, krx } from "hantoo/calendar";
import { describe, expect, test } from "vitest";
import { specialHoursTable } from "../../src/calendar/special-hours.data.js";
import { at, clock } from "./support/kst-clock.js";

const shown = (session: Session | undefined): string | undefined =>
  session &&
  [
    `${clock(session.open)}-${clock(session.close)}:`,
    ...session.windows.map(({ kind, from, to }) => `${kind} ${clock(from)}-${clock(to)}`),
  ].join(" ");

const KRX: SessionOptions = { venue: "KRX", hours: "all" };
const NXT: SessionOptions = { venue: "NXT", hours: "all" };
const UN: SessionOptions = { venue: "UN", hours: "all" };
const REGULAR = "opening-auction 08:30-09:00 continuous 09:00-15:20 closing-auction 15:20-15:30";
const CSAT = "opening-auction 09:30-10:00 continuous 10:00-16:20 closing-auction 16:20-16:30";

test.each<[day: string, options: SessionOptions | undefined, shown: string | undefined, why: string]>([
  // KRX, regular.
  ["2026-11-20", undefined, `09:00-15:30: ${REGULAR}`, "a plain day"],
  [
    "2026-01-02",
    undefined,
    "10:00-15:30: opening-auction 09:30-10:00 continuous 10:00-15:20 closing-auction 15:20-15:30",
    "first session: the close stays",
  ],
  ["2025-11-13", undefined, `10:00-16:30: ${CSAT}`, "CSAT day: all an hour later"],
  ["2026-11-19", undefined, `10:00-16:30: ${CSAT}`, "CSAT day, by precedent"],
  [
    "2017-11-16",
    undefined,
    "10:00-16:30: opening-auction 09:00-10:00 continuous 10:00-16:20 closing-auction 16:20-16:30",
    "exam postponed, hours moved all the same",
  ],
  [
    "2017-11-23",
    undefined,
    "10:00-16:30: opening-auction 09:00-10:00 continuous 10:00-16:20 closing-auction 16:20-16:30",
    "and again when it was held",
  ],
  ["2020-12-03", undefined, `10:00-16:30: ${CSAT}`, "the one exam in December"],
  ["2020-11-19", undefined, `09:00-15:30: ${REGULAR}`, "and so not on the third Thursday of November"],
  [
    "2015-11-12",
    undefined,
    "10:00-16:00: opening-auction 09:00-10:00 continuous 10:00-15:50 closing-auction 15:50-16:00",
    "CSAT day before the longer session",
  ],
  [
    "2016-07-29",
    undefined,
    "09:00-15:00: opening-auction 08:00-09:00 continuous 09:00-14:50 closing-auction 14:50-15:00",
    "the last close at 15:00",
  ],
  [
    "2016-08-01",
    undefined,
    "09:00-15:30: opening-auction 08:00-09:00 continuous 09:00-15:20 closing-auction 15:20-15:30",
    "the first at 15:30",
  ],
  [
    "2019-04-26",
    undefined,
    "09:00-15:30: opening-auction 08:00-09:00 continuous 09:00-15:20 closing-auction 15:20-15:30",
    "the last opening auction of an hour",
  ],
  ["2019-04-29", undefined, `09:00-15:30: ${REGULAR}`, "the first of half an hour"],
  [
    "2000-05-19",
    undefined,
    "09:00-15:00: continuous 09:00-12:00 break 12:00-13:00 continuous 13:00-14:50 closing-auction 14:50-15:00",
    "the last noon break",
  ],
  [
    "2000-05-22",
    undefined,
    "09:00-15:00: opening-auction 08:00-09:00 continuous 09:00-14:50 closing-auction 14:50-15:00",
    "none any more",
  ],
  [
    "2000-01-04",
    undefined,
    "10:00-13:00: continuous 10:00-12:50 closing-auction 12:50-13:00",
    "one session, without the noon break of its time",
  ],
  [
    "2001-09-12",
    undefined,
    "12:00-15:00: opening-auction 11:00-12:00 continuous 12:00-14:50 closing-auction 14:50-15:00",
    "the day after New York",
  ],
  ["2027-11-18", undefined, `10:00-16:30: ${CSAT}`, "CSAT day 2027, hours by precedent"],
  // KRX, all.
  ["2026-09-11", KRX, `09:00-18:00: ${REGULAR} single-price 16:00-18:00`, "the last single-price session"],
  ["2026-09-14", KRX, `09:00-20:00: ${REGULAR} after-market 16:00-20:00`, "the first after-market"],
  [
    "2026-11-19",
    KRX,
    `10:00-20:00: ${CSAT} after-market 17:00-20:00`,
    "assumed: starts an hour later, ends as ever",
  ],
  [
    "2027-01-04",
    KRX,
    "10:00-20:00: opening-auction 09:30-10:00 continuous 10:00-15:20 closing-auction 15:20-15:30 after-market 16:00-20:00",
    "a late open leaves the evening alone",
  ],
  ["2025-11-13", KRX, `10:00-18:00: ${CSAT} single-price 17:00-18:00`, "its end did not move"],
  [
    "2016-07-29",
    KRX,
    "09:00-18:00: opening-auction 08:00-09:00 continuous 09:00-14:50 closing-auction 14:50-15:00 single-price 15:30-18:00",
    "half an hour after the close",
  ],
  [
    "2005-05-27",
    KRX,
    "09:00-15:00: opening-auction 08:00-09:00 continuous 09:00-14:50 closing-auction 14:50-15:00",
    "before there was one",
  ],
  // Nextrade.
  ["2025-03-03", NXT, undefined, "a holiday, and not open for business yet"],
  ["2025-02-28", NXT, undefined, "a session of KRX alone"],
  [
    "2025-03-04",
    NXT,
    "08:00-20:00: pre-market 08:00-08:50 continuous 09:00:30-15:20 after-market-auction 15:30-15:40 after-market 15:40-20:00",
    "its first day",
  ],
  [
    "2026-11-20",
    { venue: "NXT" },
    "09:00:30-15:20: continuous 09:00:30-15:20",
    "the main market, without auctions",
  ],
  [
    "2025-11-13",
    NXT,
    "10:00:30-20:00: continuous 10:00:30-16:20 after-market-auction 16:30-16:40 after-market 16:40-20:00",
    "CSAT day: no pre-market",
  ],
  [
    "2026-01-02",
    NXT,
    "10:00:30-20:00: continuous 10:00:30-15:20 after-market-auction 15:30-15:40 after-market 15:40-20:00",
    "first session: no pre-market",
  ],
  // Both.
  ["2025-02-28", UN, `09:00-18:00: ${REGULAR} single-price 16:00-18:00`, "KRX alone before Nextrade"],
  ["2026-11-20", { venue: "UN" }, `09:00-15:30: ${REGULAR}`, "Nextrade's main market lies in KRX's session"],
  [
    "2026-11-20",
    UN,
    `08:00-20:00: pre-market 08:00-08:50 ${REGULAR} after-market-auction 15:30-15:40 after-market 15:40-20:00`,
    "one after-market of two",
  ],
  // Closed.
  ["2026-07-17", undefined, undefined, "Constitution Day"],
  ["2026-11-21", UN, undefined, "a Saturday"],
])("%s %o: %s (%s)", (day, options, expected) => {
  expect(shown(krx.session(day, options))).toBe(expected);
});

describe("special hours", () => {
  test("are told with a reason and how sure they are; a plain day has none", () => {
    expect(krx.session("2025-11-13")?.special).toEqual({
      reason: expect.stringContaining("수능"),
      grade: "certain",
    });
    expect(krx.session("2026-11-19", UN)?.special?.grade).toBe("predicted");
    expect(krx.session("2027-01-04", NXT)?.special?.grade).toBe("predicted");
    expect(krx.session("2000-01-04")?.special?.grade).toBe("likely");
    expect(krx.session("2027-11-18")?.special?.grade).toBe("predicted");
    expect(krx.session("2026-11-20")).not.toHaveProperty("special");
  });

  test("the table ascends, and every day in it is a session", () => {
    const days = specialHoursTable.map(([day]) => day);
    expect(days).toEqual([...new Set(days)].sort());
    expect(days.filter((day) => !krx.isTradingDay(day))).toEqual([]);
  });

  test("every year's first session is in it, and one exam a year, but two in 2017", () => {
    for (let year = 2000; year <= 2027; year++) {
      const of = (kind: string): string[] =>
        specialHoursTable
          .filter((row) => row[0].startsWith(`${year}-`) && row[1].startsWith(kind))
          .map(([day]) => day);
      expect(of("first-session")).toEqual([krx.nextTradingDay(`${year}-01-01`)]);
      expect(of("csat"), `${year}`).toHaveLength(year === 2017 ? 2 : 1);
    }
  });

  test("all but two open at 10:00, and close an hour later on exam days alone", () => {
    for (const [day, kind] of specialHoursTable) {
      if (day === "2000-01-04" || day === "2001-09-12") continue;
      const session = krx.session(day);
      const close = day < "2016-08-01" ? ["15:00", "16:00"] : ["15:30", "16:30"];
      expect(
        [session?.open, session?.close].map((ms) => clock(ms as number)),
        day,
      ).toEqual(["10:00", close[kind === "first-session" ? 0 : 1]]);
    }
  });

  test("no other session differs from the usual hours of its time", () => {
    const special = new Set(specialHoursTable.map(([day]) => day));
    for (const day of krx.tradingDays(krx.first, krx.coveredThrough)) {
      if (special.has(day)) continue;
      const session = krx.session(day);
      expect(session?.open, day).toBe(at(day, "09:00"));
      expect(session?.close, day).toBe(at(day, day < "2016-08-01" ? "15:00" : "15:30"));
    }
  });
});

describe("isOpen", () => {
  test.each<
    [at: [day: string, time: string], options: SessionOptions | undefined, open: boolean, why: string]
  >([
    [["2026-11-20", "08:59:59"], undefined, false, "the opening auction only collects"],
    [["2026-11-20", "09:00"], undefined, true, "the open itself"],
    [["2026-11-20", "15:25"], undefined, true, "the closing auction is part of the session"],
    [["2026-11-20", "15:29:59"], undefined, true, "its last second"],
    [["2026-11-20", "15:30"], undefined, false, "half-open at the close"],
    [["2026-11-20", "16:00"], undefined, false, "the after-market is not the regular session"],
    [["2026-11-20", "16:00"], KRX, true, "but open of all hours"],
    [["2026-11-20", "15:45"], KRX, false, "between the two"],
    [["2026-11-20", "20:00"], KRX, false, "its end"],
    [["2026-09-11", "16:00"], KRX, true, "single price"],
    [["2026-09-11", "18:00"], KRX, false, "its end"],
    [["2026-01-02", "09:30"], undefined, false, "late open"],
    [["2025-11-13", "16:15"], undefined, true, "late close"],
    [["2000-05-19", "12:30"], undefined, false, "noon break"],
    [["2000-05-22", "12:30"], undefined, true, "none any more"],
    [["2026-11-20", "08:30"], NXT, true, "pre-market"],
    [["2026-11-20", "08:30"], { venue: "NXT" }, false, "is not regular"],
    [["2026-11-20", "08:55"], NXT, false, "between pre-market and main market"],
    [["2025-11-13", "08:30"], NXT, false, "no pre-market on CSAT day"],
    [["2026-01-02", "08:30"], NXT, false, "nor on the first session"],
    [["2026-11-20", "09:00:29"], { venue: "NXT" }, false, "30 seconds after the hour"],
    [["2026-11-20", "09:00:30"], { venue: "NXT" }, true, "the main market's start"],
    [["2026-11-20", "15:25"], { venue: "NXT" }, false, "Nextrade has no closing auction"],
    [["2026-11-20", "15:35"], UN, false, "Nextrade collects for its after-market"],
    [["2026-11-20", "15:45"], UN, true, "Nextrade's after-market"],
    [["2026-07-17", "10:00"], undefined, false, "closed"],
    [["2026-11-21", "10:00"], UN, false, "a Saturday"],
  ])("%o %o: %s (%s)", ([day, time], options, open) => {
    expect(krx.isOpen(at(day, time), options)).toBe(open);
  });
});

describe("lastTradingDay", () => {
  test.each([
    ["2026-11-20", "08:59:59.999", "2026-11-19"],
    ["2026-11-20", "09:00:00.000", "2026-11-20"],
    ["2026-11-20", "23:59:59.999", "2026-11-20"],
    ["2026-11-21", "10:00:00.000", "2026-11-20"],
    ["2026-11-23", "00:00:00.000", "2026-11-20"],
    // Late opens: until 10:00 the session before is the last.
    ["2026-11-19", "09:59:59.999", "2026-11-18"],
    ["2026-11-19", "10:00:00.000", "2026-11-19"],
    ["2026-01-02", "09:30:00.000", "2025-12-30"],
    ["2017-10-09", "12:00:00.000", "2017-09-29"],
    ["2000-01-04", "10:00:00.000", "2000-01-04"],
    ["2001-09-12", "11:59:59.999", "2001-09-11"],
  ])("%s %s: %s", (day, time, last) => {
    expect(krx.lastTradingDay(Date.parse(`${day}T${time}+09:00`))).toBe(last);
  });

  test("asks the clock where no instant is given", () => {
    const now = Date.now();
    expect([krx.lastTradingDay(now), krx.lastTradingDay(Date.now())]).toContain(krx.lastTradingDay());
  });
});
