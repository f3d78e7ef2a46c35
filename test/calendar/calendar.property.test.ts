import { type TradingCalendar, createCalendar, krx } from "hantoo/calendar";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { addDays, daysBetween, kstDay } from "../../src/core/index.js";

const runs = { numRuns: Number(process.env["HANTOO_PROPERTY_RUNS"] ?? 300) };

/** Days at least a gap's length away from both ends, so that every neighbour exists. */
const span = daysBetween("2000-01-05", "2027-12-29");
const anyDay = fc.integer({ min: 0, max: span }).map((offset) => addDays("2000-01-05", offset));
const options = fc.record({
  venue: fc.constantFrom("KRX" as const, "NXT" as const, "UN" as const),
  hours: fc.constantFrom("regular" as const, "all" as const),
});
const calendars: readonly TradingCalendar[] = [
  krx,
  createCalendar({
    closures: [{ day: "2026-11-23", nameKo: "임시공휴일", nameEn: "Temporary holiday", kind: "temporary" }],
    sessions: [{ day: "2026-11-24", open: "10:00", close: "16:30", reason: "moved" }],
  }),
];

test.each(calendars)("next and previous are inverse", (calendar) => {
  fc.assert(
    fc.property(anyDay, (day) => {
      const [next, previous] = [calendar.nextTradingDay(day), calendar.previousTradingDay(day)];
      expect(calendar.isTradingDay(next) && calendar.isTradingDay(previous)).toBe(true);
      expect(previous < day && day < next).toBe(true);
      const isOne = calendar.isTradingDay(day);
      expect(calendar.previousTradingDay(next)).toBe(isOne ? day : previous);
      expect(calendar.nextTradingDay(previous)).toBe(isOne ? day : next);
      expect(calendar.tradingDays(previous, next)).toEqual(isOne ? [previous, day, next] : [previous, next]);
    }),
    runs,
  );
});

test.each(calendars)("counts agree with lists, and lists with steps", (calendar) => {
  fc.assert(
    fc.property(anyDay, anyDay, (a, b) => {
      const [from, to] = a <= b ? [a, b] : [b, a];
      const days = calendar.tradingDays(from, to);
      expect(days).toHaveLength(calendar.countTradingDays(from, to));
      expect(days.every((day) => from <= day && day <= to && calendar.isTradingDay(day))).toBe(true);
      const [first, last] = [days.at(0), days.at(-1)];
      if (first === undefined || last === undefined) return;
      expect(calendar.addTradingDays(first, days.length - 1)).toBe(last);
      expect(calendar.addTradingDays(last, 1 - days.length)).toBe(first);
      expect(calendar.addTradingDays(from, days.length)).toBe(
        calendar.isTradingDay(from) ? calendar.nextTradingDay(last) : last,
      );
    }),
    runs,
  );
});

test.each(calendars)("adding days is stepping", (calendar) => {
  fc.assert(
    fc.property(
      anyDay.filter((day) => day > "2001" && day < "2027"),
      fc.integer({ min: -60, max: 60 }),
      (day, count) => {
        let walked = day;
        for (let step = 0; step < Math.abs(count); step++) {
          walked = count > 0 ? calendar.nextTradingDay(walked) : calendar.previousTradingDay(walked);
        }
        if (count !== 0 || calendar.isTradingDay(day))
          expect(calendar.addTradingDays(day, count)).toBe(walked);
      },
    ),
    runs,
  );
});

test.each(calendars)(
  "every minute lies in a window of its session, ascends and is on the minute",
  (calendar) => {
    fc.assert(
      fc.property(anyDay, options, (day, options) => {
        const session = calendar.session(day, options);
        const minutes = calendar.minutes(day, options);
        expect(minutes.length > 0).toBe(session !== undefined);
        if (session === undefined) return;
        const windows = session.windows.filter(({ kind }) => kind !== "break" && !kind.endsWith("auction"));
        const prints = session.windows.filter((w) => w.kind === "closing-auction" || w.closePrint);
        const strays = minutes.filter((minute, index) => {
          const inside = windows.some(({ from, to }) => minute + 60_000 > from && minute < to);
          const first = Math.floor(session.open / 60_000) * 60_000;
          return (
            minute % 60_000 !== 0 ||
            minute <= (minutes[index - 1] ?? 0) ||
            !(inside || prints.some(({ to }) => minute === to)) ||
            minute < first ||
            minute > session.close
          );
        });
        expect(strays).toEqual([]);
        expect([kstDay(minutes.at(0) ?? 0), kstDay(minutes.at(-1) ?? 0)]).toEqual([day, day]);
      }),
      runs,
    );
  },
);

test.each(calendars)("isOpen agrees with the session, and all hours contain the regular ones", (calendar) => {
  fc.assert(
    fc.property(anyDay, fc.integer({ min: 0, max: 86_399 }), options, (day, second, { venue }) => {
      const atMs = Date.parse(`${day}T00:00:00+09:00`) + second * 1000;
      const [regular, all] = [
        calendar.session(day, { venue }),
        calendar.session(day, { venue, hours: "all" }),
      ];
      const open = calendar.isOpen(atMs, { venue });
      if (open) expect(calendar.isOpen(atMs, { venue, hours: "all" })).toBe(true);
      const paused =
        regular?.windows.some((w) => w.kind === "break" && w.from <= atMs && atMs < w.to) ?? false;
      expect(open).toBe(regular !== undefined && regular.open <= atMs && atMs < regular.close && !paused);
      const allMinutes = new Set(calendar.minutes(day, { venue, hours: "all" }));
      expect(calendar.minutes(day, { venue }).every((minute) => allMinutes.has(minute))).toBe(true);
      if (regular !== undefined) expect((all?.open ?? Infinity) <= regular.open).toBe(true);
    }),
    runs,
  );
});

test.each(calendars)("lastTradingDay is the last session that has opened", (calendar) => {
  fc.assert(
    fc.property(anyDay, fc.integer({ min: 0, max: 86_399_999 }), (day, ms) => {
      const atMs = Date.parse(`${day}T00:00:00+09:00`) + ms;
      const last = calendar.lastTradingDay(atMs);
      expect(calendar.session(last)?.open).toBeLessThanOrEqual(atMs);
      expect(calendar.session(calendar.nextTradingDay(last))?.open).toBeGreaterThan(atMs);
    }),
    runs,
  );
});

test("differences are what differs, whichever side is asked", () => {
  const days = fc.uniqueArray(anyDay, { maxLength: 40 });
  fc.assert(
    fc.property(days, fc.infiniteStream(fc.boolean()), (days, flips) => {
      const flipped = new Set(days.filter(() => flips.next().value));
      const rows = days.map((day) => ({ day, isOpen: krx.isTradingDay(day) !== flipped.has(day) }));
      const found = krx.differences(rows);
      expect(found.map(({ day }) => day)).toEqual([...flipped].sort());
      for (const { day, calendar, kis } of found) {
        expect([calendar, kis]).toEqual(krx.isTradingDay(day) ? ["open", "closed"] : ["closed", "open"]);
      }
      // The other way round: a calendar that says what KIS said differs from krx on the same days.
      const weekdays = found.filter(({ day }) => new Date(day).getUTCDay() % 6 !== 0);
      const believer = createCalendar({
        closures: weekdays
          .filter(({ kis }) => kis === "closed")
          .map(({ day }) => ({ day, nameKo: "휴장", nameEn: "Closed", kind: "temporary" })),
        sessions: weekdays
          .filter(({ kis }) => kis === "open")
          .map(({ day }) => ({ day, open: "09:00", close: "15:30", reason: "open after all" })),
      });
      const back = believer.differences(weekdays.map(({ day }) => ({ day, isOpen: krx.isTradingDay(day) })));
      expect(back).toEqual(weekdays.map(({ day, calendar, kis }) => ({ day, calendar: kis, kis: calendar })));
      expect(krx.differences([...rows, ...rows])).toEqual(found);
    }),
    { numRuns: Math.ceil(runs.numRuns / 10) },
  );
});
