import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isIsinAt as isIsinIn } from "../../../src/core/symbol.js";
import * as read from "../../../src/master/cells/read-field.js";
import { isinOf } from "../sample-rows.js";

const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");
const isIsinAt = (text: string, at: number): boolean => isIsinIn(bytesOf(text), at);

const fault = expect.objectContaining({ constructor: read.FieldFault }) as unknown;
const outcome = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

test.each([
  ["000000000", 0],
  ["-00000000", 0],
  ["-00000034", -34],
  ["001338734", 1_338_734],
  ["        7", 7],
  ["       -2", -2],
  ["         ", undefined],
  ["00000000-", fault],
  ["-        ", fault],
  ["0000 0001", fault],
  ["+00000001", fault],
  ["00000.001", fault],
  ["7        ", fault],
])("int %j reads %j", (text, value) => {
  expect(outcome(() => read.readInt(bytesOf(`x${text}y`), 1, 9))).toEqual(value);
});

test("an int is never -0, and never beyond what a number holds exactly", () => {
  expect(Object.is(read.readInt(bytesOf("-00000000"), 0, 9), 0)).toBe(true);
  expect(read.readInt(bytesOf("000009007199254740991"), 0, 21)).toBe(Number.MAX_SAFE_INTEGER);
  expect(outcome(() => read.readInt(bytesOf("000009007199254740993"), 0, 21))).toEqual(fault);
});

test("a field at the end of a cut file is a fault, not a number", () => {
  expect(outcome(() => read.readInt(bytesOf("0012"), 0, 9))).toEqual(fault);
  expect(outcome(() => read.readFlag(bytesOf(""), 0))).toEqual(fault);
  expect(outcome(() => read.readCode(bytesOf(""), "", 0))).toEqual(fault);
});

test.each([
  ["000019.16", 0, 19.16],
  ["-00000.01", 0, -0.01],
  ["-00000.00", 0, 0],
  ["006880000", 2, 68_800],
  ["000000029", 2, 0.29],
  ["-00000029", 2, -0.29],
  ["  0.00025", 0, 0.000_25],
  ["         ", 0, undefined],
  ["0000.1.16", 0, fault],
  ["1e0000002", 0, fault],
  ["00068.000", 2, fault],
  ["       .5", 0, fault],
])("decimal %j with %i implied digits reads %j", (text, implied, value) => {
  const got = outcome(() => read.readDecimal(bytesOf(text), 0, 9, implied));
  expect(got).toEqual(value);
  expect(Object.is(got, -0)).toBe(false);
});

test.each([
  ["19750611", "1975-06-11"],
  ["20240229", "2024-02-29"],
  ["        ", undefined],
  ["00000000", undefined],
  ["20230229", fault],
  ["19000229", fault],
  ["20230230", fault],
  ["20231301", fault],
  ["20230431", fault],
  ["2023 101", fault],
])("date %j reads %j", (text, value) => {
  expect(outcome(() => read.readDate(bytesOf(text), text, 0))).toEqual(value);
});

test("flags, bits and codes: blank is unknown, anything unknown is a fault", () => {
  expect(["Y", "N", " "].map((text) => read.readFlag(bytesOf(text), 0))).toEqual([true, false, undefined]);
  expect(["1", "0", " "].map((text) => read.readBit(bytesOf(text), 0))).toEqual([true, false, undefined]);
  expect(["A", "0", " "].map((text) => read.readCode(bytesOf(text), text, 0))).toEqual(["A", "0", undefined]);
  expect(outcome(() => read.readFlag(bytesOf("y"), 0))).toEqual(fault);
  expect(outcome(() => read.readBit(bytesOf("Y"), 0))).toEqual(fault);
  expect(outcome(() => read.readCode(bytesOf("\n"), "\n", 0))).toEqual(fault);
  expect(outcome(() => read.readCode(bytesOf("\u00B0"), "\u00B0", 0))).toEqual(fault);
});

test("a symbol keeps its zeros and letters, and its length", () => {
  expect(
    ["005930   ", "0001A0   ", "28513K   ", "Q530036  ", "F70101B9A"].map((text) =>
      read.readSymbol(bytesOf(text), text, 0, 9),
    ),
  ).toEqual(["005930", "0001A0", "28513K", "Q530036", "F70101B9A"]);
  for (const text of ["         ", " 05930   ", "00593a   ", "005 30   ", "0059     "]) {
    expect(
      outcome(() => read.readSymbol(bytesOf(text), text, 0, 9)),
      text,
    ).toEqual(fault);
  }
});

describe("ISIN", () => {
  test.each([
    "KR7005930003",
    "KR7000660001",
    "KR7247540008",
    "KR7005931001",
    "US0378331005",
    "GB0002634946",
    "KR4A016C0004",
  ])("%s holds", (isin) => {
    expect(isIsinAt(isin, 0)).toBe(true);
  });

  test("any one wrong character, and any two neighbours swapped but 0 and 9, do not", () => {
    const body = fc.stringMatching(/^[A-Z]{2}[0-9A-Z]{9}$/);
    fc.assert(
      fc.property(body, fc.nat(11), fc.stringMatching(/^[0-9A-Z]$/), (text, at, other) => {
        const isin = isinOf(text);
        expect(isIsinAt(`..${isin}..`, 2)).toBe(true);
        const wrong = isin.slice(0, at) + other + isin.slice(at + 1);
        // A digit and a letter may weigh the same; among digits none do.
        if (/\d/.test(other) && /\d/.test(isin[at] as string) && wrong !== isin)
          expect(isIsinAt(wrong, 0)).toBe(false);
      }),
    );
    expect(isIsinAt("KR700593000", 0)).toBe(false);
    expect(isIsinAt("kr7005930003", 0)).toBe(false);
    expect(isIsinAt("1R7005930003", 0)).toBe(false);
    expect(isIsinAt("KR700593000A", 0)).toBe(false);
    expect(isIsinAt("            ", 0)).toBe(false);
  });
});

test("what KIS cannot print says so", () => {
  expect([read.unwrapped(-21_522_432), read.unwrapped(5), read.unwrapped(undefined)]).toEqual([
    4_273_444_864,
    5,
    undefined,
  ]);
  expect([-1, 2 ** 24, 2 ** 24 + 1, 0].map((count) => read.isInexact(count))).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect([9999, 10_000, -999, -1000, undefined].map((amount) => read.isCut(amount))).toEqual([
    false,
    true,
    false,
    true,
    false,
  ]);
  expect([read.isImpaired(-36_100_000), read.isImpaired(-36), read.isImpaired(undefined)]).toEqual([
    true,
    false,
    false,
  ]);
});
