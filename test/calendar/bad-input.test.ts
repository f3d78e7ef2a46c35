import { krx } from "hantoo/calendar";
import { describe, expect, test } from "vitest";
import { CalendarRangeError, ConfigError } from "../../src/core/index.js";

/** Every way to ask about a day. */
const questions: Readonly<Record<string, (day: string) => unknown>> = {
  isTradingDay: (day) => krx.isTradingDay(day),
  nextTradingDay: (day) => krx.nextTradingDay(day),
  previousTradingDay: (day) => krx.previousTradingDay(day),
  "tradingDays from": (day) => krx.tradingDays(day, "2026-11-20"),
  "tradingDays to": (day) => krx.tradingDays("2026-11-20", day),
  "countTradingDays from": (day) => krx.countTradingDays(day, "2026-11-20"),
  "countTradingDays to": (day) => krx.countTradingDays("2026-11-20", day),
  addTradingDays: (day) => krx.addTradingDays(day, 1),
  session: (day) => krx.session(day),
  "session NXT": (day) => krx.session(day, { venue: "NXT", hours: "all" }),
  minutes: (day) => krx.minutes(day),
  closure: (day) => krx.closure(day),
};

const caught = (ask: () => unknown): unknown => {
  try {
    return ask();
  } catch (error) {
    return error;
  }
};

describe.each(Object.entries(questions))("%s", (_, ask) => {
  test.each<[day: unknown, received: string]>([
    ["2026-2-30", '"2026-2-30"'],
    ["2026-02-30", '"2026-02-30"'],
    ["2025-02-29", '"2025-02-29"'],
    ["20261120", '"20261120"'],
    ["2026-11-20T00:00:00Z", '"2026-11-20T00:00:00Z"'],
    [" 2026-11-20", '" 2026-11-20"'],
    ["", '""'],
    [new Date("2026-11-20"), "a Date"],
    [20261120, "20261120"],
    [Date.parse("2026-11-20"), String(Date.parse("2026-11-20"))],
    [undefined, "undefined"],
    [null, "null"],
  ])("refuses %o and says what it expects", (day, received) => {
    const error = caught(() => ask(day as string));
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).option).toMatch(/^(day|from|to)$/);
    expect((error as ConfigError).message).toBe(
      `\`${(error as ConfigError).option}\` must be an existing KST date as "YYYY-MM-DD", received ${received}`,
    );
  });

  test.each(["1999-12-31", "1999-06-01", "2028-01-01", "2031-06-02", "0001-01-01", "9999-12-31"])(
    "does not know %s",
    (day) => {
      const error = caught(() => ask(day));
      expect(error).toBeInstanceOf(CalendarRangeError);
      expect(error).toMatchObject({ day, first: "2000-01-01", last: "2027-12-31", code: "calendar_range" });
    },
  );
});

describe("walking past an end is not known either", () => {
  test.each<[what: string, ask: () => unknown, day: string]>([
    ["next of the last session", () => krx.nextTradingDay("2027-12-30"), "2028-01-01"],
    ["next of the last day", () => krx.nextTradingDay("2027-12-31"), "2028-01-01"],
    ["previous of the first session", () => krx.previousTradingDay("2000-01-04"), "1999-12-31"],
    ["previous of the first day", () => krx.previousTradingDay("2000-01-01"), "1999-12-31"],
    ["adding over the end", () => krx.addTradingDays("2027-12-30", 1), "2028-01-01"],
    ["adding far over the end", () => krx.addTradingDays("2026-11-20", 100_000), "2028-01-01"],
    ["subtracting over the start", () => krx.addTradingDays("2000-01-04", -1), "1999-12-31"],
    [
      "last session before the first",
      () => krx.lastTradingDay(Date.parse("2000-01-03T10:00+09:00")),
      "1999-12-31",
    ],
    ["an instant before the range", () => krx.lastTradingDay(0), "1970-01-01"],
    ["an instant after it", () => krx.lastTradingDay(Date.parse("2028-01-01T00:00+09:00")), "2028-01-01"],
    ["isOpen before", () => krx.isOpen(0), "1970-01-01"],
    ["isOpen after", () => krx.isOpen(Date.parse("2028-01-01T00:00+09:00")), "2028-01-01"],
  ])("%s", (_, ask, day) => {
    const error = caught(ask);
    expect(error).toBeInstanceOf(CalendarRangeError);
    expect(error).toMatchObject({ day });
  });

  test("the last answers inside the range are given", () => {
    expect(krx.nextTradingDay("2027-12-29")).toBe("2027-12-30");
    expect(krx.nextTradingDay("2000-01-01")).toBe("2000-01-04");
    expect(krx.previousTradingDay("2027-12-31")).toBe("2027-12-30");
    expect(krx.addTradingDays("2027-12-30", 0)).toBe("2027-12-30");
    expect(krx.lastTradingDay(Date.parse("2027-12-31T23:59:59+09:00"))).toBe("2027-12-30");
    expect(krx.isOpen(Date.parse("2027-12-31T23:59:59+09:00"))).toBe(false);
  });
});

test.each<[what: string, ask: () => unknown, message: RegExp]>([
  [
    "from > to",
    () => krx.tradingDays("2026-11-20", "2026-11-19"),
    /`from` must be no later than `to`, 2026-11-19/,
  ],
  ["from > to", () => krx.countTradingDays("2026-11-20", "2026-11-19"), /`from` must be no later than `to`/],
  ["half a day", () => krx.addTradingDays("2026-11-20", 0.5), /`count` must be a whole number/],
  ["NaN days", () => krx.addTradingDays("2026-11-20", Number.NaN), /`count` must be a whole number/],
  ["none from a closed day", () => krx.addTradingDays("2026-11-21", 0), /`day` must be a trading day/],
  [
    "a Date",
    () => krx.isOpen(new Date() as unknown as number),
    /`atMs` must be .* epoch milliseconds.*a Date/,
  ],
  ["NaN", () => krx.isOpen(Number.NaN), /`atMs` must be/],
  ["Infinity", () => krx.lastTradingDay(Number.POSITIVE_INFINITY), /`atMs` must be/],
  ["beyond any date", () => krx.lastTradingDay(8.64e15), /`atMs` must be/],
  ["a text", () => krx.lastTradingDay("2026-11-20" as unknown as number), /`atMs` must be/],
  [
    "a wire code",
    () => krx.session("2026-11-20", { venue: "J" as "KRX" }),
    /`venue` must be "KRX", "NXT" or "UN"/,
  ],
  ["wrong hours", () => krx.minutes("2026-11-20", { hours: "extended" as "all" }), /`hours` must be/],
  ["wrong venue", () => krx.isOpen(0, { venue: "krx" as "KRX" }), /`venue` must be/],
])("refuses %s", (_, ask, message) => {
  expect(ask).toThrow(ConfigError);
  expect(ask).toThrow(message);
});
