import { krx, kstInstant } from "hantoo";
import { expect, test } from "vitest";
import { closingMinute, isClosingSettled } from "../../../src/kis/reads/minutes/closing-print.js";

const day = "2026-11-20";
const at = (time: string): number => kstInstant(day, time);

test("the closing auction settles by proof, or late enough", () => {
  const closing = closingMinute(krx.session(day)!.windows)!;
  expect(closing).toBe(at("15:30"));
  const settled = (time: string, volume: number | undefined, hasPlaceholders: boolean, addsUp = false) =>
    isClosingSettled({ closing, asOf: at(time), volume, addsUp, hasPlaceholders });
  expect(settled("15:31:10", 5, false)).toBe(true);
  expect(settled("15:31:10", undefined, false)).toBe(false);
  expect(settled("16:00:00", undefined, false)).toBe(true);
  expect(settled("15:31:10", undefined, false, true)).toBe(true);
  expect(settled("15:59:59", 5, true)).toBe(false);
  expect(settled("16:00:00", 5, true)).toBe(true);
  expect(settled("16:00:00", 0, true)).toBe(false);
  expect(settled("18:00:00", 0, true)).toBe(true);
  expect(settled("15:31:10", 0, true, true)).toBe(true);
  expect(closingMinute(krx.session(day, { venue: "NXT" })!.windows)).toBeUndefined();
});
