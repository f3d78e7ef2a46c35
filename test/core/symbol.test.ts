import { expect, test } from "vitest";
import {
  checkHours,
  checkSymbol,
  checkSymbols,
  checkVenue,
  isSymbol,
  venueCode,
  venueOfCode,
} from "../../src/core/index.js";

test.each(["005930", "0037T0", "0001A0", "28513K", "Q530036", "F70100030", "J0036221D"])(
  "%s is a symbol",
  (symbol) => expect(checkSymbol(symbol)).toBe(symbol),
);

test.each([5930, "5930", "00593", "005930 ", "005930k", "A005930.KS", "0059300000", null, undefined])(
  "%s is none",
  (value) => {
    expect(isSymbol(value)).toBe(false);
    expect(() => checkSymbol(value)).toThrow(/`symbol` must be a short code such as "005930"/);
  },
);

test("a list keeps its order and each symbol once", () => {
  expect(checkSymbols(["005930", "000660", "005930"])).toEqual(["005930", "000660"]);
  expect(() => checkSymbols([])).toThrow("`symbols` must be at least one symbol");
});

test("venues and their codes are inverse", () => {
  for (const venue of ["KRX", "NXT", "UN"] as const) expect(venueOfCode(venueCode(venue))).toBe(venue);
  expect(venueOfCode("KRX")).toBeUndefined();
  expect(() => checkVenue("J")).toThrow('`venue` must be "KRX", "NXT" or "UN", received "J"');
  expect(() => checkHours("day")).toThrow('`hours` must be "regular" or "all"');
});
