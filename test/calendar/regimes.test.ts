import { type AddedRegime, createCalendar, krx } from "hantoo/calendar";
import { describe, expect, test } from "vitest";
import { at, clock } from "./support/kst-clock.js";

const AFTER_MARKET = { kind: "after-market", from: "16:00", to: "20:00", closePrint: true } as const;
const preMarket: AddedRegime = {
  venue: "KRX",
  since: "2027-12-06",
  extended: [{ kind: "pre-market", from: "07:00", to: "07:50" }, AFTER_MARKET],
  source: "a notice yet to come",
};
const night: AddedRegime = {
  venue: "KRX",
  since: "2027-12-13",
  extended: [{ kind: "after-market", from: "16:00", to: "31:00" }],
  source: "a notice yet to come",
};
const calendar = createCalendar({ regimes: [preMarket, night] });
const all = { hours: "all" } as const;
const spans = (day: string): string[] =>
  (calendar.session(day, all)?.windows ?? []).map((w) => `${w.kind} ${clock(w.from)}-${clock(w.to)}`);
const REGULAR = ["opening-auction 08:30-09:00", "continuous 09:00-15:20", "closing-auction 15:20-15:30"];

describe("one row moves KRX to longer hours", () => {
  test("a pre-market from its day on, all else as it was", () => {
    expect(spans("2027-12-03")).toEqual([...REGULAR, "after-market 16:00-20:00"]);
    expect(spans("2027-12-06")).toEqual(["pre-market 07:00-07:50", ...REGULAR, "after-market 16:00-20:00"]);
    expect(calendar.minutes("2027-12-06", all)).toHaveLength(622 + 50);
    expect(calendar.minutes("2027-12-06")).toEqual(krx.minutes("2027-12-06"));
    expect(krx.minutes("2027-12-06", all)).toHaveLength(622);
  });

  test("a night belongs to the day it begins on, and is open into the next morning", () => {
    expect(spans("2027-12-13").at(-1)).toBe("after-market 16:00-07:00");
    expect(calendar.minutes("2027-12-13", all)).toHaveLength(381 + 15 * 60);
    expect(calendar.isOpen(at("2027-12-14", "06:59"), all)).toBe(true);
    expect(calendar.isOpen(at("2027-12-14", "07:00"), all)).toBe(false);
    expect(calendar.isOpen(at("2027-12-14", "06:59"))).toBe(false);
    expect(calendar.isOpen(at("2027-12-18", "06:59"), all), "Saturday, after Friday's night").toBe(true);
    expect(calendar.isOpen(at("2027-12-20", "06:59"), all), "Monday: no session on Sunday").toBe(false);
  });

  test("a late open has no pre-market", () => {
    const early = createCalendar({ regimes: [{ ...preMarket, since: "2026-11-02" }] });
    expect(early.session("2027-11-18", all)?.windows[0]?.kind).toBe("opening-auction");
    expect(early.session("2027-11-17", all)?.windows[0]?.kind).toBe("pre-market");
  });

  test.each<[why: string, row: Partial<Record<keyof AddedRegime, unknown>>, option: string]>([
    ["a day already ruled", { since: "2026-09-14" }, "regimes[0].since"],
    ["no day", { since: "2027-13-01" }, "regimes[0].since"],
    ["no venue", { venue: "UN" }, "regimes[0].venue"],
    ["no source", { source: " " }, "regimes[0].source"],
    ["no time", { regular: ["9:00", "15:30"] }, "regimes[0].regular"],
    ["the wrong way round", { break: ["13:00", "12:00"] }, "regimes[0].break"],
    ["an unknown kind", { extended: [{ kind: "night", from: "20:00", to: "24:00" }] }, "extended[0].kind"],
    ["one time alone", { extended: [{ kind: "after-market", from: "20:00" }] }, "extended[0]"],
    ["the day after the next", { extended: [{ kind: "after-market", from: "20:00", to: "48:00" }] }, "[0]"],
  ])("%s is refused", (_why, row, option) => {
    const regimes = [{ ...preMarket, ...row } as AddedRegime];
    expect(() => createCalendar({ regimes })).toThrow(option);
  });
});

test("a close print is open until its label, not at it", () => {
  expect(krx.isOpen(at("2026-11-20", "19:59:59"), all)).toBe(true);
  expect(krx.isOpen(at("2026-11-20", "20:00"), all)).toBe(false);
  expect(krx.minutes("2026-11-20", all).at(-1)).toBe(at("2026-11-20", "20:00"));
});
