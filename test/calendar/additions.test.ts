import { type CalendarAdditions, type SessionOptions, createCalendar, krx } from "hantoo/calendar";
import { describe, expect, test } from "vitest";
import { CalendarRangeError, ConfigError } from "../../src/core/index.js";
import { clock } from "./support/kst-clock.js";

const closed = (day: string): CalendarAdditions => ({
  closures: [{ day, nameKo: "임시공휴일", nameEn: "Temporary holiday", kind: "temporary" }],
});
const moved = (day: string, venue?: "KRX" | "NXT", open = "10:00", close = "16:30"): CalendarAdditions => ({
  sessions: [{ day, ...(venue && { venue }), open, close, reason: "수능" }],
});
const hours = (calendar = krx, day: string, options?: SessionOptions): string[] | undefined =>
  calendar.session(day, options)?.windows.map(({ kind, from, to }) => `${kind} ${clock(from)}-${clock(to)}`);

describe("a closure announced later", () => {
  const calendar = createCalendar(closed("2026-11-23"));

  test("closes its day and no other, and krx stays as it is", () => {
    expect(calendar.isTradingDay("2026-11-23")).toBe(false);
    expect(calendar.closure("2026-11-23")).toEqual({
      nameKo: "임시공휴일",
      nameEn: "Temporary holiday",
      kind: "temporary",
    });
    expect(calendar.session("2026-11-23")).toBeUndefined();
    expect(calendar.minutes("2026-11-23")).toEqual([]);
    expect(calendar.nextTradingDay("2026-11-20")).toBe("2026-11-24");
    expect(calendar.previousTradingDay("2026-11-24")).toBe("2026-11-20");
    expect(calendar.countTradingDays("2026-01-01", "2026-12-31")).toBe(243);
    expect(krx.isTradingDay("2026-11-23")).toBe(true);
    expect(krx.nextTradingDay("2026-11-20")).toBe("2026-11-23");
  });

  test("may say more of a day that was closed already", () => {
    expect(createCalendar(closed("2026-12-25")).closure("2026-12-25")?.nameEn).toBe("Temporary holiday");
  });

  test("leaves the caller's objects alone and keeps none of them", () => {
    const rows = [{ day: "2026-11-23", nameKo: "가", nameEn: "A", kind: "temporary" as const }];
    const calendar = createCalendar({ closures: Object.freeze(rows) });
    rows.forEach((row) => Object.assign(row, { day: "2026-11-24", nameEn: "B" }));
    expect(calendar.closure("2026-11-23")?.nameEn).toBe("A");
    expect(calendar.isTradingDay("2026-11-24")).toBe(true);
  });
});

describe("hours announced later", () => {
  const day = "2027-11-25";
  const auctions = "opening-auction 09:30-10:00 continuous 10:00-16:20 closing-auction 16:20-16:30";

  test("without a venue they bind the market: Nextrade goes along as on past CSAT days", () => {
    const calendar = createCalendar(moved(day));
    expect(hours(calendar, day)?.join(" ")).toBe(auctions);
    expect(hours(calendar, day, { hours: "all" })?.at(-1)).toBe("after-market 17:00-20:00");
    expect(hours(calendar, day, { venue: "NXT", hours: "all" })).toEqual([
      "continuous 10:00:30-16:20",
      "after-market-auction 16:30-16:40",
      "after-market 16:40-20:00",
    ]);
    expect(calendar.minutes(day)).toHaveLength(381);
    expect(calendar.session(day)?.special).toEqual({ reason: "수능", grade: "announced" });
    expect(hours(krx, day)?.[1]).toBe("continuous 09:00-15:20");
  });

  test("of KRX alone leave Nextrade, of Nextrade alone leave KRX", () => {
    const exchange = createCalendar(moved(day, "KRX"));
    expect(hours(exchange, day)?.join(" ")).toBe(auctions);
    expect(hours(exchange, day, { venue: "NXT", hours: "all" })).toEqual(
      hours(krx, day, { venue: "NXT", hours: "all" }),
    );
    const nextrade = createCalendar(moved(day, "NXT", "09:00", "16:20"));
    expect(hours(nextrade, day, { hours: "all" })).toEqual(hours(krx, day, { hours: "all" }));
    expect(hours(nextrade, day, { venue: "NXT", hours: "all" })).toEqual([
      "pre-market 08:00-08:50",
      "continuous 09:00:30-16:20",
      "after-market-auction 16:30-16:40",
      "after-market 16:40-20:00",
    ]);
    expect(nextrade.session(day)).not.toHaveProperty("special");
    expect(nextrade.session(day, { venue: "NXT" })?.special?.grade).toBe("announced");
    expect(nextrade.session(day, { venue: "UN" })?.special?.grade).toBe("announced");
  });

  test("of both, each its own", () => {
    const calendar = createCalendar({
      sessions: [
        { day, open: "10:00", close: "16:30", reason: "수능" },
        { day, venue: "NXT", open: "09:00", close: "15:20", reason: "Nextrade stays" },
      ],
    });
    expect(hours(calendar, day)?.join(" ")).toBe(auctions);
    expect(hours(calendar, day, { venue: "NXT" })).toEqual(["continuous 09:00:30-15:20"]);
  });

  test("take the place of hours the table foresaw", () => {
    const calendar = createCalendar(moved("2027-01-04", undefined, "09:00", "15:30"));
    expect(calendar.minutes("2027-01-04")).toHaveLength(381);
    expect(calendar.session("2027-01-04")?.special?.grade).toBe("announced");
    expect(hours(calendar, "2027-01-04", { venue: "NXT", hours: "all" })?.[0]).toBe("pre-market 08:00-08:50");
  });

  test("of Nextrade alone keep what the table foresaw for KRX", () => {
    const calendar = createCalendar(moved("2027-01-04", "NXT", "09:00", "15:20"));
    expect(calendar.minutes("2027-01-04")).toHaveLength(321);
    expect(calendar.minutes("2027-01-04", { venue: "NXT" })).toHaveLength(380);
  });

  test("that overlap between the venues give each minute once", () => {
    const calendar = createCalendar(moved(day, "KRX"));
    const minutes = calendar.minutes(day, { venue: "UN", hours: "all" });
    // 08:00-08:49 and 09:00 to 20:00 without a gap: Nextrade's after-market runs into KRX's late session.
    const gap = [...minutes].filter(
      (minute, index) => index > 0 && minute - (minutes[index - 1] ?? 0) !== 60_000,
    );
    expect(gap.map(clock)).toEqual(["09:00"]);
    expect(minutes).toHaveLength(50 + 661);
  });

  test("an early close leaves the evening where it is", () => {
    const calendar = createCalendar(moved(day, undefined, "09:00", "13:00"));
    expect(hours(calendar, day, { hours: "all" })?.slice(-2)).toEqual([
      "closing-auction 12:50-13:00",
      "after-market 16:00-20:00",
    ]);
    expect(hours(calendar, day, { venue: "NXT", hours: "all" })?.at(-1)).toBe("after-market 15:40-20:00");
  });

  test("open a weekday the table closes", () => {
    const calendar = createCalendar(moved("2027-07-19", undefined, "09:00", "15:30"));
    expect(calendar.isTradingDay("2027-07-19")).toBe(true);
    expect(calendar.closure("2027-07-19")).toBeUndefined();
    expect(calendar.minutes("2027-07-19")).toHaveLength(381);
  });

  test("an evening session that a late close leaves no room for is none", () => {
    const calendar = createCalendar(moved(day, undefined, "09:00", "20:00"));
    expect(hours(calendar, day, { hours: "all" })?.at(-1)).toBe("closing-auction 19:50-20:00");
    expect(calendar.minutes(day, { venue: "UN", hours: "all" }).length).toBe(
      new Set(calendar.minutes(day, { venue: "UN", hours: "all" })).size,
    );
  });
});

describe("a longer range, for who knows its closures", () => {
  const calendar = createCalendar({
    ...closed("2028-01-26"),
    coveredThrough: "2028-12-31",
    confirmedThrough: "2027-12-31",
  });

  test("is covered with them, and krx is not", () => {
    expect(calendar).toMatchObject({ coveredThrough: "2028-12-31", confirmedThrough: "2027-12-31" });
    expect(calendar.isTradingDay("2028-01-26")).toBe(false);
    expect(calendar.nextTradingDay("2027-12-30")).toBe("2028-01-03");
    expect(calendar.minutes("2028-12-29")).toHaveLength(381);
    expect(() => krx.isTradingDay("2028-01-26")).toThrow(CalendarRangeError);
    expect(() => calendar.isTradingDay("2029-01-01")).toThrow(CalendarRangeError);
  });

  test.each([
    [{ coveredThrough: "2026-12-31" }, /`coveredThrough` must be from 2027-12-31 to 2037-12-3\d, received/],
    [{ coveredThrough: "2050-12-31" }, /`coveredThrough` must be from 2027-12-31/],
    [{ confirmedThrough: "2025-12-31" }, /`confirmedThrough` must be from 2026-12-31 to 2027-12-31/],
    [{ confirmedThrough: "2028-12-31" }, /`confirmedThrough` must be from 2026-12-31 to 2027-12-31/],
    [{ coveredThrough: "20281231" }, /`coveredThrough` must be an existing KST date/],
  ])("%o is refused", (additions, message) => {
    expect(() => createCalendar(additions)).toThrow(message);
  });
});

const closure = { day: "2026-11-23", nameKo: "가", nameEn: "A", kind: "temporary" } as const;
const session = { day: "2026-11-23", open: "10:00", close: "16:30", reason: "moved" } as const;

test.each<[additions: unknown, message: RegExp]>([
  [null, /`additions` must be an object, received null/],
  [[closure], /`additions` must be an object/],
  [{ closure: [closure] }, /`closure` must be one of closures, sessions, /],
  [{ closures: { day: "2026-11-23" } }, /`closures` must be an array/],
  [
    { closures: [undefined] },
    /`closures\[0\].day` must be an existing KST date as "YYYY-MM-DD", received undefined/,
  ],
  [{ closures: [{ ...closure, day: "2026-2-30" }] }, /`closures\[0\].day` must be .*received "2026-2-30"/],
  [{ closures: [closure, closure] }, /`closures\[1\].day` must be a day given once/],
  [
    { closures: [{ ...closure, kind: "holiday" }] },
    /`closures\[0\].kind` must be one of public, .*"holiday"/,
  ],
  [{ closures: [{ ...closure, nameKo: " " }] }, /`closures\[0\].nameKo` must be a text/],
  [{ closures: [{ ...closure, nameEn: undefined }] }, /`closures\[0\].nameEn` must be a text/],
  [{ sessions: session }, /`sessions` must be an array/],
  [{ sessions: [{ ...session, day: new Date(0) }] }, /`sessions\[0\].day` must be .*received a Date/],
  [{ sessions: [{ ...session, day: "2026-11-22" }] }, /`sessions\[0\].day` must be a weekday/],
  [{ sessions: [{ ...session, venue: "UN" }] }, /`sessions\[0\].venue` must be "KRX", "NXT" or left out/],
  [
    { sessions: [{ ...session, open: "9:00" }] },
    /`sessions\[0\].open` must be a KST time as "HH:MM", received "9:00"/,
  ],
  [{ sessions: [{ ...session, close: "24:00" }] }, /`sessions\[0\].close` must be a KST time/],
  [{ sessions: [{ ...session, close: 1630 }] }, /`sessions\[0\].close` must be a KST time/],
  [
    { sessions: [{ ...session, close: "10:10" }] },
    /`sessions\[0\].close` must be more than ten minutes after/,
  ],
  [
    { sessions: [{ ...session, close: "09:00" }] },
    /`sessions\[0\].close` must be more than ten minutes after/,
  ],
  [{ sessions: [{ ...session, reason: "" }] }, /`sessions\[0\].reason` must be a text/],
  [{ sessions: [session, session] }, /`sessions\[1\].day` must be a day given once for market/],
  [
    { closures: [closure], sessions: [session] },
    /`sessions` must be without 2026-11-23, which `closures` closes/,
  ],
])("%o is refused before anything is built", (additions, message) => {
  expect(() => createCalendar(additions as CalendarAdditions)).toThrow(ConfigError);
  expect(() => createCalendar(additions as CalendarAdditions)).toThrow(message);
});

test.each(["1999-12-31", "2028-01-03"])("an addition outside the range is refused: %s", (day) => {
  expect(() => createCalendar(closed(day))).toThrow(CalendarRangeError);
  expect(() => createCalendar(moved(day))).toThrow(CalendarRangeError);
});
