import { execFileSync } from "node:child_process";
import { CalendarRangeError, ConfigError, createCalendar, isHantooError, krx } from "hantoo";
import * as calendarEntry from "hantoo/calendar";
import { describe, expect, test } from "vitest";

const kst = (text: string): number => Date.parse(`${text}:00+09:00`);
const label = (ms: number): string => new Date(ms + 9 * 3_600_000).toISOString().slice(11, 16);

/** What a call throws. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("it did not throw");
}

describe("days", () => {
  test("the entry of its own has the same calendar", () => {
    expect(calendarEntry.krx.isTradingDay("2026-07-17")).toBe(false);
    expect(calendarEntry.createCalendar).toBeTypeOf("function");
  });

  test.each([
    ["2026-07-17", false, "Constitution Day, a holiday again"],
    ["2025-07-17", true, "not yet"],
    ["2007-07-17", false, "still"],
    ["2008-07-17", true, "no more"],
    ["2013-10-09", false, "Hangul Day again"],
    ["2012-10-09", true, "not yet"],
    ["2005-04-05", false, "Arbor Day, the last"],
    ["2006-04-05", true, "no more"],
    ["2018-02-19", true, "no substitute for a Saturday of Seollal"],
    ["2022-12-30", false, "year end"],
    ["2022-12-29", true, "the last session"],
    ["2027-12-31", false, "year end"],
    ["2026-09-28", true, "no substitute for a Saturday of Chuseok"],
    ["2026-12-30", true, "the last session of 2026"],
    ["2026-12-31", false, "year end"],
    ["2027-05-03", false, "substitute of Labor Day"],
    ["2027-07-19", false, "substitute of Constitution Day"],
    ["2027-12-27", false, "substitute of Christmas"],
    ["2027-06-07", true, "Memorial Day has no substitute"],
    ["2000-01-03", false, "KRX stayed closed"],
    ["2000-12-27", false, "KRX stayed closed"],
    ["2025-06-03", false, "election"],
    ["2026-06-03", false, "election"],
    ["2026-11-21", false, "Saturday"],
  ])("%s trades: %s (%s)", (day, open, _why) => {
    expect(krx.isTradingDay(day)).toBe(open);
    expect(krx.session(day) !== undefined).toBe(open);
    expect(krx.minutes(day).length > 0).toBe(open);
  });

  test.each([
    [2000, 241],
    [2014, 245],
    [2017, 243],
    [2025, 242],
    [2026, 244],
    [2027, 245],
  ])("%i has %i sessions", (year, count) => {
    expect(krx.tradingDays(`${year}-01-01`, `${year}-12-31`)).toHaveLength(count);
  });

  test("the whole range has 6653 sessions to the end of 2026", () => {
    expect(krx.tradingDays("2000-01-01", "2026-12-31")).toHaveLength(6653);
  });

  test("walks", () => {
    expect(krx.nextTradingDay("2026-11-20")).toBe("2026-11-23");
    expect(krx.nextTradingDay("2026-11-21")).toBe("2026-11-23");
    expect(krx.previousTradingDay("2026-11-23")).toBe("2026-11-20");
    expect(krx.addTradingDays("2026-11-20", 1)).toBe("2026-11-23");
    expect(krx.addTradingDays("2026-11-23", -1)).toBe("2026-11-20");
    expect(krx.addTradingDays("2026-11-20", 0)).toBe("2026-11-20");
    expect(krx.addTradingDays("2017-09-29", 1)).toBe("2017-10-10");
    expect(krx.tradingDays("2026-11-19", "2026-11-24")).toEqual([
      "2026-11-19",
      "2026-11-20",
      "2026-11-23",
      "2026-11-24",
    ]);
    expect(krx.tradingDays("2026-11-21", "2026-11-22")).toEqual([]);
  });

  test("the last trading day is the latest whose regular session has opened", () => {
    expect(krx.lastTradingDay(kst("2026-11-20T08:59"))).toBe("2026-11-19");
    expect(krx.lastTradingDay(kst("2026-11-20T09:00"))).toBe("2026-11-20");
    expect(krx.lastTradingDay(kst("2026-11-21T12:00"))).toBe("2026-11-20");
    expect(krx.lastTradingDay(kst("2026-11-23T00:00"))).toBe("2026-11-20");
    expect(krx.lastTradingDay(kst("2026-11-19T09:30"))).toBe("2026-11-18"); // CSAT: 10:00
    expect(krx.lastTradingDay(kst("2026-11-19T10:00"))).toBe("2026-11-19");
    expect(krx.lastTradingDay(kst("2027-01-04T09:59"))).toBe("2026-12-30");
    expect(krx.isTradingDay(krx.lastTradingDay())).toBe(true);
  });

  test("a closure has both names and a kind", () => {
    expect(krx.closure("2026-07-17")).toMatchObject({
      nameKo: expect.stringContaining("제헌절") as string,
      nameEn: expect.stringContaining("Constitution") as string,
      kind: expect.any(String) as string,
    });
    expect(krx.closure("2026-11-20")).toBeUndefined();
  });

  test("its bounds are days", () => {
    expect(krx.first).toBe("2000-01-01");
    expect(krx.coveredThrough).toBe("2027-12-31");
    expect(krx.confirmedThrough).toBe("2026-12-31");
  });
});

describe("sessions", () => {
  test("a plain day", () => {
    const session = krx.session("2026-11-20");
    expect(session).toMatchObject({ open: kst("2026-11-20T09:00"), close: kst("2026-11-20T15:30") });
    for (const window of session?.windows ?? []) {
      expect(Object.keys(window).sort()).toEqual(["from", "kind", "to"]);
      expect(window.from).toBeLessThan(window.to);
    }
    const minutes = krx.minutes("2026-11-20");
    expect(minutes).toHaveLength(381);
    expect([minutes[0], minutes[379], minutes[380]].map((at) => label(at ?? 0))).toEqual([
      "09:00",
      "15:19",
      "15:30",
    ]);
  });

  test.each([
    ["2026-11-19", "10:00", "16:30", 381],
    ["2017-11-16", "10:00", "16:30", 381],
    ["2017-11-23", "10:00", "16:30", 381],
    ["2020-12-03", "10:00", "16:30", 381],
    ["2026-01-02", "10:00", "15:30", 321],
    ["2016-07-29", "09:00", "15:00", 351],
    ["2016-08-01", "09:00", "15:30", 381],
    ["2000-05-19", "09:00", "15:00", undefined],
    ["2000-05-22", "09:00", "15:00", 351],
  ])("%s: %s to %s, %s minutes", (day, open, close, count) => {
    expect(krx.session(day)).toMatchObject({ open: kst(`${day}T${open}`), close: kst(`${day}T${close}`) });
    if (count !== undefined) expect(krx.minutes(day)).toHaveLength(count);
  });

  test("the noon break has no minutes, and before 2000-05-22 no closing auction's label", () => {
    const labels = krx.minutes("2000-05-19").map(label);
    expect(labels.filter((at) => at >= "12:00" && at < "13:00")).toEqual([]);
    expect(labels).toContain("11:59");
    expect(labels).toContain("13:00");
    expect(krx.minutes("2000-05-22").map(label)).toContain("12:30");
  });

  test("all hours: 240 minutes of after-market and its close print since 2026-09-14, single-price windows before", () => {
    const all = krx.minutes("2026-11-20", { hours: "all" }).map(label);
    expect(all.filter((at) => at >= "16:00")).toHaveLength(241);
    expect(all).toHaveLength(622);
    expect(all.at(-1)).toBe("20:00");
    expect(krx.minutes("2026-11-20", { hours: "all", venue: "NXT" }).map(label).at(-1)).toBe("19:59");
    const kinds = (day: string): string[] =>
      (krx.session(day, { hours: "all" })?.windows ?? [])
        .filter(({ from }) => from >= kst(`${day}T16:00`))
        .map(({ kind }) => kind);
    expect(kinds("2026-09-11")).toEqual(["single-price"]);
    expect(kinds("2026-09-14")).toEqual(["after-market"]);
  });

  test("Nextrade: its hours, its own exceptions, nothing before 2025-03-04", () => {
    expect(krx.isOpen(kst("2026-11-20T08:30"), { venue: "NXT", hours: "all" })).toBe(true);
    expect(krx.isOpen(kst("2025-11-13T08:30"), { venue: "NXT", hours: "all" })).toBe(false);
    expect(krx.isOpen(kst("2026-01-02T08:30"), { venue: "NXT", hours: "all" })).toBe(false);
    expect(krx.session("2025-02-28", { venue: "NXT" })).toBeUndefined();
    expect(krx.minutes("2025-02-28", { venue: "NXT" })).toEqual([]);
    expect(krx.session("2025-03-04", { venue: "NXT" })).toBeDefined();
    const nxt = krx.minutes("2026-11-20", { venue: "NXT" }).map(label);
    expect([nxt[0], nxt.at(-1)]).toEqual(["09:00", "15:19"]);
  });

  test("UN is both venues", () => {
    const both = new Set([
      ...krx.minutes("2026-11-20", { hours: "all" }),
      ...krx.minutes("2026-11-20", { venue: "NXT", hours: "all" }),
    ]);
    expect(krx.minutes("2026-11-20", { venue: "UN", hours: "all" })).toEqual([...both].sort((a, b) => a - b));
  });

  test("minutes are each window's [from, to) by the minute, plus the closing auction's label", () => {
    for (const day of ["2026-11-20", "2026-11-19", "2026-01-02", "2000-03-02"]) {
      const expected = new Set<number>();
      for (const { kind, from, to } of krx.session(day)?.windows ?? []) {
        if (kind === "closing-auction") expected.add(to);
        if (kind === "continuous") for (let at = from; at < to; at += 60_000) expected.add(at);
      }
      expect(krx.minutes(day)).toEqual([...expected].sort((a, b) => a - b));
    }
  });

  test("open is half-open", () => {
    expect(krx.isOpen(kst("2026-11-20T08:59"))).toBe(false);
    expect(krx.isOpen(kst("2026-11-20T09:00"))).toBe(true);
    expect(krx.isOpen(kst("2026-11-20T15:29"))).toBe(true);
    expect(krx.isOpen(kst("2026-11-20T15:30"))).toBe(false);
    expect(krx.isOpen(kst("2026-11-21T10:00"))).toBe(false);
    expect(krx.isOpen(kst("2026-11-20T17:00"))).toBe(false);
    expect(krx.isOpen(kst("2026-11-20T17:00"), { hours: "all" })).toBe(true);
  });

  test("minutes cannot be spoilt by a caller", () => {
    const minutes = krx.minutes("2026-11-20") as number[];
    try {
      minutes.push(1);
    } catch {
      // Frozen.
    }
    try {
      minutes[0] = 0;
    } catch {
      // Frozen.
    }
    expect(krx.minutes("2026-11-20")).toHaveLength(381);
    expect(krx.minutes("2026-11-20")[0]).toBe(kst("2026-11-20T09:00"));
  });
});

describe("bad input", () => {
  const methods: readonly (readonly [string, (day: never) => unknown])[] = [
    ["isTradingDay", (day) => krx.isTradingDay(day)],
    ["nextTradingDay", (day) => krx.nextTradingDay(day)],
    ["previousTradingDay", (day) => krx.previousTradingDay(day)],
    ["session", (day) => krx.session(day)],
    ["minutes", (day) => krx.minutes(day)],
    ["closure", (day) => krx.closure(day)],
    ["tradingDays", (day) => krx.tradingDays(day, "2027-01-01")],
    ["addTradingDays", (day) => krx.addTradingDays(day, 1)],
  ];
  test.each(methods)("%s: unknown is not open", (_name, call) => {
    for (const day of ["1999-12-31", "2031-01-04"]) {
      const error = thrown(() => call(day as never));
      if (_name === "tradingDays" && day > "2027-01-01") continue;
      expect(error).toBeInstanceOf(CalendarRangeError);
      expect(error).toMatchObject({ day, first: "2000-01-01", last: "2027-12-31", code: "calendar_range" });
    }
  });
  test.each(methods)("%s: what is no day is a typed error that says what was expected", (_name, call) => {
    for (const day of [
      "2026-2-30",
      "2026-02-30",
      "20261120",
      new Date(),
      20261120,
      undefined,
      null,
      "",
      "2026-11-20T09:00",
    ]) {
      const error = thrown(() => call(day as never));
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as Error).message).toContain("YYYY-MM-DD");
    }
  });
  test("from after to, a fraction of a day, unknown venue and hours, a Date as instant", () => {
    expect(thrown(() => krx.tradingDays("2026-11-20", "2026-11-19"))).toBeInstanceOf(ConfigError);
    expect(thrown(() => krx.addTradingDays("2026-11-20", 1.5))).toBeInstanceOf(ConfigError);
    expect(thrown(() => krx.minutes("2026-11-20", { venue: "J" as never }))).toBeInstanceOf(ConfigError);
    expect(thrown(() => krx.minutes("2026-11-20", { hours: "extended" as never }))).toBeInstanceOf(
      ConfigError,
    );
    expect(isHantooError(thrown(() => krx.isOpen(Number.NaN)))).toBe(true);
    expect(isHantooError(thrown(() => krx.lastTradingDay(kst("1999-06-01T12:00"))))).toBe(true);
    expect(isHantooError(thrown(() => krx.nextTradingDay("2027-12-31")))).toBe(true);
    expect(isHantooError(thrown(() => krx.previousTradingDay("2000-01-04")))).toBe(true);
  });
});

describe("additions and differences", () => {
  test("a closure announced later closes the day, in the new calendar alone", () => {
    const calendar = createCalendar({
      closures: [{ day: "2026-12-28", nameKo: "임시공휴일", nameEn: "Temporary holiday", kind: "temporary" }],
    });
    expect(calendar.isTradingDay("2026-12-28")).toBe(false);
    expect(calendar.closure("2026-12-28")).toMatchObject({ nameKo: "임시공휴일", kind: "temporary" });
    expect(calendar.minutes("2026-12-28")).toEqual([]);
    expect(calendar.nextTradingDay("2026-12-24")).toBe("2026-12-29");
    expect(krx.isTradingDay("2026-12-28")).toBe(true);
  });

  test("hours announced later shift the day", () => {
    const calendar = createCalendar({
      sessions: [{ day: "2027-11-18", open: "10:00", close: "16:30", reason: "CSAT" }],
    });
    expect(calendar.minutes("2027-11-18")).toHaveLength(381);
    expect(calendar.session("2027-11-18")).toMatchObject({
      open: kst("2027-11-18T10:00"),
      close: kst("2027-11-18T16:30"),
    });
    const atKrx = createCalendar({
      closures: [],
      sessions: [{ day: "2026-11-24", venue: "KRX", open: "11:00", close: "15:30", reason: "storm" }],
    });
    expect(atKrx.session("2026-11-24")?.open).toBe(kst("2026-11-24T11:00"));
    expect(atKrx.session("2026-11-24", { venue: "NXT" })).toEqual(
      krx.session("2026-11-24", { venue: "NXT" }),
    );
  });

  test("bad additions are config errors", () => {
    for (const additions of [
      { closures: [{ day: "2026-13-01", nameKo: "x", nameEn: "x", kind: "temporary" }] },
      { sessions: [{ day: "2026-11-24", open: "9:00", close: "15:30", reason: "x" }] },
      { sessions: [{ day: "2026-11-24", open: "15:30", close: "09:00", reason: "x" }] },
    ]) {
      expect(thrown(() => createCalendar(additions as never))).toBeInstanceOf(ConfigError);
    }
  });

  test("differences are data; duplicates are tolerated; nothing is applied", () => {
    const rows = [
      { day: "2026-12-28", isOpen: false },
      { day: "2026-12-28", isOpen: false },
      { day: "2026-12-29", isOpen: true },
      { day: "2026-12-31", isOpen: true },
    ];
    expect(krx.differences(rows).map(({ day }) => day)).toEqual(["2026-12-28", "2026-12-31"]);
    expect(krx.isTradingDay("2026-12-28")).toBe(true);
    expect(krx.differences([])).toEqual([]);
  });
});

test("the host's time zone changes nothing", () => {
  const script = `
    import { krx } from "hantoo/calendar";
    const days = ["2026-11-20", "2026-11-19", "2026-01-02", "2000-05-19"];
    console.log(JSON.stringify([days.map((day) => [krx.session(day), krx.minutes(day, { venue: "UN", hours: "all" })]),
      krx.lastTradingDay(${kst("2026-11-20T09:00")}), krx.lastTradingDay(${kst("2026-11-20T08:59")})]));`;
  const answers = ["UTC", "America/New_York", "Pacific/Kiritimati"].map((zone) =>
    execFileSync("npx", ["tsx", "--input-type=module", "-e", script], {
      env: { ...process.env, TZ: zone },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  expect(answers[0]).toContain("open");
  expect(new Set(answers).size).toBe(1);
});
