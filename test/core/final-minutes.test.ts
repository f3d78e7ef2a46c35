import * as fc from "fast-check";
import { expect, test } from "vitest";
import { krx } from "../../src/calendar/index.js";
import { MINUTE_MS, SETTLE_MS, countThrough, finalAt, finalCount, kstInstant } from "../../src/core/index.js";

const day = "2026-11-20";
const minutes = krx.minutes(day);
const at = (time: string): number => kstInstant(day, time);

test("a minute is final ten seconds after its end, to the millisecond", () => {
  const end = at("10:01") + SETTLE_MS;
  const lastFinal = (now: number): number | undefined => minutes[finalCount(minutes, now, SETTLE_MS) - 1];
  expect(lastFinal(end - 1)).toBe(at("09:59"));
  expect(lastFinal(end)).toBe(at("10:00"));
  expect(finalAt(at("10:00"), SETTLE_MS)).toBe(end);
  expect(lastFinal(at("09:01:09"))).toBeUndefined();
  expect(lastFinal(at("15:31:09"))).toBe(at("15:19"));
  expect(lastFinal(at("15:31:10"))).toBe(at("15:30"));
});

test("countThrough is the count of minutes at or before an instant", () => {
  fc.assert(
    fc.property(fc.integer({ min: -5, max: 400 * MINUTE_MS }), (offset) => {
      const through = (minutes[0] as number) + offset;
      expect(countThrough(minutes, through)).toBe(minutes.filter((time) => time <= through).length);
    }),
  );
});
